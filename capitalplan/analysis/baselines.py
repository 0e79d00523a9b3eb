"""Other ways of planning under the same limits: do nothing, oldest first, worst first, and the lead's own plan."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from capitalplan.analysis.evaluate import FixedChoices
from capitalplan.analysis.picker import Picker
from capitalplan.finance.committed import draw, sources_of
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.rules.money import free_limits
from capitalplan.formulation.rules.works import network_works_limit, site_works_limit
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.plan import Breach
from capitalplan.register.register import Asset
from capitalplan.terms import OVER_LIMIT, year_label

__all__ = ["business_as_usual", "in_order", "oldest", "own_plan", "worst"]

RETIRE = "retire"


def business_as_usual(formulation: Formulation) -> FixedChoices:
    """No new money: contracts and committed schemes run on, everything else is kept."""
    return FixedChoices(
        schedules=tuple(Picker(menu).idle() for menu in formulation.columns.table.menus), additions={}, rooms={}
    )


def oldest(asset: Asset) -> tuple[object, ...]:
    """Order of the oldest machine first."""
    return (asset.install_year, asset.asset_id)


def worst(asset: Asset) -> tuple[object, ...]:
    """Order of the highest risk score first, the older of two alike."""
    return (-asset.risk_score, asset.install_year, asset.asset_id)


def in_order(formulation: Formulation, order: Callable[[Asset], tuple[object, ...]]) -> FixedChoices:
    """Spend each year's money on machines past their planned life, in order, like for like, while it lasts.

    What is then left adds capacity, each time at the site whose demand exceeds its own machines' capacity most, where
    at least half an added machine would be used, there is a room or one may be built, and money and works allow.
    """
    return _Spender(formulation).spend(order)


def own_plan(formulation: Formulation) -> tuple[FixedChoices, tuple[Breach, ...]] | None:
    """Choices of the lead's planned years and options, with those that no rule allows; None where there are none."""
    menus = formulation.columns.table.menus
    if all(menu.asset.planned_year is None for menu in menus):
        return None
    chosen, breaches = [], []
    for menu in menus:
        row = _planned_row(menu, formulation)
        if row is None:
            breaches.append(_not_allowed(menu, formulation))
        chosen.append(Picker(menu).idle() if row is None else row)
    return FixedChoices(schedules=tuple(chosen), additions={}, rooms={}), tuple(breaches)


def _planned_row(menu: Menu, formulation: Formulation) -> int | None:
    asset, picker = menu.asset, Picker(menu)
    settings = formulation.columns.register.settings
    if asset.planned_year is None or asset.planned_year > settings.horizon[-1]:
        return picker.idle()
    position = asset.planned_year - settings.start_year
    if (asset.planned_option or "").casefold() == RETIRE:
        return picker.retire(position)
    return picker.replace(position, asset.planned_option or asset.like_for_like or "")


def _not_allowed(menu: Menu, formulation: Formulation) -> Breach:
    asset = menu.asset
    reasons = [each.detail for each in formulation.columns.table.removals if each.asset_id == asset.asset_id]
    why = f": {'; '.join(reasons)}" if reasons else ""
    year = year_label(asset.planned_year or 0)
    return Breach(
        rule="choice",
        place=asset.asset_id,
        year=asset.planned_year,
        amount=Fraction(1),
        unit="machines",
        message=f"What is planned for {asset.asset_id} in {year} is not open to it{why}. It is left as it is.",
    )


