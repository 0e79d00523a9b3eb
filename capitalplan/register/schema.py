"""The workbook, sheet by sheet: one row class a sheet, the one source for reader, template, guides and JSON Schema.

A field's ``Column`` says how its cell is read, what users see in the header and the note, and what is allowed.
Cells are turned into strict types by ``capitalplan.register.converters`` before a row class sees them.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated

from capitalplan.register.columns import MODALITIES, MOST_GBP, SITE, TRUST, Column, Row, columns_of
from capitalplan.register.equipment_row import EquipmentRow
from capitalplan.terms import Action, ContractKind, Modality, SchemeStatus

__all__ = [
    "SHEETS",
    "AgeingRow",
    "CatalogueRow",
    "Column",
    "ContractRow",
    "DemandRow",
    "EquipmentRow",
    "FundingRow",
    "ModalityRow",
    "OrganisationRow",
    "Row",
    "SchemeRow",
    "SettingRow",
    "SiteRow",
    "TravelRow",
    "columns_of",
]


class SettingRow(Row):
    """A line of the Settings sheet."""

    sheet = "Settings"
    about = "Horizon, rates, prices and policies. A setting left out keeps its default."
    key = ("setting",)
    basic = True

    setting: Annotated[str, Column("text", "Setting", "Name of the setting.", basic=True)]
    value: Annotated[object, Column("raw", "Value", "Its value; blank keeps the default.", basic=True)] = None
    unit: Annotated[str | None, Column("text", "Unit", "For information.", basic=True)] = None
    note: Annotated[str | None, Column("text", "Meaning and source", "For information.", basic=True)] = None


class OrganisationRow(Row):
    """A line of the Organisations sheet."""

    sheet = "Organisations"
    about = "The trusts of the network. Without it, trusts are named by the first three characters of their sites."
    key = ("trust_code",)

    trust_code: Annotated[str, Column("code", "Trust code", TRUST, aliases=("trust_ods", "trust", "ods code"))]
    name: Annotated[str | None, Column("text", "Trust name", "Name shown in reports.", aliases=("organisation",))] = (
        None
    )


class SiteRow(Row):
    """A line of the Sites sheet."""

    sheet = "Sites"
    about = "Where machines stand. Without it, sites come from Equipment, with no spare rooms and one new room each."
    key = ("site_code",)
    basic = True

    site_code: Annotated[str, Column("code", "Site code", SITE, aliases=("site_ods", "site", "ods code"), basic=True)]
    trust_code: Annotated[
        str | None,
        Column("code", "Trust code", TRUST + " Blank: the first three characters of the site code.",
               aliases=("trust_ods", "trust"), basic=True),
    ] = None  # fmt: skip
    name: Annotated[str | None, Column("text", "Site name", "Name shown in reports.", basic=True)] = None
    latitude: Annotated[
        Fraction | None,
        Column("number", "Latitude", "Decimal degrees; used for travel where Travel has no minutes.",
               low=49, high=61, basic=True),
    ] = None  # fmt: skip
    longitude: Annotated[
        Fraction | None, Column("number", "Longitude", "Decimal degrees.", low=-9, high=3, basic=True)
    ] = None
    opening_year: Annotated[
        int | None, Column("year", "Opening year", "First year the site is open. Blank: open already.")
    ] = None
    closing_year: Annotated[
        int | None, Column("year", "Closing year", "First year the site is no longer open. Blank: stays open.")
    ] = None
    spare_rooms_ct: Annotated[
        int | None, Column("whole", "Spare CT rooms", "Rooms standing empty today.", low=0, high=50, basic=True)
    ] = None
    spare_rooms_mr: Annotated[
        int | None, Column("whole", "Spare MR rooms", "Rooms standing empty today.", low=0, high=50, basic=True)
    ] = None
    spare_rooms_dx: Annotated[
        int | None, Column("whole", "Spare X-ray rooms", "DX rooms standing empty today.", low=0, high=50, basic=True)
    ] = None
    spare_rooms_rf: Annotated[
        int | None, Column("whole", "Spare RF rooms", "Fluoroscopy rooms standing empty today.", low=0, high=50)
    ] = None
    max_new_rooms: Annotated[
        int | None,
        Column("whole", "Most new rooms", "Rooms of any kind that could be built here over the plan. Blank: 1.",
               low=0, high=50, basic=True),
    ] = None  # fmt: skip
    max_installations: Annotated[
        int | None,
        Column("whole", "Most installations a year",
               "Machines the site can install in one year. Blank: 15% of its machines, at least 1.", low=0, high=200,
               aliases=("works limit",), basic=True),
    ] = None  # fmt: skip


class ContractRow(Row):
    """A line of the Contracts sheet."""

    sheet = "Contracts"
    about = "Leases, managed services and PFI. The plan keeps its hands off a contract until it ends."
    key = ("contract_id",)

    contract_id: Annotated[str, Column("text", "Contract ID", "Unique.")]
    kind: Annotated[ContractKind, Column("choice", "Kind", choices=tuple(ContractKind))]
    trust_code: Annotated[str | None, Column("code", "Trust code", "Holder of the contract; for information.")] = None
    supplier: Annotated[str | None, Column("text", "Supplier", "For information.")] = None
    start_date: Annotated[dt.date | None, Column("date", "Start", "For information.")] = None
    end_date: Annotated[dt.date, Column("date", "End", "Last day of the contract.", aliases=("contract end",))]
    annual_charge_gbp: Annotated[
        int,
        Column(
            "pounds", "Charge (£ a year per machine)", "Rent or unitary charge, ex VAT, today.", low=0, high=MOST_GBP
        ),
    ]
    refresh_years: Annotated[
        int | None,
        Column("whole", "Refreshed every (years)", "Age at which the contract renews a machine. Blank: planned life.",
               low=1, high=30),
    ] = None  # fmt: skip
    extension_years: Annotated[
        int | None, Column("whole", "Extension (years)", "Years a lease may be extended. Blank: none.", low=0, high=15)
    ] = None
    extension_charge_gbp: Annotated[
        int | None,
        Column(
            "pounds", "Charge in extension (£ a year)", "Per machine, ex VAT. Blank: as before.", low=0, high=MOST_GBP
        ),
    ] = None


class SchemeRow(Row):
    """A line of the Schemes sheet."""

    sheet = "Schemes"
    about = "Schemes already decided. Ordered and committed schemes are charged first and never moved."
    key = ("scheme_id",)

    scheme_id: Annotated[str, Column("text", "Scheme ID", "Unique.")]
    action: Annotated[
        Action, Column("choice", "Action", "'replace' a machine or 'add' one.", choices=(Action.REPLACE, Action.ADD))
    ]
    asset_id: Annotated[str | None, Column("text", "Asset ID", "The machine replaced; blank for an addition.")] = None
    site_code: Annotated[str | None, Column("code", "Site code", "Site of an addition.", aliases=("site",))] = None
    option: Annotated[str, Column("text", "Option", "What is bought: an option of Catalogue.")]
    year: Annotated[int, Column("year", "Year", "Year of commissioning, in which it is charged.")]
    capital_gbp: Annotated[
        int,
        Column("pounds", "Capital (£ cash)", "Whole scheme, VAT included.", low=0, high=MOST_GBP, aliases=("cost",)),
    ]
    status: Annotated[
        SchemeStatus,
        Column("choice", "Status", "Ordered and committed are kept as they are; an idea is only listed.",
               choices=tuple(SchemeStatus)),
    ]  # fmt: skip
    funding_source: Annotated[
        str | None, Column("text", "Funding source", "Blank: the trust's own limit first, then shared sources.")
    ] = None
    notes: Annotated[str | None, Column("text", "Notes", "For information.")] = None


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
    about = "How a machine ages: uptime, upkeep and resale by age. Without it, the illustrative default curve is used."
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
    source: Annotated[str | None, Column("text", "Source", "Where the figures come from.")] = None


class DemandRow(Row):
    """A line of the Demand sheet."""

    sheet = "Demand"
    about = "Scans wanted by patients of each site. Without it, today's exams grown at the modality's rate."
    key = ("site_code", "modality", "year")
    basic = True

    site_code: Annotated[str, Column("code", "Site code", SITE, aliases=("site_ods", "site"), basic=True)]
    modality: Annotated[Modality, Column("choice", "Modality", choices=MODALITIES, basic=True)]
    year: Annotated[int, Column("year", "Year", "Years after the last one given grow at the growth rate.", basic=True)]
    scans: Annotated[
        int,
        Column("whole", "Scans", "Scans wanted in the year.", low=0, high=5_000_000, aliases=("demand",), basic=True),
    ]
    growth_rate: Annotated[
        Fraction | None,
        Column("share", "Growth after (% a year)", "Blank: from Modalities.", low=-0.5, high=0.5, basic=True),
    ] = None


class TravelRow(Row):
    """A line of the Travel sheet."""

    sheet = "Travel"
    about = "Which sites may scan each other's patients. Without it, sites of one trust within reach by road."
    key = ("from_site", "to_site")

    from_site: Annotated[str, Column("code", "From site", "Where the patients belong.")]
    to_site: Annotated[str, Column("code", "To site", "Where they may be scanned.")]
    minutes: Annotated[
        Fraction | None, Column("number", "Minutes", "By road. Blank: from the coordinates.", low=0, high=600)
    ] = None
    agreed: Annotated[
        bool | None, Column("yes_no", "Agreed", "Yes: may be used, across trusts too; no: may not. Blank: yes.")
    ] = None


class FundingRow(Row):
    """A line of the Funding sheet."""

    sheet = "Funding"
    about = "Capital limits by source and year, in cash. Without it the answer is the need, not a funded plan."
    key = ("source", "year")
    basic = True

    source: Annotated[
        str, Column("text", "Source", "Name of the funding source.", aliases=("funding source",), basic=True)
    ]
    trust_code: Annotated[
        str | None,
        Column("code", "Trust code", "Whose limit it is; blank or SHARED for a source all trusts may draw on.",
               aliases=("owner", "trust_ods", "trust"), basic=True),
    ] = None  # fmt: skip
    year: Annotated[int, Column("year", "Year", "Every year of the plan has a line.", basic=True)]
    limit_gbp: Annotated[
        int,
        Column("pounds", "Limit (£ cash)", "Most that may be charged in the year, VAT included.", low=0,
               aliases=("limit", "budget", "amount"), basic=True),
    ]  # fmt: skip


SHEETS: tuple[type[Row], ...] = (
    SettingRow,
    OrganisationRow,
    SiteRow,
    EquipmentRow,
    ContractRow,
    SchemeRow,
    CatalogueRow,
    AgeingRow,
    ModalityRow,
    DemandRow,
    TravelRow,
    FundingRow,
)
"""Row classes in the order of their sheets in the workbook."""
