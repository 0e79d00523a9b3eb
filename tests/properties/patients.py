"""Where patients go when machines are given: a programme in pounds and scans, from the page of the model alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from capitalplan.register.register import Asset, ExtraCapacity, Register
from capitalplan.terms import ExtraKind, StaffGroup, discount_factors
from tests.properties.programme import Name, Programme, Terms

__all__ = ["needs_cover", "outage", "patients", "van_at"]

Sum = dict[Name, Fraction | int]

NONE = Fraction(0)
REPORTERS = (StaffGroup.RADIOLOGIST, StaffGroup.REPORTING_RADIOGRAPHER)


def outage(register: Register, asset: Asset) -> Fraction:
    """Share of a year for which a machine is out of use while it is replaced."""
    return min(Fraction(1), _weeks(register, asset) / 52)


def _weeks(register: Register, asset: Asset) -> Fraction:
    return asset.outage_weeks if asset.outage_weeks is not None else register.lines[asset.line].outage_weeks


def _first(register: Register, line: str, site: str) -> Asset:
    return next(asset for asset in register.assets if (asset.line, asset.site) == (line, site))


def needs_cover(register: Register, line: str, site: str) -> bool:
    """Whether someone has to stand in while a site's machine is replaced in its own room."""
    if sum((asset.line, asset.site) == (line, site) for asset in register.assets) != 1:
        return False
    asked = register.settings.swap_cover and register.lines[line].swap_cover
    return asked and outage(register, _first(register, line, site)) > 0


def van_at(register: Register, line: str, site: str, t: int) -> ExtraCapacity | None:
    """Van that may be hired at a site in a year, if any."""
    van, year = register.governing(ExtraKind.VAN, line, site), register.settings.start_year + t
    here = register.sites[site].van_standing and register.sites[site].is_open(year)
    return van if here and van is not None and van.is_offered(year) else None


def _cover_days(register: Register, line: str, site: str) -> int:
    return math.ceil(_weeks(register, _first(register, line, site)) * register.settings.van_days_a_week)


def patients(register: Register, rates: Mapping[tuple[str, str], frozenset[Fraction]]) -> Programme:
    """Write down what it costs to look after patients.

    Parameters
    ----------
    rates
        Throughput classes of machines that can work extra hours, by (service line, site).
    """
    return _Patients(register, rates).programme


