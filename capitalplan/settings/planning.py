"""Horizon, rates, lives and what the plan may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from capitalplan.settings.spec import setting

__all__ = ["EndOfSupportPolicy", "PlanningSettings", "TerminalValue"]


class TerminalValue(StrEnum):
    """What a machine still in service is worth when the horizon ends."""

    ANNUITY = "annuity"
    RESALE = "resale"
    NONE = "none"


class EndOfSupportPolicy(StrEnum):
    """What an end-of-support date inside the horizon does."""

    MUST = "must"
    PRICED = "priced"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningSettings:
    """Horizon, rates, lives of machines and what the plan may do with them."""

    network_name: str = setting("text", "Imaging network", "", "Name shown on the plan", "the user's own")
    start_year: int = setting(
        "year",
        2026,
        "financial year",
        "First year of the plan",
        "NHS England, Capital guidance 2026/27 to 2029/30",
        low=2000,
        high=2100,
    )
    firm_years: int = setting(
        "whole",
        4,
        "years",
        "Years for which capital limits are firm",
        "NHS England, Capital guidance 2026/27 to 2029/30",
        low=1,
        high=30,
    )
    indicative_years: int = setting(
        "whole",
        5,
        "years",
        "Further years for which limits are indicative",
        "NHS England, Capital guidance 2026/27 to 2029/30",
        low=0,
        high=30,
    )
    discount_rate: Fraction = setting(
        "share",
        Fraction(35, 1000),
        "a year, real",
        "Social time preference rate used to discount costs",
        "HM Treasury, Green Book, Annex 6",
        low=0,
        high=Fraction(1, 2),
    )
    inflation_rate: Fraction = setting(
        "share",
        Fraction(2, 100),
        "a year",
        "Price inflation that turns today's prices into cash before limits are tested",
        low=Fraction(-1, 10),
        high=Fraction(1, 2),
    )
    vat_rate: Fraction = setting(
        "share", Fraction(20, 100), "", "Irrecoverable VAT on purchases, tested against limits", low=0, high=1
    )
    optimism_bias_equipment: Fraction = setting(
        "share",
        Fraction(10, 100),
        "of price",
        "Added to equipment prices until an order is placed",
        "HM Treasury / Mott MacDonald 2002, equipment, lower bound",
        low=0,
        high=2,
    )
    optimism_bias_works: Fraction = setting(
        "share",
        Fraction(24, 100),
        "of price",
        "Added to the price of enabling works until an order is placed",
        "HM Treasury / Mott MacDonald 2002, standard buildings, upper bound",
        low=0,
        high=2,
    )
    weeks_per_year: Fraction = setting(
        "number", Fraction(52), "weeks", "Weeks a year in which machines are staffed", low=1, high=52
    )
    target_utilisation: Fraction = setting(
        "share",
        Fraction(85, 100),
        "of capacity",
        "Share of capacity that today's activity is taken to fill where staffed hours are not given",
        low=Fraction(1, 10),
        high=1,
    )
    max_replacements: int = setting(
        "whole", 2, "per machine", "Most times one machine may be replaced within the horizon", low=0, high=4
    )
    min_years_kept: int = setting(
        "whole", 5, "years", "A machine bought in the plan is kept at least this long", low=1, high=30
    )
    over_age_price: Fraction = setting(
        "share",
        Fraction(4, 100),
        "of like-for-like price a year, per year past planned life",
        "Price put on the risk of an over-age machine; a judgement, not cash",
        low=0,
        high=1,
    )
    risk_score_price_gbp: int = setting(
        "pounds",
        0,
        "£ a year per point of the entered risk score",
        "Price of keeping a machine with an entered risk score; 0 so that age is not counted twice",
        low=0,
        high=1_000_000,
    )
    hard_age_cap: int | None = setting(
        "whole", None, "years", "No machine may be older than this; blank for no cap", low=1, high=60
    )
    end_of_support: EndOfSupportPolicy = setting(
        "choice",
        EndOfSupportPolicy.MUST,
        "",
        "'must': not kept past an end-of-support date inside the plan; 'priced': only its age is priced",
        choices=tuple(EndOfSupportPolicy),
    )
    terminal_value: TerminalValue = setting(
        "choice",
        TerminalValue.ANNUITY,
        "",
        "Worth of machines still in service when the plan ends: 'annuity' of unused life, 'resale' curve, or 'none'",
        choices=tuple(TerminalValue),
    )
    works_life_years: int = setting("whole", 20, "years", "Life of enabling works and new rooms", low=1, high=60)
    allow_new_capacity: bool = setting(
        "yes_no", True, "", "Whether the plan may add machines beyond those registered", "choice"
    )
    allow_retirement: bool = setting(
        "yes_no",
        False,
        "",
        "Whether the plan may retire a machine without replacing it, where demand is met without it",
        "choice",
    )
    allow_last_machine_retirement: bool = setting(
        "yes_no", False, "", "Whether a site's last machine of a modality may be retired", "choice"
    )
    first_year_share: Fraction = setting(
        "share",
        Fraction(50, 100),
        "of a full year",
        "Share of a full year's capacity an added machine gives in its first year",
        low=0,
        high=1,
    )
    new_room_factor: Fraction = setting(
        "number",
        Fraction(2),
        "times",
        "Works for an added machine in a new room, as a multiple of works in an existing room",
        low=1,
        high=10,
    )
    max_network_projects: int | None = setting(
        "whole", None, "a year", "Most installations across the network in a year; blank for no limit", low=0
    )
    failure_price_gbp: int = setting(
        "pounds",
        0,
        "£ a breakdown",
        "Price put on a serious breakdown, by the failure curve; 0 so that age is not counted twice",
        low=0,
        high=10_000_000,
    )
