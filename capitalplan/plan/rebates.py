"""Price tiers that a plan reaches, counted again from what it buys, and what they take off each machine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from capitalplan.finance.costs import Rates
from capitalplan.finance.rebates import RebateMoney, reached, rebate_money
from capitalplan.formulation.accounts import Stint, added_stint, stints
from capitalplan.formulation.machines import Machine
from capitalplan.plan.decode import Choices
from capitalplan.plan.plan import TierReached
from capitalplan.register.register import Register, Tier
from capitalplan.terms import Action

__all__ = ["Rebates", "TakenOff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOff:
    """The rebate on one machine.

    Attributes
    ----------
    life_years
        Planned life of the machine.
    """

    tier: Tier
    money: RebateMoney
    life_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebates:
    """Tiers reached.

    Attributes
    ----------
    reached
        Tier and machines bought that count, by framework and year (position).
    """

    register: Register
    rates: Rates
    reached: Mapping[tuple[str, int], tuple[Tier, int]]

    @classmethod
    def of(cls, choices: Choices) -> Rebates:
        """Tiers reached by what is bought."""
        register = choices.columns.register
        frameworks: dict[str, list[Tier]] = defaultdict(list)
        for tier in register.tiers:
            frameworks[tier.framework].append(tier)
        bought = Counter(_bought(choices)) if frameworks else Counter()
        found = {}
        for name, tiers in frameworks.items():
            for position, year in enumerate(register.settings.horizon):
                for tier in tiers:
                    units = _units(tier, position, bought)
                    if units and reached([tier], units, year) is tier:
                        found[name, position] = (tier, units)
                        break
        return cls(register=register, rates=choices.columns.rates, reached=found)

    def on(self, stint: Stint, trust: str) -> TakenOff | None:
        """Rebate on a machine that a trust buys; None where it has none."""
        machine = stint.machine
        if not _counts(machine) or machine.money is None or machine.life is None:
            return None
        for (_, position), (tier, _) in self.reached.items():
            if position == stint.since and machine.option in tier.options and _is_for(tier, trust):
                money = rebate_money(
                    tier,
                    machine.money.price_gbp,
                    position,
                    machine.life,
                    self.register.settings,
                    self.rates,
                    stands_to_end=stint.until == self.register.settings.years,
                )
                return TakenOff(tier=tier, money=money, life_years=machine.life)
        return None

    def lines(self, taken: Sequence[tuple[int, TakenOff, int]]) -> tuple[TierReached, ...]:
        """Tiers reached, with what they take off.

        Parameters
        ----------
        taken
            Year (position), rebate and machines of every line that has one.
        """
        cash: Counter[tuple[str, int]] = Counter()
        real: Counter[tuple[str, int]] = Counter()
        for position, each, units in taken:
            cash[each.tier.framework, position] += units * each.money.charge_gbp
            real[each.tier.framework, position] += units * each.money.real_gbp
        return tuple(
            TierReached(
                framework=name,
                year=self.register.settings.horizon[position],
                units=units,
                from_units=tier.from_units,
                rebate=tier.rebate,
                rebate_gbp=cash[name, position],
                real_gbp=real[name, position],
            )
            for (name, position), (tier, units) in sorted(self.reached.items(), key=lambda item: item[0])
        )


def _bought(choices: Choices) -> Iterator[tuple[str, str, int]]:
    """Option, trust and year (position) of every machine bought; leased, managed and committed ones do not count."""
    for menu, chosen in choices.schedules:
        for stint in stints(menu, chosen):
            if stint.event is not None and stint.event.action is Action.REPLACE and _counts(stint.machine):
                yield stint.machine.option or "", menu.asset.trust, stint.since
    for addition, count in choices.additions:
        stint = added_stint(addition)
        if _counts(stint.machine):
            for _ in range(count):
                yield addition.option.name, addition.site.trust, stint.since


def _counts(machine: Machine) -> bool:
    return not machine.is_registered and machine.offer is None and not machine.committed


def _units(tier: Tier, position: int, bought: Counter[tuple[str, str, int]]) -> int:
    return sum(
        count
        for (option, trust, year), count in bought.items()
        if year == position and option in tier.options and _is_for(tier, trust)
    )


def _is_for(tier: Tier, trust: str) -> bool:
    return not tier.trusts or trust in tier.trusts