class _Spender:
    """Keeps the books while money is spent year by year."""

    def __init__(self, formulation: Formulation) -> None:
        self.columns = formulation.columns
        self.register = self.columns.register
        horizon = self.register.settings.horizon
        free = free_limits(self.register)
        self.money = {(name, year): free[name][t] for name in free for t, year in enumerate(horizon)}
        self.works = {
            (site, year): site_works_limit(self.register, site, year)
            for site in self.register.sites
            for year in horizon
        }
        self.network = {year: network_works_limit(self.register, year) for year in horizon}
        for scheme in self.register.committed:
            self._install(scheme.site, scheme.year)
        self.schedules = [Picker(menu).idle() for menu in self.columns.table.menus]
        self.additions: dict[int, int] = {}
        self.rooms: dict[int, int] = {}
        self.settled: set[int] = set()
        for number, menu in enumerate(self.columns.table.menus):
            row = self.schedules[number]
            if menu.figures.charge[row].any() or menu.figures.works[row].any() or not menu.figures.serving[row].all():
                self.settled.add(number)
                self.schedules[number] = self._settle(menu)

    def spend(self, order: Callable[[Asset], tuple[object, ...]]) -> FixedChoices:
        ranked = sorted(enumerate(self.columns.table.menus), key=lambda item: order(item[1].asset))
        for position, year in enumerate(self.register.settings.horizon):
            for number, menu in ranked:
                asset = menu.asset
                if number in self.settled or asset.due_year > year or asset.like_for_like is None:
                    continue
                row = Picker(menu).replace(position, asset.like_for_like)
                charge = None if row is None else int(menu.figures.charge[row, position])
                if row is not None and charge is not None and self._buy(asset.trust, asset.site, year, charge):
                    self.schedules[number] = row
                    self.settled.add(number)
            self._add(position, year)
        return FixedChoices(schedules=tuple(self.schedules), additions=self.additions, rooms=self.rooms)

    def _settle(self, menu: Menu) -> int:
        """Set aside what a machine must cost whatever is planned: a lease's end, a lock, the end of support.

        As late as money and works allow; where they never do, as late as may be, and the re-check will say so.
        """
        rows = Picker(menu).idlest()
        least = menu.figures.works[rows[0]].sum()
        row = next((row for row in rows if menu.figures.works[row].sum() == least and self._fits(menu, row)), rows[0])
        for position, year in enumerate(self.register.settings.horizon):
            charge = int(menu.figures.charge[row, position])
            if charge:
                self._pay(menu.asset.trust, year, charge)
            if menu.figures.works[row, position] and not self._is_committed(menu.asset, year):
                self._install(menu.asset.site, year)
        return row

    def _fits(self, menu: Menu, row: int) -> bool:
        asset = menu.asset
        for position, year in enumerate(self.register.settings.horizon):
            charge = int(menu.figures.charge[row, position])
            if charge > self._purse(asset.trust, year):
                return False
            installs = bool(menu.figures.works[row, position]) and not self._is_committed(asset, year)
            limit = self.network[year]
            if installs and (self.works[asset.site, year] < 1 or (limit is not None and limit < 1)):
                return False
        return True

    def _purse(self, trust: str, year: int) -> float:
        """Money a trust could still spend in a year, £; without limit where there are no sources."""
        names = [source.name for source in sources_of(trust, self.register)]
        if not self.register.sources:
            return math.inf
        return sum(max(0, self.money[name, year]) for name in names)

    def _is_committed(self, asset: Asset, year: int) -> bool:
        return any(scheme.asset_id == asset.asset_id and scheme.year == year for scheme in self.register.committed)

    def _pay(self, trust: str, year: int, charge: int) -> bool:
        if not self.register.sources:
            return True
        names = [source.name for source in sources_of(trust, self.register)]
        purse = {name: self.money[name, year] for name in names}
        if OVER_LIMIT in draw(charge, names, purse):
            return False
        self.money.update({(name, year): amount for name, amount in purse.items()})
        return True

    def _install(self, site: str, year: int) -> None:
        self.works[site, year] -= 1
        limit = self.network[year]
        self.network[year] = None if limit is None else limit - 1

    def _buy(self, trust: str, site: str, year: int, charge: int) -> bool:
        limit = self.network[year]
        if self.works[site, year] < 1 or (limit is not None and limit < 1) or not self._pay(trust, year, charge):
            return False
        self._install(site, year)
        return True

    def _add(self, position: int, year: int) -> None:
        """Add machines while the worst local shortfall would use at least half of one."""
        refused: set[int] = set()
        while True:
            wanted = [
                (shortfall / full, number)
                for number, each in enumerate(self.columns.additions)
                if each.year == position and number not in refused
                if (full := int(each.machine.capacity[1:].max(initial=int(each.machine.capacity[0])))) > 0
                if 2 * (shortfall := self._shortfall(each.option.line, each.site.code, position)) >= full
            ]
            if not wanted:
                return
            _, number = max(wanted)
            if not self._add_one(number, position, year):
                refused.add(number)

    def _add_one(self, number: int, position: int, year: int) -> bool:
        addition = self.columns.additions[number]
        site, modality = addition.site, addition.option.modality
        room, room_charge = None, 0
        standing = sum(
            count
            for each, count in self.additions.items()
            if self.columns.additions[each].site.code == site.code
            and self.columns.additions[each].option.modality == modality
        )
        here = {each: count for each, count in self.rooms.items() if self.columns.rooms[each].site.code == site.code}
        built = sum(count for each, count in here.items() if self.columns.rooms[each].modality == modality)
        if standing >= site.spare_rooms.get(modality, 0) + built:
            if sum(here.values()) >= site.max_new_rooms:
                return False
            room, room_charge = next(
                (each, vintage.charge)
                for each, vintage in enumerate(self.columns.rooms)
                if (vintage.site.code, vintage.modality, vintage.year) == (site.code, modality, position)
            )
        if not self._buy(site.trust, site.code, year, addition.charge + room_charge):
            return False
        self.additions[number] = self.additions.get(number, 0) + 1
        if room is not None:
            self.rooms[room] = self.rooms.get(room, 0) + 1
        return True

    def _shortfall(self, line: str, site: str, position: int) -> int:
        """Demand at a site beyond what its own machines can do in a full year, scans."""
        demand = self.register.demand.get((line, site))
        if demand is None:
            return 0
        own = sum(
            int(menu.figures.capacity[self.schedules[number], position])
            for number, menu in enumerate(self.columns.table.menus)
            if (menu.asset.line, menu.asset.site) == (line, site)
        )
        for number, count in self.additions.items():
            each = self.columns.additions[number]
            if (each.option.line, each.site.code) == (line, site):
                own += count * int(each.machine.capacity[1:].max(initial=int(each.machine.capacity[0])))
        own += sum(
            int(each.capacity[position])
            for each in self.columns.fixed
            if (each.scheme.line, each.scheme.site) == (line, site)
        )
        return demand[position] - own
