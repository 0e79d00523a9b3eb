"""What the tables of decisions say, in one sentence."""

from __future__ import annotations

from reports.style import count
from reports.tables import Tables

__all__ = ["REMARK", "decisions"]

REMARK = (
    "What was decided on earlier plans, against what the optimiser chose then. This plan was made to stay close to "
    "what was decided; it departs where that costs less in all, the price put on a change included, or where a rule "
    "leaves no choice. A year or option in place of the planned one was not costed before this plan"
)


def decisions(tables: Tables) -> str:
    """Say how many decisions the plan follows, and how many it does not."""
    outcomes = [str(each) for each in tables.decisions["outcome"]]
    followed = sum(each == "followed" for each in outcomes)
    departed = sum(each.startswith("not followed") for each in outcomes)
    rest = len(outcomes) - followed - departed
    more = f"; {count(rest, 'entry')} without effect on it" if rest else ""
    return f"Of {count(followed + departed, 'decision')}, this plan follows {followed:,} and not {departed:,}{more}"
