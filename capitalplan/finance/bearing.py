"""Who bears a charge: its owner, less what other trusts have taken on as their share of a machine or site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from capitalplan.register.register import CostShare, Register
from capitalplan.terms import Route, round_half_up

__all__ = ["Bill", "bear", "cost_shares"]


@dataclass(frozen=True, slots=True)
class Bill:
    """What each unit of a scheme is charged in a year, or what a price tier takes off it.

    Attributes
    ----------
    year
        Financial year in which it falls.
    route
        ``purchase`` for equipment, works, rooms and upgrades; ``lease`` or ``managed service`` for a right of use.
    gbp
        For one unit, £ cash; below zero for a rebate.
    units
        Machines or rooms charged so, or rebated so; shares are rounded for each by itself.
    """

    year: int
    route: Route
    gbp: int
    units: int = 1

    def borne(self, owner: str, shares: Sequence[CostShare]) -> dict[str, int]:
        """Its whole amount by trust that bears it, £ cash, the owner last."""
        return {trust: self.units * gbp for trust, gbp in bear(self.gbp, owner, shares).items()}


def cost_shares(register: Register, asset_id: str | None, site: str) -> tuple[CostShare, ...]:
    """Shares of other trusts in a machine, or in what is added at a site where no machine is named, by trust."""
    if asset_id is not None:
        return tuple(each for each in register.cost_shares if each.asset_id == asset_id)
    return tuple(each for each in register.cost_shares if each.asset_id is None and each.site == site)


def bear(gbp: int, owner: str, shares: Sequence[CostShare]) -> dict[str, int]:
    """Split one charge, or one rebate, among those who bear it.

    Returns
    -------
    dict
        £ cash by trust, the owner last; adds up to ``gbp``. Parts of nothing are left out.
    """
    parts: dict[str, int] = {}
    for each in shares:
        parts[each.trust] = parts.get(each.trust, 0) + round_half_up(each.share * gbp)
    rest = gbp - sum(parts.values())
    parts[owner] = parts.pop(owner, 0) + rest
    return {trust: part for trust, part in parts.items() if part}
