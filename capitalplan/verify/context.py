"""The register seen year by year: positions, factors, annuities and who stands where."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.register.register import Asset, Contract, CostShare, Offer, Register, Scheme, WaitingList
from capitalplan.settings import Settings
from capitalplan.terms import Ownership, StaffGroup, discount_factors, inflation_factors, round_half_up

__all__ = ["Context", "Place"]

Place = tuple[str, str, int]
"""Service line, site (or trust, where reports are meant), position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A register with the look-ups the re-check needs. Years are positions ``0..years-1`` unless called a year.

    Attributes
    ----------
    discount, inflation
        Factors by position, ``0..years``; those of inflation as far as the longest offer reaches.
    assets
        By identifier.
    fleet
        Registered machines by (service line, site).
    served
        Service lines with demand.
    committed
        Committed schemes that fall inside the plan, by identifier.
    lists
        Waiting lists by (service line, site).
    offers
        Leases and managed services by name.
    trusts
        Trusts with sites, in order.
    limited
        Staff groups whose hours limit the plan.
    """

    register: Register
    discount: tuple[Fraction, ...]
    inflation: tuple[Fraction, ...]
    assets: Mapping[str, Asset]
    fleet: Mapping[tuple[str, str], tuple[Asset, ...]]
    served: frozenset[str]
    committed: Mapping[str, Scheme]
    lists: Mapping[tuple[str, str], WaitingList]
    offers: Mapping[str, Offer]
    trusts: tuple[str, ...]
    limited: frozenset[StaffGroup]

    @classmethod
    def of(cls, register: Register) -> Context:
        """Prepare the look-ups of a register."""
        settings = register.settings
        fleet: defaultdict[tuple[str, str], list[Asset]] = defaultdict(list)
        for asset in register.assets:
            fleet[asset.line, asset.site].append(asset)
        return cls(
            register=register,
            discount=discount_factors(settings.discount_rate, settings.years),
            inflation=inflation_factors(
                settings.inflation_rate, max([settings.years, *(offer.years for offer in register.offers)])
            ),
            assets={asset.asset_id: asset for asset in register.assets},
            fleet={key: tuple(assets) for key, assets in fleet.items()},
            served=frozenset(line for line, _ in register.demand),
            committed={s.scheme_id: s for s in register.committed if s.year in settings.horizon},
            lists={(each.line, each.site): each for each in register.waiting},
            offers={offer.name: offer for offer in register.offers},
            trusts=tuple(sorted({site.trust for site in register.sites.values()})),
            limited=frozenset(pool.group for pool in register.staff),
        )

    @property
    def settings(self) -> Settings:
        """Settings of the register."""
        return self.register.settings

    @property
    def years(self) -> int:
        """Number of years, T."""
        return self.register.settings.years

    def year(self, position: int) -> int:
        """Financial year at a position."""
        return self.settings.start_year + position

    def position(self, year: int | None) -> int | None:
        """Position of a financial year, None outside the plan."""
        return None if year is None or year not in self.settings.horizon else year - self.settings.start_year

    def closing(self, site: str) -> int:
        """Position from which nothing stands at a site; T when it stays open throughout."""
        closing = self.register.sites[site].closing_year
        return self.years if closing is None else min(self.years, max(0, closing - self.settings.start_year))

    def is_open(self, site: str, position: int) -> bool:
        """Whether a site is open at a position."""
        return self.register.sites[site].is_open(self.year(position))

    def last_day(self, position: int) -> dt.date:
        """Last day of the financial year at a position."""
        return dt.date(self.year(position) + 1, 3, 31)

    def can_be_ordered(self, months: int, position: int) -> bool:
        """Whether what takes some months from its order can still be ordered to be in use at a position."""
        first_day = self.settings.plan_date or dt.date(self.settings.start_year, 4, 1)
        return self.months_before(self.last_day(position), months) >= first_day

    @staticmethod
    def months_before(day: dt.date, months: int) -> dt.date:
        """The same day some months before, or the last day of that month where it has no such day."""
        year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
        return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

    def over_programming(self, position: int) -> Fraction:
        """Share by which the plan may promise more than a limit."""
        firm = position < self.settings.firm_years
        return self.settings.over_programming_firm if firm else self.settings.over_programming_indicative

    def energy(self, megawatt_hours: Fraction) -> int:
        """Price of the electricity a machine uses in a year, real £."""
        return round_half_up(megawatt_hours * self.settings.energy_price_gbp_per_mwh)

    def cost_shares(self, asset_id: str | None, site: str) -> tuple[CostShare, ...]:
        """Shares of other trusts in a machine, or without one in what is added at a site."""
        shares = self.register.cost_shares
        if asset_id is not None:
            return tuple(share for share in shares if share.asset_id == asset_id)
        return tuple(share for share in shares if share.asset_id is None and share.site == site)

    def demand(self, place: Place) -> int:
        """Scans a site's patients want."""
        return _at(self.register.demand, place)

    def unscheduled(self, place: Place) -> int:
        """Scans wanted by unscheduled patients."""
        return _at(self.register.unscheduled, place)

    def waiting_demand(self, place: Place) -> int:
        """Scans wanted by patients who may wait on a list."""
        return _at(self.register.waiting_demand, place)

    def age_at_start(self, asset: Asset) -> int:
        """Age of a registered machine when the plan starts, not below 0."""
        return max(0, self.settings.start_year - asset.install_year)

    def outage_weeks(self, asset: Asset) -> Fraction:
        """Weeks a machine is out of use while it is replaced in its own room."""
        return self.register.lines[asset.line].outage_weeks if asset.outage_weeks is None else asset.outage_weeks

    def outage(self, asset: Asset) -> Fraction:
        """Share of a year lost where a machine is installed in the room of the one it replaces."""
        return min(Fraction(1), self.outage_weeks(asset) / 52)

    def report_hours(self, line: str) -> Fraction:
        """Hours a report of a line takes."""
        return self.register.lines[line].minutes_per_report / 60

    def pool_hours(self, group: StaffGroup, trust: str | None, position: int) -> int:
        """Hours of a trust's own pool, or of the one any trust may use (None)."""
        pools = (pool for pool in self.register.staff if (pool.group, pool.trust) == (group, trust))
        return sum(pool.hours[position] for pool in pools)

    def contract(self, asset: Asset) -> Contract | None:
        """Contract that holds a machine."""
        return None if asset.contract_id is None else self.register.contracts.get(asset.contract_id)

    def lease(self, asset: Asset) -> Contract | None:
        """Lease of a leased machine."""
        return self.contract(asset) if asset.ownership is Ownership.LEASE else None

    def committed_replacements(self, asset: Asset) -> list[Scheme]:
        """Committed replacements of a machine inside the plan, in order of year."""
        schemes = (scheme for scheme in self.committed.values() if scheme.asset_id == asset.asset_id)
        return sorted(schemes, key=lambda scheme: scheme.year)

    def annuity(self, age: int, life: int) -> Fraction:
        """Share of a value left at an age when it is paid off in equal yearly sums over a life: ``A(age, life)``."""
        age = max(0, age)
        if age >= life:
            return Fraction(0)
        growth = 1 + self.settings.discount_rate
        if growth == 1:
            return Fraction(life - age, life)
        return (1 - growth ** (age - life)) / (1 - growth**-life)

    @staticmethod
    def is_contract_held(asset: Asset) -> bool:
        """Whether a managed service or PFI contract holds and renews a machine."""
        return asset.ownership in (Ownership.MANAGED_SERVICE, Ownership.PFI)


def _at(scans: Mapping[tuple[str, str], tuple[int, ...]], place: Place) -> int:
    line, site, position = place
    by_year = scans.get((line, site))
    return 0 if by_year is None else by_year[position]
