"""What age does to a machine: uptime, upkeep and the years of a contract's own renewals."""

from __future__ import annotations

from fractions import Fraction

from capitalplan.register.register import Asset, Contract, Curve
from capitalplan.terms import ContractKind

__all__ = ["contract_ages", "is_contract_renewed", "upkeep_ratio"]


def upkeep_ratio(curve: Curve, age: int, base_age: int) -> Fraction:
    """Upkeep at ``age`` as a multiple of upkeep at ``base_age``; 1 where the curve is zero at the base."""
    base = curve.at(curve.upkeep, base_age)
    return curve.at(curve.upkeep, age) / base if base else Fraction(1)


def is_contract_renewed(contract: Contract | None) -> bool:
    """Whether the contract itself renews the machine, so that the plan keeps its hands off."""
    return contract is not None and contract.kind is not ContractKind.LEASE


def contract_ages(asset: Asset, contract: Contract, horizon: tuple[int, ...]) -> tuple[tuple[int, bool], ...]:
    """Age of a managed-service or PFI machine in each year, and whether the contract renews it in that year.

    It is renewed when its age reaches the contract's refresh years (or its planned life), at once if already past.
    """
    refresh = contract.refresh_years or asset.life_years
    start_age = horizon[0] - asset.install_year
    first = max(0, refresh - start_age)
    return tuple(
        (start_age + t, False) if t < first else ((t - first) % refresh, (t - first) % refresh == 0)
        for t in range(len(horizon))
    )
