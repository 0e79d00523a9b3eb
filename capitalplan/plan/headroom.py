"""What is left of each limit, and which limits hold the plan back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from capitalplan.formulation.rules.works import site_works_limit
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft
from capitalplan.plan.plan import Binding
from capitalplan.register.register import Register
from capitalplan.terms import Action, Timing

__all__ = ["Headroom", "binding_limits", "cheapest_charge"]


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
        Installations by (site, financial year).
    installed
        Installations done by (site, financial year).
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
                (site, year): site_works_limit(register, site, year) - installed[site, year]
                for site in register.sites
                for year in horizon
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


def binding_limits(choices: Choices, drafts: Sequence[Draft], headroom: Headroom) -> tuple[Binding, ...]:
    """Limits that hold the plan back.

    A money limit binds when machines it could pay for wait in that year, and what is left to their trust, from all of
    its sources, is less than the cheapest of them costs; a works limit when machines wait at the site and no
    installation is left.
    """
    register = headroom.register
    waiting = _waiting(drafts, register)
    found = []
    for source in register.sources:
        for position, year in enumerate(register.settings.horizon):
            cheapest: dict[str, int] = {}
            for line in waiting[year]:
                price = cheapest_charge(line, position)
                if price is not None and source.trust in (None, line.trust):
                    cheapest[line.trust] = min(price, cheapest.get(line.trust, price))
            short = any((headroom.for_trust(trust, year) or 0) < price for trust, price in cheapest.items())
            if short and source.limits_gbp[position]:
                spent = headroom.spent.get((source.name, year), 0)
                found.append(_binding("money", source.name, year, source.limits_gbp[position], spent, "£"))
    for site in register.sites:
        for year in register.settings.horizon:
            if headroom.works[site, year] <= 0 and any(line.site == site for line in waiting[year]):
                limit = site_works_limit(register, site, year)
                used = headroom.installed.get((site, year), 0)
                found.append(_binding("works", site, year, limit, used, "installations"))
    built = Counter(room.site.code for room, count in choices.rooms for _ in range(count))
    for site, rooms in sorted(built.items()):
        if rooms >= register.sites[site].max_new_rooms:
            found.append(_binding("rooms", site, None, register.sites[site].max_new_rooms, rooms, "rooms"))
    return tuple(found)


def _binding(rule: str, place: str, year: int | None, amount: int, used: int, unit: str) -> Binding:
    return Binding(rule=rule, place=place, year=year, amount=amount, used=used, unit=unit)


def _waiting(drafts: Sequence[Draft], register: Register) -> dict[int, list[Draft]]:
    """Machines past their planned life by year: those not renewed at all, and those renewed later."""
    waiting: dict[int, list[Draft]] = {year: [] for year in register.settings.horizon}
    for line in drafts:
        if line.asset is None or line.timing not in (Timing.LATE, Timing.NOT_FUNDED):
            continue
        until = register.settings.horizon[-1] + 1 if line.year is None else line.year
        for year in range(max(line.asset.due_year, register.settings.start_year), until):
            waiting[year].append(line)
    return waiting


def cheapest_charge(line: Draft, position: int) -> int | None:
    """Least charge for replacing a line's machine in a year (position), £ cash; None where nothing can replace it."""
    machines = () if line.menu is None else line.menu.machines[1:]
    return min((int(machine.charges[position]) for machine in machines if not machine.committed), default=None)
