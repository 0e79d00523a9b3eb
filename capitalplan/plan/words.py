"""Each line of the plan in words: what happens, and why. Every figure in a sentence is one of the plan's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from capitalplan.finance.limits import Total
from capitalplan.formulation.eligibility import Removal
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft
from capitalplan.plan.headroom import Headroom, first_replacements
from capitalplan.plan.plan import NEW_ROOM
from capitalplan.plan.route_words import acquired_by, against_buying, charged, short_of
from capitalplan.plan.service_words import ServiceWords, part_of
from capitalplan.register.register import Asset
from capitalplan.service.cover import needs_cover
from capitalplan.terms import Action, Timing, year_label

__all__ = ["Narrator"]

NOT_NOW = frozenset({"not before", "contract"})
"""Reasons for which a machine may not be replaced in some years."""
NOT_COVERED = frozenset({"swap cover"})
"""Reason for which nobody could stand in for a machine while it is replaced."""
NOT_KEPT = frozenset({"lock", "contract", "not after", "end of support", "age cap"})
"""Reasons for which a machine may not be kept."""


class Narrator:
    """Writes reasons and sentences for the lines of one plan."""

    def __init__(
        self,
        choices: Choices,
        headroom: Headroom,
        capacity: Mapping[tuple[str, str], tuple[int, ...]],
        service: ServiceWords,
    ) -> None:
        self.choices = choices
        self.register = choices.columns.register
        self.service = service
        self.headroom = headroom
        self.capacity = capacity
        self.removals: dict[str, list[Removal]] = defaultdict(list)
        for removal in choices.columns.table.removals:
            self.removals[removal.asset_id].append(removal)
        self.reach: dict[str, set[str]] = {code: {code} for code in self.register.sites}
        for link in self.register.links:
            self.reach[link.from_site].add(link.to_site)

    def sentence(self, line: Draft) -> str:
        """One sentence a board member understands: what happens."""
        where = self.register.sites[line.site].name
        when = "" if line.year is None else year_label(line.year)
        cost, by = charged(line), acquired_by(line.offer)
        if line.menu is None:
            what = _count(line.units, "new room" if line.option == NEW_ROOM else f"additional {line.option}")
            purpose = f" for {line.modality}" if line.option == NEW_ROOM else ""
            verb = "Already committed: add" if line.committed else "Build" if line.option == NEW_ROOM else "Add"
            return f"{verb} {what}{purpose} at {where} in {when}{by}{',' if by else ''} {cost}."
        machine = f"the {_kind(line.menu.asset)} {line.menu.asset.asset_id} at {where}"
        if line.action is Action.REPLACE:
            verb = "Already committed: replace" if line.committed else "Replace"
            how = ", set up in a spare room before the old machine goes" if line.new_room_first else ""
            bought = f"{verb} {machine} with {line.option} in {when}{by}{',' if by else ''} {cost}"
            return f"{bought}{how}{self.service.cover(line)}."
        if line.action is Action.UPGRADE:
            return f"Upgrade {machine} in {when} {cost}: {line.option}."
        if line.action is Action.RETIRE:
            return f"Retire {machine} in {when} without replacing it."
        if line.action is Action.EXTEND:
            return f"Extend the lease of {machine} in {when}, {cost}."
        return f"Keep {machine}."

    def reason(self, line: Draft) -> str:
        """One sentence: why this, and why then."""
        if line.committed:
            return f"Scheme {line.scheme_id} is already committed and the plan leaves it as it is."
        if line.menu is None:
            return self._why_added(line)
        if line.route == "contract":
            return f"Contract {line.menu.asset.contract_id} renews it, and the plan keeps its hands off."
        if line.action is Action.EXTEND:
            return self._why_extended(line, line.menu)
        if line.action is Action.RETIRE:
            return self._why_retired(line, line.menu)
        if line.action is Action.UPGRADE:
            return self._why_upgraded(line, line.menu)
        why = self._why_kept if line.action is Action.KEEP else self._why_replaced
        return f"{why(line, line.menu)}{self.service.ties_of(line)}."

    def _why_added(self, line: Draft) -> str:
        year = line.year or 0
        if line.option == NEW_ROOM:
            return self._why_room(line)
        horizon, name = self.register.settings.horizon, self.register.options[line.option or ""].line
        near = self.reach[line.site] | {home for home, places in self.reach.items() if line.site in places}
        last = len(horizon) - 1
        demand = sum(self.register.demand.get((name, site), (0,) * len(horizon))[last] for site in near)
        total = sum(self.capacity.get((name, site), (0,) * len(horizon))[last] for site in near)
        return (
            f"From {year_label(year)} it serves its site and those in reach, where {name} demand of {demand:,} scans "
            f"in {year_label(horizon[-1])} meets capacity of {total:,}, this addition included"
            f"{self.service.staff(line)}."
        )

    def _why_room(self, line: Draft) -> str:
        year = line.year or 0
        first = min(
            (
                self.register.settings.horizon[each.year]
                for each, _ in self.choices.additions
                if (each.site.code, each.option.modality) == (line.site, line.modality)
                and self.register.settings.horizon[each.year] >= year
            ),
            default=year,
        )
        is_lost = self.register.sources and not any(each.carry_share for each in self.register.sources)
        since = ", since money left in one year is lost to the next" if is_lost else ""
        ahead = "" if first == year else f"; it is built ahead{since}"
        return f"The {line.modality} added at the site in {year_label(first)} needs a room, and none is spare{ahead}."

    def _why_extended(self, line: Draft, menu: Menu) -> str:
        ends, horizon = f"Lease {menu.asset.contract_id} ends", self.register.settings.horizon
        if any(events and horizon[events[0].year] == line.year for events in menu.events):
            return f"{ends} and extending it fits the plan better than ending it now."
        return f"{ends}, and nothing but extending it is open to the plan."

    def _why_retired(self, line: Draft, menu: Menu) -> str:
        site, asset = self.register.sites[line.site], menu.asset
        if site.closing_year is not None and (line.year or 0) >= site.closing_year:
            return f"Its site, {site.name}, closes in {year_label(site.closing_year)}."
        if asset.lock is not None:
            return "Locked to be retired by the capital lead."
        if asset.contract_id is not None:
            why = "the network can do without the machine"
            if not _can_be_replaced(menu):
                why = "nothing in the catalogue can replace the machine"
            return f"Lease {asset.contract_id} ends and {why}."
        saved = _cost_of_keeping(line, menu)
        return "The network can do without it" + (
            f", which costs £{saved:,} less over the plan for the machine itself." if saved and saved > 0 else "."
        )

    def _why_upgraded(self, line: Draft, menu: Menu) -> str:
        asset, year = menu.asset, line.year or 0
        life = f"its planned life of {asset.life_years} years"
        if year == asset.due_year:
            why = f"Reaches {life} in {year_label(year)}"
        else:
            early = year < asset.due_year
            why = f"{f'Before {life} ends in' if early else f'Past {life} since'} {year_label(asset.due_year)}"
        offered = next(each for each in asset.upgrades if each.name == line.option)
        gains = [_count_years(offered.years_gained) + " of life"] if offered.years_gained else []
        if offered.throughput_gain:
            gains.append(f"{float(100 * offered.throughput_gain):g}% more scans an hour")
        why += f"; it gains {' and '.join(gains)}" if gains else ""
        saved = _cost_of_keeping(line, menu)
        if saved is None:
            return f"{why}; it may not be kept as it is: {self._rules(asset, NOT_KEPT)}."
        change = f"£{abs(saved):,} {'less' if saved >= 0 else 'more'}"
        late = "" if line.timing is Timing.KEPT else f"; its longer life ends in {year_label(line.due_year or 0)}"
        return f"{why}; against keeping it as it is, its own cost over the plan is {change}{late}."

    def _why_kept(self, line: Draft, menu: Menu) -> str:
        """Why a machine stays, without the full stop."""
        asset = menu.asset
        if line.timing is Timing.KEPT:
            return f"Its planned life of {asset.life_years} years runs to {year_label(asset.due_year)}, after the plan"
        if asset.lock is not None:
            return "Locked by the capital lead: not to be touched"
        due = f"Due in {year_label(asset.due_year)}"
        if not _can_be_replaced(menu):
            return f"{due}, but nothing in the catalogue can replace it"
        wait = self._wait(menu, asset.due_year, self.register.settings.horizon[-1] + 1)
        barred, alone = self._rules(asset, NOT_NOW), self._rules(asset, NOT_COVERED)
        if not wait.open and alone:
            return f"{due}, but {alone}"
        if not wait.open and barred:
            return f"{due}, but the plan may not replace it since: {barred}"
        if wait.open and wait.short == wait.open:
            return (
                f"{due}; in every year since, the plan leaves {self._trust(asset)} less money than replacing it "
                f"would cost: {short_of(wait.sources, wait.totals, self.register)}"
            )
        if wait.short or wait.full:
            return f"{due}; since then {self._hindrance(wait, asset)}"
        saving = self._saving_left(menu)
        if saving <= 0:
            return f"{due}, but keeping it costs less over the plan than any replacement that rules and limits allow"
        lost = "scans lost and cover needed" if needs_cover(asset, self.register) else "scans lost"
        return (
            f"{due}; replacing it could save £{saving:,} of its own cost over the plan, which is outweighed by {lost} "
            "meanwhile or lies within the gap to which the plan is proven"
        )

    def _why_replaced(self, line: Draft, menu: Menu) -> str:
        """Why a machine is replaced then, without the full stop."""
        asset, year, due = menu.asset, line.year or 0, line.due_year or 0
        if line.predecessor is not None:
            bought, before = line.predecessor, menu.machines[line.predecessor.machine]
            age = year - self.register.settings.horizon[bought.year]
            since = year_label(self.register.settings.horizon[bought.year])
            if before.offer is not None:
                return f"Replaced again: the {before.offer.route} begun in {since} ends after {_count_years(age)}"
            return (
                f"Replaced again: the machine bought in {since} is then {age} years old, of a planned life of "
                f"{before.life}"
            )
        is_upgraded = due != asset.due_year
        life_text = f"its planned life of {due - asset.install_year} years{', upgrade included' if is_upgraded else ''}"
        if line.timing is Timing.ON_TIME:
            why = f"Reaches {life_text}{',' if is_upgraded else ''} in {year_label(year)}"
        elif line.timing is Timing.EARLY:
            why = f"Aged {year - asset.install_year} in {year_label(year)}, before the end of {life_text}"
        else:
            wait = self._wait(menu, due, year)
            waited = f"; while it waited {self._hindrance(wait, asset, 'left')}" if wait.short or wait.full else ""
            why = f"Past {life_text}{',' if is_upgraded else ''} since {year_label(due)}{waited}"
        saved = _cost_of_keeping(line, menu)
        if saved is None:
            return f"{why}; it may not be kept: {self._rules(asset, NOT_KEPT)}{against_buying(line, menu)}"
        if asset.end_of_support_year == year and not is_upgraded:
            why += f"; its support ends in {year_label(year)}"
        change = f"£{abs(saved):,} {'less' if saved >= 0 else 'more'}"
        gain, instead = self._gain(line, menu), against_buying(line, menu)
        return f"{why}; against keeping it, its own cost over the plan is {change}{gain}{instead}"

    def _gain(self, line: Draft, menu: Menu) -> str:
        kept = _keep_row(menu)
        if kept is None or (menu.asset.line, line.site) not in self.capacity:
            return ""
        scans = int(menu.figures.capacity[line.chosen][-1] - menu.figures.capacity[kept][-1])
        last = year_label(self.register.settings.horizon[-1])
        return f", and it can do {scans:,} more scans in {last}" if scans > 0 else ""

    def _wait(self, menu: Menu, due: int, end: int) -> _Wait:
        """What stood in the way of a machine from the year it was due up to, not including, an end."""
        start = self.register.settings.start_year
        years = short = full = 0
        sources: set[str] = set()
        totals: set[Total] = set()
        for year in range(max(due, start), end):
            if len(first_replacements(menu, year - start)):
                years += 1
                full += not self.headroom.can_install(menu.asset.site, year)
                if self.headroom.is_short(menu, year - start):
                    short += 1
                    names, limits = self.headroom.held_back_by(menu, year - start)
                    sources |= names
                    totals |= set(limits)
        return _Wait(open=years, short=short, full=full, sources=frozenset(sources), totals=frozenset(totals))

    def _saving_left(self, menu: Menu) -> int:
        """Most that a replacement within what is left of all limits would save of a kept machine's own cost, £."""
        asset, figures = menu.asset, menu.figures
        horizon = self.register.settings.horizon
        works = np.array([self.headroom.can_install(asset.site, year) for year in horizon])
        fits = self.headroom.can_pay(menu) & (figures.works <= works).all(axis=1) & figures.works.any(axis=1)
        kept = _keep_row(menu)
        if kept is None or not fits.any():
            return 0
        return int(figures.present_value[kept] - figures.present_value[fits].min())

    def _hindrance(self, wait: _Wait, asset: Asset, leaves: str = "leaves") -> str:
        parts = []
        if wait.short:
            parts.append(
                f"the plan {leaves} {self._trust(asset)} too little money in {part_of(wait.short, wait.open)} "
                f"({short_of(wait.sources, wait.totals, self.register)})"
            )
        if wait.full:
            parts.append(f"its site or the network can install no more in {part_of(wait.full, wait.open)}")
        return " and ".join(parts)

    def _rules(self, asset: Asset, rules: frozenset[str]) -> str:
        """In words, those of the rules that took schedules off a machine's menu."""
        return "; ".join(removal.detail for removal in self.removals[asset.asset_id] if removal.rule in rules)

    def _trust(self, asset: Asset) -> str:
        return self.register.trusts[asset.trust].name


