"""What is left of each limit, and which limits hold the plan back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from capitalplan.formulation.rules.works import network_works_limit, site_works_limit
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft
from capitalplan.plan.plan import Binding
from capitalplan.register.register import Register
from capitalplan.terms import Action, Timing

__all__ = ["NETWORK", "Headroom", "binding_limits", "cheapest_charge"]

NETWORK = "network"
"""Place of the limit on installations across the network."""
ANY_TRUST = ""

Waiting = dict[int, list[tuple[Draft, int]]]
"""Lines of machines that wait, by financial year, each with the least charge of replacing it then, £ cash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """What a plan leaves of each limit.

    Attributes
    ----------
    money
        £ cash by (source, financial year); empty without sources.
    spent
        £ cash by (source, financial year).
    works
        Installations by (site, financial year), and by (``NETWORK``, financial year) where the network has a limit.
    installed
        Installations done by (site, financial year) and (``NETWORK``, financial year).
    """

    register: Register
    money: Mapping[tuple[str, int], int]
    spent: Mapping[tuple[str, int], int]
    works: Mapping[tuple[str, int], int]
    installed: Mapping[tuple[str, int], int]

    @classmethod
    def of(cls, drafts: Sequence[Draft], payments: Sequence[Mapping[str, int]], register: Register) -> Headroom:
        """Headroom left by the lines of a plan."""
        spent: Counter[tuple[str, int]] = Counter()
        installed: Counter[tuple[str, int]] = Counter()
        for line, paid in zip(drafts, payments, strict=True):
            if line.year is None:
                continue
            for name, amount in paid.items():
                spent[name, line.year] += amount
            if line.action is Action.REPLACE or (line.action is Action.ADD and line.option in register.options):
                installed[line.site, line.year] += line.units
                installed[NETWORK, line.year] += line.units
        horizon = register.settings.horizon
        return cls(
            register=register,
            money={
                (source.name, year): limit - spent[source.name, year]
                for source in register.sources
                for year, limit in zip(horizon, source.limits_gbp, strict=True)
            },
            spent=spent,
            works={
                (place, year): limit - installed[place, year]
                for (place, year), limit in _works_limits(register).items()
            },
            installed=installed,
        )

    def for_trust(self, trust: str, year: int) -> int | None:
        """Money a trust could still spend in a year, own and shared, £ cash; None without limits."""
        if not self.register.sources:
            return None
        return sum(
            max(0, self.money[source.name, year]) for source in self.register.sources if source.trust in (None, trust)
        )

    def can_install(self, site: str, year: int) -> bool:
        """Whether the plan leaves a site, and the network, an installation in a year."""
        return self.works[site, year] > 0 and self.works.get((NETWORK, year), 1) > 0


def binding_limits(choices: Choices, drafts: Sequence[Draft], headroom: Headroom) -> tuple[Binding, ...]:
    """Limits that hold the plan back.

    A money limit binds when machines it could pay for wait in that year, and what is left to their trust, from all of
    its sources, is less than the cheapest of them costs; a works limit when machines wait at the site, or anywhere in
    the network, and no installation is left.
    """
    waiting = _waiting(drafts, headroom.register)
    return (*_money(waiting, headroom), *_works(waiting, headroom), *_rooms(choices, headroom.register))


def _money(waiting: Waiting, headroom: Headroom) -> Iterator[Binding]:
    register = headroom.register
    short: set[tuple[str, int]] = set()
    for year, lines in waiting.items():
        for line, price in lines:
            if (headroom.for_trust(line.trust, year) or 0) < price:
                short |= {(line.trust, year), (ANY_TRUST, year)}
    for source in register.sources:
        for year, limit in zip(register.settings.horizon, source.limits_gbp, strict=True):
            if limit and (source.trust or ANY_TRUST, year) in short:
                yield _binding("money", source.name, year, limit, headroom.spent.get((source.name, year), 0), "£")


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
            price = cheapest_charge(line.menu, year - register.settings.start_year)
            if price is not None:
                waiting[year].append((line, price))
    return waiting


def _waits(line: Draft, register: Register) -> range:
    """Financial years of the plan from that in which a machine is due up to, not including, that of its replacement."""
    end = register.settings.horizon[-1] + 1
    until = line.year if line.year is not None and line.action is Action.REPLACE else end
    return range(max(line.due_year or end, register.settings.start_year), until)


def cheapest_charge(menu: Menu, position: int) -> int | None:
    """Least charge of first replacing a machine in a year (position), £ cash; None where the plan may not do so."""
    rows = np.flatnonzero(menu.figures.first_replaced[:, position])
    first = ((row, next(each for each in menu.events[row] if each.action is Action.REPLACE)) for row in rows)
    charges = (
        int(menu.figures.charge[row, position]) for row, event in first if not menu.machines[event.machine].committed
    )
    return min(charges, default=None)
