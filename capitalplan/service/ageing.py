"""What age does to a machine: uptime, upkeep and the years of a contract's own renewals."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeGuard

from capitalplan.register.register import Asset, Contract, Curve
from capitalplan.terms import ContractKind

__all__ = ["contract_ages", "is_contract_renewed", "is_held", "upkeep_ratio"]


def upkeep_ratio(curve: Curve, age: int, base_age: int) -> Fraction:
    """Upkeep at ``age`` as a multiple of upkeep at ``base_age``; 1 where the curve is zero at the base."""
    base = curve.at(curve.upkeep, base_age)
    return curve.at(curve.upkeep, age) / base if base else Fraction(1)


def is_contract_renewed(contract: Contract | None) -> TypeGuard[Contract]:
    """Whether the contract itself renews the machine, so that the plan keeps its hands off."""
    return contract is not None and contract.kind is not ContractKind.LEASE


def is_held(contract: Contract | None, year: int) -> bool:
    """Whether a contract that renews its machine runs in a financial year; before it the machine is the trust's own."""
    return is_contract_renewed(contract) and (contract.start_year is None or year >= contract.start_year)


def contract_ages(asset: Asset, contract: Contract, horizon: tuple[int, ...]) -> tuple[tuple[int, bool], ...]:
    """Age of a managed-service or PFI machine in each year, and whether the contract renews it in that year.

    It is renewed when its age reaches the contract's refresh years (or its planned life); if it is past them, when the
    contract begins, or at once where it runs already.
    """
    refresh = contract.refresh_years or asset.life_years
    start_age = horizon[0] - asset.install_year
    begins = 0 if contract.start_year is None else max(0, contract.start_year - horizon[0])
    first = max(begins, refresh - start_age)
    return tuple(
        (start_age + t, False) if t < first else ((t - first) % refresh, (t - first) % refresh == 0)
        for t in range(len(horizon))
    )
