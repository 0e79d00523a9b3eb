"""Everything that may be chosen for a small register, as rows of figures that add up over choices.

What a machine may do, what it costs and what it gives comes from the re-check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from capitalplan.register.register import Asset, Option, Register, Scheme
from capitalplan.terms import Action, ExtraKind
from capitalplan.verify.choice import check_age, check_schedules
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.holdings import Holding, Stint, hold, hold_asset, hold_rooms
from capitalplan.verify.machines.acquired import Acquisition, added
from capitalplan.verify.machines.rooms import new_room
from capitalplan.verify.schedules import Replacement, Schedule, Upgrading
from tests.properties.patients import outage
from tests.properties.programme import Figure
from tests.verify.small_network import row

__all__ = ["Counts", "Tally", "TooManyPlansError"]

MOST_ADDED = 2

Counts = npt.NDArray[np.int64]
Place = tuple[str, str]
"""Service line and site."""


class TooManyPlansError(Exception):
    """The register has more plans than are worth looking at."""


@dataclass(frozen=True, slots=True)
class Block:
    """Where one figure stands in a plan's row of sums: by place, then by year."""

    start: int
    places: tuple[object, ...]
    years: int

    def first(self, *place: object) -> int:
        """Column of the first year of a place that has more than one word."""
        return self.start + self.places.index(place) * self.years

    def at(self, place: object) -> slice:
        """Years of a place."""
        first = self.start + self.places.index(place) * self.years
        return slice(first, first + self.years)


