"""What halving and doubling each price in the objective would change: the plan made again under each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from capitalplan.analysis.compare import changed_schemes
from capitalplan.analysis.study import PriceTest
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.terms import round_half_up

__all__ = ["PriceVariant", "price_test", "price_variants"]

FACTORS = (("half", Fraction(1, 2)), ("double", Fraction(2)))


@dataclass(frozen=True, slots=True)
class _Price:
    name: str
    change: Callable[[Register, Fraction], Register]
    shown: Callable[[Register], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceVariant:
    """A register with one price halved or doubled.

    Attributes
    ----------
    price
        The price changed, as users read it.
    factor
        ``half`` or ``double``.
    value
        The price used, as users read it.
    """

    price: str
    factor: str
    value: str
    register: Register


def price_variants(register: Register) -> tuple[PriceVariant, ...]:
    """Make the register with each price halved and doubled.

    Prices that are zero, or that nothing in the register can meet, are left out.
    """
    variants = []
    for price in _prices(register):
        for word, factor in FACTORS:
            changed = price.change(register, factor)
            variants.append(PriceVariant(price=price.name, factor=word, value=price.shown(changed), register=changed))
    return tuple(variants)


def _prices(register: Register) -> list[_Price]:
    settings = register.settings
    prices = []
    if register.demand:
        prices.append(_Price("price of a scan outside", _outside, _outside_shown))
    if settings.over_age_price:
        prices.append(_Price("price of over-age risk", _over_age, _over_age_shown))
    if register.demand and register.links and settings.travel_price_gbp:
        prices.append(_Price("price of a patient moved", _travel, _travel_shown))
    if settings.risk_score_price_gbp:
        prices.append(_Price("price of a point of risk score", _risk, _risk_shown))
    return prices


def _outside(register: Register, factor: Fraction) -> Register:
    lines = {
        name: replace(line, outside_price_gbp=round_half_up(line.outside_price_gbp * factor))
        for name, line in register.lines.items()
    }
    return replace(register, lines=lines)


def _outside_shown(register: Register) -> str:
    served = sorted({line for line, _ in register.demand})
    return ", ".join(f"{line} £{register.lines[line].outside_price_gbp:,}" for line in served)


def _over_age(register: Register, factor: Fraction) -> Register:
    settings = register.settings
    return replace(register, settings=replace(settings, over_age_price=settings.over_age_price * factor))


def _over_age_shown(register: Register) -> str:
    return f"{float(register.settings.over_age_price):.1%} of price a year for each year past planned life"


def _travel(register: Register, factor: Fraction) -> Register:
    settings = register.settings
    return replace(
        register, settings=replace(settings, travel_price_gbp=round_half_up(settings.travel_price_gbp * factor))
    )


def _travel_shown(register: Register) -> str:
    return f"£{register.settings.travel_price_gbp:,} a scan"


def _risk(register: Register, factor: Fraction) -> Register:
    settings = register.settings
    price = round_half_up(settings.risk_score_price_gbp * factor)
    return replace(register, settings=replace(settings, risk_score_price_gbp=price))


def _risk_shown(register: Register) -> str:
    return f"£{register.settings.risk_score_price_gbp:,} a year for each point"


def price_test(plan: Plan, variant: PriceVariant, other: Plan) -> PriceTest:
    """Say what a plan made under a changed price does otherwise."""
    changed = changed_schemes(plan, other)
    additions, replacements = int(other.kpis["additions"]), int(other.kpis["replacements"])
    capital, before = int(other.kpis["capital_cash_gbp"]), int(plan.kpis["capital_cash_gbp"])
    more = additions - int(plan.kpis["additions"])
    renewed = replacements - int(plan.kpis["replacements"])
    effect = (
        f"changes {changed} schemes: {_difference(more, 'addition')}, {_difference(renewed, 'replacement')}, "
        f"capital of £{capital:,} against £{before:,}"
        if changed
        else "changes nothing"
    )
    verb = "Halving" if variant.factor == "half" else "Doubling"
    return PriceTest(
        price=variant.price,
        factor=variant.factor,
        value=variant.value,
        schemes_changed=changed,
        additions=additions,
        replacements=replacements,
        capital_gbp=capital,
        gap=other.gap or 0.0,
        sentence=f"{verb} the {variant.price} ({variant.value}) {effect}.",
    )


def _difference(number: int, what: str) -> str:
    if number == 0:
        return f"as many {what}s"
    return f"{abs(number)} {'more' if number > 0 else 'fewer'} {what}{'' if abs(number) == 1 else 's'}"
