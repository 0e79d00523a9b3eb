"""Frozen settings of a plan: horizon, rates, prices and policies, each with its unit, meaning and source.

``SETTINGS`` is the one list from which the Settings sheet, its template, its checks and the table of defaults are made.
Rates and shares are exact fractions of one; money is whole pounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

__all__ = ["EndOfSupportPolicy", "SettingSpec", "Settings", "TerminalValue", "settings_specs"]

ILLUSTRATIVE = "illustrative"


class TerminalValue(StrEnum):
    """What a machine still in service is worth when the horizon ends."""

    ANNUITY = "annuity"
    RESALE = "resale"
    NONE = "none"


class EndOfSupportPolicy(StrEnum):
    """What an end-of-support date inside the horizon does."""

    MUST = "must"
    PRICED = "priced"


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One line of the Settings sheet.

    Attributes
    ----------
    name
        The word in the first column.
    kind
        ``share`` (a fraction of one, shown as a percentage), ``pounds``, ``whole``, ``number``, ``year``, ``yes_no``,
        ``text`` or ``choice``.
    default
        Value used when the line is absent or blank; None where blank is a meaning of its own.
    unit, meaning, source
        What users read beside the value. A source of ``illustrative`` is a judgement, to be replaced by the user's own.
    low, high
        Inclusive bounds, where there are any.
    choices
        The words allowed, for a choice.
    """

    name: str
    kind: str
    default: Any
    unit: str
    meaning: str
    source: str
    low: Fraction | None = None
    high: Fraction | None = None
    choices: tuple[str, ...] = ()


