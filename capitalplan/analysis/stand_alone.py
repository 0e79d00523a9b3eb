"""The register of a group of trusts that plans by itself: what is theirs, and their part of what all trusts share.

A machine, a site's patients and a committed scheme count with the trust of the site. A group keeps its sites, its own
sources, limits, staff and offers, the links between its sites, and the ties between its machines. What several trusts
share is divided once, so that the parts of any two groups add up:

=====================================  =================================================================================
shared sources, totals of the network  what committed schemes take goes with them; the rest by fleet value
staff any trust may use                by fleet value
limits of extra capacity               by fleet value among the trusts of the places they govern
installations across the network       by fleet value
=====================================  =================================================================================

Fleet value is the like-for-like price of the machines at a trust's sites. Whole pounds, hours, days, scans and schemes
are divided by largest remainder. A machine whose owner does not belong to the group counts as the host's own; shares of
its cost that outsiders bear fall to the owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from capitalplan.finance.committed import committed_payments
from capitalplan.register.register import (
    CapitalLimit,
    ExtraCapacity,
    Offer,
    Register,
    Source,
    StaffPool,
    Tier,
)
from capitalplan.register.resolving.activity import apportion
from capitalplan.terms import ExtraKind

__all__ = ["StandAlone", "fleet_values"]

Offered = TypeVar("Offered", Offer, Tier)


def fleet_values(register: Register) -> dict[str, int]:
    """Like-for-like price of the machines at each trust's sites, £ ex VAT today, of every trust that has a site."""
    values = dict.fromkeys(sorted({site.trust for site in register.sites.values()}), 0)
    for asset in register.assets:
        values[register.sites[asset.site].trust] += asset.price_gbp
    return values


