"""When there is no plan: which hard rules would have to give, where, when and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from capitalplan.finance.committed import committed_payments
from capitalplan.formulation.elastic import broken_rows, elastic
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.names import slug
from capitalplan.formulation.rules.money import free_limits
from capitalplan.plan.plan import Breach
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions, Solver
from capitalplan.terms import OVER_LIMIT, year_label

__all__ = ["commitments_over_limit", "least_breaches", "no_schedule_left"]

SEARCH_GAP = 0.05
SEARCH_SECONDS = 60.0


def commitments_over_limit(register: Register) -> list[Breach]:
    """Funding limits that committed schemes exceed by themselves, and trusts that have none to pay them from."""
    over = {
        (source, year): -left
        for source, by_year in free_limits(register).items()
        for year, left in zip(register.settings.horizon, by_year, strict=True)
        if left < 0
    }
    for scheme, payment in committed_payments(register).items():
        if OVER_LIMIT in payment:
            over[scheme.trust, scheme.year] = over.get((scheme.trust, scheme.year), 0) + payment[OVER_LIMIT]
    return [_money(place, year, amount, "committed schemes alone exceed it") for (place, year), amount in over.items()]


def no_schedule_left(formulation: Formulation) -> list[Breach]:
    """Machines for which locks, contracts, dates and policies leave nothing that may be done."""
    table = formulation.columns.table
    reasons: dict[str, list[str]] = {}
    for removal in table.removals:
        reasons.setdefault(removal.asset_id, []).append(removal.detail)
    return [
        Breach(
            rule="choice",
            place=menu.asset.asset_id,
            year=None,
            amount=Fraction(1),
            unit="machines",
            message=(
                f"Nothing may be done with {menu.asset.asset_id}, and it may not be kept: "
                f"{'; '.join(reasons.get(menu.asset.asset_id, ['no option in the catalogue can replace it']))}."
            ),
        )
        for menu in table.menus
        if not menu.events
    ]


def least_breaches(formulation: Formulation, solver: Solver) -> list[Breach]:
    """Smallest breach of the hard rules, found by solving with all of them elastic.

    An installation, room or machine too many counts as much as £1,000 too much.
    """
    problem = formulation.problem
    kept = [rule != "cover" for rule in problem.row_rule]
    rules = tuple(rule for rule, keep in zip(problem.row_rule, kept, strict=True) if keep)
    names = tuple(name for name, keep in zip(problem.row_names, kept, strict=True) if keep)
    plain = replace(
        problem,
        matrix=problem.matrix[kept, :],
        row_lower=problem.row_lower[kept],
        row_upper=problem.row_upper[kept],
        row_names=names,
        row_rule=rules,
    )
    twin = elastic(plain, least_breach=True)
    solution = solver(twin, SolveOptions(gap=SEARCH_GAP, time_limit=SEARCH_SECONDS))
    if solution.values is None:
        return []
    register = formulation.columns.register
    places = {
        slug(place): place for place in (*register.trusts, *register.sites, *(each.name for each in register.sources))
    }
    return [_breach(rules[row], names[row], amount, places) for row, amount in broken_rows(plain, solution.values)]


def _breach(rule: str, row: str, amount: float, places: Mapping[str, str]) -> Breach:
    kind, _, rest = row.partition(".")
    where, _, last = rest.rpartition(".")
    year = int(last) if where and last.isdigit() else None
    named = rest if year is None else where
    place = next((name for plain, name in places.items() if named == plain or named.startswith(f"{plain}.")), named)
    if rule == "money":
        return _money(place, year, round(amount * 1000), "the plan cannot do with less")
    number = Fraction(max(1, round(amount)))
    unit = {"works": "installation", "rooms": "room"}.get(rule, "machine") + ("" if number == 1 else "s")
    when = "" if year is None else f" in {year_label(year)}"
    return Breach(
        rule=rule,
        place=place,
        year=year,
        amount=number,
        unit=unit,
        message=f"The limit on {kind.replace('_', ' ')} at {place}{when} is too low by {number} {unit}.",
    )


def _money(place: str, year: int | None, amount: int, why: str) -> Breach:
    when = "" if year is None else f" in {year_label(year)}"
    return Breach(
        rule="money",
        place=place,
        year=year,
        amount=Fraction(amount),
        unit="£",
        message=f"The capital limit of {place}{when} is too low by £{amount:,}: {why}.",
    )
