"""What halving and doubling each price in the objective would change: the plan made again under each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from capitalplan.analysis.compare import changed_schemes
from capitalplan.analysis.evaluate import Solve
from capitalplan.analysis.study import PriceTest
from capitalplan.formulation.formulate import formulate
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions

__all__ = ["price_tests"]

FACTORS = (("half", Fraction(1, 2)), ("double", Fraction(2)))


@dataclass(frozen=True, slots=True)
class _Price:
    name: str
    change: Callable[[Register, Fraction], Register]
    shown: Callable[[Register], str]


def price_tests(plan: Plan, register: Register, solve: Solve, options: SolveOptions) -> Iterator[PriceTest]:
    """Plan again with each price halved and doubled, one test at a time.

    Prices that are zero, or that nothing in the register can meet, are left out.
    """
    for price in _prices(register):
        for word, factor in FACTORS:
            changed = price.change(register, factor)
            formulation = formulate(changed)
            solution = solve(formulation.problem, options)
            if solution.values is None:
                continue
            other = extract(formulation, solution)
            yield _test(price.name, word, price.shown(changed), plan, other)


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
        name: replace(line, outside_price_gbp=round(line.outside_price_gbp * factor))
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
    return replace(register, settings=replace(settings, travel_price_gbp=round(settings.travel_price_gbp * factor)))


def _travel_shown(register: Register) -> str:
    return f"£{register.settings.travel_price_gbp:,} a scan"


def _risk(register: Register, factor: Fraction) -> Register:
    settings = register.settings
    price = round(settings.risk_score_price_gbp * factor)
    return replace(register, settings=replace(settings, risk_score_price_gbp=price))


def _risk_shown(register: Register) -> str:
    return f"£{register.settings.risk_score_price_gbp:,} a year for each point"


def _test(price: str, factor: str, value: str, plan: Plan, other: Plan) -> PriceTest:
    changed = changed_schemes(plan, other)
    additions, replacements = int(other.kpis["additions"]), int(other.kpis["replacements"])
    capital = int(other.kpis["capital_cash_gbp"])
    verb = "Halving" if factor == "half" else "Doubling"
    more = additions - int(plan.kpis["additions"])
    renewed = replacements - int(plan.kpis["replacements"])
    before = int(plan.kpis["capital_cash_gbp"])
    effect = (
        f"changes {changed} schemes: {_difference(more, 'addition')}, {_difference(renewed, 'replacement')}, "
        f"capital of £{capital:,} against £{before:,}"
        if changed
        else "changes nothing"
    )
    sentence = f"{verb} the {price} ({value}) {effect}."
    return PriceTest(
        price=price,
        factor=factor,
        value=value,
        schemes_changed=changed,
        additions=additions,
        replacements=replacements,
        capital_gbp=capital,
        gap=other.gap or 0.0,
        sentence=sentence,
    )


def _difference(number: int, what: str) -> str:
    if number == 0:
        return f"as many {what}s"
    return f"{abs(number)} {'more' if number > 0 else 'fewer'} {what}{'' if abs(number) == 1 else 's'}"
