"""The Equipment sheet, the only one that is required."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated

from capitalplan.register.columns import MODALITIES, MOST_GBP, SITE, Column, Row
from capitalplan.terms import Lock, Modality, Ownership

__all__ = ["EquipmentRow"]


class EquipmentRow(Row):
    """A line of the Equipment sheet, the only sheet that is required."""

    sheet = "Equipment"
    about = "The equipment register: one row a machine. The only sheet that is required."
    key = ("asset_id",)
    basic = True

    asset_id: Annotated[
        str,
        Column("text", "Asset ID", "Unique in the network.",
               aliases=("asset", "asset number", "asset no", "equipment id", "id"), basic=True),
    ]  # fmt: skip
    site_code: Annotated[
        str, Column("code", "Site code", SITE, aliases=("site_ods", "site", "location code"), basic=True)
    ]
    modality: Annotated[
        Modality,
        Column("choice", "Modality", "DICOM code; common names such as MRI or X-ray are understood.",
               choices=MODALITIES, aliases=("type", "equipment type", "device type"), basic=True),
    ]  # fmt: skip
    install_date: Annotated[
        dt.date,
        Column("day_or_year", "Installed", "Date or financial year of installation; its age is counted from it.",
               aliases=("install date", "installation date", "year installed", "install year", "date installed"),
               basic=True),
    ]  # fmt: skip
    trust_code: Annotated[
        str | None,
        Column("code", "Trust code", "Owner. Blank: the trust of the site.", aliases=("trust_ods", "trust", "owner")),
    ] = None
    network: Annotated[str | None, Column("text", "Network", "For information.")] = None
    room: Annotated[str | None, Column("text", "Room", "For information.")] = None
    mobile: Annotated[bool | None, Column("yes_no", "Mobile", "Yes for a mobile unit. Blank: no.", basic=True)] = None
    subtype: Annotated[str | None, Column("text", "Subtype", "Such as 1.5T, 3T or 128 slice; for information.")] = None
    manufacturer: Annotated[
        str | None, Column("text", "Manufacturer", "For information.", aliases=("make", "vendor"))
    ] = None
    model: Annotated[str | None, Column("text", "Model", "For information.")] = None
    serial: Annotated[
        str | None, Column("text", "Serial number", "For information.", aliases=("serial no", "serial"))
    ] = None
    ownership: Annotated[
        Ownership | None,
        Column("choice", "Ownership", "Blank: the kind of its contract, or owned.", choices=tuple(Ownership),
               aliases=("purchase method", "how held"), basic=True),
    ] = None  # fmt: skip
    contract_id: Annotated[
        str | None, Column("text", "Contract ID", "The contract in Contracts that holds this machine.")
    ] = None
    contract_end: Annotated[
        dt.date | None,
        Column("date", "Contract end", "Used when the machine has no line in Contracts.", aliases=("lease end",)),
    ] = None
    exams_per_year: Annotated[
        int | None,
        Column("whole", "Exams a year", "Examinations in the last full year.", low=0, high=200_000,
               aliases=("exams", "scans per year", "annual activity", "activity"), basic=True),
    ] = None  # fmt: skip
    hours_per_week: Annotated[
        Fraction | None,
        Column("number", "Staffed hours a week", "Hours staffed for patients.", low=0, high=168,
               aliases=("staffed hours", "hours", "operational hours"), basic=True),
    ] = None  # fmt: skip
    scans_per_hour: Annotated[
        Fraction | None,
        Column("number", "Scans an hour", "Scans in a staffed hour when the machine is working.", low=0, high=40),
    ] = None
    uptime: Annotated[
        Fraction | None,
        Column("share", "Uptime (%)", "Measured last year. Blank: from the ageing curve.", low=0, high=1,
               aliases=("uptime_pct", "availability")),
    ] = None  # fmt: skip
    annual_maintenance_gbp: Annotated[
        int | None,
        Column("pounds", "Maintenance (£ a year)", "Today, ex VAT. Blank: from the catalogue.", low=0, high=MOST_GBP,
               aliases=("maintenance", "service cost", "annual maintenance"), basic=True),
    ] = None  # fmt: skip
    replacement_cost_gbp: Annotated[
        int | None,
        Column("pounds", "Replacement price (£)",
               "Like-for-like equipment price today, ex VAT. Blank: from the catalogue.", low=0, high=MOST_GBP,
               aliases=("replacement cost", "replacement value", "cost"), basic=True),
    ] = None  # fmt: skip
    enabling_works_gbp: Annotated[
        int | None,
        Column("pounds", "Enabling works (£)", "Works in its room when replaced, ex VAT. Blank: from the catalogue.",
               low=0, high=MOST_GBP, aliases=("enabling works", "works cost")),
    ] = None  # fmt: skip
    outage_weeks: Annotated[
        Fraction | None,
        Column("number", "Outage (weeks)", "Out of use while replaced in its room. Blank: from Modalities.", low=0,
               high=52, aliases=("weeks out of use", "downtime weeks")),
    ] = None  # fmt: skip
    purchase_price_gbp: Annotated[
        int | None,
        Column("pounds", "Price paid (£)", "What it cost, ex VAT; for its remaining value.", low=0, high=MOST_GBP),
    ] = None
    net_book_value_gbp: Annotated[
        int | None,
        Column("pounds", "Net book value (£)", "When the plan starts. Blank: straight line from the price paid.", low=0,
               high=MOST_GBP, aliases=("nbv", "book value")),
    ] = None  # fmt: skip
    condition: Annotated[int | None, Column("whole", "Condition (1-5)", "For information.", low=1, high=5)] = None
    risk_score: Annotated[
        int | None,
        Column("whole", "Risk score (1-25)", "From the trust's risk register. Blank: from age and support status.",
               low=1, high=25, aliases=("risk",), basic=True),
    ] = None  # fmt: skip
    capabilities: Annotated[
        tuple[str, ...] | None,
        Column("list", "Capabilities", "Such as 3T, cardiac, wide bore: a replacement must have them all."),
    ] = None
    waive_capabilities: Annotated[
        bool | None, Column("yes_no", "Waive capabilities", "Yes: a replacement need not have them.")
    ] = None
    end_of_support: Annotated[
        dt.date | None,
        Column("day_or_year", "End of support", "Last day the maker supports it.", aliases=("eos", "end of life"),
               basic=True),
    ] = None  # fmt: skip
    life_years: Annotated[
        int | None,
        Column("whole", "Planned life (years)", "Blank: by modality and use, from Modalities.", low=1, high=60,
               aliases=("expected life", "useful life")),
    ] = None  # fmt: skip
    ageing_curve: Annotated[
        str | None, Column("text", "Ageing curve", "A curve of Ageing. Blank: the curve of its modality, or default.")
    ] = None
    lock: Annotated[
        Lock | None,
        Column("choice", "Lock", "'keep': never touched; 'replace' or 'retire': in the lock year.",
               choices=tuple(Lock)),
    ] = None  # fmt: skip
    lock_year: Annotated[int | None, Column("year", "Lock year", "Year of a locked replacement or retirement.")] = None
    earliest_year: Annotated[
        int | None, Column("year", "Not before", "No replacement or retirement before this year.")
    ] = None
    latest_year: Annotated[int | None, Column("year", "Not after", "Replaced or retired no later than this year.")] = (
        None
    )
    planned_year: Annotated[
        int | None,
        Column("year", "Planned year", "The lead's own plan: the year of replacement; costed by plan --evaluate.",
               aliases=("funded_plan_year", "scheduled replacement year", "replacement year"), basic=True),
    ] = None  # fmt: skip
    planned_option: Annotated[
        str | None, Column("text", "Planned option", "The lead's own plan: an option of Catalogue, or 'retire'.")
    ] = None
    notes: Annotated[str | None, Column("text", "Notes", "For information.")] = None
