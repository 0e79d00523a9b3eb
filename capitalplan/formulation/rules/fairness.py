"""Fairness: trusts differ by no more than a bound in what is bought outside, and in what they spend on their fleets.

For trust ``g``, with ``lo`` the least share of any trust and ``spread`` the bound:

unmet    ``0 <= sum outside x / demand - lo <= spread`` over the whole plan

capital  ``0 <= (sum charges borne - rebates + committed) / price of the fleet - lo <= spread`` over the whole plan

Trusts without demand, or without a fleet, are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from capitalplan.finance.committed import committed_payments
from capitalplan.formulation.names import slug
from capitalplan.formulation.rows import Part, RowBlock, gather
from capitalplan.formulation.variables import Columns, Spread
from capitalplan.register.register import Register

__all__ = ["capital_spread_rows", "committed_capital", "demand_of_trusts", "fleet_value", "unmet_spread_rows"]

THOUSAND = 1000.0


def unmet_spread_rows(columns: Columns) -> RowBlock:
    """One row a trust with demand, where the spread of scans bought outside is bounded."""
    register = columns.register
    demand = demand_of_trusts(register) if Spread.UNMET in columns.spreads else {}
    rows = {trust: number for number, trust in enumerate(demand)}
    first = columns.starts["shortfalls"]
    found = [
        (rows[trust], first + number, THOUSAND / demand[trust])
        for number, each in enumerate(columns.shortfalls)
        if (trust := register.sites[each.site].trust) in rows
    ]
    return _rows(columns, Spread.UNMET, dict.fromkeys(demand, 0.0), found, register.settings.fair_unmet_spread)


def capital_spread_rows(columns: Columns) -> RowBlock:
    """One row a trust with a fleet, where the spread of capital against it is bounded."""
    register, borne = columns.register, columns.charged
    fleet = fleet_value(register) if Spread.CAPITAL in columns.spreads else {}
    committed = committed_capital(register)
    rows = {trust: number for number, trust in enumerate(fleet)}
    found = [
        (rows[trust], column, gbp / fleet[trust])
        for trust, column, gbp in zip(borne.trust.tolist(), borne.column.tolist(), borne.gbp.tolist(), strict=True)
        if trust in rows
    ]
    spent = {trust: committed[trust] / value for trust, value in fleet.items()}
    return _rows(columns, Spread.CAPITAL, spent, found, register.settings.fair_capital_spread)


def _rows(
    columns: Columns,
    spread: Spread,
    fixed: Mapping[str, float],
    entries: Sequence[tuple[int, int, float]],
    bound: Fraction | None,
) -> RowBlock:
    """Rows of a spread, one a trust.

    Parameters
    ----------
    fixed
        What is not decided of each trust's share.
    entries
        Row, column and share for each unit of the column.
    """
    if bound is None or not fixed:
        return gather("fairness", [], [], [], [])
    count = len(fixed)
    lowest = columns.starts["spreads"] + columns.spreads.index(spread)
    row, column, share = zip(*entries, strict=True) if entries else ((), (), ())
    parts: list[Part] = [
        (np.array(row, dtype=np.int64), np.array(column, dtype=np.int64), np.array(share, dtype=np.float64)),
        (np.arange(count), np.full(count, lowest), -np.ones(count)),
    ]
    lower = 0.0 - np.array(list(fixed.values()))
    return gather("fairness", [f"{spread}.{slug(trust)}" for trust in fixed], lower, lower + float(bound), parts)


def demand_of_trusts(register: Register) -> dict[str, int]:
    """Scans wanted over the plan by trust, trusts with none left out."""
    total: Counter[str] = Counter()
    for (_, site), scans in register.demand.items():
        total[register.sites[site].trust] += sum(scans)
    return {trust: total[trust] for trust in sorted(total) if total[trust]}


def fleet_value(register: Register) -> dict[str, int]:
    """Like-for-like prices of the registered machines by trust, £; trusts without any left out."""
    total: Counter[str] = Counter()
    for asset in register.assets:
        total[asset.trust] += asset.price_gbp
    return {trust: total[trust] for trust in sorted(total) if total[trust]}


def committed_capital(register: Register) -> Counter[str]:
    """Charges of committed schemes over the plan by trust that bears them, £ cash."""
    total: Counter[str] = Counter()
    for payments in committed_payments(register).values():
        for payment in payments:
            total[payment.trust] += payment.gbp
    return total
