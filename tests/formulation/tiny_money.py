"""A register small enough to read its whole problem, with something for every rule of money."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from capitalplan.register.register import ApprovedLine, CapitalLimit, CostShare, Register, RevenueLimit
from capitalplan.terms import Action, Purpose, Route
from tests.formulation.offers import offer, tier
from tests.formulation.tiny_register import tiny_register
from tests.verify.small_network import SITE_A, TRUST, limits, with_settings

__all__ = ["tiny_money"]

OTHER = "R0B"
BOTH = frozenset({TRUST, OTHER})


def tiny_money() -> Register:
    """The tiny register with money of every kind.

    Own money of trust A may be carried over by half and uses its capital limit; half of the shared money should be
    used, and it pays for nothing but purchases; a gift to trust B pays for new machines only. The network's cash is
    limited. Scanners may be leased for two years at £300 a year. Two machines bought in a year cost a tenth less.
    Trust B bears a third of scanner A, which is approved to be replaced in 2027/28, beside one scanner added at site A.
    """
    base = with_settings(
        tiny_register(),
        fair_unmet_spread=Fraction(1, 10),
        fair_capital_spread=Fraction(1),
        change_price_gbp=50,
        firm_change_price_gbp=500,
        under_use_price=Fraction(1, 2),
    )
    own = replace(limits("Own", TRUST, 1500), carry_share=Fraction(1, 2), brings_cash=False)
    shared = replace(
        limits("Shared", None, 2000), trusts=BOTH, minimum_share=Fraction(1, 2), routes=frozenset({Route.PURCHASE})
    )
    gift = replace(
        limits("Gift", OTHER, 3000), purposes=frozenset({Purpose.NEW}), uses_capital_limit=False, donated=True
    )
    lines = (
        ApprovedLine(
            asset_id=asset_id, site=SITE_A, action=action, option="CT standard", offer=None, year=2027, units=1
        )
        for asset_id, action in (("A", Action.REPLACE), (None, Action.ADD))
    )
    return replace(
        base,
        sources=tuple(replace(each, limits_gbp=each.limits_gbp[:2]) for each in (gift, own, shared)),
        capital_limits=(
            CapitalLimit(trust=None, limits_gbp=(None, None), cash_gbp=(1200, 1300)),
            CapitalLimit(trust=TRUST, limits_gbp=(1400, None), cash_gbp=(None, None)),
        ),
        revenue_limits=(RevenueLimit(trust=OTHER, limits_gbp=(None, 900)),),
        cost_shares=(
            CostShare(asset_id="A", site=None, trust=OTHER, share=Fraction(1, 3), basis="scans", consent=None),
        ),
        offers=(offer(),),
        tiers=(tier(2, "1/10"),),
        approved=tuple(lines),
    )
