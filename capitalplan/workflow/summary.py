"""A plan in a few lines, for the terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from capitalplan.analysis.repair.repair import Repair
from capitalplan.errors import ImpossiblePlanError
from capitalplan.plan.plan import Binding, Breach, Plan
from capitalplan.solution import Status
from capitalplan.terms import year_label
from capitalplan.verify.findings import pounds
from capitalplan.workflow.engines import claims_bound

if TYPE_CHECKING:
    from capitalplan.workflow.running import Outcome

__all__ = ["breach_line", "compared", "impossible_json", "lines", "outcome_json", "shortfall"]

SCHEMA_VERSION = "1"

STAFF_RULES = ("workforce", "reporting")
NETWORK = "network"
MOST_TOLD = 10
"""How many rules that are not kept are told one by one."""
LET_GO = MappingProxyType(
    {
        "waiting": "waiting lists over target",
        "unscheduled": "unscheduled patients not scanned at home",
        "unmet": "scans beyond what outside providers can do",
        "turnaround": "reports late",
        "minimum use": "sources used less than they should be",
        "revenue": "revenue over its limit",
    }
)
"""Rules that may be broken at a price, as users read them."""


def lines(outcome: Outcome) -> tuple[str, ...]:
    """What the plan does, how good it is, how it serves patients where the register says so, and where to read it."""
    checked = sum(check.checked for check in outcome.planned.checks)
    where = f"Re-checked from the register alone: {checked:,} checks, no breach. Read {outcome.folder / 'plan.html'}"
    plan = outcome.planned.plan
    beside = (*_waiting(plan), *_let_go(plan), *_staff(plan), *_covers(plan), *_changes(outcome), *_asked_for(outcome))
    return (*_repaired(outcome), _what(plan), _value(outcome), *beside, where)


def _repaired(outcome: Outcome) -> list[str]:
    """How the input was repaired, where it was."""
    if outcome.repair is None:
        return []
    return [
        f"The input was repaired in a copy, as it has no plan as given. {outcome.repair.title}.",
        *(f"  {words}" for words in outcome.repair.words),
    ]


def _what(plan: Plan) -> str:
    kpis = plan.kpis
    first, last = plan.years[0].year, plan.years[-1].year
    schemes = f"{_count(kpis['replacements'], 'replacement')} and {_count(kpis['additions'], 'addition')}"
    if kpis["upgrades"]:
        schemes = f"{schemes.replace(' and ', ', ')} and {_count(kpis['upgrades'], 'upgrade')}"
    span = f"from {year_label(first)} to {year_label(last)}" if last > first else f"in {year_label(first)}"
    left = f"; due and not funded: {_count(kpis['not_funded'], 'machine')}" if plan.funded else ""
    what = f"{plan.network}: {schemes} {span} for £{kpis['capital_cash_gbp']:,} of capital{left}."
    if not plan.funded:
        what = f"STATEMENT OF NEED, not a funded plan (no Funding sheet). {what}"
    return what


def _value(outcome: Outcome) -> str:
    plan, study = outcome.planned.plan, outcome.study
    value = f"Whole-life cost {pounds(plan.objective_gbp)}"
    if plan.gap is not None and plan.gap_gbp is not None:
        value += f", within £{plan.gap_gbp:,} ({plan.gap:.2%}) of the best possible under these assumptions"
    rival = next((each for each in study.alternatives if each.name == "oldest first"), None)
    if rival is not None:
        saved = rival.plan.objective_gbp - plan.objective_gbp
        rules = ", ".join(sorted({breach.rule for breach in rival.breaches}))
        broken = f" (which does not keep all rules: {rules})" if rules else ""
        value += f"; {compared(saved)} oldest first under the same limits{broken}"
        if plan.capacity:
            ours, theirs = plan.kpis["outside_scans"], rival.plan.kpis["outside_scans"]
            value += f", with {ours:,} scans bought outside against {theirs:,}"
    return f"{value}."


def _waiting(plan: Plan) -> list[str]:
    if not plan.waiting:
        return []
    start, end, target = (plan.kpis[f"waiting_{name}"] for name in ("start", "end", "target_end"))
    weeks = plan.kpis["mean_wait_weeks_end"]
    return [
        f"Waiting lists go from {start:,} patients to {end:,} against a target of {target:,}; the mean wait is then "
        f"about {weeks:.1f} weeks."
    ]


def _let_go(plan: Plan) -> list[str]:
    """Rules that are not kept by a patient, scan or report or more, each at its price."""
    counts = Counter(breach.rule for breach in plan.breaches if breach.amount >= 1)
    told = [
        f"{words} ({_count(counts[rule], 'place and year', 'places and years')})"
        for rule, words in LET_GO.items()
        if counts[rule]
    ]
    if not told:
        return []
    each = [f"  {breach.rule}: {breach.message}" for breach in plan.breaches if breach.amount >= 1]
    rest = [f"  and {_count(len(each) - MOST_TOLD, 'other')}: the page and the workbook list all of them"]
    return [f"Not kept, at a price: {'; '.join(told)}.", *each[:MOST_TOLD], *(rest if len(each) > MOST_TOLD else [])]


def _staff(plan: Plan) -> list[str]:
    """Staff that hold the plan back, and in which years."""
    years: dict[tuple[str, str], list[int]] = defaultdict(list)
    for binding in plan.binding:
        if binding.rule in STAFF_RULES and binding.year is not None:
            years[binding.unit.removesuffix(" hours"), binding.place].append(binding.year)
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (group, place), found in years.items():
        places[group, _span(found)].append("the shared pool" if place == NETWORK else place)
    told = [f"{group}s of {', '.join(names)} in {span}" for (group, span), names in sorted(places.items())]
    return [f"Staff hold the plan back: {'; '.join(told)}."] if told else []


def _span(years: list[int]) -> str:
    first, last = year_label(min(years)), year_label(max(years))
    if len(years) == 1:
        return first
    return f"{first} to {last}" if len(years) == max(years) - min(years) + 1 else f"{len(years)} years from {first} on"


def _covers(plan: Plan) -> list[str]:
    """Swaps of a site's only machine, by who stands in first."""
    first: dict[tuple[str, int], str] = {}
    for cover in plan.covers:
        first.setdefault((cover.asset_id, cover.year), cover.kind)
    if not first:
        return []
    told = ", ".join(f"{number:,} by a {kind}" for kind, number in sorted(Counter(first.values()).items()))
    return [f"Sites with one machine are kept going while it is replaced: {told}."]


