"""The least cost of a small register by looking at every plan there is.

Shares nothing with the planner: what a machine may do and what it costs comes from the re-check, the limits are tested
on sums over whole plans, and patients of at most two sites are placed by hand, the nearest first.
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
from capitalplan.terms import Action, Lock
from capitalplan.verify.choice import check_age, check_schedules
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.holdings import Holding, Stint, hold, hold_asset, hold_rooms
from capitalplan.verify.machines import added, bought, extension_charge, room_charge
from capitalplan.verify.schedules import Replacement, Schedule
from tests.verify.small_network import row

__all__ = ["TooManyPlansError", "least_cost"]

MOST_PLANS = 150_000
MOST_ADDED = 2

Counts = npt.NDArray[np.int64]


class TooManyPlansError(Exception):
    """The register has more plans than are worth looking at."""


def least_cost(register: Register) -> float | None:
    """Least whole-life cost over all plans, £; None where no plan keeps every rule.

    Raises
    ------
    TooManyPlansError
        If there are too many plans to look at.
    """
    tally = _Tally(Context.of(register))
    plans = tally.committed_additions()
    for choices in tally.choices():
        if not len(choices):
            return None
        if len(plans) * len(choices) > MOST_PLANS:
            raise TooManyPlansError
        plans = tally.possible((plans[:, None, :] + choices[None, :, :]).reshape(-1, plans.shape[1]))
    plans = plans[tally.keeps_last_machines(plans) & tally.has_rooms(plans)]
    return float((plans[:, 0] + tally.patients(plans)).min()) if len(plans) else None


@dataclass(frozen=True, slots=True)
class _Block:
    """Where one figure stands in a plan's row of sums: by place, then by year."""

    start: int
    places: tuple[object, ...]
    years: int

    def at(self, place: object) -> slice:
        first = self.start + self.places.index(place) * self.years
        return slice(first, first + self.years)