class Tally:
    """Every choice as a row of figures that add up over choices: cost, charges, works, capacity, rooms and so on.

    Attributes
    ----------
    capacity, lost, added_capacity
        Scans, by (service line, site).
    serving
        Registered machines or their replacements in service.
    standing
        Machines in service, added ones included.
    swapped
        Machines replaced in their own room with an outage.
    first, again
        1 in the year of a machine's first replacement, and of every replacement, for machines and additions with ties.
    hours
        Extra hours, by (service line, site, scans an hour).
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.register: Register = context.register
        self.years = context.years
        sites, trusts = tuple(self.register.sites), tuple(self.register.trusts)
        self.places: tuple[Place, ...] = tuple(product(sorted(context.served), sites))
        self.size = 1
        self.charge = self._block(trusts)
        self.works = self._block(sites)
        self.built = self._block(sites)
        self.capacity = self._block(self.places)
        self.lost = self._block(self.places)
        self.added_capacity = self._block(self.places)
        self.serving = self._block(self.places)
        self.standing = self._block(self.places)
        self.new = self._block(self.places)
        self.swapped = self._block(self.places)
        self.crowd = self._block(self.places)
        self.tied = frozenset(name for tie in self.register.ties for name in (tie.first, tie.other))
        self.first = self._block(tuple(sorted(self.tied)))
        self.again = self._block(tuple(sorted(self.tied)))
        self.rates = {place: self._rates(*place) for place in self.places}
        self.hours = self._block(tuple((*place, rate) for place in self.places for rate in sorted(self.rates[place])))
        self.vacating: Counter[Place] = Counter()

    def _block(self, places: tuple[object, ...]) -> Block:
        block = Block(self.size, places, self.years)
        self.size += len(places) * self.years
        return block

    def _rates(self, line: str, site: str) -> frozenset[Fraction]:
        """Scans an hour of machines that may come to work extra hours at a place."""
        if self.register.governing(ExtraKind.HOURS, line, site) is None:
            return frozenset()
        options = [option for option in self.register.options.values() if option.line == line]
        rates = {option.scans_per_hour for option in options}
        for asset in self.context.fleet.get((line, site), ()):
            gains = [*(each.throughput_gain for each in options), *(each.throughput_gain for each in asset.upgrades)]
            rates |= {asset.scans_per_hour, *(asset.scans_per_hour * (1 + gain) for gain in gains)}
        return frozenset(rates)

    def column(self, figure: Figure) -> int:
        """Column of a figure that patients depend on."""
        kind, line, site, rate, t = figure
        blocks = {
            "capacity": self.capacity,
            "lost": self.lost,
            "added capacity": self.added_capacity,
            "swapped": self.swapped,
        }
        if kind == "hours":
            return self.hours.first(line, site, rate) + t
        return blocks[kind].first(line, site) + t

    def choices(self) -> Iterator[Counts]:
        """Yield the rows of one choice after the other: schedules of a machine, additions to a place, rooms."""
        for asset in self.register.assets:
            schedules = list(self._schedules(asset))
            leaves = any(
                each.retired is not None and each.retired < self.context.closing(asset.site) for each in schedules
            )
            self.vacating[asset.line, asset.site] += leaves
            yield self._table([self._schedule(each) for each in schedules])
        for site in self.register.sites:
            for line in sorted(self.context.served):
                yield self._table(list(self._additions(line, site)))
                yield self._table(list(self._rooms(line, site)))

    def committed_additions(self) -> Counts:
        """One row of what is fixed."""
        total = np.zeros((1, self.size), dtype=np.int64)
        for scheme in self.context.committed.values():
            if scheme.asset_id is None:
                first = scheme.year - self.context.settings.start_year
                total[0] += self._addition(self.register.options[scheme.option], scheme.site, first, scheme)
        return total

    def _table(self, rows: Sequence[Counts]) -> Counts:
        return np.array(rows, dtype=np.int64).reshape(len(rows), self.size)

    def _row(self, holding: Holding) -> Counts:
        figures = np.zeros(self.size, dtype=np.int64)
        figures[0] = holding.present_value
        if (place := (holding.line, holding.site)) in self.places:
            figures[self.capacity.at(place)] = holding.capacity
            figures[self.lost.at(place)] = holding.lost
            figures[self.standing.at(place)] = holding.machines
            for rate, hours in holding.extra_hours.items():
                if any(hours):
                    figures[self.hours.at((*place, rate))] = hours
        return figures

    # Schedules

    def _schedules(self, asset: Asset) -> Iterator[Schedule]:
        """Every sequence of events that the re-check allows."""
        lease = self.context.lease(asset)
        ends = self.years if lease is None else max(0, lease.end_year - self.context.settings.start_year)
        closing = self.context.closing(asset.site)
        removals: set[int | None] = {None, *range(self.years)}
        extensions = (None,) if ends >= self.years else (None, ends)
        upgrades = [None, *(Upgrading(t, each) for each in asset.upgrades for t in range(self.years))]
        for extended, upgraded, retired, replaced in product(extensions, upgrades, removals, self._replacements(asset)):
            if retired is None and closing < self.years:
                continue
            if replaced and retired is not None and retired <= replaced[-1].first:
                continue
            leaves = replaced[0].first if replaced else retired
            if upgraded is not None and leaves is not None and upgraded.first >= leaves:
                continue
            schedule = Schedule(
                asset=asset,
                lines=(row(Action.KEEP, of=asset),),
                extended=extended,
                upgraded=upgraded,
                replaced=replaced,
                retired=retired,
            )
            findings = Findings()
            check_schedules(self.context, {asset.asset_id: schedule}, findings)
            check_age(self.context, {asset.asset_id: hold_asset(self.context, schedule)}, findings)
            if not findings.breaches:
                yield schedule

    def _replacements(self, asset: Asset) -> list[tuple[Replacement, ...]]:
        scheme = next(iter(self.context.committed_replacements(asset)), None)
        options = [option for option in self.register.options.values() if option.line == asset.line]
        found: list[tuple[Replacement, ...]] = []
        for count in range(self.context.settings.max_replacements + 1):
            for years in combinations(range(self.years), count):
                for bought_options in product(options, repeat=count):
                    chosen = list(zip(years, bought_options, strict=True))
                    found += [
                        tuple(
                            Replacement(
                                Acquisition(option=each, first=t, scheme=self._fixed(scheme, t, each)),
                                new_room_first and number == 0,
                            )
                            for number, (t, each) in enumerate(chosen)
                        )
                        for new_room_first in ((False, True) if count else (False,))
                    ]
        return found

    def _fixed(self, scheme: Scheme | None, first: int, option: Option) -> Scheme | None:
        is_it = scheme is not None and (self.context.position(scheme.year), scheme.option) == (first, option.name)
        return scheme if is_it else None

    def _schedule(self, schedule: Schedule) -> Counts:
        context, asset = self.context, schedule.asset
        holding = hold_asset(context, schedule)
        figures = self._row(holding)
        charges, works = figures[self.charge.at(asset.trust)], figures[self.works.at(asset.site)]
        works[[each.first for each in schedule.replaced]] = 1
        committed = {each.first for each in schedule.replaced if each.acquired.scheme is not None}
        for stint in holding.stints:
            if stint.machine.first not in committed:
                for (t, _), charge in stint.machine.charges.items():
                    charges[t] += charge
        if asset.asset_id in self.tied and schedule.replaced:
            figures[self.first.at(asset.asset_id)][schedule.replaced[0].first] = 1
            figures[self.again.at(asset.asset_id)][[each.first for each in schedule.replaced]] = 1
        if (place := (asset.line, asset.site)) in self.places:
            figures[self.serving.at(place)] = holding.machines
            crowd = figures[self.crowd.at(place)]
            if schedule.retired is not None and schedule.retired < context.closing(asset.site):
                crowd[schedule.retired :] -= 1
            for each in schedule.replaced:
                if each.new_room_first:
                    crowd[each.first] += 1
                elif outage(self.register, asset):
                    figures[self.swapped.at(place)][each.first] = 1
        return figures

    # Additions and rooms

    def _additions(self, line: str, site: str) -> Iterator[Counts]:
        context = self.context
        options = [each for each in self.register.options.values() if each.line == line and each.can_add]
        months = self.register.lines[line].order_months
        years = [t for t in range(self.years) if context.is_open(site, t) and context.can_be_ordered(months, t)]
        vintages = list(product(options, years)) if context.settings.allow_new_capacity else []
        single = [self._addition(option, site, first, None) for option, first in vintages]
        place = self.register.sites[site]
        most = place.spare_rooms.get(line, 0) + place.max_new_rooms + self.vacating[line, site]
        if single and most > MOST_ADDED:
            raise TooManyPlansError
        yield np.zeros(self.size, dtype=np.int64)
        if most >= 1:
            yield from single
        if most >= 2:
            yield from (one + other for k, one in enumerate(single) for other in single[k:])

    def _addition(self, option: Option, site: str, first: int, scheme: Scheme | None) -> Counts:
        machine = added(self.context, site, Acquisition(option=option, first=first, scheme=scheme))
        until = max(first, self.context.closing(site))
        holding = hold(self.context, site, option.line, [Stint(machine, until)])
        figures = self._row(holding)
        figures[self.works.at(site)][first] = 1
        if scheme is None:
            for (t, _), charge in machine.charges.items():
                figures[self.charge.at(self.register.sites[site].trust)][t] = charge
            figures[self.crowd.at((option.line, site))][first:] = 1
        elif scheme.scheme_id in self.tied:
            figures[self.first.at(scheme.scheme_id)][first] = figures[self.again.at(scheme.scheme_id)][first] = 1
        if (place := (option.line, site)) in self.places:
            figures[self.added_capacity.at(place)] = holding.capacity
            figures[self.new.at(place)] = holding.machines
        return figures

    def _rooms(self, line: str, site: str) -> Iterator[Counts]:
        context = self.context
        works = [each.works_gbp for each in self.register.options.values() if each.modality == line and each.can_add]
        yield np.zeros(self.size, dtype=np.int64)
        if not works or not self.register.sites[site].max_new_rooms or not context.settings.allow_new_capacity:
            return
        for first in range(self.years):
            if context.is_open(site, first) and context.can_be_ordered(context.settings.new_room_months, first):
                room = new_room(context, site, max(works), first)
                figures = self._row(hold_rooms(context, site, room, 1))
                for (t, _), charge in room.charges.items():
                    figures[self.charge.at(self.register.sites[site].trust)][t] = charge
                figures[self.crowd.at((line, site))][first:] = -1
                figures[self.built.at(site)][first] = 1
                yield figures