def _changes(outcome: Outcome) -> list[str]:
    """What differs from the approved plan, where there is one, and why."""
    causes = outcome.study.change_causes
    if not outcome.planned.register.approved:
        return []
    if not causes:
        return ["The plan is the approved one: no scheme changes."]
    told = [f"{_count(len(causes), 'scheme')} {'differs' if len(causes) == 1 else 'differ'} from the approved plan:"]
    for each in causes:
        change = each.change
        told.append(f"  {change.what}: {change.planned}, approved {change.approved}. {' '.join(each.causes)}")
    return told


def _asked_for(outcome: Outcome) -> list[str]:
    study = outcome.study
    told = [] if study.together is None else list(study.together.sentences)
    told += [] if study.fairness is None else study.fairness.sentences
    return [*told, *(sentence for each in study.challenges for sentence in each.sentences)]


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """Outcome of ``plan`` as one JSON object."""
    plan = outcome.planned.plan
    return {
        "schema_version": SCHEMA_VERSION,
        "run": str(outcome.folder),
        "status": plan.status,
        "funded": plan.funded,
        "objective_gbp": plan.objective_gbp,
        "bound_gbp": plan.bound_gbp,
        "gap": plan.gap,
        "gap_gbp": plan.gap_gbp,
        "kpis": dict(plan.kpis),
        "binding": [_binding_line(each) for each in plan.binding],
        "breaches": [breach_line(each) for each in plan.breaches],
        "cross_check": outcome.agreement or None,
        "alternatives": [
            {
                "name": each.name,
                "objective_gbp": each.plan.objective_gbp,
                "outside_scans": each.plan.kpis["outside_scans"],
                "breaches": [breach.message for breach in each.breaches],
            }
            for each in outcome.study.alternatives
        ],
        "changes": [
            {
                "what": each.change.what,
                "approved": each.change.approved,
                "planned": each.change.planned,
                "price_gbp": each.change.price_gbp,
                "causes": list(each.causes),
            }
            for each in outcome.study.change_causes
        ],
        "asked_for": _asked_for(outcome),
        "repair": None if outcome.repair is None else asdict(outcome.repair),
        "exit_code": outcome.exit_code,
    }


def shortfall(outcome: Outcome) -> tuple[str, ...]:
    """Where the gap shown comes from, unless it is the engine's own, and why it is not the one asked for."""
    solution, status = outcome.planned.solution, outcome.planned.plan.status
    told = []
    if not claims_bound(solution.engine):
        told.append(
            f"{solution.engine} states no bound: the gap is the one that prices of the linear relaxation prove, and "
            "may well be wider than the true one."
        )
    if outcome.exit_code:
        is_stopped = solution.status is not Status.OPTIMAL
        told.append(f"{'Stopped before the gap asked for' if is_stopped else 'Notice'}: {status}.")
    return tuple(told)


def impossible_json(error: ImpossiblePlanError, command: Callable[[str], str]) -> dict[str, Any]:
    """Say as one JSON object why there is no plan, and what would repair the input.

    Parameters
    ----------
    command
        Writes the command that repairs, by its kind.
    """
    return {
        "message": str(error),
        "breaches": [breach_line(each) for each in error.breaches if isinstance(each, Breach)],
        "repairs": [
            {**asdict(each), "command": command(each.kind)} for each in error.repairs if isinstance(each, Repair)
        ],
        "tried": list(error.tried),
        "exit_code": error.exit_code,
    }


def compared(saved: int) -> str:
    """Say what a saving means: ``£5 less than``, ``£5 more than`` or ``the same as``."""
    if not saved:
        return "the same as"
    return f"£{abs(saved):,} {'less' if saved > 0 else 'more'} than"


def breach_line(breach: Breach) -> dict[str, Any]:
    """A breach as JSON."""
    return {
        "rule": breach.rule,
        "place": breach.place,
        "year": None if breach.year is None else year_label(breach.year),
        "amount": float(breach.amount),
        "unit": breach.unit,
        "message": breach.message,
    }


def _binding_line(binding: Binding) -> dict[str, Any]:
    return {
        "rule": binding.rule,
        "place": binding.place,
        "year": None if binding.year is None else year_label(binding.year),
        "amount": binding.amount,
        "used": binding.used,
        "unit": binding.unit,
    }


def _count(number: object, what: str, several: str | None = None) -> str:
    return f"{number} {what}" if number == 1 else f"{number:,} {several or f'{what}s'}"
