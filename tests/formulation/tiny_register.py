"""A register small enough to read its whole problem, with something for every rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from capitalplan.register.register import Register, Trust
from capitalplan.settings import TerminalValue
from capitalplan.terms import Action, ContractKind, Ownership
from tests.verify.small_network import (
    SITE_A,
    SITE_B,
    TRUST,
    asset,
    contract,
    limits,
    option,
    register,
    scheme,
    settings,
    site,
)

__all__ = ["tiny_register"]

YEARS = 2


def tiny_register() -> Register:
    """Two sites of two trusts, two years, three CT scanners, one of them leased, and one more on order.

    No rates, biases or worth at the end, so that every figure can be checked by eye: a scanner costs £1,000 and works
    £200, does 1,000 scans a year less what age takes, and is out of use for a quarter of the year it is replaced in.
    """
    other = "R0B"
    base = register(
        asset("A"),
        asset("B", install_year=2025),
        asset("C", site=SITE_B, trust=other, ownership=Ownership.LEASE, contract_id="K", install_year=2024),
        settings=settings(
            firm_years=YEARS,
            indicative_years=0,
            inflation_rate=Fraction(0),
            vat_rate=Fraction(0),
            optimism_bias_equipment=Fraction(0),
            optimism_bias_works=Fraction(0),
            over_age_price=Fraction(0),
            terminal_value=TerminalValue.NONE,
            max_replacements=1,
            allow_retirement=True,
            max_network_projects=2,
        ),
        trusts={code: Trust(code=code, name=code) for code in (TRUST, other)},
        sites={SITE_A: site(SITE_A), SITE_B: site(SITE_B, trust=other, spare_rooms={}, max_installations=1)},
        options={"CT standard": option()},
        contracts={"K": contract(ContractKind.LEASE, extension_years=1)},
        schemes=(scheme("S", action=Action.ADD, asset_id=None, site=SITE_B, trust=other, year=2026, capital_gbp=1100),),
        demand={("CT", SITE_A): (2300, 2400), ("CT", SITE_B): (1200, 900)},
    )
    both = frozenset({TRUST, other})
    sources = (limits("Own", TRUST, 1500), limits("Shared", None, 2000, trusts=both))
    return replace(base, sources=tuple(replace(each, limits_gbp=each.limits_gbp[:YEARS]) for each in sources))
