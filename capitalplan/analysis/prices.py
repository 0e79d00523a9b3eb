"""What halving and doubling each price in the objective would change: the plan made again under each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from capitalplan.analysis.compare import changed_schemes, more_or_fewer
from capitalplan.analysis.study import PriceTest
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.terms import ExtraKind, round_half_up

__all__ = ["PriceVariant", "price_test", "price_variants"]

FACTORS = (("half", Fraction(1, 2)), ("double", Fraction(2)))

IN_PLAN = (
    ("price of waiting over target", "waiting_price_gbp", "a patient and year", "waiting_value_gbp"),
    ("price of an unscheduled patient away", "unscheduled_away_price_gbp", "a scan", "unscheduled_value_gbp"),
    ("price of a scan nobody can do", "unmet_price_gbp", "a scan", "unmet_value_gbp"),
    ("price of a late report", "late_report_price_gbp", "a report", "late_reports_value_gbp"),
)
"""Price, its setting and unit, and the key figure that says whether the plan meets it."""
ON_MONEY = (
    ("price of money under its minimum use", "under_use_price", "under_use_value_gbp"),
    ("price of revenue over its limit", "revenue_price", "revenue_over_value_gbp"),
)
"""Price a £, its setting, and the key figure that says whether the plan meets it."""
ON_CHANGES = ("change_price_gbp", "firm_change_price_gbp")
EXTRA = (
    ("price of an extra hour", ExtraKind.HOURS, "extended_hours"),
    ("price of a van day", ExtraKind.VAN, "van_days"),
    ("price of an outsourced report", ExtraKind.REPORTING, "outsourced_reports"),
)
"""Price, kind of extra capacity, and the key figure that says whether the plan uses it."""


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


def price_variants(register: Register, plan: Plan) -> tuple[PriceVariant, ...]:
    """Make the register with each price halved and doubled.

    Prices that are zero, or that nothing in the register can meet, are left out; so are those of waiting, reporting,
    extra capacity, minimum use and revenue limits of which the plan meets nothing.
    """
    variants = []
    for price in _prices(register, plan):
        for word, factor in FACTORS:
            changed = price.change(register, factor)
            variants.append(PriceVariant(price=price.name, factor=word, value=price.shown(changed), register=changed))
    return tuple(variants)


def _prices(register: Register, plan: Plan) -> list[_Price]:
    settings = register.settings
    prices = []
    if register.demand:
        prices.append(_Price("price of a scan outside", _outside, _outside_shown))
    if settings.over_age_price:
        prices.append(_Price("price of over-age risk", _over_age, _over_age_shown))
    if register.demand and register.links and settings.travel_price_gbp:
        prices.append(_setting_price("price of a patient moved", "travel_price_gbp", "a scan"))
    if settings.risk_score_price_gbp:
        prices.append(_setting_price("price of a point of risk score", "risk_score_price_gbp", "a year for each point"))
    if settings.failure_price_gbp:
        prices.append(_setting_price("price of a serious breakdown", "failure_price_gbp", "a breakdown"))
    if settings.energy_price_gbp_per_mwh:
        prices.append(_setting_price("price of electricity", "energy_price_gbp_per_mwh", "a MWh"))
    prices += [_setting_price(name, setting, unit) for name, setting, unit, used in IN_PLAN if plan.kpis[used]]
    prices += [_share_price(name, setting) for name, setting, used in ON_MONEY if plan.kpis[used]]
    if register.approved and any(getattr(settings, name) for name in ON_CHANGES):
        prices.append(_Price("price of a change from the approved plan", _changes, _changes_shown))
    prices += [_extra_price(name, kind) for name, kind, used in EXTRA if plan.kpis[used]]
    return prices


def _outside(register: Register, factor: Fraction) -> Register:
    lines = {
        name: replace(line, outside_price_gbp=round_half_up(line.outside_price_gbp * factor))
        for name, line in register.lines.items()
    }
    return replace(_extra(register, ExtraKind.OUTSIDE, factor), lines=lines)


def _outside_shown(register: Register) -> str:
    prices: dict[str, set[int]] = defaultdict(set)
    for line, site in sorted(register.demand):
        prices[line].add(register.outside_price(line, site))
    return _by_line(prices)


def _over_age(register: Register, factor: Fraction) -> Register:
    settings = register.settings
    return replace(register, settings=replace(settings, over_age_price=settings.over_age_price * factor))


def _over_age_shown(register: Register) -> str:
    return f"{float(register.settings.over_age_price):.1%} of price a year for each year past planned life"


def _setting_price(name: str, setting: str, unit: str) -> _Price:
    """Price of whole pounds that is a setting."""

    def change(register: Register, factor: Fraction) -> Register:
        changed: dict[str, Any] = {setting: round_half_up(getattr(register.settings, setting) * factor)}
        return replace(register, settings=replace(register.settings, **changed))

    return _Price(name, change, lambda register: f"£{getattr(register.settings, setting):,} {unit}")


def _share_price(name: str, setting: str) -> _Price:
    """Price of each £ that is a setting."""

    def change(register: Register, factor: Fraction) -> Register:
        changed: dict[str, Any] = {setting: getattr(register.settings, setting) * factor}
        return replace(register, settings=replace(register.settings, **changed))

    return _Price(name, change, lambda register: f"£{float(getattr(register.settings, setting)):.2f} for each £")


def _changes(register: Register, factor: Fraction) -> Register:
    changed: dict[str, Any] = {name: round_half_up(getattr(register.settings, name) * factor) for name in ON_CHANGES}
    return replace(register, settings=replace(register.settings, **changed))


def _changes_shown(register: Register) -> str:
    settings = register.settings
    return f"£{settings.change_price_gbp:,} a scheme, £{settings.firm_change_price_gbp:,} in firm years"


def _extra_price(name: str, kind: ExtraKind) -> _Price:
    """Price of a kind of extra capacity, on all of its lines."""

    def shown(register: Register) -> str:
        prices: dict[str, set[int]] = defaultdict(set)
        for each in register.extra:
            if each.kind is kind:
                prices[each.line].add(each.price_gbp)
        return _by_line(prices)

    return _Price(name, lambda register, factor: _extra(register, kind, factor), shown)


def _extra(register: Register, kind: ExtraKind, factor: Fraction) -> Register:
    extra = tuple(
        replace(each, price_gbp=round_half_up(each.price_gbp * factor)) if each.kind is kind else each
        for each in register.extra
    )
    return replace(register, extra=extra)


def _by_line(prices: Mapping[str, set[int]]) -> str:
    """Prices as users read them: ``CT £150, MR £200 to £250``."""
    return ", ".join(
        f"{line} £{min(each):,}" + (f" to £{max(each):,}" if len(each) > 1 else "")
        for line, each in sorted(prices.items())
    )


def price_test(plan: Plan, variant: PriceVariant, other: Plan) -> PriceTest:
    """Say what a plan made under a changed price does otherwise."""
    changed = changed_schemes(plan, other)
    additions, replacements = int(other.kpis["additions"]), int(other.kpis["replacements"])
    capital, before = int(other.kpis["capital_cash_gbp"]), int(plan.kpis["capital_cash_gbp"])
    more = additions - int(plan.kpis["additions"])
    renewed = replacements - int(plan.kpis["replacements"])
    effect = (
        f"changes {changed} schemes: {more_or_fewer(more, 'addition')}, {more_or_fewer(renewed, 'replacement')}, "
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
