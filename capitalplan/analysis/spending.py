"""Spending each year's money by a rule of thumb, within the same limits as the plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.evaluate import FixedChoices
from capitalplan.analysis.picker import Picker
from capitalplan.analysis.standby import Standby
from capitalplan.finance.classes import Classes
from capitalplan.finance.purse import Charge, Purse
from capitalplan.formulation.additions import Addition, Room
from capitalplan.formulation.charges import schedule_charges, unit_charges
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.rules.works import network_works_limit, site_works_limit
from capitalplan.formulation.schedules import Menu
from capitalplan.register.register import Asset, Register

__all__ = ["Spender"]


class _Books:
    """What is left of money (£ cash) and installations in each year, committed schemes taken off."""

    def __init__(self, register: Register) -> None:
        horizon = register.settings.horizon
        self.classes = Classes.of(register)
        self.purse = Purse(self.classes.limits) if register.sources else None
        self.works = {
            (site, year): site_works_limit(register, site, year) for site in register.sites for year in horizon
        }
        self.network = {year: network_works_limit(register, year) for year in horizon}
        for scheme in register.committed:
            self.install(scheme.site, scheme.year)

    def can_install(self, site: str, year: int) -> bool:
        """Whether site and network can install one more machine in a year."""
        limit = self.network[year]
        return self.works[site, year] >= 1 and (limit is None or limit >= 1)

    def can_pay(self, charges: Sequence[Charge]) -> bool:
        """Whether sources, and totals over them, hold charges; always so where there are no sources."""
        return self.purse is None or self.purse.holds(charges)

    def pay(self, charges: Sequence[Charge]) -> bool:
        """Pay charges; False, and nothing taken, where sources do not hold them."""
        return self.purse is None or self.purse.pay(charges)

    def install(self, site: str, year: int) -> None:
        """Note an installation, whether or not there is room for it."""
        self.works[site, year] -= 1
        limit = self.network[year]
        self.network[year] = None if limit is None else limit - 1

    def buy(self, site: str, year: int, charges: Sequence[Charge]) -> bool:
        """Pay for and install a machine; False, and nothing done, where money or works do not allow it."""
        if not self.can_install(site, year) or not self.pay(charges):
            return False
        self.install(site, year)
        return True


class Spender:
    """Spends money year by year; the formulation's menus must not have been pruned."""

    def __init__(self, formulation: Formulation) -> None:
        self.columns = formulation.columns
        self.register = self.columns.register
        self.books = _Books(self.register)
        self.standby = Standby(self.columns)
        self.committed = {(scheme.asset_id, scheme.year) for scheme in self.register.committed}
        self.schedules = [Picker(menu).idle() for menu in self.columns.table.menus]
        self.second_rooms: Counter[tuple[tuple[str, str], int]] = Counter()
        self.additions: dict[int, int] = {}
        self.rooms: dict[int, int] = {}
        self.settled: set[int] = set()
        for number, menu in enumerate(self.columns.table.menus):
            row = self.schedules[number]
            if menu.figures.charged[row].any() or menu.figures.works[row].any() or not menu.figures.serving[row].all():
                self.settled.add(number)
                self.schedules[number] = self._settle(number, menu)
        self.capacity = self._capacity()

    def spend(self, order: Callable[[Asset], tuple[object, ...]]) -> FixedChoices:
        """Replace what is due, first come in the order first served, and add capacity with what is then left."""
        ranked = sorted(enumerate(self.columns.table.menus), key=lambda item: order(item[1].asset))
        for position, year in enumerate(self.register.settings.horizon):
            for number, menu in ranked:
                if number not in self.settled and menu.asset.due_year <= year:
                    self._replace(number, menu, position)
            self._add(position, year)
        return FixedChoices(schedules=tuple(self.schedules), additions=self.additions, rooms=self.rooms)

    def _settle(self, number: int, menu: Menu) -> int:
        """Set aside what a machine must cost whatever is planned: a lease's end, a lock, the end of support.

        As late as money, works and cover allow; where they never do, as late as may be, and the re-check will say so.
        """
        rows = Picker(menu).idlest()
        least = menu.figures.works[rows[0]].sum()
        alike = (row for row in rows if menu.figures.works[row].sum() == least)
        row = next((row for row in alike if self._fits(menu, row) and self._keeps_cover(number, row)), rows[0])
        for charge in schedule_charges(menu, row, self.books.classes):
            self.books.pay([charge])
        for position, year in enumerate(self.register.settings.horizon):
            if self._installs(menu, row, position, year):
                self.books.install(menu.asset.site, year)
            place = menu.asset.site, menu.asset.modality
            self.second_rooms[place, position] += int(menu.figures.second_room[row, position])
        return row

    def _fits(self, menu: Menu, row: int) -> bool:
        asset = menu.asset
        place = asset.site, asset.modality
        spare = self.register.sites[asset.site].spare_rooms.get(asset.modality, 0)
        return self.books.can_pay(schedule_charges(menu, row, self.books.classes)) and all(
            self.second_rooms[place, position] + menu.figures.second_room[row, position] <= spare
            and (not self._installs(menu, row, position, year) or self.books.can_install(asset.site, year))
            for position, year in enumerate(self.register.settings.horizon)
        )

    def _keeps_cover(self, number: int, row: int) -> bool:
        """Whether someone stands in for every swap of a schedule, and it takes the cover from no other machine."""
        before = self.standby.uncovered(number, self.schedules, self.additions)
        changed = [*self.schedules[:number], row, *self.schedules[number + 1 :]]
        after = self.standby.uncovered(number, changed, self.additions)
        return after <= {(each, year) for each, year in before if each != number}

    def _installs(self, menu: Menu, row: int, position: int, year: int) -> bool:
        """Whether a schedule installs a machine in a year that is not committed, and so not yet in the books."""
        return bool(menu.figures.works[row, position]) and (menu.asset.asset_id, year) not in self.committed

    def _replace(self, number: int, menu: Menu, position: int) -> None:
        asset, year = menu.asset, self.register.settings.horizon[position]
        row = None if asset.like_for_like is None else Picker(menu).replace(position, asset.like_for_like)
        if row is None or not self._keeps_cover(number, row):
            return
        if not self.books.buy(asset.site, year, schedule_charges(menu, row, self.books.classes)):
            return
        figures = menu.figures.capacity
        self.capacity[asset.line, asset.site] += figures[row] - figures[self.schedules[number]]
        self.schedules[number] = row
        self.settled.add(number)

    def _capacity(self) -> dict[tuple[str, str], npt.NDArray[np.int64]]:
        """Scans by year that each (service line, site) can do as things stand."""
        years = self.register.settings.years
        capacity: dict[tuple[str, str], npt.NDArray[np.int64]] = defaultdict(lambda: np.zeros(years, dtype=np.int64))
        for menu, row in zip(self.columns.table.menus, self.schedules, strict=True):
            capacity[menu.asset.line, menu.asset.site] += menu.figures.capacity[row]
        for fixed in self.columns.fixed:
            capacity[fixed.scheme.line, fixed.scheme.site] += fixed.capacity
        return capacity

    def _add(self, position: int, year: int) -> None:
        """Add machines while the worst local shortfall would use at least half of one."""
        open_now = {
            number: each
            for number, each in enumerate(self.columns.additions)
            if each.year == position and each.machine.offer is None
        }
        use = {number: self._use(each, position) for number, each in open_now.items()}
        while use:
            number = max(use, key=lambda each: (use[each], each))
            if 2 * use[number] < 1:
                return
            if self._add_one(number, year):
                place = _place(open_now[number])
                self.capacity[place][position:] += _full_capacity(open_now[number])
                use |= {each: self._use(open_now[each], position) for each in use if _place(open_now[each]) == place}
            else:
                del use[number]

    def _use(self, addition: Addition, position: int) -> float:
        """Demand at a site beyond what its own machines can do in a full year, in machines of an addition's size."""
        place, full = _place(addition), _full_capacity(addition)
        if place not in self.register.demand or not full:
            return 0.0
        return (self.register.demand[place][position] - int(self.capacity[place][position])) / full

    def _add_one(self, number: int, year: int) -> bool:
        addition = self.columns.additions[number]
        build = self._rooms_to_build(addition)
        if build is None:
            return False
        bought: tuple[Addition | Room, ...] = (addition, *(self.columns.rooms[room] for room in build))
        charges = [charge for each in bought for charge in unit_charges(each, self.books.classes)]
        if not self.books.buy(addition.site.code, year, charges):
            return False
        self.additions[number] = self.additions.get(number, 0) + 1
        for room in build:
            self.rooms[room] = self.rooms.get(room, 0) + 1
        return True

    def _rooms_to_build(self, addition: Addition) -> list[int] | None:
        """Numbers of the rooms that must be built for an addition, none or one; None where no more may be built."""
        site, modality = addition.site, addition.option.modality
        place = (site.code, modality)
        added = [(self.columns.additions[number], count) for number, count in self.additions.items()]
        rooms = [(self.columns.rooms[number], count) for number, count in self.rooms.items()]
        standing = sum(count for each, count in added if (each.site.code, each.option.modality) == place)
        standing += max(self.second_rooms[place, year] for year in range(addition.year, self.register.settings.years))
        built = sum(count for each, count in rooms if (each.site.code, each.modality) == place)
        if standing < site.spare_rooms.get(modality, 0) + built:
            return []
        if sum(count for each, count in rooms if each.site.code == site.code) >= site.max_new_rooms:
            return None
        return [
            number
            for number, each in enumerate(self.columns.rooms)
            if (each.site.code, each.modality) == place and each.year == addition.year
        ]


def _place(addition: Addition) -> tuple[str, str]:
    return addition.option.line, addition.site.code


def _full_capacity(addition: Addition) -> int:
    """Scans an added machine can do in a full year, at its best."""
    capacity = addition.machine.capacity
    return int(capacity[1:].max(initial=int(capacity[0])))