class _Tally:
    """Every choice as a row of figures that add up over choices: cost, charges, works, capacity, rooms."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.register = context.register
        self.years = context.years
        sites, trusts = tuple(self.register.sites), tuple(self.register.trusts)
        self.places = tuple(product(sorted(context.served), sites))
        self.size = 1
        self.charge = self._block(trusts)
        self.works = self._block(sites)
        self.capacity = self._block(self.places)
        self.lost = self._block(self.places)
        self.serving = self._block(self.places)
        self.crowd = self._block(self.places)
        self.built = self._block(sites)
        self.vacating: Counter[tuple[str, str]] = Counter()

    def _block(self, places: tuple[object, ...]) -> _Block:
        block = _Block(self.size, places, self.years)
        self.size += len(places) * self.years
        return block

    def _row(self, holding: Holding) -> Counts:
        figures = np.zeros(self.size, dtype=np.int64)
        figures[0] = holding.present_value
        if (place := (holding.line, holding.site)) in self.places:
            figures[self.capacity.at(place)] = holding.capacity
            figures[self.lost.at(place)] = holding.lost
        return figures

    # What may be chosen

    def choices(self) -> Iterator[Counts]:
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

    def _table(self, rows: Sequence[Counts]) -> Counts:
        return np.array(rows, dtype=np.int64).reshape(len(rows), self.size)

    def _schedules(self, asset: Asset) -> Iterator[Schedule]:
        """Every sequence of events that the re-check allows."""
        lease = self.context.lease(asset)
        ends = self.years if lease is None else max(0, lease.end_year - self.context.settings.start_year)
        closing = self.context.closing(asset.site)
        removals: set[int | None] = {None, *range(self.years)}
        extensions = (None,) if ends >= self.years else (None, ends)
        for extended, retired, replaced in product(extensions, removals, self._replacements(asset)):
            if retired is None and closing < self.years:
                continue
            if replaced and retired is not None and retired <= replaced[-1].first:
                continue
            schedule = Schedule(
                asset=asset,
                lines=(row(Action.KEEP, of=asset),),
                extended=extended,
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
                    pairs = zip(years, bought_options, strict=True)
                    found.append(tuple(Replacement(t, each, self._fixed(scheme, t, each)) for t, each in pairs))
        return found

    def _fixed(self, scheme: Scheme | None, first: int, option: Option) -> Scheme | None:
        is_it = scheme is not None and (self.context.position(scheme.year), scheme.option) == (first, option.name)
        return scheme if is_it else None

    def _schedule(self, schedule: Schedule) -> Counts:
        context, asset = self.context, schedule.asset
        holding = hold_asset(context, schedule)
        figures = self._row(holding)
        charges, works = figures[self.charge.at(asset.trust)], figures[self.works.at(asset.site)]
        for each in schedule.replaced:
            works[each.first] += 1
            if each.scheme is None:
                charges[each.first] += bought(context, asset, each.option, each.first, None).charge
        lease = context.lease(asset)
        if lease is not None and schedule.extended is not None:
            charges[schedule.extended] += extension_charge(context, lease, schedule.extended)
        if (place := (asset.line, asset.site)) in self.places:
            figures[self.serving.at(place)] = holding.machines
            if schedule.retired is not None and schedule.retired < context.closing(asset.site):
                figures[self.crowd.at(place)][schedule.retired :] -= 1
        return figures

    def _additions(self, line: str, site: str) -> Iterator[Counts]:
        context = self.context
        options = [each for each in self.register.options.values() if each.line == line and each.can_add]
        years = [t for t in range(self.years) if context.is_open(site, t)]
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
        machine = added(self.context, option, first, scheme)
        until = max(first, self.context.closing(site))
        figures = self._row(hold(self.context, site, option.line, [Stint(machine, until)]))
        figures[self.works.at(site)][first] = 1
        if scheme is None:
            figures[self.charge.at(self.register.sites[site].trust)][first] = machine.charge
            figures[self.crowd.at((option.line, site))][first:] = 1
        return figures

    def _rooms(self, line: str, site: str) -> Iterator[Counts]:
        context = self.context
        works = [each.works_gbp for each in self.register.options.values() if each.modality == line and each.can_add]
        yield np.zeros(self.size, dtype=np.int64)
        if not works or not self.register.sites[site].max_new_rooms or not context.settings.allow_new_capacity:
            return
        for first in range(self.years):
            if context.is_open(site, first):
                figures = self._row(hold_rooms(context, site, max(works), first, 1))
                figures[self.charge.at(self.register.sites[site].trust)][first] = room_charge(
                    context, max(works), first
                )
                figures[self.crowd.at((line, site))][first:] = -1
                figures[self.built.at(site)][first] = 1
                yield figures

    # What is committed, and what the rules allow

    def committed_additions(self) -> Counts:
        total = np.zeros((1, self.size), dtype=np.int64)
        for scheme in self.context.committed.values():
            if scheme.asset_id is None:
                first = scheme.year - self.context.settings.start_year
                total[0] += self._addition(self.register.options[scheme.option], scheme.site, first, scheme)
        return total

    def possible(self, plans: Counts) -> Counts:
        """Plans that can still be finished: what only ever grows is within its limit."""
        keeps = np.ones(len(plans), dtype=bool)
        settings, schemes = self.context.settings, self.context.committed.values()
        for t in range(self.years):
            fixed = [scheme.site for scheme in schemes if scheme.year == settings.start_year + t]
            works = {code: plans[:, self.works.at(code)][:, t] for code in self.register.sites}
            for code, site in self.register.sites.items():
                keeps &= works[code] <= max(site.max_installations, fixed.count(code))
            if settings.max_network_projects is not None:
                keeps &= sum(works.values()) <= max(settings.max_network_projects, len(fixed))
            if self.register.sources:
                keeps &= self._affordable(plans, t)
        for code, site in self.register.sites.items():
            keeps &= plans[:, self.built.at(code)].sum(axis=1) <= site.max_new_rooms
        return plans[keeps]

    def _affordable(self, plans: Counts, t: int) -> npt.NDArray[np.bool_]:
        """Whether shared sources cover what each trust cannot pay of its own; committed schemes are paid first."""
        left = {source.name: source.limits_gbp[t] for source in self.register.sources}
        owner = {source.name: source.trust for source in self.register.sources}
        due = [s for s in self.context.committed.values() if s.year == self.context.year(t)]
        for scheme in sorted(due, key=lambda scheme: (scheme.source is None, scheme.scheme_id)):
            names = sorted((n for n in left if owner[n] in (None, scheme.trust)), key=lambda n: (owner[n] is None, n))
            amount = scheme.capital_gbp
            for name in names if scheme.source is None else [scheme.source]:
                part = min(amount, left[name]) if name != (scheme.source or names[-1]) else amount
                left[name] -= part
                amount -= part
        if min(left.values()) < 0:
            return np.zeros(len(plans), dtype=bool)
        shared = sum(amount for name, amount in left.items() if owner[name] is None)
        wanted = np.zeros(len(plans), dtype=np.int64)
        for trust in self.register.trusts:
            own = sum(amount for name, amount in left.items() if owner[name] == trust)
            wanted += np.maximum(0, plans[:, self.charge.at(trust)][:, t] - own)
        return np.asarray(wanted <= shared)

    def keeps_last_machines(self, plans: Counts) -> npt.NDArray[np.bool_]:
        keeps = np.ones(len(plans), dtype=bool)
        if self.context.settings.allow_last_machine_retirement:
            return keeps
        for line, site in self.places:
            fleet = self.context.fleet.get((line, site), ())
            if len(fleet) < 2 or all(asset.lock is Lock.RETIRE for asset in fleet):
                continue
            for t in range(self.years):
                if self.context.is_open(site, t):
                    keeps &= plans[:, self.serving.at((line, site))][:, t] >= 1
        return keeps

    def has_rooms(self, plans: Counts) -> npt.NDArray[np.bool_]:
        keeps = np.ones(len(plans), dtype=bool)
        for line, site in self.places:
            spare = self.register.sites[site].spare_rooms.get(line, 0)
            planned = plans[:, self.crowd.at((line, site))]
            keeps &= (planned <= spare).all(axis=1)
        return keeps

    # Where patients go

    def patients(self, plans: Counts) -> npt.NDArray[np.float64]:
        """Cost of scans outside and patients moved.

        Home first: a patient scanned at home costs nothing, so no other use of that time is better. Who is left goes to
        the other site while it has time and the journey is worth it, and else outside.
        """
        settings, sites = self.context.settings, tuple(self.register.sites)
        links = {(link.from_site, link.to_site) for link in self.register.links}
        cost = np.zeros(len(plans))
        for line, t in product(sorted(self.context.served), range(self.years)):
            price = self.register.lines[line].outside_price_gbp
            demand = {site: self.register.demand.get((line, site), (0,) * self.years)[t] for site in sites}
            time = {site: plans[:, self.capacity.at((line, site))][:, t] for site in sites}
            for home in sites:
                left = np.maximum(0, demand[home] - time[home]).astype(float)
                moved = np.zeros(len(plans))
                for away in sites:
                    reachable = (home, away) in links and self.context.is_open(away, t)
                    if reachable and settings.travel_price_gbp < price:
                        share = float(settings.travel_share * Fraction(demand[home]))
                        most = share + plans[:, self.lost.at((line, home))][:, t]
                        idle = np.maximum(0, time[away] - demand[away])
                        moved = np.minimum(left, idle)
                        moved = np.minimum(moved, most) if self.context.is_open(home, t) else moved
                discount = float(self.context.discount[t])
                cost += discount * (price * (left - moved) + settings.travel_price_gbp * moved)
        return cost
