"""Sheets on how patients are served: demand, waiting lists, what can be had beside machines, staff, and ties."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated

from capitalplan.register.columns import MODALITIES, MOST_GBP, SITE, TRUST, Column, Row
from capitalplan.terms import DemandClass, ExtraKind, Modality, StaffGroup, TieKind

__all__ = [
    "AcceptedRow",
    "DemandRow",
    "ExtraCapacityRow",
    "TieRow",
    "UpgradeRow",
    "WaitingRow",
    "WorkforceRow",
]

OF_TRUST = TRUST + " Instead of a site: split by exams over the trust's sites without a line of their own."


class DemandRow(Row):
    """A line of the Demand sheet."""

    sheet = "Demand"
    about = "Scans wanted by patients of each site. Without it, today's exams grown at the modality's rate."
    key = ("site_code", "trust_code", "modality", "demand_class", "year")
    basic = True

    site_code: Annotated[
        str | None,
        Column("code", "Site code", SITE + " Blank where a trust is given.", aliases=("site_ods", "site"), basic=True),
    ] = None
    trust_code: Annotated[str | None, Column("code", "Trust code", OF_TRUST, aliases=("trust_ods", "trust"))] = None
    modality: Annotated[Modality, Column("choice", "Modality", choices=MODALITIES, basic=True)]
    demand_class: Annotated[
        DemandClass | None,
        Column("choice", "Class", "Blank: all classes, split by the shares of Modalities.",
               choices=tuple(DemandClass), aliases=("patients", "urgency")),
    ] = None  # fmt: skip
    year: Annotated[
        int,
        Column("year", "Year", "Years after the last one given grow at the growth rate; years before the first are "
               "counted back from it, so type 0 scans in the first year where there are none yet.", basic=True),
    ]  # fmt: skip
    scans: Annotated[
        int | None,
        Column("whole", "Scans", "Scans wanted in the year. Blank: the line only changes growth from this year on.",
               low=0, high=5_000_000, aliases=("demand",), basic=True),
    ] = None  # fmt: skip
    growth_rate: Annotated[
        Fraction | None,
        Column("share", "Growth after (% a year)", "Until the next line. Blank: from Modalities.",
               low=-0.5, high=0.5, basic=True),
    ] = None  # fmt: skip


class WaitingRow(Row):
    """A line of the Waiting sheet."""

    sheet = "Waiting"
    about = "Patients waiting today, by site or trust. Without it, no waiting lists are planned."
    key = ("site_code", "trust_code", "modality")

    site_code: Annotated[
        str | None,
        Column("code", "Site code", SITE + " Blank where a trust is given.", aliases=("site_ods", "site")),
    ] = None
    trust_code: Annotated[str | None, Column("code", "Trust code", OF_TRUST, aliases=("trust_ods", "trust"))] = None
    modality: Annotated[Modality, Column("choice", "Modality", "Plain X-ray has no waiting list.", choices=MODALITIES)]
    list_start: Annotated[
        int | None,
        Column("whole", "Patients waiting", "When the plan starts. Blank: no list is planned.", low=0, high=5_000_000,
               aliases=("list", "waiting list", "list size")),
    ] = None  # fmt: skip
    reach_by: Annotated[
        int | None,
        Column("year", "Standard reached by", "The diagnostic standard is reached by the end of this year. Blank: the "
               "setting waiting_standard_year."),
    ] = None  # fmt: skip
    unreported: Annotated[
        int | None,
        Column("whole", "Unreported scans", "Scans waiting for a report when the plan starts. Blank: none.", low=0,
               high=5_000_000, aliases=("reporting backlog",)),
    ] = None  # fmt: skip
    notes: Annotated[str | None, Column("text", "Notes", "For information.")] = None


class ExtraCapacityRow(Row):
    """A line of the Extra capacity sheet."""

    sheet = "Extra capacity"
    about = (
        "Extended hours, mobile vans, outside providers and outsourced reporting. Without it, scans may be bought "
        "outside at the price of Modalities, and a default van may stand in for a site's only CT or MR."
    )
    key = ("kind", "modality", "site_code", "trust_code")

    kind: Annotated[ExtraKind, Column("choice", "Kind", choices=tuple(ExtraKind))]
    name: Annotated[str | None, Column("text", "Name", "Unique. Blank: made from kind, modality and place.")] = None
    modality: Annotated[Modality, Column("choice", "Modality", choices=MODALITIES)]
    site_code: Annotated[
        str | None,
        Column("code", "Site code", "Where it can be had; a line for a site goes before its trust's.",
               aliases=("site_ods", "site")),
    ] = None  # fmt: skip
    trust_code: Annotated[
        str | None,
        Column("code", "Trust code", "All sites of a trust; it goes before the network's. Both blank: the whole "
               "network.", aliases=("trust_ods", "trust")),
    ] = None  # fmt: skip
    price_gbp: Annotated[
        int | None,
        Column("pounds", "Price (£ each)", "Of an hour, a van day, a scan or a report, ex VAT, today. Blank: for an "
               "outside provider, the price of Modalities.", low=0, high=100_000),
    ] = None  # fmt: skip
    limit: Annotated[
        Fraction | None,
        Column("number", "Limit", "Hours a week on each machine; van days, scans or reports a year in all. Blank: "
               "none.", low=0, high=5_000_000),
    ] = None  # fmt: skip
    scans_per_day: Annotated[
        int | None, Column("whole", "Scans on a van a day", "Required for a van.", low=1, high=500)
    ] = None
    minimum_days: Annotated[
        int | None, Column("whole", "Shortest van hire, days", "Hired in multiples of it. Blank: 1.", low=1, high=364)
    ] = None
    crewed: Annotated[
        bool | None, Column("yes_no", "Van with crew", "Whether a van brings its own radiographers. Blank: yes.")
    ] = None
    cover_only: Annotated[
        bool | None,
        Column("yes_no", "Van for cover only", "Yes: only in place of a machine being replaced. Blank: no."),
    ] = None
    first_year: Annotated[int | None, Column("year", "First year", "Blank: from the start.")] = None
    last_year: Annotated[int | None, Column("year", "Last year", "Blank: to the end.")] = None
    source: Annotated[str | None, Column("text", "Source", "Where the figures come from.", aliases=("notes",))] = None


class WorkforceRow(Row):
    """A line of the Workforce sheet."""

    sheet = "Workforce"
    about = "Staff in post and recruitment by trust. A staff group without any line limits nothing."
    key = ("trust_code", "staff_group", "year")

    trust_code: Annotated[
        str | None,
        Column("code", "Trust code", "Whose staff; blank or SHARED: any trust may use them.",
               aliases=("trust_ods", "trust")),
    ] = None  # fmt: skip
    staff_group: Annotated[
        StaffGroup, Column("choice", "Staff group", choices=tuple(StaffGroup), aliases=("group", "staff", "role"))
    ]
    year: Annotated[int, Column("year", "Year", "Years without a line are as the year before.")]
    wte: Annotated[
        Fraction | None,
        Column("number", "WTE in post", "Whole-time equivalents. Blank: as the year before.", low=0, high=10_000,
               aliases=("wte", "in post", "fte")),
    ] = None  # fmt: skip
    joiners_wte: Annotated[
        Fraction | None,
        Column("number", "Joiners less leavers, WTE", "In the year, on top of those in post: the recruitment plan.",
               low=-10_000, high=10_000, aliases=("joiners", "recruitment", "net joiners")),
    ] = None  # fmt: skip
    notes: Annotated[str | None, Column("text", "Notes", "For information.")] = None


class UpgradeRow(Row):
    """A line of the Upgrades sheet."""

    sheet = "Upgrades"
    about = "Upgrades and life extensions that owned machines may have instead of a replacement, each once."
    key = ("name", "asset_id", "modality")

    name: Annotated[str, Column("text", "Name", "Shown in the plan.", aliases=("upgrade",))]
    asset_id: Annotated[str | None, Column("text", "Asset ID", "The machine; blank where a modality is given.")] = None
    modality: Annotated[
        Modality | None,
        Column("choice", "Modality", "All its owned machines, mobile units aside.", choices=MODALITIES),
    ] = None
    cost_gbp: Annotated[int, Column("pounds", "Cost (£)", "Ex VAT, today.", low=0, high=MOST_GBP, aliases=("price",))]
    years_gained: Annotated[
        int | None, Column("whole", "Years gained", "Of life and of support. Blank: none.", low=0, high=20)
    ] = None
    throughput_gain: Annotated[
        Fraction | None, Column("share", "Throughput gain (%)", "Of scans an hour. Blank: none.", low=0, high=2)
    ] = None
    first_year: Annotated[int | None, Column("year", "First year", "Blank: from the start.")] = None
    last_year: Annotated[int | None, Column("year", "Last year", "Blank: to the end.")] = None
    notes: Annotated[str | None, Column("text", "Notes", "For information.")] = None


class TieRow(Row):
    """A line of the Ties sheet."""

    sheet = "Ties"
    about = "Replacements to be made together, one after the other, or not in the same year."
    key = ("first", "tie", "other")

    first: Annotated[
        str,
        Column("text", "Scheme", "Asset ID of a machine, or scheme ID of a committed scheme.",
               aliases=("first scheme", "asset id")),
    ]  # fmt: skip
    tie: Annotated[
        TieKind,
        Column("choice", "Tie", "'after': the first only in a year after the other.", choices=tuple(TieKind)),
    ]
    other: Annotated[
        str,
        Column("text", "Other scheme", "Asset ID of a machine, or scheme ID of a committed scheme.",
               aliases=("second scheme", "other asset id")),
    ]  # fmt: skip
    notes: Annotated[str | None, Column("text", "Notes", "For information.")] = None


class AcceptedRow(Row):
    """A line of the Accepted sheet."""

    sheet = "Accepted"
    about = "Warnings that stop the plan until someone accepts them, each with its reason."
    key = ("warning", "place")

    warning: Annotated[str, Column("text", "Warning", "Its code, as the list of issues shows it.", aliases=("code",))]
    place: Annotated[str, Column("text", "Place", "As the list of issues shows it.", aliases=("subject",))]
    reason: Annotated[str, Column("text", "Reason", "Why the plan may go on all the same.")]
    accepted_by: Annotated[str | None, Column("text", "Accepted by", "Shown with the warning.", aliases=("by",))] = None
    date: Annotated[dt.date | None, Column("date", "Date", "For information.", aliases=("accepted on",))] = None
