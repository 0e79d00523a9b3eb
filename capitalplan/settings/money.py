"""Funding, leases, accounting, business cases, fairness and stability."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.settings.service import ServiceSettings
from capitalplan.settings.spec import setting
from capitalplan.terms import Certainty

__all__ = ["MoneySettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySettings(ServiceSettings):
    """How money is counted: sources, limits, routes, the revenue statement, business cases, fairness and stability."""

    funding_certainty: Certainty = setting(
        "choice",
        Certainty.CONFIRMED,
        "",
        "Least certain funding that is counted: 'confirmed' only, with 'bid' also bids, with 'possible' everything",
        choices=tuple(Certainty),
    )
    over_programming_firm: Fraction = setting(
        "share", Fraction(0), "of each limit", "How far the plan may promise more than a limit in firm years",
        low=0, high=1,
    )  # fmt: skip
    over_programming_indicative: Fraction = setting(
        "share", Fraction(0), "of each limit", "How far the plan may promise more than a limit in indicative years",
        low=0, high=1,
    )  # fmt: skip
    slippage_share: Fraction = setting(
        "share",
        Fraction(0),
        "of a year's capital",
        "Capital expected to slip into the next year: the expected outturn is shown with it, the plan is not changed "
        "(NHS capital was underspent by 12% on average in 2010-13 and 6% in 2017/18: NAO 2020)",
        low=0,
        high=1,
    )
    under_use_price: Fraction = setting(
        "share",
        Fraction(1),
        "of each £ short",
        "Price put on money short of a source's minimum use; a judgement, not cash",
        low=0,
        high=100,
    )
    works_paid_before: Fraction = setting(
        "share",
        Fraction(0),
        "of works",
        "Share of enabling works and new rooms paid in the year before commissioning",
        low=0,
        high=1,
    )
    optimism_bias_rooms: Fraction | None = setting(
        "share",
        None,
        "of price",
        "Added to the price of new rooms until an order is placed; blank for that on works",
        "HM Treasury / Mott MacDonald 2002 gives 24% for standard, 51% for non-standard buildings (upper bounds)",
        low=0,
        high=2,
    )
    ifrs16: bool = setting(
        "yes_no",
        True,
        "",
        "Whether the right-of-use value of a lease is charged to capital limits when it starts",
        "NHS England capital guidance: new leases count against capital limits from 1 April 2022",
    )
    lease_rate: Fraction = setting(
        "share",
        Fraction(475, 10_000),
        "a year, nominal",
        "Rate that values a lease whose own rate is not known: enter the one HM Treasury publishes for the year",
        low=0,
        high=Fraction(1, 2),
    )
    lease_rate_date: dt.date | None = setting(
        "date", None, "date", "Date from which the published lease rate holds; for information", "the user's own"
    )
    lease_vat_rate: Fraction = setting(
        "share",
        Fraction(20, 100),
        "of rent",
        "VAT on lease rents that cannot be recovered, charged to revenue",
        "VAT on lease rentals is not recoverable by NHS bodies (CRS VAT Consulting)",
        low=0,
        high=1,
    )
    managed_vat_rate: Fraction = setting(
        "share",
        Fraction(0),
        "of charge",
        "VAT on managed services that cannot be recovered, charged to revenue",
        "recoverable for a genuine managed service (contracted-out services heading; CRS VAT Consulting)",
        low=0,
        high=1,
    )
    dividend_rate: Fraction = setting(
        "share",
        Fraction(35, 1000),
        "a year",
        "Public dividend capital dividend on average relevant net assets, donated and granted assets left out",
        "Hansard, HC 23 October 2003, vol 411 c733W",
        low=0,
        high=Fraction(1, 2),
    )
    months_in_first_year: int = setting(
        "whole",
        12,
        "months",
        "Months of depreciation charged in the year in which an asset is commissioned",
        low=0,
        high=12,
    )
    energy_price_gbp_per_mwh: int = setting(
        "pounds",
        0,
        "£ a MWh",
        "Price of electricity; 0 leaves energy out until the trust's own price is entered",
        "the user's own",
        low=0,
        high=10_000,
    )
    revenue_price: Fraction = setting(
        "share",
        Fraction(1),
        "of each £ over",
        "Price put on revenue over the limits of Revenue limits; a judgement, not cash",
        low=0,
        high=100,
    )
    plan_date: dt.date | None = setting(
        "date",
        None,
        "date",
        "Day from which orders can be placed; blank for the first day of the plan",
        "the user's own",
    )
    new_room_months: int = setting("whole", 11, "months", "From the order of a new room to its use", low=0, high=120)
    fair_unmet_spread: Fraction | None = setting(
        "share",
        None,
        "of demand",
        "Largest difference between trusts in the share of scans bought outside; blank for no bound",
        "the user's own",
        low=0,
        high=1,
    )
    fair_capital_spread: Fraction | None = setting(
        "share",
        None,
        "of fleet value",
        "Largest difference between trusts in capital against the value of their fleet; blank for no bound",
        "the user's own",
        low=0,
        high=100,
    )
    change_price_gbp: int = setting(
        "pounds",
        25_000,
        "£ a scheme",
        "Price put on a scheme that differs from the approved plan; a judgement, not cash",
        low=0,
        high=100_000_000,
    )
    firm_change_price_gbp: int = setting(
        "pounds",
        1_000_000,
        "£ a scheme",
        "The same in firm years: they are left as approved wherever anything else will do; a judgement, not cash",
        low=0,
        high=100_000_000,
    )