def _setting(
    kind: str,
    default: Any,
    unit: str,
    meaning: str,
    source: str = ILLUSTRATIVE,
    *,
    low: Fraction | int | None = None,
    high: Fraction | int | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    limits = {"low": None if low is None else Fraction(low), "high": None if high is None else Fraction(high)}
    about = {"kind": kind, "unit": unit, "meaning": meaning, "source": source, "choices": choices, **limits}
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every assumption that is not tied to one machine, site or catalogue option."""

    network_name: str = _setting("text", "Imaging network", "", "Name shown on the plan", "the user's own")
    start_year: int = _setting(
        "year",
        2026,
        "financial year",
        "First year of the plan",
        "NHS England, Capital guidance 2026/27 to 2029/30",
        low=2000,
        high=2100,
    )
    firm_years: int = _setting(
        "whole",
        4,
        "years",
        "Years for which capital limits are firm",
        "NHS England, Capital guidance 2026/27 to 2029/30",
        low=1,
        high=30,
    )
    indicative_years: int = _setting(
        "whole",
        5,
        "years",
        "Further years for which limits are indicative",
        "NHS England, Capital guidance 2026/27 to 2029/30",
        low=0,
        high=30,
    )
    discount_rate: Fraction = _setting(
        "share",
        Fraction(35, 1000),
        "a year, real",
        "Social time preference rate used to discount costs",
        "HM Treasury, Green Book, Annex 6",
        low=0,
        high=Fraction(1, 2),
    )
    inflation_rate: Fraction = _setting(
        "share",
        Fraction(2, 100),
        "a year",
        "Price inflation that turns today's prices into cash before limits are tested",
        low=Fraction(-1, 10),
        high=Fraction(1, 2),
    )
    vat_rate: Fraction = _setting(
        "share", Fraction(20, 100), "", "Irrecoverable VAT on purchases, tested against limits", low=0, high=1
    )
    optimism_bias_equipment: Fraction = _setting(
        "share",
        Fraction(10, 100),
        "of price",
        "Added to equipment prices until an order is placed",
        "HM Treasury / Mott MacDonald 2002, equipment, lower bound",
        low=0,
        high=2,
    )
    optimism_bias_works: Fraction = _setting(
        "share",
        Fraction(24, 100),
        "of price",
        "Added to the price of enabling works until an order is placed",
        "HM Treasury / Mott MacDonald 2002, standard buildings, upper bound",
        low=0,
        high=2,
    )
    weeks_per_year: Fraction = _setting(
        "number", Fraction(52), "weeks", "Weeks a year in which machines are staffed", low=1, high=52
    )
    target_utilisation: Fraction = _setting(
        "share",
        Fraction(85, 100),
        "of capacity",
        "Share of capacity that today's activity is taken to fill where staffed hours are not given",
        low=Fraction(1, 10),
        high=1,
    )
    max_replacements: int = _setting(
        "whole", 2, "per machine", "Most times one machine may be replaced within the horizon", low=0, high=4
    )
    min_years_kept: int = _setting(
        "whole", 5, "years", "A machine bought in the plan is kept at least this long", low=1, high=30
    )
    over_age_price: Fraction = _setting(
        "share",
        Fraction(4, 100),
        "of like-for-like price a year, per year past planned life",
        "Price put on the risk of an over-age machine; a judgement, not cash",
        low=0,
        high=1,
    )
    risk_score_price_gbp: int = _setting(
        "pounds",
        0,
        "£ a year per point of the entered risk score",
        "Price of keeping a machine with an entered risk score; 0 so that age is not counted twice",
        low=0,
        high=1_000_000,
    )
    hard_age_cap: int | None = _setting(
        "whole", None, "years", "No machine may be older than this; blank for no cap", low=1, high=60
    )
    end_of_support: EndOfSupportPolicy = _setting(
        "choice",
        EndOfSupportPolicy.MUST,
        "",
        "'must': not kept past an end-of-support date inside the plan; 'priced': only its age is priced",
        choices=tuple(EndOfSupportPolicy),
    )
    terminal_value: TerminalValue = _setting(
        "choice",
        TerminalValue.ANNUITY,
        "",
        "Worth of machines still in service when the plan ends: 'annuity' of unused life, 'resale' curve, or 'none'",
        choices=tuple(TerminalValue),
    )
    works_life_years: int = _setting("whole", 20, "years", "Life of enabling works and new rooms", low=1, high=60)
    allow_new_capacity: bool = _setting(
        "yes_no", True, "", "Whether the plan may add machines beyond those registered", "choice"
    )
    allow_retirement: bool = _setting(
        "yes_no",
        False,
        "",
        "Whether the plan may retire a machine without replacing it, where demand is met without it",
        "choice",
    )
    allow_last_machine_retirement: bool = _setting(
        "yes_no", False, "", "Whether a site's last machine of a modality may be retired", "choice"
    )
    first_year_share: Fraction = _setting(
        "share",
        Fraction(50, 100),
        "of a full year",
        "Share of a full year's capacity an added machine gives in its first year",
        low=0,
        high=1,
    )
    new_room_factor: Fraction = _setting(
        "number",
        Fraction(2),
        "times",
        "Works for an added machine in a new room, as a multiple of works in an existing room",
        low=1,
        high=10,
    )
    max_network_projects: int | None = _setting(
        "whole", None, "a year", "Most installations across the network in a year; blank for no limit", low=0
    )
    speed_mph: Fraction = _setting(
        "number", Fraction(30), "mph", "Average road speed between sites where Travel gives no minutes", low=1, high=80
    )
    detour_factor: Fraction = _setting(
        "number", Fraction(13, 10), "times", "Road distance as a multiple of straight-line distance", low=1, high=3
    )
    max_travel_minutes: Fraction = _setting(
        "number", Fraction(45), "minutes", "Sites further apart than this do not serve each other's patients", low=0
    )
    travel_share: Fraction = _setting(
        "share", Fraction(15, 100), "of demand", "Largest share of a site's patients who may be scanned elsewhere",
        low=0, high=1,
    )  # fmt: skip
    travel_price_gbp: int = _setting(
        "pounds",
        15,
        "£ a scan",
        "Price put on a patient scanned at another site; a judgement, not cash",
        low=0,
        high=100_000,
    )
    new_room_first: bool = _setting(
        "yes_no",
        True,
        "",
        "Whether a replacement may be set up in a spare room before the old machine goes, without an outage",
        "choice",
    )
    swap_cover: bool = _setting(
        "yes_no",
        True,
        "",
        "Whether a site's only machine of a modality may be replaced only with a van, a neighbour or an added machine "
        "in its place; which modalities is said in Modalities",
        "choice",
    )
    van_days_a_week: Fraction = _setting(
        "number",
        Fraction(5),
        "days",
        "Days a week on which a van stands in for a machine being replaced",
        low=1,
        high=7,
    )
    unscheduled_away_price_gbp: int = _setting(
        "pounds",
        100,
        "£ a scan",
        "Price put on an unscheduled patient who is not scanned at home; a judgement, not cash",
        low=0,
        high=100_000,
    )
    unmet_price_gbp: int = _setting(
        "pounds",
        300,
        "£ a scan",
        "Price put on a scan beyond the limit of outside providers, on top of the outside price; a judgement, not cash",
        low=0,
        high=100_000,
    )
    waiting_standard_weeks: Fraction = _setting(
        "number",
        Fraction(6),
        "weeks",
        "Diagnostic standard: longest wait for a scan",
        "DM01, six-week standard (King's Fund 2024, Nuffield Trust 2019)",
        low=1,
        high=104,
    )
    waiting_breach_share: Fraction = _setting(
        "share",
        Fraction(1, 100),
        "of patients",
        "Share of patients that may wait longer than the standard",
        "DM01, 99% within six weeks (King's Fund 2024, Nuffield Trust 2019)",
        low=Fraction(1, 1000),
        high=Fraction(1, 2),
    )
    waiting_standard_year: int | None = _setting(
        "year",
        None,
        "financial year",
        "Year by whose end the standard is to be reached; blank for the first year of the plan",
        low=2000,
        high=2100,
    )
    waiting_price_gbp: int = _setting(
        "pounds",
        100,
        "£ a patient and year",
        "Price put on a patient on the list over its target at the end of a year; a judgement, not cash",
        low=0,
        high=100_000,
    )
    hours_per_wte: Fraction = _setting(
        "number", Fraction(75, 2), "hours a week", "Hours of a whole-time equivalent", "NHS Agenda for Change",
        low=1, high=60,
    )  # fmt: skip
    radiographer_productive_share: Fraction = _setting(
        "share", Fraction(80, 100), "of paid hours", "Share of paid hours in which radiographers scan", low=0, high=1
    )
    reporting_productive_share: Fraction = _setting(
        "share", Fraction(55, 100), "of paid hours", "Share of paid hours in which reporters report", low=0, high=1
    )
    turnaround_days: Fraction = _setting(
        "number",
        Fraction(28),
        "days",
        "Longest time from scan to report",
        "NHS England, Diagnostic imaging reporting turnaround times, 2023",
        low=0,
        high=365,
    )
    turnaround_days_unscheduled: Fraction = _setting(
        "number", Fraction(1), "days", "Longest time from scan to report of unscheduled patients", low=0, high=365
    )
    late_report_price_gbp: int = _setting(
        "pounds",
        50,
        "£ a report",
        "Price put on a report over the backlog that turnaround allows, at the end of a year; a judgement, not cash",
        low=0,
        high=100_000,
    )
    failure_price_gbp: int = _setting(
        "pounds",
        0,
        "£ a breakdown",
        "Price put on a serious breakdown, by the failure curve; 0 so that age is not counted twice",
        low=0,
        high=10_000_000,
    )

    @property
    def years(self) -> int:
        """Number of years in the horizon, T."""
        return self.firm_years + self.indicative_years

    @property
    def horizon(self) -> tuple[int, ...]:
        """The financial years of the plan, in order."""
        return tuple(range(self.start_year, self.start_year + self.years))

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Settings:
        """Build settings from checked values by name; names that are absent keep their defaults."""
        return cls(**values)


def settings_specs() -> tuple[SettingSpec, ...]:
    """List every setting, in the order in which the Settings sheet shows them."""
    return tuple(SettingSpec(name=f.name, default=f.default, **f.metadata) for f in fields(Settings))
