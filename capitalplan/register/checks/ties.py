"""Ties: between schemes that exist, and such that a plan can keep them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from capitalplan.register.checks.facts import Facts
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import SchemeRow, TieRow
from capitalplan.terms import Action, ContractKind, Lock, SchemeStatus, TieKind, year_label

__all__ = ["check_ties"]

Tie: TypeAlias = ReadRow[TieRow]
_Fixed: TypeAlias = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class _Bound:
    """A tie whose two ends are known: machines, or committed additions."""

    read: Tie
    first: str
    other: str

    @property
    def kind(self) -> TieKind:
        return self.read.data.tie


def check_ties(facts: Facts) -> Iterator[Issue]:
    """Ties to themselves or to ideas, and ties that no plan can keep, alone or with the others."""
    bound = []
    for read in facts.book.rows(TieRow):
        ends = {}
        for field in ("first", "other"):
            name = getattr(read.data, field)
            end = _end(name, facts)
            if end is not None:
                ends[field] = end
            elif name in facts.schemes:
                yield from _not_tied(read, field, facts.schemes[name])
        if len(ends) < 2:
            continue
        if ends["first"] == ends["other"]:
            yield read.issue("other", f"'{ends['first']}' is tied to itself.", "Name another machine or scheme.")
        elif not set(ends.values()) & set(facts.machines):
            yield read.issue("other", "Neither of the two is a machine: both are committed.", "Remove the tie.")
        else:
            bound.append(_Bound(read, ends["first"], ends["other"]))
    yield from _contradictions(bound, facts)


def _end(name: str, facts: Facts) -> str | None:
    """Machine, or committed addition, that a name stands for."""
    if name in facts.machines:
        return name
    scheme = facts.schemes.get(name)
    if scheme is None or scheme.status is SchemeStatus.IDEA:
        return None
    return scheme.asset_id if scheme.action is Action.REPLACE else name


def _not_tied(read: Tie, field: str, scheme: SchemeRow) -> Iterator[Issue]:
    if scheme.status is SchemeStatus.IDEA:
        message = f"Scheme '{scheme.scheme_id}' is an idea, which is only listed."
        yield read.issue(field, message, "Name the machine instead, or commit the scheme.")


def _contradictions(bound: list[_Bound], facts: Facts) -> Iterator[Issue]:
    """Ties that cannot be kept: machines tied together stand as one."""
    group = {name: name for tie in bound for name in (tie.first, tie.other)}
    fixed = _fixed_years(facts)
    settled = {name: (name, year) for name, year in fixed.items() if name in group}
    for tie in bound:
        if tie.kind is TieKind.TOGETHER and group[tie.first] != group[tie.other]:
            old, new = group[tie.first], group[tie.other]
            if old in settled and new in settled:
                yield from _against_years(tie, settled[old], settled[new])
            elif old in settled:
                settled[new] = settled[old]
            group = {name: new if held == old else held for name, held in group.items()}
    yield from _apart_in_groups(bound, group)
    yield from _cycles(bound, group)
    for tie in bound:
        first, other = group[tie.first], group[tie.other]
        if tie.kind is not TieKind.TOGETHER and first != other and first in settled and other in settled:
            yield from _against_years(tie, settled[first], settled[other])
        yield from _held_back(tie, settled.get(other), fixed)


def _held_back(tie: _Bound, other: _Fixed | None, fixed: Mapping[str, int | None]) -> Iterator[Issue]:
    """Machines that are never replaced because of what they are tied to."""
    if other is None or other[1] is not None or tie.kind is TieKind.APART:
        return
    ends = (tie.first,) if tie.kind is TieKind.AFTER else (tie.first, tie.other)
    held = " and ".join(f"'{name}'" for name in ends if name not in fixed)
    if held:
        message = f"'{other[0]}' is never replaced, so by this tie {held} can never be replaced either."
        fix = "Remove the tie, or the lock or contract of the other machine."
        yield tie.read.issue("tie", message, fix, Severity.WARNING)


def _apart_in_groups(bound: list[_Bound], group: Mapping[str, str]) -> Iterator[Issue]:
    for tie in bound:
        if tie.kind is not TieKind.TOGETHER and group[tie.first] == group[tie.other]:
            message = f"Other ties replace '{tie.first}' and '{tie.other}' together, this one says '{tie.kind}'."
            yield tie.read.issue("tie", message, "Keep one of the ties that contradict each other.")


def _cycles(bound: list[_Bound], group: Mapping[str, str]) -> Iterator[Issue]:
    before: dict[str, set[str]] = defaultdict(set)
    for tie in bound:
        first, other = group[tie.first], group[tie.other]
        if tie.kind is not TieKind.AFTER or first == other:
            continue
        before[first].add(other)
        try:
            TopologicalSorter(before).prepare()
        except CycleError:
            before[first].discard(other)
            message = f"With the ties above it, '{tie.first}' would have to come after itself."
            yield tie.read.issue("tie", message, "Remove one of the ties that lead back to it.")


def _fixed_years(facts: Facts) -> Mapping[str, int | None]:
    """Year in which a machine is replaced, or added, whatever the plan; None where it never is."""
    fixed: dict[str, int | None] = {}
    for asset_id, machine in facts.machines.items():
        row = machine.data
        if row.lock in {Lock.KEEP, Lock.RETIRE} or facts.holding(row) in {
            ContractKind.MANAGED_SERVICE, ContractKind.PFI,
        }:  # fmt: skip
            fixed[asset_id] = None
        elif row.lock is Lock.REPLACE and row.lock_year is not None:
            fixed[asset_id] = row.lock_year
    for scheme_id, scheme in facts.schemes.items():
        if scheme.status is not SchemeStatus.IDEA:
            name = scheme.asset_id if scheme.action is Action.REPLACE else scheme_id
            fixed.setdefault(name or scheme_id, scheme.year)
    return fixed


def _against_years(tie: _Bound, one: _Fixed, two: _Fixed) -> Iterator[Issue]:
    first, other = one[1], two[1]
    kept = {
        TieKind.TOGETHER: first == other,
        TieKind.AFTER: first is None or (other is not None and first > other),
        TieKind.APART: first is None or first != other,
    }[tie.kind]
    if not kept:
        message = f"{_said(*one)} and {_said(*two)}, which the tie '{tie.kind}' does not allow."
        yield tie.read.issue("tie", message, "Remove the tie, or correct the lock in Equipment or the year in Schemes.")


def _said(name: str, year: int | None) -> str:
    return f"'{name}' is never replaced" if year is None else f"'{name}' is fixed to {year_label(year)}"
