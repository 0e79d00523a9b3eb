"""What is left of each limit, and which limits hold the plan back."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capitalplan.finance.bearing import cost_shares
from capitalplan.finance.classes import Classes, PayerClass
from capitalplan.finance.limits import NETWORK, Total
from capitalplan.finance.purse import Purse
from capitalplan.formulation.rules.works import network_works_limit, site_works_limit
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft
from capitalplan.plan.funding import Funding
from capitalplan.plan.plan import Binding, SourceYear
from capitalplan.register.register import Register
from capitalplan.terms import Action, Purpose, Timing

__all__ = ["NETWORK", "Headroom", "binding_limits", "first_replacements"]

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Waiting = dict[int, list[tuple[Draft, Menu]]]
"""Lines of machines that wait, by financial year in which they could be replaced, with their menus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """What a plan leaves of each limit.

    Attributes
    ----------
    sources
        Every funding source in every year; empty without sources.
    classes, purse
        Who may pay for what, and what the plan leaves them.
    works
        Installations by (site, financial year), and by (``NETWORK``, financial year) where the network has a limit.
    installed
        Installations done by (site, financial year) and (``NETWORK``, financial year).
    """

    register: Register
    sources: tuple[SourceYear, ...]
    classes: Classes
    purse: Purse
    works: Mapping[tuple[str, int], int]
    installed: Mapping[tuple[str, int], int]

    @classmethod
    def of(cls, drafts: Sequence[Draft], funding: Funding, register: Register) -> Headroom:
        """Headroom left by the lines of a plan."""
        installed: Counter[tuple[str, int]] = Counter()
        for line in drafts:
            if line.year is None:
                continue
            if line.action is Action.REPLACE or (line.action is Action.ADD and line.option in register.options):
                installed[line.site, line.year] += line.units
                installed[NETWORK, line.year] += line.units
        classes, start = Classes.of(register), register.settings.start_year
        carried = {(each.source, each.year - start): each.carried_out_gbp for each in funding.sources}
        purse = Purse(classes.limits, carried)
        for line, paid in zip(drafts, funding.payments, strict=True):
            if not line.committed:
                purse.take(paid, start)
        return cls(
            register=register,
            sources=funding.sources,
            classes=classes,
            purse=purse,
            works={
                (place, year): limit - installed[place, year]
                for (place, year), limit in _works_limits(register).items()
            },
            installed=installed,
        )

    def can_pay(self, menu: Menu, position: int | None = None) -> Mask:
        """Whether what the plan leaves would pay for each schedule of a machine.

        Parameters
        ----------
        position
            Year to look at; None for every year.
        """
        years = range(self.register.settings.years) if position is None else (position,)
        fits = np.ones(len(menu.events), dtype=bool)
        if not self.register.sources:
            return fits
        for payer, charge in self._borne(menu):
            most = np.array([self.purse.most(payer, year) for year in years])
            fits &= (charge[:, list(years)] <= most).all(axis=1)
        return fits

    def is_short(self, menu: Menu, position: int) -> bool:
        """Whether what the plan leaves would pay for no first replacement of a machine in a year (position)."""
        return not self.can_pay(menu, position)[first_replacements(menu, position)].any()

    def held_back_by(self, menu: Menu, position: int) -> tuple[set[str], list[Total]]:
        """Sources, and totals over them, that leave too little for the cheapest first replacement of a machine."""
        rows = first_replacements(menu, position)
        row = rows[menu.figures.charged[rows, position].argmin()]
        names: set[str] = set()
        totals: list[Total] = []
        for payer, charge in self._borne(menu):
            due = math.floor(charge[row, position])
            if self.purse.most(payer, position, sources_only=True) < due:
                names |= set(payer.sources)
            elif self.purse.most(payer, position) < due:
                totals += self.purse.binding(payer, position, due)
        return names, totals

    def _borne(self, menu: Menu) -> Iterator[tuple[PayerClass, Numbers]]:
        """Charges of each schedule of a machine by year, £ cash, by who may pay them."""
        asset = menu.asset
        shares = {each.trust: float(each.share) for each in cost_shares(self.register, asset.asset_id, asset.site)}
        shares[asset.trust] = shares.get(asset.trust, 0.0) + 1 - sum(shares.values())
        for trust, share in shares.items():
            for route, charge in menu.figures.charge.items():
                yield self.classes.find(trust, asset.modality, Purpose.REPLACEMENT, route), np.asarray(charge * share)

    def can_install(self, site: str, year: int) -> bool:
        """Whether the plan leaves a site, and the network, an installation in a year."""
        return self.works[site, year] > 0 and self.works.get((NETWORK, year), 1) > 0