@dataclass(frozen=True)
class StandAlone:
    """Divides a register among groups of its trusts."""

    whole: Register

    @cached_property
    def trusts(self) -> tuple[str, ...]:
        """Trusts that can plan by themselves: those with machines at their sites, in order of code."""
        found = {self.whole.sites[asset.site].trust for asset in self.whole.assets}
        return tuple(sorted(found))

    def register(self, trusts: Sequence[str]) -> Register:
        """Register of a group; of all trusts it is the whole register."""
        group, whole = frozenset(trusts), self.whole
        if group >= set(self.trusts):
            return whole
        sites = {code: site for code, site in whole.sites.items() if site.trust in group}
        assets = tuple(
            replace(asset, trust=asset.trust if asset.trust in group else sites[asset.site].trust)
            for asset in whole.assets
            if asset.site in sites
        )
        sources = self._sources(group)
        names = {source.name for source in sources}
        schemes = tuple(
            replace(
                scheme,
                trust=scheme.trust if scheme.trust in group else sites[scheme.site].trust,
                source=scheme.source if scheme.source in names else None,
            )
            for scheme in whole.schemes
            if scheme.site in sites
        )
        known = {asset.asset_id for asset in assets} | {scheme.scheme_id for scheme in schemes}
        return replace(
            whole,
            settings=replace(whole.settings, max_network_projects=self._projects(group)),
            trusts={code: trust for code, trust in whole.trusts.items() if code in group},
            sites=sites,
            assets=assets,
            schemes=schemes,
            demand={key: scans for key, scans in whole.demand.items() if key[1] in sites},
            unscheduled={key: scans for key, scans in whole.unscheduled.items() if key[1] in sites},
            waiting_demand={key: scans for key, scans in whole.waiting_demand.items() if key[1] in sites},
            waiting=tuple(each for each in whole.waiting if each.site in sites),
            unreported={key: scans for key, scans in whole.unreported.items() if key[1] in group},
            extra=self._extra(group, frozenset(sites)),
            staff=self._staff(group),
            ties=tuple(tie for tie in whole.ties if {tie.first, tie.other} <= known),
            links=tuple(link for link in whole.links if {link.from_site, link.to_site} <= set(sites)),
            sources=sources,
            capital_limits=self._capital_limits(group),
            revenue_limits=tuple(each for each in whole.revenue_limits if each.trust in group),
            offers=_open_to(group, whole.offers),
            tiers=_open_to(group, whole.tiers),
            cost_shares=tuple(
                share
                for share in whole.cost_shares
                if share.trust in group and (share.asset_id in known or share.site in sites)
            ),
            challenges=(),
            approved=tuple(line for line in whole.approved if line.site in sites),
        )

    @cached_property
    def _values(self) -> Mapping[str, int]:
        return fleet_values(self.whole)

    @cached_property
    def _committed(self) -> Mapping[str, tuple[Mapping[str, int], ...]]:
        """What each source pays for committed schemes, by year (position) and trust of the site, £ cash."""
        settings = self.whole.settings
        paid = {each.name: tuple(defaultdict[str, int](int) for _ in settings.horizon) for each in self.whole.sources}
        for scheme, payments in committed_payments(self.whole).items():
            player = self.whole.sites[scheme.site].trust
            for payment in payments:
                if payment.source in paid:
                    paid[payment.source][payment.year - settings.start_year][player] += payment.gbp
        return paid

    def _part(
        self, total: int, group: frozenset[str], among: Iterable[str], taken: Mapping[str, int] | None = None
    ) -> int:
        """A group's part of a whole amount: what is taken for its trusts, and of the rest by fleet value."""
        sharers = sorted(set(among) & set(self._values))
        if not sharers:
            return 0
        spent = [0 if taken is None else taken.get(trust, 0) for trust in sharers]
        if sum(spent) >= total and any(spent):
            parts = apportion(total, spent)
        else:
            rest = apportion(total - sum(spent), [self._values[trust] for trust in sharers])
            parts = tuple(own + more for own, more in zip(spent, rest, strict=True))
        return sum(part for trust, part in zip(sharers, parts, strict=True) if trust in group)

    def _sources(self, group: frozenset[str]) -> tuple[Source, ...]:
        found = tuple(
            source if source.trust in group else replace(source, limits_gbp=limits, trusts=source.trusts & group)
            for source in self.whole.sources
            if source.trusts & group and source.trust in (None, *group)
            for limits in [self._limits(source, group)]
        )
        if found or not self.whole.sources:
            return found
        none = (0,) * self.whole.settings.years
        return (replace(self.whole.sources[0], trust=None, limits_gbp=none, trusts=group),)

    def _limits(self, source: Source, group: frozenset[str]) -> tuple[int, ...]:
        taken = self._committed[source.name]
        return tuple(
            self._part(limit, group, source.trusts, taken[position]) for position, limit in enumerate(source.limits_gbp)
        )

    def _capital_limits(self, group: frozenset[str]) -> tuple[CapitalLimit, ...]:
        uses = [each.name for each in self.whole.sources if each.uses_capital_limit]
        pays_cash = [each.name for each in self.whole.sources if not each.brings_cash]
        return tuple(
            line
            if line.trust is not None
            else replace(
                line,
                limits_gbp=self._totals(line.limits_gbp, group, uses),
                cash_gbp=self._totals(line.cash_gbp, group, pays_cash),
            )
            for line in self.whole.capital_limits
            if line.trust in (None, *group)
        )

    def _totals(
        self, totals: Sequence[int | None], group: frozenset[str], sources: Sequence[str]
    ) -> tuple[int | None, ...]:
        parts: list[int | None] = []
        for position, total in enumerate(totals):
            taken: dict[str, int] = defaultdict(int)
            for source in sources:
                for trust, gbp in self._committed[source][position].items():
                    taken[trust] += gbp
            parts.append(None if total is None else self._part(total, group, self.trusts, taken))
        return tuple(parts)

    def _staff(self, group: frozenset[str]) -> tuple[StaffPool, ...]:
        """Its own staff and its part of the shared pools; staff that are limited stay so, if at nothing."""
        years = self.whole.settings.years
        kept: list[StaffPool] = []
        for kind in dict.fromkeys(pool.group for pool in self.whole.staff):
            pools = [
                pool if pool.trust is not None else self._part_of_pool(pool, group)
                for pool in self.whole.staff
                if pool.group is kind and pool.trust in (None, *group)
            ]
            none = StaffPool(group=kind, trust=None, wte=(Fraction(0),) * years, hours=(0,) * years)
            kept += pools or [none]
        return tuple(kept)

    def _part_of_pool(self, pool: StaffPool, group: frozenset[str]) -> StaffPool:
        hours = tuple(self._part(each, group, self.trusts) for each in pool.hours)
        wte = tuple(
            full * Fraction(part, whole) if whole else Fraction(0)
            for full, part, whole in zip(pool.wte, hours, pool.hours, strict=True)
        )
        return replace(pool, hours=hours, wte=wte)

    def _extra(self, group: frozenset[str], sites: frozenset[str]) -> tuple[ExtraCapacity, ...]:
        """Lines that govern its places; hours a machine may be worked are not divided."""
        kept = []
        for each in self.whole.extra:
            of_trusts = each.kind is ExtraKind.REPORTING
            mine = group if of_trusts else sites
            places = tuple(place for place in each.places if place in mine)
            if not places:
                continue
            limit = each.limit
            if limit is not None and each.kind is not ExtraKind.HOURS:
                among = each.places if of_trusts else (self.whole.sites[place].trust for place in each.places)
                limit = Fraction(self._part(int(limit), group, among))
            kept.append(replace(each, places=places, limit=limit))
        return tuple(kept)

    def _projects(self, group: frozenset[str]) -> int | None:
        most = self.whole.settings.max_network_projects
        return None if most is None else self._part(most, group, self.trusts)


def _open_to(group: frozenset[str], offered: Sequence[Offered]) -> tuple[Offered, ...]:
    """What a group may take out or count in: no trust named means all of them."""
    return tuple(
        replace(each, trusts=each.trusts & group) for each in offered if not each.trusts or each.trusts & group
    )
