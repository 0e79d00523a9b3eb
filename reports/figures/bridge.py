"""From the economic view (real, discounted, ex VAT) to the budget view (cash, charged, in the revenue statement).

Optimism bias is in both views from the start. What neither inflation nor VAT nor accounting explains is the rounding of
each scheme and machine to whole pounds, and stands in the bridge as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.terms import Heading, Route, discount_factors, inflation_factors, year_label
from reports.columns import MONEY
from reports.figures.revenue import NOT_CASH

__all__ = [
    "ALL",
    "CAPITAL_ROUNDING",
    "HEADINGS",
    "RUNNING_ROUNDING",
    "STEPS",
    "SUBTOTALS",
    "bridge_table",
    "rounding_allowed",
    "year_columns",
]

ALL = "All years"
"""Title of the column of totals."""

STEPS: dict[str, tuple[str, str]] = {
    "discounted": ("Economic view", "Cash costs, discounted"),
    "undone": ("Economic view", "Discounting undone"),
    "real": ("Economic view", "Cash costs, real, ex VAT, optimism bias in them"),
    "capital_real": ("Economic view", "Of which capital"),
    "running_real": ("Economic view", "Of which running costs and scans bought"),
    "receipts_real": ("Economic view", "Less trade-in receipts, cost of disposal taken off them"),
    "capital_inflation": ("Capital", "Inflation to the prices of the year"),
    "capital_vat": ("Capital", "VAT"),
    "capital_rounding": ("Capital", "Rounding of each scheme"),
    "purchases": ("Capital", "Purchases charged and paid"),
    "right_of_use": ("Capital", "Right-of-use values charged when contracts begin; rents are paid instead"),
    "charged": ("Capital", "Capital charged to limits"),
    "running_inflation": ("Revenue", "Inflation of running costs"),
    "running_vat": ("Revenue", "VAT that cannot be recovered on rents and charges"),
    "disposal": ("Revenue", "Cost of disposal"),
    "running_rounding": ("Revenue", "Rounding of each machine"),
    "running_cash": ("Revenue", "Running costs paid"),
    "rents": ("Revenue", "Less rents of right-of-use assets, which stand on the balance sheet"),
    "depreciation": ("Revenue", "Depreciation"),
    "loss": ("Revenue", "Loss on disposal, trade-in receipts taken off"),
    "interest": ("Revenue", "Lease interest"),
    "dividend": ("Revenue", "Dividend"),
    "relief": ("Revenue", "Relief for gifts and rebates"),
    "statement": ("Revenue", "Revenue statement"),
}
"""Part and title of each step, in order."""

SUBTOTALS = frozenset({"real", "purchases", "charged", "running_cash", "statement"})
"""Steps that sum those before them."""

CAPITAL_ROUNDING, RUNNING_ROUNDING = "capital_rounding", "running_rounding"

HEADINGS = {
    "running_vat": Heading.VAT,
    "disposal": Heading.DISPOSAL,
    "depreciation": Heading.DEPRECIATION,
    "loss": Heading.LOSS,
    "interest": Heading.INTEREST,
    "dividend": Heading.DIVIDEND,
    "relief": Heading.RELIEF,
}
"""Headings of the revenue statement that are steps of their own."""


def year_columns(plan: Plan) -> list[str]:
    """Names of the columns of money by year, and of all years together."""
    return [f"{MONEY}{name}" for name in (*(year_label(line.year) for line in plan.years), ALL)]


def bridge_table(register: Register, plan: Plan) -> pd.DataFrame:
    """Make the bridge: a row a step, indexed by its name, and a column a year and for all of them."""
    amounts = _amounts(register, plan)
    rows = [(*STEPS[name], *map(float, by_year), float(sum(by_year, Fraction(0)))) for name, by_year in amounts.items()]
    return pd.DataFrame(rows, columns=["part", "step", *year_columns(plan)], index=list(amounts), dtype=object)


def rounding_allowed(plan: Plan) -> tuple[list[int], list[int]]:
    """The most that rounding can explain by year, £: of capital and of running costs.

    Each machine, room or upgrade rounds three amounts of capital; each machine rounds five running costs, each trust
    four kinds of scans bought.
    """
    capital = [
        3 * sum(max(1, scheme.units) for scheme in plan.schemes if any(p.year == line.year for p in scheme.payments))
        for line in plan.years
    ]
    trusts = len({line.trust for line in plan.revenue})
    return capital, [5 * line.machines + 4 * trusts for line in plan.years]


def _amounts(register: Register, plan: Plan) -> dict[str, Sequence[Fraction]]:
    settings, count = register.settings, len(plan.years)
    discount = discount_factors(settings.discount_rate, count)[:count]
    index = inflation_factors(settings.inflation_rate, count)[:count]
    capital = [Fraction(line.capital_real_gbp) for line in plan.years]
    running = [Fraction(line.upkeep_gbp + line.outside_gbp + sum(line.extra_gbp.values())) for line in plan.years]
    receipts = [Fraction(-line.resale_gbp) for line in plan.years]
    real = _sum(capital, running, receipts)
    discounted = [amount * factor for amount, factor in zip(real, discount, strict=True)]
    inflation = [amount * (factor - 1) for amount, factor in zip(capital, index, strict=True)]
    vat = [(amount + more) * settings.vat_rate for amount, more in zip(capital, inflation, strict=True)]
    paid = _paid(plan)
    purchases = [Fraction(paid[line.year, True]) for line in plan.years]
    right_of_use = [Fraction(paid[line.year, False]) for line in plan.years]
    said, rents = _said(plan)
    by_heading = {name: [Fraction(said[line.year, each]) for line in plan.years] for name, each in HEADINGS.items()}
    rented = [Fraction(rents[line.year]) for line in plan.years]
    in_cash = [
        rent + sum(said[line.year, heading] for heading in Heading if heading not in NOT_CASH)
        for line, rent in zip(plan.years, rented, strict=True)
    ]
    more = [amount * (factor - 1) for amount, factor in zip(running, index, strict=True)]
    found: dict[str, Sequence[Fraction]] = {
        "discounted": discounted,
        "undone": _less(real, discounted),
        "real": real,
        "capital_real": capital,
        "running_real": running,
        "receipts_real": receipts,
        "capital_inflation": inflation,
        "capital_vat": vat,
        "capital_rounding": _less(purchases, capital, inflation, vat),
        "purchases": purchases,
        "right_of_use": right_of_use,
        "charged": _sum(purchases, right_of_use),
        "running_inflation": more,
        "running_rounding": _less(in_cash, running, more, by_heading["running_vat"], by_heading["disposal"]),
        "running_cash": in_cash,
        "rents": [-rent for rent in rented],
        "statement": [Fraction(sum(said[line.year, heading] for heading in Heading)) for line in plan.years],
        **by_heading,
    }
    return {name: found[name] for name in STEPS}


def _sum(*parts: Sequence[Fraction]) -> list[Fraction]:
    return [sum(amounts, Fraction(0)) for amounts in zip(*parts, strict=True)]


def _less(whole: Sequence[Fraction], *parts: Sequence[Fraction]) -> list[Fraction]:
    return [amount - sum(taken) for amount, *taken in zip(whole, *parts, strict=True)]


def _paid(plan: Plan) -> Counter[tuple[int, bool]]:
    """Charges by year, purchases and rights of use apart, £ cash."""
    paid: Counter[tuple[int, bool]] = Counter()
    for scheme in plan.schemes:
        for payment in scheme.payments:
            paid[payment.year, payment.route is Route.PURCHASE] += payment.gbp
    return paid


def _said(plan: Plan) -> tuple[Counter[tuple[int, Heading]], Counter[int]]:
    """The revenue statement by year and heading, and rents that are not in it, £ cash."""
    said: Counter[tuple[int, Heading]] = Counter()
    rents: Counter[int] = Counter()
    for line in plan.revenue:
        rents[line.year] += line.lease_rents_gbp
        for heading, gbp in line.amounts_gbp.items():
            said[line.year, heading] += gbp
    return said, rents