@dataclass(frozen=True, slots=True)
class _Wait:
    """Years in which a machine could have been replaced; of them, years without the money, and without the works.

    ``sources`` and ``totals`` are those that held too little.
    """

    open: int
    short: int
    full: int
    sources: frozenset[str]
    totals: frozenset[Total]


def _keep_row(menu: Menu) -> int | None:
    """Number of the schedule in which nothing is chosen: the machine stays, or stays until its site closes."""
    rows = np.flatnonzero(~menu.figures.works.any(axis=1) & ~menu.figures.vacated.any(axis=1))
    idle = (int(row) for row in rows if all(event.action is not Action.UPGRADE for event in menu.events[row]))
    return next(idle, None)


def _can_be_replaced(menu: Menu) -> bool:
    """Whether anything in the catalogue can take the machine's place."""
    return any(not machine.is_registered for machine in menu.machines)


def _cost_of_keeping(line: Draft, menu: Menu) -> int | None:
    """What keeping the machine throughout would cost over what is planned for it, £; None if it may not be kept."""
    kept = _keep_row(menu)
    return None if kept is None else int(menu.figures.present_value[kept]) - line.schedule_cost_gbp


def _kind(asset: Asset) -> str:
    mobile = "mobile " if asset.mobile else ""
    return f"{mobile}{asset.modality} {asset.subtype}".strip() if asset.subtype else f"{mobile}{asset.modality} machine"


def _count(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} × {what}"


def _count_years(years: int) -> str:
    return "1 year" if years == 1 else f"{years} years"
