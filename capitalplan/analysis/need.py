"""Unconstrained need: each machine replaced like for like when it reaches its planned life, with no limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

from capitalplan.analysis.study import NeedLine
from capitalplan.finance.costs import Purchase, Rates, purchase
from capitalplan.register.register import Asset, Register
from capitalplan.service.ageing import is_contract_renewed

__all__ = ["unconstrained_need"]


def unconstrained_need(register: Register) -> tuple[NeedLine, ...]:
    """Need by trust and year, before any optimisation.

    Machines past their planned life fall in the first year, and are said to be overdue. Machines that a managed
    service or PFI contract renews, machines replaced by a committed scheme and machines at sites closed by then are
    left out; new capacity is not counted. A machine replaced in the plan is due again when its new life ends. Capital
    falls in the years in which it is charged: works may be paid in the year before.
    """
    settings = register.settings
    rates = Rates.of(settings)
    committed = {scheme.asset_id for scheme in register.committed}
    due: dict[tuple[str, int], list[tuple[Asset, bool]]] = defaultdict(list)
    for asset in register.assets:
        held = is_contract_renewed(register.contracts.get(asset.contract_id or ""))
        if held or asset.asset_id in committed:
            continue
        year = max(asset.due_year, settings.start_year)
        overdue = asset.due_year < settings.start_year
        while year <= settings.horizon[-1] and register.sites[asset.site].is_open(year):
            due[asset.trust, year].append((asset, overdue))
            year, overdue = year + _new_life(asset, register), False
    money = {asset.asset_id: _like_for_like(asset, register, rates) for asset in register.assets}
    charged: Counter[tuple[str, int]] = Counter()
    for (trust, year), machines in due.items():
        position = year - settings.start_year
        for asset, _ in machines:
            bought = money[asset.asset_id]
            charged[trust, position] += bought.charges_gbp[position]
            charged[trust, max(0, position - 1)] += bought.charges_before_gbp[position]
    lines = []
    for trust in register.trusts:
        for position, year in enumerate(settings.horizon):
            machines = due[trust, year]
            lines.append(
                NeedLine(
                    trust=trust,
                    year=year,
                    machines=len(machines),
                    overdue=sum(overdue for _, overdue in machines),
                    by_modality=dict(sorted(Counter(asset.line for asset, _ in machines).items())),
                    capital_gbp=charged[trust, position],
                )
            )
    return tuple(lines)


def _like_for_like(asset: Asset, register: Register, rates: Rates) -> Purchase:
    """Money of replacing like with like."""
    option = register.options.get(asset.like_for_like or "")
    works = asset.own_works_gbp
    if works is None:
        works = 0 if option is None else option.works_gbp
    paid_before = Fraction(0) if option is None else option.works_paid_before
    return purchase(asset.price_gbp, works, register.settings, rates, paid_before=paid_before)


def _new_life(asset: Asset, register: Register) -> int:
    option = register.options.get(asset.like_for_like or "")
    by_use = register.lines[asset.line].life(asset.exams_per_year)
    return by_use if option is None else option.life_years or by_use
