"""What stands beside a plan, as cells of tables: other ways of planning, the rules they break, and what moved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from capitalplan.analysis.study import Alternative, Move, PriceTest, Study
from capitalplan.plan.plan import NEW_ROOM, Plan
from capitalplan.register.register import Register
from capitalplan.terms import Action, year_label
from reports.style import count, pounds

__all__ = [
    "ALL_KEPT",
    "breach_cells",
    "comparison_cells",
    "cost_cells",
    "largest_moves",
    "move_cells",
    "moved_cells",
    "price_cells",
]

ALL_KEPT = "every rule kept"
"""Said of a way of planning that could be carried out."""

_SHOWN = 5
_COSTS = (
    "cash_cost_gbp",
    "remaining_value_gbp",
    "age_risk_value_gbp",
    "travel_value_gbp",
    "waiting_value_gbp",
    "left_at_end_gbp",
    "unscheduled_value_gbp",
    "unmet_value_gbp",
    "late_reports_value_gbp",
    "under_use_value_gbp",
    "revenue_over_value_gbp",
    "changes_value_gbp",
)
_FACTORS = {"half": "halved", "double": "doubled"}

Cells = Iterator[tuple[Any, ...]]


def comparison_cells(register: Register, plan: Plan, study: Study) -> Cells:
    """The plan, then every other way: costs, what is done, what patients get, and the rules not kept."""
    yield "This plan", *_key_figures(plan, plan), ALL_KEPT
    for other in study.alternatives:
        broken = len(_breaches(register, other))
        words = f"{count(broken, 'rule')} not kept" if broken else ALL_KEPT
        yield other.title, *_key_figures(other.plan, plan), words


def cost_cells(plan: Plan, study: Study) -> Cells:
    """How the whole-life cost of the plan and of every other way is made up, £ discounted and real."""
    for title, each in (("This plan", plan), *((other.title, other.plan) for other in study.alternatives)):
        cash, left, *judged = (int(each.kpis[name]) for name in _COSTS)
        yield title, cash, -left, *judged, each.objective_gbp


def breach_cells(register: Register, study: Study) -> Cells:
    """Each rule that another way of planning does not keep."""
    for other in study.alternatives:
        for message in _breaches(register, other):
            yield other.title, message


def move_cells(register: Register, study: Study) -> Cells:
    """Each machine and addition treated differently elsewhere, by way of planning, the largest gain first."""
    for other in study.alternatives:
        moves = [move for move in study.moves if move.against == other.name]
        for move in sorted(moves, key=lambda move: -move.gain_gbp):
            site = register.sites[move.site].name if move.site in register.sites else move.site
            what = move.what.removesuffix(f" at {move.site}")
            yield other.title, what, move.modality, site, move.ours, move.theirs, move.gain_gbp, move.at_risk, move.why


def moved_cells(study: Study) -> Cells:
    """How many are treated differently, way by way, and what that gains."""
    for other in study.alternatives:
        moves = [move for move in study.moves if move.against == other.name]
        kinds = Counter(_kind(move) for move in moves)
        at_risk, gain = sum(move.at_risk for move in moves), sum(move.gain_gbp for move in moves)
        yield (other.title, len(moves), *(kinds[kind] for kind in ("here", "there", "other", "added")), at_risk, gain)


def largest_moves(moves: pd.DataFrame) -> pd.DataFrame:
    """The moves that gain most and those that leave a machine over age at most cost, a few for each other way."""
    parts = [
        frame.head(_SHOWN) if not risky else frame.tail(_SHOWN)
        for (_, risky), frame in moves.groupby(["way", "at_risk"], sort=False)
    ]
    shown = pd.concat(parts) if parts else moves
    return moves.loc[sorted(shown.index)].reset_index(drop=True)


def price_cells(tests: tuple[PriceTest, ...]) -> Cells:
    """What halving or doubling each price changes."""
    for test in tests:
        yield (
            test.price,
            test.value,
            _FACTORS.get(test.factor, test.factor),
            test.schemes_changed,
            test.replacements,
            test.additions,
            test.capital_gbp,
            test.gap,
            test.sentence,
        )


def _key_figures(plan: Plan, base: Plan) -> tuple[int, ...]:
    actions: Counter[Action] = Counter()
    for scheme in plan.schemes:
        if scheme.option != NEW_ROOM:
            actions[scheme.action] += scheme.units
    return (
        plan.objective_gbp,
        plan.objective_gbp - base.objective_gbp,
        sum(scheme.capital_gbp for scheme in plan.schemes),
        actions[Action.REPLACE],
        actions[Action.ADD],
        sum(sum(line.outside_scans.values()) for line in plan.years),
        int(plan.kpis["waiting_end"]),
        int(plan.kpis["late_reports_end"]),
        plan.years[-1].over_age,
    )


def _breaches(register: Register, other: Alternative) -> list[str]:
    """Rules not kept, in words; capital that no source pays is said once for each trust."""
    sources = {source.name for source in register.sources}
    over: dict[str, Counter[int]] = defaultdict(Counter)
    unpaid: set[str] = set()
    for scheme in other.plan.schemes if sources else ():
        for payment in scheme.payments:
            if payment.source not in sources:
                over[payment.trust][payment.year] += payment.gbp
                unpaid.add(payment.source)
    names = {code: trust.name for code, trust in register.trusts.items()}
    spent = [f"{names.get(trust, trust)} spends beyond its limits: {_by_year(over[trust])}." for trust in sorted(over)]
    return spent + [breach.message for breach in other.breaches if breach.place not in unpaid]


def _by_year(amounts: Mapping[int, int]) -> str:
    """List amounts by year: ``£1 in 2027/28, £2 in 2029/30``."""
    return ", ".join(f"{pounds(amount)} in {year_label(year)}" for year, amount in sorted(amounts.items()))


def _kind(move: Move) -> str:
    if move.asset_id is None:
        return "added"
    here, there = (str(Action.REPLACE) in words for words in (move.ours, move.theirs))
    if here == there:
        return "other"
    return "here" if here else "there"
