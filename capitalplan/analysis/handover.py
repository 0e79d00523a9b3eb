"""Handing machines over to a supplier: the register under an offer of the sheet Challenges.

The machines are held by contract from the first year of the offer: they are kept, the supplier renews each at its
refresh age, and each costs its part of the charge. The right-of-use value of the lease within the offer,
``l x AF(n) x infl`` at the lease rate (rents in advance), is taken off what limits leave in that year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import TypeVar

from capitalplan.errors import InputError
from capitalplan.finance.bearing import bear, cost_shares
from capitalplan.finance.committed import sources_for
from capitalplan.finance.costs import Rates
from capitalplan.finance.leases import rent_factor
from capitalplan.finance.limits import CAPITAL, Limits
from capitalplan.register.register import Asset, Challenge, Contract, Register
from capitalplan.register.resolving.activity import apportion
from capitalplan.terms import ContractKind, Ownership, Purpose, Route, round_half_up, year_label

__all__ = ["Handover", "hand_over"]

Limit = TypeVar("Limit", int, int | None)


@dataclass(frozen=True, kw_only=True)
class Handover:
    """An offer as the plan sees it.

    Attributes
    ----------
    base, register
        With the machines owned, and under the offer.
    handed
        Machines it takes over.
    kept
        Machines of its scope that cannot be handed over, each with the reason.
    right_of_use_gbp
        What the lease within it scores to capital, £ cash.
    short_gbp
        What limits leave too little for that.
    """

    challenge: Challenge
    base: Register
    register: Register
    handed: tuple[Asset, ...]
    kept: tuple[str, ...]
    right_of_use_gbp: int
    short_gbp: int

    @property
    def position(self) -> int:
        """Year of the plan (position) in which its charge begins."""
        return _position(self.challenge, self.base)

    @property
    def first_year(self) -> str:
        """Label of that year."""
        return year_label(self.base.settings.horizon[self.position])

    @property
    def weight(self) -> Fraction:
        """Discounted cost of a charge of £1 a year."""
        settings = self.base.settings
        return sum(Rates.of(settings).discount[self.position : settings.years], Fraction(0))


def hand_over(register: Register, challenge: Challenge) -> Handover:
    """Hand the machines of an offer over to its supplier.

    Raises
    ------
    InputError
        If it begins after the plan, or none of its machines can be handed over.
    """
    handed, kept = _machines(register, challenge)
    position, settings = _position(challenge, register), register.settings
    charges, leases = (
        apportion(gbp, [1] * len(handed)) for gbp in (challenge.annual_charge_gbp, challenge.embedded_lease_gbp)
    )
    factor = rent_factor(challenge.term_years, settings.lease_rate, in_advance=True) * bool(settings.ifrs16)
    index = Rates.of(settings).inflation[position]
    scores = {asset: round_half_up(lease * factor * index) for asset, lease in zip(handed, leases, strict=True)}
    contracts = {
        asset.asset_id: Contract(
            contract_id=f"{challenge.name}: {asset.asset_id}",
            kind=ContractKind.MANAGED_SERVICE,
            start_year=challenge.start_year,
            end_year=challenge.start_year + challenge.term_years,
            annual_charge_gbp=charge,
            extension_charge_gbp=0,
            refresh_years=challenge.refresh_years,
            extension_years=0,
        )
        for asset, charge in zip(handed, charges, strict=True)
    }
    under = replace(
        register,
        contracts={**register.contracts, **{each.contract_id: each for each in contracts.values()}},
        assets=tuple(
            asset if asset.asset_id not in contracts else _held(asset, contracts[asset.asset_id])
            for asset in register.assets
        ),
        ties=tuple(tie for tie in register.ties if not {tie.first, tie.other} & set(contracts)),
    )
    scored, short = _score(under, scores, position)
    return Handover(
        challenge=challenge,
        base=register,
        register=scored,
        handed=handed,
        kept=kept,
        right_of_use_gbp=sum(scores.values()),
        short_gbp=short,
    )


def _machines(register: Register, challenge: Challenge) -> tuple[tuple[Asset, ...], tuple[str, ...]]:
    """Machines that can be handed over, and what is said of the others."""
    committed = {scheme.asset_id for scheme in register.committed}
    handed, kept = [], []
    for asset in register.assets:
        if asset.asset_id not in challenge.assets:
            continue
        if asset.ownership not in (Ownership.OWNED, Ownership.CHARITY):
            kept.append(f"{asset.asset_id} stays as it is in both: it is held by {asset.ownership}")
        elif asset.asset_id in committed:
            kept.append(f"{asset.asset_id} stays as it is in both: its replacement is committed")
        else:
            handed.append(asset)
    if not handed:
        raise InputError(f"None of the machines of {challenge.name} can be handed over: {'; '.join(kept) or 'none'}.")
    if challenge.start_year > register.settings.horizon[-1]:
        raise InputError(f"{challenge.name} begins in {year_label(challenge.start_year)}, after the plan.")
    return tuple(handed), tuple(kept)


def _position(challenge: Challenge, register: Register) -> int:
    return max(0, challenge.start_year - register.settings.start_year)


def _held(asset: Asset, contract: Contract) -> Asset:
    return replace(
        asset, ownership=Ownership.MANAGED_SERVICE, contract_id=contract.contract_id, lock=None, lock_year=None,
        earliest_year=None, latest_year=None, upgrades=(), book_value_gbp=0,
    )  # fmt: skip


def _score(register: Register, scores: Mapping[Asset, int], position: int) -> tuple[Register, int]:
    """Take right-of-use values off what limits leave in a year (position); what they leave too little is handed on."""
    if not register.sources:
        return register, 0
    limits = Limits.of(register)
    left = {source.name: limits.free(source.name, position) for source in limits.sources}
    totals = [total for total in limits.totals if total.kind == CAPITAL and total.limits_gbp[position] is not None]
    room = {total.trust: total.left(position) or 0 for total in totals}
    drawn: dict[str, int] = defaultdict(int)
    short = 0
    for asset, score in scores.items():
        for trust, gbp in bear(score, asset.trust, cost_shares(register, asset.asset_id, asset.site)).items():
            due = gbp
            for source in sources_for(trust, asset.modality, Purpose.REPLACEMENT, Route.MANAGED_SERVICE, register):
                counting = [total.trust for total in totals if source.name in total.sources]
                part = max(0, min([due, left[source.name], *(room[each] for each in counting)]))
                due, left[source.name] = due - part, left[source.name] - part
                drawn[source.name] += part
                room |= {each: room[each] - part for each in counting}
            short += due
    share = register.settings
    over = share.over_programming_firm if position < share.firm_years else share.over_programming_indicative
    taken = {name: ceil(gbp / (1 + over)) for name, gbp in drawn.items()}
    spent = {total.trust: sum(taken.get(name, 0) for name in total.sources) for total in totals}
    return replace(
        register,
        sources=tuple(
            replace(source, limits_gbp=_less(source.limits_gbp, position, taken.get(source.name, 0)))
            for source in register.sources
        ),
        capital_limits=tuple(
            replace(line, limits_gbp=_less(line.limits_gbp, position, spent.get(line.trust, 0)))
            for line in register.capital_limits
        ),
    ), short


def _less(limits: Sequence[Limit], position: int, gbp: int) -> tuple[Limit, ...]:
    """Limits by year, that of one year (position) lowered; where there is none there is still none."""
    return tuple(limit if year != position or limit is None else limit - gbp for year, limit in enumerate(limits))
