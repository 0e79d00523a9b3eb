"""Decisions on a made-up plan: one followed, one not, both by people who type what they like."""

from __future__ import annotations

from capitalplan.analysis.followed import FOLLOWED, DecidedLine
from capitalplan.decisions import Ruling
from capitalplan.plan.plan import Plan
from capitalplan.terms import Action

__all__ = ["decided_of"]

WHY = "=1+1 <b>& the ward</b> moves"


def decided_of(plan: Plan) -> tuple[DecidedLine, ...]:
    """Decide on the first two replacements of a plan."""
    replaced = [line for line in plan.schemes if line.action is Action.REPLACE][:2]
    outcomes = (FOLLOWED, "not followed: planned replace in 2031/32")
    return tuple(
        DecidedLine(
            when="2026-11-24T09:00:00+00:00",
            who="<i>A. Lead</i>",
            ruling=Ruling.DEFER,
            what=line.asset_id or "",
            why=WHY,
            planned="replace in 2028/29",
            decided="replace in 2030/31",
            capital_gbp=line.capital_gbp,
            outcome=outcome,
        )
        for line, outcome in zip(replaced, outcomes, strict=False)
    )