def binding_limits(choices: Choices, drafts: Sequence[Draft], headroom: Headroom) -> tuple[Binding, ...]:
    """Limits on machines that hold the plan back.

    A money limit binds when machines it could pay for wait in that year, and what the plan leaves would pay for none of
    their replacements: a source that may pay for them where all of these together hold too little, else a capital
    limit or cash that leaves too little of them. A works limit binds when machines wait at the site, or anywhere in the
    network, and no installation is left.
    """
    waiting = _waiting(drafts, headroom.register)
    return (*_money(waiting, headroom), *_works(waiting, headroom), *_rooms(choices, headroom.register))


def _money(waiting: Waiting, headroom: Headroom) -> Iterator[Binding]:
    register = headroom.register
    if not register.sources:
        return
    start = register.settings.start_year
    sources: set[tuple[str, int]] = set()
    totals: set[tuple[str, str | None, int]] = set()
    for year, lines in waiting.items():
        for _, menu in lines:
            if headroom.is_short(menu, year - start):
                short, held = headroom.held_back_by(menu, year - start)
                sources |= {(name, year) for name in short}
                totals |= {(total.kind, total.trust, year) for total in held}
    for each in headroom.sources:
        if each.limit_gbp and (each.source, each.year) in sources:
            yield _binding("money", each.source, each.year, each.planned_limit_gbp, each.paid_gbp, "£")
    for number, total in enumerate(headroom.purse.totals):
        for position, year in enumerate(register.settings.horizon):
            limit = total.limits_gbp[position]
            if limit is not None and (total.kind, total.trust, year) in totals:
                used = limit - headroom.purse.left_of_totals[number, position]
                yield _binding(total.kind, total.place, year, limit, used, "£")


def _works(waiting: Waiting, headroom: Headroom) -> Iterator[Binding]:
    for (place, year), left in headroom.works.items():
        if left <= 0 and any(place in (NETWORK, line.site) for line, _ in waiting[year]):
            used = headroom.installed.get((place, year), 0)
            yield _binding("works", place, year, left + used, used, "installations")


def _rooms(choices: Choices, register: Register) -> Iterator[Binding]:
    built = Counter(room.site.code for room, count in choices.rooms for _ in range(count))
    for site, rooms in sorted(built.items()):
        limit = register.sites[site].max_new_rooms
        if rooms >= limit:
            yield _binding("rooms", site, None, limit, rooms, "rooms")


def _works_limits(register: Register) -> dict[tuple[str, int], int]:
    """Most installations by (site or ``NETWORK``, financial year)."""
    horizon = register.settings.horizon
    limits = {(site, year): site_works_limit(register, site, year) for site in register.sites for year in horizon}
    network = {(NETWORK, year): network_works_limit(register, year) for year in horizon}
    return limits | {key: limit for key, limit in network.items() if limit is not None}


def _binding(rule: str, place: str, year: int | None, amount: int, used: int, unit: str) -> Binding:
    return Binding(rule=rule, place=place, year=year, amount=amount, used=used, unit=unit)


def _waiting(drafts: Sequence[Draft], register: Register) -> Waiting:
    """Machines past their planned life that could be replaced in a year but are not: not at all, or later."""
    waiting: Waiting = {year: [] for year in register.settings.horizon}
    for line in drafts:
        if line.menu is None or line.timing not in (Timing.LATE, Timing.NOT_FUNDED):
            continue
        for year in _waits(line, register):
            if len(first_replacements(line.menu, year - register.settings.start_year)):
                waiting[year].append((line, line.menu))
    return waiting


def _waits(line: Draft, register: Register) -> range:
    """Financial years of the plan from that in which a machine is due up to, not including, that of its replacement."""
    end = register.settings.horizon[-1] + 1
    until = line.year if line.year is not None and line.action is Action.REPLACE else end
    return range(max(line.due_year or end, register.settings.start_year), until)


def first_replacements(menu: Menu, position: int) -> npt.NDArray[np.int64]:
    """Schedules by which a machine is first replaced in a year (position) by the plan's own choice."""
    rows = np.flatnonzero(menu.figures.first_replaced[:, position])
    first = [next(each for each in menu.events[row] if each.action is Action.REPLACE) for row in rows]
    return rows[[not menu.machines[event.machine].committed for event in first]]
