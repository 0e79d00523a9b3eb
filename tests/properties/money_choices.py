"""Everything that may be chosen for a small register with money, as figures that add up over choices.

What may be chosen, and every figure of it, comes from the model's page alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, pairwise, product

from capitalplan.register.register import ApprovedLine, Asset, CostShare, Offer, Option, Tier
from capitalplan.settings import TerminalValue
from capitalplan.terms import Action, ContractEnd, Lock, Ownership, Purpose, Route, round_half_up
from tests.properties.choices import TooManyPlansError
from tests.properties.money_machines import Machine, Money, Way
from tests.properties.programme import Figure

__all__ = ["COST", "Charged", "Choices", "Figures", "charged", "named"]

Figures = Counter[Figure]
Charged = tuple[str, str, Purpose, Route]
"""Modality, trust that bears it, purpose and route of a charge."""
Event = tuple[int, Action, str | None, str | None, bool]

MOST_ADDED = 2


def named(kind: str, line: str = "", place: str = "", t: int = 0) -> Figure:
    """Name of a figure that depends on no throughput."""
    return kind, line, place, Fraction(0), t


def charged(of: Charged, t: int, kind: str = "charge") -> Figure:
    """Name of a charge."""
    modality, *others = of
    return named(kind, modality, "/".join(map(str, others)), t)


COST = named("cost")


class Choices:
    """What may be done with each machine, and added at each place.

    Attributes
    ----------
    charges
        Every class of charges that any choice has.
    """

    def __init__(self, money: Money) -> None:
        self.money, self.register, self.settings = money, money.register, money.settings
        self.years = money.years
        self.charges: set[Charged] = set()
        self.vacating: Counter[tuple[str, str]] = Counter()

    def all(self) -> Iterator[list[Figures]]:
        """Yield what may be chosen, one choice after the other."""
        for asset in self.register.assets:
            yield list(self._schedules(asset))
        for site in self.register.sites:
            for line in sorted({line for line, _ in self.register.demand}):
                yield list(self._additions(line, site))
                yield list(self._rooms(line, site))

    # Registered machines

    def _schedules(self, asset: Asset) -> Iterator[Figures]:
        lease = asset.ownership is Ownership.LEASE
        for extended, decided in self._ends(asset) if lease else [(None, None)]:
            for ways in self._replacements(asset, decided):
                retired = decided if lease and decided is not None and not ways else None
                if retired is not None:
                    if len(self._fleet(asset.line, asset.site)) == 1:
                        continue
                    self.vacating[asset.line, asset.site] += 1
                yield self._schedule(asset, ways, extended, retired)

    def _ends(self, asset: Asset) -> Iterator[tuple[int | None, int | None]]:
        """Yield when a lease is extended, and when it is then to be decided within the plan."""
        lease = self.register.contracts[str(asset.contract_id)]
        ends = max(0, lease.end_year - self.settings.start_year)
        yield None, ends if ends < self.years else None
        if ends < self.years and lease.extension_years and asset.lock is None:
            ends_again = ends + lease.extension_years
            yield ends, ends_again if ends_again < self.years else None

    def _replacements(self, asset: Asset, decided: int | None) -> Iterator[tuple[Way, ...]]:
        """Yield what may come in the place of a machine, one after the other."""
        leased = asset.ownership is Ownership.LEASE
        scheme = next((s for s in self.register.committed if s.asset_id == asset.asset_id), None)
        fixed = None
        if scheme is not None and 0 <= scheme.year - self.settings.start_year < self.years:
            option = self.register.options[scheme.option]
            fixed = Way(option, scheme.year - self.settings.start_year, scheme=scheme)
        ways = [way for way in self._ways(asset.line, asset.trust) if way.option.can_replace]
        by_year = [[way for way in ways if way.first == t] for t in range(self.years)]
        for count in range(self.settings.max_replacements + 1):
            for years in combinations(range(self.years), count):
                if any(later - earlier < self.settings.min_years_kept for earlier, later in pairwise(years)):
                    continue
                if leased and count and years[0] != decided:
                    continue
                choices = [by_year[t] for t in years]
                if fixed is not None:
                    if not years or years[0] != fixed.first:
                        continue
                    choices[0] = [fixed]
                if asset.lock is Lock.REPLACE and not self._as_locked(asset, years):
                    continue
                yield from filter(self._keeps_contracts, product(*choices))

    def _as_locked(self, asset: Asset, years: Sequence[int]) -> bool:
        return bool(years) and asset.lock_year in (None, self.settings.start_year + years[0])

    def _ways(self, line: str, trust: str) -> Iterator[Way]:
        for option in self.register.options.values():
            for t in range(self.years):
                if option.line == line and self._in_time(self.register.lines[line].order_months, t):
                    yield Way(option, t)
                    for offer in self.register.offers:
                        if offer.option == option.name and self._offered(offer, trust, t):
                            yield Way(option, t, offer)

    def _offered(self, offer: Offer, trust: str, t: int) -> bool:
        year = self.settings.start_year + t
        inside = (offer.first_year or year) <= year <= (offer.last_year or year)
        return inside and (not offer.trusts or trust in offer.trusts)

    def _in_time(self, months: int, t: int) -> bool:
        """Whether something can be ordered in time for use by the last day of a year."""
        start = self.settings.plan_date or dt.date(self.settings.start_year, 4, 1)
        month = (self.settings.start_year + t + 1) * 12 + 2 - months
        day = 31 if month % 12 in (0, 2, 4, 6, 7, 9, 11) else 30 if month % 12 != 1 else 28
        return dt.date(month // 12, month % 12 + 1, day) >= start

    def _keeps_contracts(self, ways: Sequence[Way]) -> bool:
        """Whether every leased or managed machine leaves when its contract ends."""
        for number, way in enumerate(ways):
            if way.offer is None:
                continue
            n, returned = way.offer.years, way.offer.at_end is ContractEnd.RETURN
            if number + 1 < len(ways):
                age = ways[number + 1].first - way.first
                if age % n or (returned and age != n):
                    return False
            elif returned and way.first + n < self.years:
                return False
        return True

    def _schedule(self, asset: Asset, ways: Sequence[Way], extended: int | None, retired: int | None) -> Figures:
        money, place = self.money, (asset.line, asset.site)
        figures: Figures = Counter()
        machines = [money.registered(asset, extended), *(money.in_place_of(asset, way) for way in ways)]
        ends = [*(way.first for way in ways), self.years if retired is None else retired]
        shares = [share for share in self.register.cost_shares if share.asset_id == asset.asset_id]
        self._run(figures, machines, ends, place, asset.trust)
        for number, (machine, end) in enumerate(zip(machines, ends, strict=True)):
            way = ways[number - 1] if number else None
            if way is not None:
                figures[named("works", place=asset.site, t=way.first)] += 1
            committed = way is not None and way.scheme is not None
            self._bear(figures, machine, end, (asset.modality, asset.trust, Purpose.REPLACEMENT), shares, committed)
            if way is not None:
                self._rebate(figures, way, machine, end, (asset.modality, asset.trust, Purpose.REPLACEMENT), shares)
        for t in range(self.years if retired is None else retired):
            figures[named("serving", *place, t)] += 1
        if retired is not None:
            for t in range(retired, self.years):
                figures[named("crowd", *place, t)] -= 1
        self._moved(figures, asset, ways, retired)
        return figures

    def _moved(self, figures: Figures, asset: Asset, ways: Sequence[Way], retired: int | None) -> None:
        """Count a schedule that is not the one approved as a change in the first year that differs."""
        start = self.settings.start_year
        if not self.register.approved:
            return
        events: set[Event] = {
            (start + way.first, Action.REPLACE, way.option.name, None if way.offer is None else way.offer.name, False)
            for way in ways
        }
        if retired is not None:
            events.add((start + retired, Action.RETIRE, None, None, False))
        approved = {_event(line) for line in self.register.approved if line.asset_id == asset.asset_id}
        different = [event[0] - start for event in events ^ approved if 0 <= event[0] - start < self.years]
        if different:
            figures[named("changes", t=min(different))] += 1

    def _fleet(self, line: str, site: str) -> list[Asset]:
        return [asset for asset in self.register.assets if (asset.line, asset.site) == (line, site)]

    # Machines and rooms added

    def _additions(self, line: str, site: str) -> Iterator[Figures]:
        place, trust = self.register.sites[site], self.register.sites[site].trust
        ways = []
        if self.settings.allow_new_capacity:
            ways = [way for way in self._ways(line, trust) if way.option.can_add]
        most = place.spare_rooms.get(line, 0) + place.max_new_rooms + self.vacating[line, site]
        if ways and most > MOST_ADDED:
            raise TooManyPlansError
        shares = [share for share in self.register.cost_shares if share.site == site]
        for count in range(min(most, MOST_ADDED) + 1):
            for chosen in combinations_with_replacement(ways, count):
                figures: Figures = Counter()
                for way in chosen:
                    self._add(figures, way, site, trust, shares)
                self._more_or_fewer(figures, line, site, chosen)
                yield figures

    def _add(self, figures: Figures, way: Way, site: str, trust: str, shares: Sequence[CostShare]) -> None:
        line, offer = way.option.line, way.offer
        end = self.years
        if offer is not None and offer.at_end is ContractEnd.RETURN:
            end = min(end, way.first + offer.years)
        machine = self.money.beside(way)
        self._run(figures, [machine], [end], (line, site), trust)
        owner = (way.option.modality, trust, Purpose.NEW)
        self._bear(figures, machine, end, owner, shares)
        self._rebate(figures, way, machine, end, owner, shares)
        figures[named("works", place=site, t=way.first)] += 1
        for t in range(way.first, self.years):
            figures[named("crowd", line, site, t)] += 1

    def _more_or_fewer(self, figures: Figures, line: str, site: str, chosen: Sequence[Way]) -> None:
        """Count machines more or fewer of an option, offer and year than are approved."""
        if not self.register.approved:
            return
        start, units = self.settings.start_year, Counter[Event]()
        for way in chosen:
            offer = None if way.offer is None else way.offer.name
            units[start + way.first, Action.ADD, way.option.name, offer, False] += 1
        for each in self.register.approved:
            if each.action is Action.ADD and each.site == site and self._line(each) == line:
                units[_event(each)] -= each.units
        for event, number in units.items():
            if 0 <= event[0] - start < self.years:
                figures[named("changes", t=event[0] - start)] += abs(number)

    def _line(self, line: ApprovedLine) -> str:
        return self.register.options[str(line.option)].line

    def _rooms(self, line: str, site: str) -> Iterator[Figures]:
        yield Counter()
        place = self.register.sites[site]
        options: list[Option] = [each for each in self.register.options.values() if each.line == line and each.can_add]
        if not options or not place.max_new_rooms or not self.settings.allow_new_capacity:
            return
        shares = [share for share in self.register.cost_shares if share.site == site]
        for first in range(self.years):
            if self._in_time(self.settings.new_room_months, first):
                figures: Figures = Counter()
                room = self.money.room(max(option.works_gbp for option in options), first)
                self._run(figures, [room], [self.years], (line, site), place.trust)
                self._bear(figures, room, self.years, (options[0].modality, place.trust, Purpose.NEW), shares)
                figures[named("built", place=site)] += 1
                for t in range(first, self.years):
                    figures[named("crowd", line, site, t)] -= 1
                yield figures

    # Sums

    def _run(
        self, figures: Figures, machines: Sequence[Machine], ends: Sequence[int], place: tuple[str, str], trust: str
    ) -> None:
        """Add up cost, scans and the statement of machines that follow one another."""
        costs, terminal, rate = [0] * self.years, 0, self.settings.dividend_rate
        for machine, end in zip(machines, ends, strict=True):
            for t in range(self.years):
                costs[t] += machine.capital[t]
                for owned in machine.owned:
                    leaves = self.years if owned.stays else end
                    figures[named("statement", place=trust, t=t)] += owned.statement(t, leaves, rate)
            for t in range(machine.first, end):
                costs[t] += machine.upkeep[t]
                figures[named("capacity", *place, t)] += machine.capacity[t]
                figures[named("lost", *place, t)] += machine.lost[t]
                figures[named("statement", place=trust, t=t)] += machine.running[t]
            if end < self.years:
                costs[end] -= machine.brings[end]
                figures[named("statement", place=trust, t=end)] += machine.loses[end]
            else:
                terminal += machine.terminal
        figures[COST] += self.money.present(costs, terminal)

    def _bear(
        self,
        figures: Figures,
        machine: Machine,
        end: int,
        owner: tuple[str, str, Purpose],
        shares: Sequence[CostShare],
        committed: bool = False,
    ) -> None:
        """Add charges by who bears them; those of committed schemes are told apart."""
        for (t, route), amount in machine.charges.items():
            if t < end and amount:
                for of, part in self.split(amount, route, owner, shares):
                    figures[charged(of, t, "fixed" if committed else "charge")] += part
                    figures[named("borne", place=of[1])] += part
                    if not committed:
                        self.charges.add(of)

    @staticmethod
    def split(
        amount: int, route: Route, owner: tuple[str, str, Purpose], shares: Sequence[CostShare]
    ) -> Iterator[tuple[Charged, int]]:
        """Yield what each trust bears of a charge."""
        modality, trust, purpose = owner
        rest = amount
        for share in shares:
            part = round_half_up(share.share * amount)
            rest -= part
            yield (modality, share.trust, purpose, route), part
        yield (modality, trust, purpose, route), rest

    def _rebate(
        self,
        figures: Figures,
        way: Way,
        machine: Machine,
        end: int,
        owner: tuple[str, str, Purpose],
        shares: Sequence[CostShare],
    ) -> None:
        """Count a machine bought towards tiers, with what each of them would take off it."""
        if machine.rebated is None:
            return
        price, life = machine.rebated
        t, settings = way.first, self.settings
        for number, tier in enumerate(self.register.tiers):
            if not _counts(tier, way.option.name, owner[1]):
                continue
            biased = price * (1 + settings.optimism_bias_equipment)
            real = round_half_up(tier.rebate * round_half_up(biased))
            cash = round_half_up(tier.rebate * biased * (1 + settings.vat_rate) * self.money.index[t])
            stands = end == self.years and settings.terminal_value is TerminalValue.ANNUITY
            left = round_half_up(real * self.money.annuity(self.years - t, life)) if stands else 0
            figures[named("bought", str(number), t=t)] += 1
            figures[named("rebate", str(number), t=t)] += round_half_up(
                self.money.d[t] * real - self.money.d[self.years] * left
            )
            for of, part in self.split(cash, Route.PURCHASE, owner, shares):
                figures[charged(of, t, f"rebate {number}")] += part


def _counts(tier: Tier, option: str, trust: str) -> bool:
    return option in tier.options and (not tier.trusts or trust in tier.trusts)


def _event(line: ApprovedLine) -> Event:
    return line.year, line.action, line.option, line.offer, line.new_room_first
