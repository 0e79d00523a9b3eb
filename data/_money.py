"""Money of a fictional network: funding by source and year, totals beside it, and what suppliers offer."""

from __future__ import annotations

from collections.abc import Iterator

from capitalplan.register.schema import (
    CapitalLimitRow,
    ChallengeRow,
    CostShareRow,
    FrameworkRow,
    FundingRow,
    RevenueLimitRow,
    RouteRow,
    Row,
    SourceRow,
)
from capitalplan.terms import year_label
from data._specification import START_YEAR, YEARS, Money, Network
from data._tables import Cell, Cells

__all__ = ["money_sheets"]


def money_sheets(network: Network) -> Iterator[tuple[type[Row], list[Cells]]]:
    """Sheets on money; those on which a network says nothing have no rows."""
    money = network.money
    yield FundingRow, list(_funding(network))
    yield SourceRow, list(money.sources)
    yield CapitalLimitRow, list(_capital_limits(money))
    yield (
        RevenueLimitRow,
        [
            {"trust_code": trust, "year": year, "limit_gbp": 1_000 * limit}
            for trust, limits in money.revenue_thousands.items()
            for year, limit in zip(_years(), limits, strict=True)
        ],
    )
    yield RouteRow, list(money.routes)
    yield FrameworkRow, list(money.frameworks)
    yield CostShareRow, list(money.cost_shares)
    yield ChallengeRow, list(money.challenges)


def _years() -> Iterator[str]:
    return (year_label(START_YEAR + t) for t in range(YEARS))


def _funding(network: Network) -> Iterator[Cells]:
    for source, limits in network.limits_thousands.items():
        for year, limit in zip(_years(), limits, strict=True):
            owner = network.owners.get(source, "SHARED")
            yield {"source": source, "trust_code": owner, "year": year, "limit_gbp": 1_000 * limit}


def _capital_limits(money: Money) -> Iterator[Cells]:
    for trust in dict.fromkeys((*money.capital_thousands, *money.cash_thousands)):
        for t, year in enumerate(_years()):
            row: dict[str, Cell] = {"trust_code": trust, "year": year}
            if trust in money.capital_thousands:
                row["limit_gbp"] = 1_000 * money.capital_thousands[trust][t]
            if trust in money.cash_thousands:
                row["cash_gbp"] = 1_000 * money.cash_thousands[trust][t]
            yield row
