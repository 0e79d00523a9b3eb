"""Whether replacements that are bound to each other fall as the user wants them to."""

from __future__ import annotations

from collections.abc import Mapping

from capitalplan.register.register import Tie
from capitalplan.terms import TieKind, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.schedules import Schedule

__all__ = ["check_ties"]


def check_ties(context: Context, schedules: Mapping[str, Schedule], findings: Findings) -> None:
    """Require every tie to be kept; a committed addition counts as replaced in its year."""
    for tie in context.register.ties:
        first, other = (_replaced(context, schedules, name) for name in (tie.first, tie.other))
        message = (
            f"{tie.first} is tied to {tie.other} ('{tie.kind}'); {tie.first} is {_said(context, first)}, "
            f"{tie.other} is {_said(context, other)}."
        )
        findings.require("ties", _is_kept(tie, first, other), message, place=tie.first)


def _replaced(context: Context, schedules: Mapping[str, Schedule], name: str) -> list[int]:
    """Positions at which something is replaced or, by a committed scheme, added; in order."""
    schedule = schedules.get(name)
    if schedule is not None:
        return [replacement.first for replacement in schedule.replaced]
    scheme = context.committed.get(name)
    return [] if scheme is None else [scheme.year - context.settings.start_year]


def _is_kept(tie: Tie, first: list[int], other: list[int]) -> bool:
    match tie.kind:
        case TieKind.TOGETHER:
            return first[:1] == other[:1]
        case TieKind.AFTER:
            return not first or bool(other and other[0] < first[0])
        case TieKind.APART:
            return not set(first) & set(other)


def _said(context: Context, positions: list[int]) -> str:
    years = ", ".join(year_label(context.year(t)) for t in positions)
    return f"replaced in {years}" if years else "not replaced"
