"""A plan in a few lines, for the terminal."""

from __future__ import annotations

from typing import Any

from capitalplan.plan.plan import Breach
from capitalplan.terms import year_label
from capitalplan.verify.findings import pounds
from capitalplan.workflow.running import Outcome

__all__ = ["breach_line", "compared", "outcome_json", "three_lines"]

SCHEMA_VERSION = "1"


def three_lines(outcome: Outcome) -> tuple[str, str, str]:
    """What the plan does, how good it is, and where to read it."""
    plan, study = outcome.planned.plan, outcome.study
    kpis = plan.kpis
    first, last = plan.years[0].year, plan.years[-1].year
    schemes = f"{_count(kpis['replacements'], 'replacement')} and {_count(kpis['additions'], 'addition')}"
    span = f"from {year_label(first)} to {year_label(last)}" if last > first else f"in {year_label(first)}"
    left = f"; due and not funded: {_count(kpis['not_funded'], 'machine')}" if plan.funded else ""
    what = f"{plan.network}: {schemes} {span} for £{kpis['capital_cash_gbp']:,} of capital{left}."
    if not plan.funded:
        what = f"STATEMENT OF NEED, not a funded plan (no Funding sheet). {what}"
    value = f"Whole-life cost {pounds(plan.objective_gbp)}"
    if plan.gap is not None and plan.gap_gbp is not None:
        value += f", within £{plan.gap_gbp:,} ({plan.gap:.2%}) of the best possible under these assumptions"
    rival = next((each for each in study.alternatives if each.name == "oldest first"), None)
    if rival is not None:
        saved = rival.plan.objective_gbp - plan.objective_gbp
        value += f"; {compared(saved)} oldest first under the same limits"
        if plan.capacity:
            ours, theirs = kpis["outside_scans"], rival.plan.kpis["outside_scans"]
            value += f", with {ours:,} scans bought outside against {theirs:,}"
    checked = sum(check.checked for check in outcome.planned.checks)
    where = f"Re-checked from the register alone: {checked:,} checks, no breach. Read {outcome.folder / 'plan.html'}"
    return what, f"{value}.", f"{where}"


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
        "exit_code": outcome.exit_code,
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


def _count(number: object, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number:,} {what}s"
