"""Two runs side by side: schemes that moved, were added or dropped, and figures with what the gaps leave open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from capitalplan.analysis.price import Basis, Price
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.terms import Action, year_label

__all__ = [
    "NOT_ADDED",
    "NOT_THERE",
    "Figure",
    "MoveKind",
    "SchemeMove",
    "Treatments",
    "compare_plans",
    "cost_difference",
    "figures",
    "treatments",
]

NOT_ADDED = "not added"
NOT_THERE = "not in the register"
_FIGURES = (
    ("Replacements", "replacements", ""),
    ("Additions", "additions", ""),
    ("Upgrades", "upgrades", ""),
    ("Retirements", "retirements", ""),
    ("Machines due and not funded", "not_funded", ""),
    ("Machines over age at the end", "over_age_end", ""),
    ("Capital over the plan", "capital_cash_gbp", "£"),
    ("Limits over the plan", "limits_cash_gbp", "£"),
    ("Cash cost less what remains", "net_cash_cost_gbp", "£"),
    ("Revenue statement, last year", "revenue_end_gbp", "£"),
    ("Scans bought outside", "outside_scans", ""),
    ("Patients waiting at the end", "waiting_end", ""),
)


class MoveKind(StrEnum):
    """How a scheme differs between two runs."""

    MOVED = "moved"
    """Another year, option, offer or action."""
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeMove:
    """A machine, or an option added at a site, that two plans treat differently.

    Attributes
    ----------
    what
        The machine, or option and site.
    first, second
        What the plans do, such as ``replace 2027/28 with CT new by offer A``.
    """

    what: str
    kind: MoveKind
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key figure of two plans, £ where ``unit`` says so."""

    name: str
    unit: str
    first: int | None
    second: int | None


Treatments = Mapping[str, str]
"""What a plan does in words, by machine, or option and site of what is added; machines left alone are ``keep``."""


def treatments(plan: Plan) -> Treatments:
    """Say what a plan does to each machine and adds at each site: action, year, option and offer."""
    parts: dict[str, list[str]] = defaultdict(list)
    for line in sorted(plan.schemes, key=lambda line: (line.year or 0, line.offer or "")):
        if line.asset_id is not None:
            parts[line.asset_id].append(_event(line))
        elif line.option != NEW_ROOM:
            parts[f"{line.option} at {line.site}"].append(_event(line))
    return {what: ", ".join(each) for what, each in parts.items()}


def _event(line: PlannedScheme) -> str:
    if line.year is None:
        return str(line.action)
    units = f" {line.units}" if line.action is Action.ADD else ""
    option = f" with {line.option}" if line.action in (Action.REPLACE, Action.UPGRADE) else ""
    offer = "" if line.offer is None else f" by {line.offer}"
    return f"{line.action}{units} {year_label(line.year)}{option}{offer}"


def compare_plans(first: Plan, second: Plan) -> tuple[SchemeMove, ...]:
    """List the machines and additions that two plans treat differently."""
    ours, theirs = treatments(first), treatments(second)
    machines = {line.asset_id for plan in (first, second) for line in plan.schemes}
    moves = []
    for what in dict.fromkeys([*ours, *theirs]):
        absent = NOT_THERE if what in machines else NOT_ADDED
        was, now = ours.get(what, absent), theirs.get(what, absent)
        kind = _kind(was, now)
        if was != now and kind is not None:
            moves.append(SchemeMove(what=what, kind=kind, first=was, second=now))
    return tuple(sorted(moves, key=lambda move: (list(MoveKind).index(move.kind), move.what)))


def _kind(was: str, now: str) -> MoveKind | None:
    """How a scheme differs; None where neither plan does anything, be the machine in both registers or not."""
    nothing = (Action.KEEP, NOT_THERE, NOT_ADDED)
    if was in nothing:
        return None if now in nothing else MoveKind.ADDED
    return MoveKind.DROPPED if now in nothing else MoveKind.MOVED


def figures(first: Plan, second: Plan) -> tuple[Figure, ...]:
    """Cost, proof, money, patients and capital by year of two plans side by side."""
    plans = (first, second)
    money = (("Whole-life cost", "objective_gbp"), ("Proven bound", "bound_gbp"), ("Gap", "gap_gbp"))
    years = sorted({line.year for plan in plans for line in plan.years})
    capital = [{line.year: sum(line.capital_by_source.values()) for line in plan.years} for plan in plans]
    return (
        *(_figure(name, "£", (getattr(plan, field) for plan in plans)) for name, field in money),
        *(_figure(name, unit, (int(plan.kpis[key]) for plan in plans)) for name, key, unit in _FIGURES),
        *(_figure(f"Capital in {year_label(year)}", "£", (each.get(year) for each in capital)) for year in years),
    )


def _figure(name: str, unit: str, values: Iterable[int | None]) -> Figure:
    first, second = values
    return Figure(name=name, unit=unit, first=first, second=second)


def cost_difference(first: Plan, second: Plan) -> Price | None:
    """How much more the best plan costs in the second than in the first, as far as both are proven.

    The best plan of each lies between its bound and its value, so the difference lies between the second's bound less
    the first's value and the second's value less the first's bound; None where either has no bound.
    """
    if first.bound_gbp is None or second.bound_gbp is None:
        return None
    return Price(
        basis=Basis.EXACT,
        low_gbp=second.bound_gbp - first.objective_gbp,
        high_gbp=second.objective_gbp - first.bound_gbp,
        estimate_gbp=second.objective_gbp - first.objective_gbp,
    )