class _Patients:
    def __init__(self, register: Register, rates: Mapping[tuple[str, str], frozenset[Fraction]]) -> None:
        self.register = register
        self.rates = rates
        self.years = range(register.settings.years)
        self.discount = discount_factors(register.settings.discount_rate, len(self.years))
        self.lines = sorted({line for line, _ in register.demand})
        self.sites = tuple(register.sites)
        self.trusts = tuple(register.trusts)
        self.links = {(link.from_site, link.to_site) for link in register.links}
        self.lists = {(each.line, each.site): each for each in register.waiting}
        self.fleet = {(asset.line, asset.site) for asset in register.assets}
        self.programme = Programme()
        for line, t in product(self.lines, self.years):
            self._vans(line, t)
            self._extra_hours(line, t)
            self._outside(line, t)
            for site in self.sites:
                self._service(line, site, t)
                self._waiting(line, site, t)
                self._capacity(line, site, t)
                self._cover(line, site, t)
        for t in self.years:
            self._radiographers(t)
            self._reporting(t)

    # Where patients go, and who waits

    def _demand(self, line: str, site: str, t: int) -> int:
        return self.register.demand.get((line, site), (0,) * len(self.years))[t]

    def _unscheduled(self, line: str, site: str, t: int) -> int:
        return self.register.unscheduled.get((line, site), (0,) * len(self.years))[t]

    def _may_wait(self, line: str, site: str, t: int) -> int:
        return self.register.waiting_demand.get((line, site), (0,) * len(self.years))[t]

    def _is_open(self, site: str, t: int) -> bool:
        return self.register.sites[site].is_open(self.register.settings.start_year + t)

    def _offered(self, extra: ExtraCapacity | None, t: int) -> bool:
        return extra is not None and extra.is_offered(self.register.settings.start_year + t)

    def _away(self, line: str, site: str, t: int) -> list[Name]:
        """Patients of a site scanned at others."""
        linked = (to for to in self.sites if (site, to) in self.links and self._is_open(to, t))
        return [("scans", line, site, to, t) for to in linked]

    def _from(self, line: str, site: str, t: int) -> list[Name]:
        """Scans done at a site."""
        found = [("scans", line, site, site, t)]
        return found + [
            name for home in self.sites if home != site for name in self._away(line, home, t) if name[3] == site
        ]

    def _list(self, line: str, site: str, t: int, factor: Fraction | int) -> tuple[Sum, Fraction]:
        """The list at the end of a year as a term, or as a constant before the first."""
        if (line, site) not in self.lists:
            return {}, NONE
        if t < 0:
            return {}, Fraction(factor * self.lists[line, site].start)
        return {("list", line, site, t): factor}, NONE

    def _service(self, line: str, site: str, t: int) -> None:
        settings, demand = self.register.settings, self._demand(line, site, t)
        home: Name = ("scans", line, site, site, t)
        outside: Name = ("outside", line, site, t)
        away = self._away(line, site, t)
        before, started = self._list(line, site, t - 1, -1)
        after, _ = self._list(line, site, t, 1)
        self.programme.equals({home: 1, outside: 1, **dict.fromkeys(away, 1), **before, **after}, demand - started)
        self.programme.price(outside, self.discount[t] * self.register.outside_price(line, site))
        for name in away:
            self.programme.price(name, self.discount[t] * settings.travel_price_gbp)
        if not self._is_open(site, t):
            return
        share = settings.travel_share
        before, started = self._list(line, site, t - 1, -share)
        self.programme.most(
            {**dict.fromkeys(away, 1), **before}, share * demand - started, {("lost", line, site, NONE, t): 1}
        )
        if (line, site) in self.fleet and (unscheduled := self._unscheduled(line, site, t)):
            elsewhere: Name = ("unscheduled away", line, site, t)
            self.programme.least({home: 1, elsewhere: 1}, unscheduled)
            self.programme.price(elsewhere, self.discount[t] * settings.unscheduled_away_price_gbp)

    def _waiting(self, line: str, site: str, t: int) -> None:
        if (line, site) not in self.lists:
            return
        before, started = self._list(line, site, t - 1, -1)
        after: Name = ("list", line, site, t)
        over: Name = ("over target", line, site, t)
        self.programme.most({after: 1, **before}, self._may_wait(line, site, t) - started)
        self.programme.most({after: 1, over: -1}, self.lists[line, site].targets[t])
        self.programme.price(over, self.discount[t] * self.register.settings.waiting_price_gbp)
        if t == self.years[-1]:
            self.programme.price(over, self.discount[t + 1] * self.register.lines[line].outside_price_gbp)

    # What there is beside machines

    def _vans(self, line: str, t: int) -> None:
        for van in self.register.extra:
            if van.kind is not ExtraKind.VAN or van.line != line:
                continue
            sites = [site for site in van.places if van_at(self.register, line, site, t) is not None]
            hires: list[Name] = [("hires", line, site, t) for site in sites]
            if hires and van.limit is not None:
                self.programme.most(dict.fromkeys(hires, van.minimum_days), van.limit)
            for site, hire in zip(sites, hires, strict=True):
                scans: Name = ("van", line, site, t)
                self.programme.price(hire, self.discount[t] * van.minimum_days * van.price_gbp)
                self.programme.most({hire: van.minimum_days}, 364)
                self.programme.most({scans: 1, hire: -van.minimum_days * van.scans_per_day})
                self.programme.most({scans: 1, **dict.fromkeys(self._from(line, site, t), -1)})
                if van.cover_only and needs_cover(self.register, line, site):
                    most = math.ceil(Fraction(_cover_days(self.register, line, site), van.minimum_days))
                    self.programme.most({hire: 1}, 0, {("swapped", line, site, NONE, t): most})
                elif van.cover_only:
                    self.programme.most({hire: 1}, 0, {})

    def _extra_hours(self, line: str, t: int) -> None:
        for site in self.sites:
            offer = self.register.governing(ExtraKind.HOURS, line, site)
            for rate in self.rates.get((line, site), ()):
                if offer is not None and self._offered(offer, t):
                    hours: Name = ("hours", line, site, rate, t)
                    self.programme.most({hours: 1}, 0, {("hours", line, site, rate, t): 1})
                    self.programme.price(hours, self.discount[t] * offer.price_gbp)

    def _outside(self, line: str, t: int) -> None:
        for provider in self.register.extra:
            if provider.kind is not ExtraKind.OUTSIDE or provider.line != line:
                continue
            limit = provider.limit if self._offered(provider, t) else NONE
            if limit is not None:
                unmet: Name = ("unmet", provider.name, t)
                self.programme.most({unmet: -1, **{("outside", line, site, t): 1 for site in provider.places}}, limit)
                self.programme.price(unmet, self.discount[t] * self.register.settings.unmet_price_gbp)

    def _capacity(self, line: str, site: str, t: int) -> None:
        terms: dict[Name, Fraction | int] = dict.fromkeys(self._from(line, site, t), 1)
        if van_at(self.register, line, site, t) is not None:
            terms["van", line, site, t] = -1
        for rate in self.rates.get((line, site), ()):
            if self._offered(self.register.governing(ExtraKind.HOURS, line, site), t):
                terms["hours", line, site, rate, t] = -rate
        self.programme.most(terms, 0, {("capacity", line, site, NONE, t): 1})

    def _cover(self, line: str, site: str, t: int) -> None:
        """A van where nobody else stands in, and what cannot wait."""
        if not needs_cover(self.register, line, site):
            return
        van = van_at(self.register, line, site, t)
        hire: Name = ("hires", line, site, t)
        days = {} if van is None else {hire: van.minimum_days}
        needed = _cover_days(self.register, line, site)
        self.programme.least(days, 0, {("van needed", line, site, NONE, t): needed})
        urgent = self._demand(line, site, t) - self._may_wait(line, site, t)
        share = outage(self.register, _first(self.register, line, site)) * urgent
        carried = (2 * share.numerator + share.denominator) // (2 * share.denominator)
        terms: dict[Name, Fraction | int] = dict.fromkeys(self._away(line, site, t), 1)
        terms["outside", line, site, t] = 1
        if van is not None:
            terms[hire] = van.minimum_days * van.scans_per_day
        swapped, added = ("swapped", line, site, NONE, t), ("added capacity", line, site, NONE, t)
        self.programme.least(terms, 0, {swapped: carried, added: -1})

    # Staff

    def _own(self, group: StaffGroup, trust: str | None, t: int) -> int:
        return sum(pool.hours[t] for pool in self.register.staff if pool.group is group and pool.trust == trust)

    def _given(self, *groups: StaffGroup) -> bool:
        return any(pool.group in groups for pool in self.register.staff)

    def _limit_hours(self, group: StaffGroup, t: int, hours: Mapping[str, Terms]) -> None:
        """Hours by trust are at most its own and what it draws; draws are at most the shared pool."""
        draws: list[Name] = [("draw", group, trust, t) for trust in hours]
        for (trust, terms), draw in zip(hours.items(), draws, strict=True):
            self.programme.most({**terms, draw: -1}, self._own(group, trust, t))
        self.programme.most(dict.fromkeys(draws, 1), self._own(group, None, t))

    def _at(self, trust: str) -> Iterator[str]:
        return (code for code, site in self.register.sites.items() if site.trust == trust)

    def _radiographers(self, t: int) -> None:
        if not self._given(StaffGroup.RADIOGRAPHER):
            return
        hours: dict[str, dict[Name, Fraction | int]] = {trust: {} for trust in self.trusts}
        for trust, line in product(self.trusts, self.lines):
            about = self.register.lines[line]
            each = about.radiographers_per_scan_hour / about.scans_per_hour
            for site in self._at(trust):
                hours[trust] |= dict.fromkeys(self._from(line, site, t), each)
                van = van_at(self.register, line, site, t)
                if van is not None and van.crewed:
                    hours[trust]["van", line, site, t] = -each
        self._limit_hours(StaffGroup.RADIOGRAPHER, t, hours)

    def _reporting(self, t: int) -> None:
        if not self._given(*REPORTERS):
            return
        hours: dict[StaffGroup, dict[str, dict[Name, Fraction | int]]] = {
            group: {trust: {} for trust in self.trusts} for group in REPORTERS
        }
        bought: dict[ExtraCapacity, list[Name]] = defaultdict(list)
        reported = [line for line in self.lines if self.register.lines[line].minutes_per_report]
        for line, trust in product(reported, self.trusts):
            made: list[Name] = [("reports", group, line, trust, t) for group in REPORTERS]
            for group, name in zip(REPORTERS, made, strict=True):
                hours[group][trust][name] = self.register.lines[line].minutes_per_report / 60
            offer = self.register.governing(ExtraKind.REPORTING, line, trust)
            if offer is not None and self._offered(offer, t):
                outsourced: Name = ("reports", "outsourced", line, trust, t)
                self.programme.price(outsourced, self.discount[t] * offer.price_gbp)
                made.append(outsourced)
                bought[offer].append(outsourced)
            self._backlog(line, trust, t, made)
        for group in REPORTERS:
            self._limit_hours(group, t, hours[group])
        for offer, names in bought.items():
            if offer.limit is not None:
                self.programme.most(dict.fromkeys(names, 1), offer.limit)

    def _backlog(self, line: str, trust: str, t: int, made: list[Name]) -> None:
        settings = self.register.settings
        before: dict[Name, Fraction | int] = {("backlog", line, trust, t - 1): -1} if t else {}
        started = 0 if t else self.register.unreported.get((line, trust), 0)
        after: Name = ("backlog", line, trust, t)
        scans = [name for site in self._at(trust) for name in self._from(line, site, t)]
        self.programme.equals({after: 1, **before, **dict.fromkeys(scans, -1), **dict.fromkeys(made, 1)}, started)
        share = self.register.lines[line].radiographer_reporting_share
        terms: dict[Name, Fraction | int] = dict.fromkeys(made, -share)
        terms["reports", StaffGroup.REPORTING_RADIOGRAPHER, line, trust, t] = 1 - share
        self.programme.most(terms)
        wanted = sum(self._demand(line, site, t) for site in self.sites)
        urgent = sum(self._unscheduled(line, site, t) for site in self.sites)
        days = settings.turnaround_days
        if wanted:
            days += (settings.turnaround_days_unscheduled - days) * Fraction(urgent, wanted)
        late: Name = ("late", line, trust, t)
        self.programme.most({after: 1, late: -1, **dict.fromkeys(made, -days / 365)})
        self.programme.price(late, self.discount[t] * settings.late_report_price_gbp)
        if t == self.years[-1]:
            self.programme.price(late, self.discount[t + 1] * self.register.lines[line].outside_price_gbp)
