"""Why a plan differs from the approved one it was to stay close to: what in the input differs, and bears on a change.

For each change the nearest of these that differs is named: the machine itself (its locks, dates, contract, upgrades,
ties and committed schemes) or what was decided on it; the options and offers it was or is bought by; the money of the
years in which it was or is paid for; its site, demand and extra capacity; the settings. Where none of them differs, it
is another change that moved money, rooms or staff in its years: the change makes room for that one, or takes the room
it left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from capitalplan.analysis.differences import (
    demand_differences,
    field_differences,
    limit_differences,
    setting_differences,
)
from capitalplan.analysis.followed import DecidedLine
from capitalplan.plan.plan import Change, Plan, PlannedScheme
from capitalplan.register.register import Register
from capitalplan.terms import year_label

__all__ = ["ChangeCause", "change_causes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCause:
    """Why a scheme differs from the approved plan.

    Attributes
    ----------
    causes
        What in the input differs and bears on it, each in words; where nothing does, which other changes it makes room
        for or takes the room of.
    follows
        Those other changes, by machine, or option and site.
    """

    change: Change
    causes: tuple[str, ...]
    follows: tuple[str, ...]


def change_causes(
    before: Register, approved: Plan, register: Register, plan: Plan, decided: Sequence[DecidedLine] = ()
) -> tuple[ChangeCause, ...]:
    """Name the causes of each change from the approved plan.

    Parameters
    ----------
    before, approved
        The register the approved plan was made from, and that plan.
    register, plan
        The register as it is now, and the plan that stays close.
    decided
        What was decided on the approved plan.
    """
    cases = [_Case(change, before, approved, register, plan, tuple(decided)) for change in plan.changes]
    near = {case.change: case.nearest() for case in cases}
    return tuple(_cause(case, near, cases) for case in cases)


def _cause(case: _Case, near: Mapping[Change, Sequence[str]], cases: Sequence[_Case]) -> ChangeCause:
    if near[case.change]:
        return ChangeCause(change=case.change, causes=tuple(near[case.change]), follows=())
    others = [other for other in cases if other.change != case.change and case.meets(other)]
    others.sort(key=lambda other: not near[other.change])
    told = {words: other.change.what for other in others for words in case.room(other)}
    if told:
        return ChangeCause(change=case.change, causes=tuple(told), follows=tuple(dict.fromkeys(told.values())))
    return ChangeCause(change=case.change, causes=tuple(case.anywhere()), follows=())


@dataclass(frozen=True)
class _Case:
    """One change, with the lines of both plans that it is about."""

    change: Change
    before: Register
    approved: Plan
    register: Register
    plan: Plan
    decided: tuple[DecidedLine, ...]

    @cached_property
    def was(self) -> tuple[PlannedScheme, ...]:
        return self._lines(self.approved)

    @cached_property
    def now(self) -> tuple[PlannedScheme, ...]:
        return self._lines(self.plan)

    def nearest(self) -> list[str]:
        """What differs, of the nearest kind in which anything does."""
        kinds = (self._decisions, self._machine, self._bought, self._money, self._place, self._settings)
        return next((found for kind in kinds if (found := list(dict.fromkeys(kind())))), [])

    def _decisions(self) -> Iterator[str]:
        """What was decided on the machine itself."""
        for each in self.decided:
            if self.change.asset_id is not None and each.what == self.change.asset_id:
                yield _decision_words(each)

    def meets(self, other: _Case) -> bool:
        """Whether the two may take money, rooms or staff from each other: of one site, or paid by one source."""
        return self.change.site == other.change.site or bool(self._sources & other._sources)

    def room(self, other: _Case) -> Iterator[str]:
        """How it makes room for another change, or takes the room it left."""
        for years, theirs, words in (
            (_years(self.was), _years(other.now), "Makes room in {} for {}"),
            (_years(self.now), _years(other.was), "Takes the room left in {} by {}"),
        ):
            shared = sorted(years & theirs)
            if shared:
                yield f"{words.format(year_label(shared[0]), other.change.what)} ({other.change.planned})."

    def anywhere(self) -> list[str]:
        """What differs anywhere, for a change that nothing near bears on."""
        found = [
            *limit_differences(self.before, self.register),
            *(words for code in self.register.sites for words in demand_differences(self.before, self.register, code)),
        ]
        if found:
            return [f"Nothing near it differs. {found[0]} It is how the whole plan answers that best."]
        if self.decided:
            first = _decision_words(self.decided[0])
            return [f"Nothing near it differs. It is how the whole plan answers what was decided: {first}"]
        gap = "" if self.plan.gap_gbp is None else f", and both plans are proven to within £{self.plan.gap_gbp:,}"
        return [f"Nothing in the input differs: the plan found costs no more with the change{gap}."]

    def _lines(self, plan: Plan) -> tuple[PlannedScheme, ...]:
        change = self.change
        return tuple(
            line
            for line in plan.schemes
            if line.year is not None
            and (
                line.asset_id == change.asset_id
                if change.asset_id is not None
                else line.asset_id is None and f"{line.option} added at {line.site}" == change.what
            )
        )

    @cached_property
    def _trusts(self) -> set[str]:
        return {
            *(line.trust for line in (*self.was, *self.now)),
            *(payment.trust for line in (*self.was, *self.now) for payment in line.payments),
            self.register.sites[self.change.site].trust,
        }

    @cached_property
    def _sources(self) -> set[str]:
        return {
            source.name
            for register in (self.before, self.register)
            for source in register.sources
            if source.trusts & self._trusts
        }

    def _machine(self) -> Iterator[str]:
        name = self.change.asset_id
        if name is None:
            return
        was, now = (
            next((asset for asset in register.assets if asset.asset_id == name), None)
            for register in (self.before, self.register)
        )
        if was is None or now is None:
            yield f"{name} was not in the register of the approved plan."
            return
        yield from field_differences("asset", was, now, name)
        for key in {was.contract_id, now.contract_id} - {None}:
            old, new = (register.contracts.get(key or "") for register in (self.before, self.register))
            yield from field_differences("contract", old, new, f"Contract {key}")
        yield from _listed(
            f"The upgrades offered for {name}",
            (each.name for each in was.upgrades),
            (each.name for each in now.upgrades),
        )
        yield from _listed(
            f"The ties of {name}",
            *(
                (f"{tie.first} {tie.kind} {tie.other}" for tie in register.ties if name in (tie.first, tie.other))
                for register in (self.before, self.register)
            ),
        )
        yield from _listed(
            f"The committed schemes of {name}",
            *(
                (
                    f"{scheme.scheme_id} in {year_label(scheme.year)}"
                    for scheme in register.committed
                    if scheme.asset_id == name
                )
                for register in (self.before, self.register)
            ),
        )

    def _bought(self) -> Iterator[str]:
        for name in dict.fromkeys(line.option for line in (*self.was, *self.now) if line.option is not None):
            was, now = (register.options.get(name) for register in (self.before, self.register))
            yield from field_differences("option", was, now, name)
        for name in dict.fromkeys(line.offer for line in (*self.was, *self.now) if line.offer is not None):
            old, new = (
                next((offer for offer in register.offers if offer.name == name), None)
                for register in (self.before, self.register)
            )
            yield from field_differences("offer", old, new, f"Offer {name}")

    def _money(self) -> Iterator[str]:
        """Limits of the years in which it was to be paid for, or now is; of money it may draw on."""
        years = _years(self.was) | _years(self.now)
        yield from limit_differences(self.before, self.register, trusts=self._trusts, years=years)

    def _place(self) -> Iterator[str]:
        code = self.change.site
        yield from field_differences("site", self.before.sites.get(code), self.register.sites.get(code), f"Site {code}")
        yield from demand_differences(self.before, self.register, code)

    def _settings(self) -> Iterator[str]:
        yield from setting_differences(self.before, self.register)


def _decision_words(line: DecidedLine) -> str:
    return f"{line.who} decided on {line.what}, planned to {line.planned}: {line.decided}."


def _years(lines: Iterable[PlannedScheme]) -> set[int]:
    """Years in which lines happen or are paid for."""
    lines = tuple(lines)
    return {line.year for line in lines if line.year is not None} | {
        payment.year for line in lines for payment in line.payments
    }


def _listed(what: str, was: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    before, after = sorted(was), sorted(now)
    if before != after:
        yield f"{what} are {', '.join(after) or 'none'}, and were {', '.join(before) or 'none'}."
