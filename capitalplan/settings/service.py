"""Travel, waiting, extra capacity, cover, staff and reporting."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from capitalplan.settings.planning import PlanningSettings
from capitalplan.settings.spec import setting

__all__ = ["ServiceSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings(PlanningSettings):
    """How patients are served: travel, waiting lists, cover, staff and reporting."""

    speed_mph: Fraction = setting(
        "number", Fraction(30), "mph", "Average road speed between sites where Travel gives no minutes", low=1, high=80
    )
    detour_factor: Fraction = setting(
        "number", Fraction(13, 10), "times", "Road distance as a multiple of straight-line distance", low=1, high=3
    )
    max_travel_minutes: Fraction = setting(
        "number", Fraction(45), "minutes", "Sites further apart than this do not serve each other's patients", low=0
    )
    travel_share: Fraction = setting(
        "share", Fraction(15, 100), "of demand", "Largest share of a site's patients who may be scanned elsewhere",
        low=0, high=1,
    )  # fmt: skip
    travel_price_gbp: int = setting(
        "pounds",
        15,
        "£ a scan",
        "Price put on a patient scanned at another site; a judgement, not cash",
        low=0,
        high=100_000,
    )
    new_room_first: bool = setting(
        "yes_no",
        True,
        "",
        "Whether a replacement may be set up in a spare room before the old machine goes, without an outage",
        "choice",
    )
    swap_cover: bool = setting(
        "yes_no",
        True,
        "",
        "Whether a site's only machine of a modality may be replaced only with a van, a neighbour or an added machine "
        "in its place; which modalities is said in Modalities",
        "choice",
    )
    van_days_a_week: Fraction = setting(
        "number",
        Fraction(5),
        "days",
        "Days a week on which a van stands in for a machine being replaced",
        low=1,
        high=7,
    )
    unscheduled_away_price_gbp: int = setting(
        "pounds",
        100,
        "£ a scan",
        "Price put on an unscheduled patient who is not scanned at home; a judgement, not cash",
        low=0,
        high=100_000,
    )
    unmet_price_gbp: int = setting(
        "pounds",
        300,
        "£ a scan",
        "Price put on a scan beyond the limit of outside providers, on top of the outside price; a judgement, not cash",
        low=0,
        high=100_000,
    )
    waiting_standard_weeks: Fraction = setting(
        "number",
        Fraction(6),
        "weeks",
        "Diagnostic standard: longest wait for a scan",
        "DM01, six-week standard (King's Fund 2024, Nuffield Trust 2019)",
        low=1,
        high=104,
    )
    waiting_breach_share: Fraction = setting(
        "share",
        Fraction(1, 100),
        "of patients",
        "Share of patients that may wait longer than the standard",
        "DM01, 99% within six weeks (King's Fund 2024, Nuffield Trust 2019)",
        low=Fraction(1, 1000),
        high=Fraction(1, 2),
    )
    waiting_standard_year: int | None = setting(
        "year",
        None,
        "financial year",
        "Year by whose end the standard is to be reached; blank for the first year of the plan",
        low=2000,
        high=2100,
    )
    waiting_price_gbp: int = setting(
        "pounds",
        100,
        "£ a patient and year",
        "Price put on a patient on the list over its target at the end of a year; a judgement, not cash",
        low=0,
        high=100_000,
    )
    hours_per_wte: Fraction = setting(
        "number", Fraction(75, 2), "hours a week", "Hours of a whole-time equivalent", "NHS Agenda for Change",
        low=1, high=60,
    )  # fmt: skip
    radiographer_productive_share: Fraction = setting(
        "share", Fraction(80, 100), "of paid hours", "Share of paid hours in which radiographers scan", low=0, high=1
    )
    reporting_productive_share: Fraction = setting(
        "share", Fraction(55, 100), "of paid hours", "Share of paid hours in which reporters report", low=0, high=1
    )
    turnaround_days: Fraction = setting(
        "number",
        Fraction(28),
        "days",
        "Longest time from scan to report",
        "NHS England, Diagnostic imaging reporting turnaround times, 2023",
        low=0,
        high=365,
    )
    turnaround_days_unscheduled: Fraction = setting(
        "number", Fraction(1), "days", "Longest time from scan to report of unscheduled patients", low=0, high=365
    )
    late_report_price_gbp: int = setting(
        "pounds",
        50,
        "£ a report",
        "Price put on a report over the backlog that turnaround allows, at the end of a year; a judgement, not cash",
        low=0,
        high=100_000,
    )
