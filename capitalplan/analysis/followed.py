"""Decisions on a plan beside the plan made after them: what was decided, and whether the plan follows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from capitalplan.decisions import Decision, Ruling, Treatment, standing
from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import ApprovedLine, Register
from capitalplan.terms import Action, year_label

__all__ = ["FOLLOWED", "STANDS", "DecidedLine", "decided_lines", "logged_lines"]

FOLLOWED = "followed"
STANDS = "stands"

_HAPPENS = (Action.REPLACE, Action.RETIRE, Action.UPGRADE, Action.ADD)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedLine:
    """A decision as reports show it.

    Attributes
    ----------
    when, who, ruling, why
        As in the log.
    what
        The machine, or the option and site of an addition.
    planned, decided
        What the optimiser chose and what was decided, in words.
    capital_gbp
        Capital of what the optimiser chose, £ cash; None where it chose nothing.
    outcome
        ``followed``, ``not followed: ...`` with what the later plan does, or why neither can be said; in the log of
        its own run ``stands`` or why it does not.
    """

    when: str
    who: str
    ruling: str
    what: str
    why: str
    planned: str
    decided: str
    capital_gbp: int | None
    outcome: str


def decided_lines(decisions: Sequence[Decision], register: Register, plan: Plan) -> tuple[DecidedLine, ...]:
    """Hold decisions on earlier plans against the plan made after them.

    Parameters
    ----------
    decisions
        In the order in which they were made.
    register, plan
        The plan made after them, and what it was made from, the approved plan as decided in it.
    """
    return _lines(decisions, register, lambda each: _outcome(each, register, plan))


def logged_lines(decisions: Sequence[Decision], register: Register) -> tuple[DecidedLine, ...]:
    """Decisions on a plan as they stand in its log; the outcome of those that count is ``stands``."""
    return _lines(decisions, register, lambda _: STANDS)


def _lines(
    decisions: Sequence[Decision], register: Register, outcome: Callable[[Decision], str]
) -> tuple[DecidedLine, ...]:
    counting = standing(decisions)
    return tuple(
        DecidedLine(
            when=each.when,
            who=each.who,
            ruling=str(each.ruling),
            what=_what(each, register),
            why=each.why,
            planned=each.planned_words,
            decided=each.decided_words,
            capital_gbp=None if each.planned is None else each.planned.capital_gbp,
            outcome=outcome(each) if each in counting else _aside(each),
        )
        for each in decisions
    )


def _what(decision: Decision, register: Register) -> str:
    if decision.asset_id is not None:
        return decision.asset_id
    site = register.sites.get(decision.site)
    treatment = decision.planned or decision.decided
    option = "" if treatment is None else treatment.option
    return f"{option} at {decision.site if site is None else site.name}"


def _aside(decision: Decision) -> str:
    return "a note" if decision.ruling is Ruling.NOTE else "replaced by a later decision"


def _outcome(decision: Decision, register: Register, plan: Plan) -> str:
    decided, horizon = decision.decided, register.settings.horizon
    if decision.asset_id is not None and all(asset.asset_id != decision.asset_id for asset in register.assets):
        return "no longer in the register"
    if decided is not None and decided.year is not None and decided.year not in horizon:
        return f"not in this plan, which runs from {year_label(horizon[0])} to {year_label(horizon[-1])}"
    lines = [line for line in plan.schemes if line.action is not Action.KEEP and _is_about(decision, line)]
    if decided is None or decided.action is Action.KEEP:
        stand = {(line.action, line.option, line.year) for line in register.approved if _is_about(decision, line)}
        lines = [line for line in lines if line.action in _HAPPENS]
        lines = [line for line in lines if (line.action, line.option, line.year) not in stand]
        return f"not followed: planned {_told(lines)}" if lines else FOLLOWED
    return FOLLOWED if any(_is(decided, line) for line in lines) else f"not followed: planned {_told(lines)}"


def _is(decided: Treatment, line: PlannedScheme) -> bool:
    return (decided.action, decided.option, decided.offer, decided.year) == (
        line.action,
        line.option,
        line.offer,
        line.year,
    ) and (decided.action is not Action.ADD or line.units >= decided.units)


def _is_about(decision: Decision, line: PlannedScheme | ApprovedLine) -> bool:
    if decision.asset_id is not None:
        return line.asset_id == decision.asset_id
    treatment = decision.planned or decision.decided
    option = None if treatment is None else treatment.option
    return line.asset_id is None and (line.site, line.option) == (decision.site, option)


def _told(lines: Sequence[PlannedScheme]) -> str:
    words = []
    for line in lines:
        when = "" if line.year is None else f" in {year_label(line.year)}"
        by = "" if line.option is None or line.action is Action.ADD else f" by {line.option}"
        words.append(f"{line.action}{f' {line.units}' if line.action is Action.ADD else ''}{when}{by}")
    return "; ".join(words) or "nothing of it"
