"""Sheets on what can be bought, how it ages, and what holds for a whole modality."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from capitalplan.register.columns import MODALITIES, MOST_GBP, Column, Row
from capitalplan.terms import Modality

__all__ = ["AgeingRow", "CatalogueRow", "ModalityRow"]


class CatalogueRow(Row):
    """A line of the Catalogue sheet."""

    sheet = "Catalogue"
    about = "What can be bought. Without it, the illustrative default catalogue is used."
    key = ("option",)

    option: Annotated[str, Column("text", "Option", "Unique short name.")]
    modality: Annotated[Modality, Column("choice", "Modality", choices=MODALITIES)]
    mobile: Annotated[bool | None, Column("yes_no", "Mobile", "Blank: no.")] = None
    description: Annotated[str | None, Column("text", "Description")] = None
    capabilities: Annotated[tuple[str, ...] | None, Column("list", "Capabilities", "Words parted by commas.")] = None
    price_gbp: Annotated[int, Column("pounds", "Price (£)", "Equipment, ex VAT, today.", low=0, high=MOST_GBP)]
    works_gbp: Annotated[
        int | None,
        Column("pounds", "Works (£)", "Enabling works in an existing room, ex VAT, today.", low=0, high=MOST_GBP),
    ] = None
    annual_maintenance_gbp: Annotated[
        int, Column("pounds", "Maintenance (£ a year)", "When new, ex VAT, today.", low=0, high=MOST_GBP)
    ]
    annual_staff_gbp: Annotated[
        int | None,
        Column("pounds", "Staff (£ a year)", "That an added machine needs, today. Blank: 0.", low=0, high=MOST_GBP),
    ] = None
    energy_mwh: Annotated[
        Fraction | None,
        Column("number", "Energy (MWh a year)", "Blank: from Modalities.", low=0, high=10_000),
    ] = None
    works_paid_before: Annotated[
        Fraction | None,
        Column("share", "Works paid before (%)", "In the year before commissioning. Blank: from Settings.", low=0,
               high=1),
    ] = None  # fmt: skip
    scans_per_hour: Annotated[
        Fraction | None,
        Column("number", "Scans an hour", "For an added machine. Blank: from Modalities.", low=0, high=40),
    ] = None
    hours_per_week: Annotated[
        Fraction | None,
        Column("number", "Staffed hours a week", "For an added machine. Blank: from Modalities.", low=0, high=168),
    ] = None
    throughput_gain: Annotated[
        Fraction | None,
        Column("share", "Throughput gain (%)", "Scans an hour against the machine it replaces.", low=-1, high=2),
    ] = None
    life_years: Annotated[
        int | None, Column("whole", "Planned life (years)", "Blank: by modality and use.", low=1, high=60)
    ] = None
    ageing_curve: Annotated[
        str | None, Column("text", "Ageing curve", "A curve of Ageing. Blank: the curve of its modality, or default.")
    ] = None
    like_for_like: Annotated[
        bool | None,
        Column("yes_no", "Like for like", "Yes: the standard replacement; an asset's own price overrides its price."),
    ] = None
    can_replace: Annotated[bool | None, Column("yes_no", "May replace", "Blank: yes.")] = None
    can_add: Annotated[bool | None, Column("yes_no", "May be added", "Blank: yes, unless mobile.")] = None
    source: Annotated[str | None, Column("text", "Source", "Where the figures come from.")] = None


class AgeingRow(Row):
    """A line of the Ageing sheet."""

    sheet = "Ageing"
    about = (
        "How a machine ages: uptime, upkeep, resale and breakdowns by age. "
        "Without it, the illustrative default curve is used."
    )
    key = ("curve", "age")

    curve: Annotated[str, Column("text", "Curve", "A modality code, 'default', or a name used in Equipment.")]
    age: Annotated[
        int, Column("whole", "Age (years)", "From 0 without gaps; the last age also covers older.", low=0, high=60)
    ]
    uptime: Annotated[Fraction, Column("share", "Uptime (%)", low=0, high=1)]
    upkeep_factor: Annotated[
        Fraction, Column("number", "Upkeep (times)", "Multiple of maintenance when new.", low=0, high=10_000)
    ]
    resale: Annotated[
        Fraction, Column("share", "Resale (% of price)", "Trade-in value on the price paid.", low=0, high=1)
    ]
    failure: Annotated[
        Fraction | None,
        Column("number", "Breakdowns a year", "Serious ones, expected. Given for all ages of a curve or none.",
               low=0, high=365, aliases=("failures a year", "failures")),
    ] = None  # fmt: skip


class ModalityRow(Row):
    """A line of the Modalities sheet."""

    sheet = "Modalities"
    about = "What holds for a whole modality. A modality left out keeps its defaults."
    key = ("modality", "mobile")

    modality: Annotated[Modality, Column("choice", "Modality", choices=MODALITIES)]
    mobile: Annotated[bool | None, Column("yes_no", "Mobile", "Blank: no.")] = None
    name: Annotated[str | None, Column("text", "Name", "Shown in reports.")] = None
    growth_rate: Annotated[Fraction | None, Column("share", "Demand growth (% a year)", low=-0.5, high=0.5)] = None
    outside_price_gbp: Annotated[
        int | None,
        Column("pounds", "Outside scan (£)", "Price of a scan bought from another provider.", low=0, high=100_000),
    ] = None
    outage_weeks: Annotated[
        Fraction | None, Column("number", "Outage (weeks)", "Out of use while being replaced.", low=0, high=52)
    ] = None
    scans_per_hour: Annotated[
        Fraction | None, Column("number", "Scans an hour", "Of a new machine.", low=0, high=40)
    ] = None
    hours_per_week: Annotated[
        Fraction | None, Column("number", "Staffed hours a week", "Of an added machine.", low=0, high=168)
    ] = None
    life_high_use: Annotated[int | None, Column("whole", "Life, high use (years)", low=1, high=60)] = None
    life_mid_use: Annotated[int | None, Column("whole", "Life, mid use (years)", low=1, high=60)] = None
    life_low_use: Annotated[int | None, Column("whole", "Life, low use (years)", low=1, high=60)] = None
    high_use_over: Annotated[int | None, Column("whole", "High use above (exams a year)", low=0)] = None
    low_use_under: Annotated[int | None, Column("whole", "Low use below (exams a year)", low=0)] = None
    unscheduled_share: Annotated[
        Fraction | None,
        Column("share", "Unscheduled (% of demand)", "Emergency and inpatient, where Demand has no classes. Blank: "
               "default where Waiting has a list, else 0%.", low=0, high=1),
    ] = None  # fmt: skip
    waiting_list_share: Annotated[
        Fraction | None,
        Column("share", "Waiting list (% of demand)", "Patients who may wait on a list; the rest is planned. Blank: "
               "default where Waiting has a list, else 0%.", low=0, high=1),
    ] = None  # fmt: skip
    swap_cover: Annotated[
        bool | None,
        Column("yes_no", "Cover when replaced", "Whether someone must stand in for a site's only machine."),
    ] = None
    radiographers_per_scan_hour: Annotated[
        Fraction | None, Column("number", "Radiographers per scan hour", low=0, high=20)
    ] = None
    minutes_per_report: Annotated[
        Fraction | None,
        Column("number", "Reporting time per scan, min", "0 where reporting is not counted.", low=0, high=480),
    ] = None
    radiographer_reporting_share: Annotated[
        Fraction | None,
        Column("share", "Reporting radiographers (% of reports)", "Most they may report.", low=0, high=1),
    ] = None
    energy_mwh: Annotated[
        Fraction | None, Column("number", "Energy (MWh a year)", "Electricity of a machine.", low=0, high=10_000)
    ] = None
    disposal_gbp: Annotated[
        int | None,
        Column("pounds", "Disposal (£)", "Of taking an owned machine out, ex VAT, today.", low=0, high=MOST_GBP),
    ] = None
    order_months: Annotated[
        int | None, Column("whole", "Order to use, months", "From the order of a machine to its use.", low=0, high=120)
    ] = None
    source: Annotated[str | None, Column("text", "Source", "Where the figures come from.")] = None
