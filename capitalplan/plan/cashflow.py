"""Money, scans and machines of a plan, year by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.additions import room_terminal, vintage_years
from capitalplan.formulation.machines import RUNNING_HEADINGS, Machine
from capitalplan.plan.breaches import Excess
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft, standing_machine
from capitalplan.plan.money_values import MoneyValues
from capitalplan.plan.plan import Payment, YearLine
from capitalplan.plan.service_money import extra_gbp, outside_gbp, travel_gbp
from capitalplan.register.register import Site
from capitalplan.terms import round_half_up

__all__ = ["ages_in", "capacity_by_site", "remaining_value", "year_lines"]

Whole = npt.NDArray[np.int64]


def capacity_by_site(choices: Choices) -> dict[tuple[str, str], tuple[int, ...]]:
    """Scans a year by (served line, site), for places with demand or machines."""
    columns = choices.columns
    years = columns.register.settings.years
    total: dict[tuple[str, str], Whole] = defaultdict(lambda: np.zeros(years, dtype=np.int64))
    for key in columns.register.demand:
        total[key] += 0
    for menu, chosen in choices.schedules:
        if menu.asset.line in columns.served:
            total[menu.asset.line, menu.asset.site] += menu.figures.capacity[chosen]
    for addition, count in choices.additions:
        total[addition.option.line, addition.site.code] += count * addition.capacity
    for fixed in columns.fixed:
        if fixed.scheme.line in columns.served:
            total[fixed.scheme.line, fixed.scheme.site] += fixed.capacity
    return {key: tuple(int(scans) for scans in total[key]) for key in sorted(total)}


def year_lines(
    choices: Choices,
    drafts: Sequence[Draft],
    payments: Sequence[Sequence[Payment]],
    capacity: Mapping[tuple[str, str], tuple[int, ...]],
    excess: Excess,
    values: MoneyValues,
) -> tuple[YearLine, ...]:
    """One line a year; see ``capitalplan.plan.plan.YearLine`` for what each figure is.

    Parameters
    ----------
    payments
        Of each line, in the order of the lines.
    values
        Values put on money left unused, revenue over limits and changes.
    """
    register, served = choices.columns.register, choices.columns.served
    money, outside, bought = _real_money(choices), _outside(choices), outside_gbp(choices)
    extra, travel, service = extra_gbp(choices), travel_gbp(choices), excess.value_gbp(choices)
    demand, able = _by_line(register.demand, choices), _by_line(capacity, choices)
    paid = [each for line in payments for each in line]
    lines = []
    for position, year in enumerate(register.settings.horizon):
        standing = _standing(choices, position)
        real = {name: int(by_year[position]) for name, by_year in money.items()}
        lines.append(
            YearLine(
                year=year,
                firm=position < register.settings.firm_years,
                capital_by_source=_sum({each.source: each.gbp} for each in paid if each.year == year),
                limit_by_source={source.name: source.limits_gbp[position] for source in register.sources},
                capital_by_trust=_sum({each.trust: each.gbp} for each in paid if each.year == year),
                upkeep_gbp=real["upkeep"],
                running_gbp={heading: gbp for heading in RUNNING_HEADINGS if (gbp := real[str(heading)])},
                capital_real_gbp=real["capital"] - _rebates(drafts, year),
                resale_gbp=real["receipts"],
                outside_gbp=round_half_up(bought[position]),
                extra_gbp={name: cost for name in sorted(extra) if (cost := round_half_up(extra[name][position]))},
                travel_gbp=round_half_up(travel[position]),
                age_risk_gbp=real["risk"],
                service_value_gbp={name: round_half_up(by_year[position]) for name, by_year in service.items()},
                money_value_gbp={
                    name: value for name, by_year in values.items() if (value := round_half_up(by_year[position]))
                },
                breakdowns=sum((each.breakdowns for each in standing), Fraction(0)),
                demand={line: int(demand[line][position]) for line in served},
                capacity={line: int(able[line][position]) for line in served},
                outside_scans={line: round_half_up(outside[line, position]) for line in served},
                machines=len(standing),
                over_age=sum(each.life is not None and each.age > each.life for each in standing),
            )
        )
    return tuple(lines)


def _rebates(drafts: Sequence[Draft], year: int) -> int:
    """What price tiers take off the capital of a financial year, real £."""
    return sum(line.units * line.rebate.money.real_gbp for line in drafts if line.rebate and line.year == year)


def remaining_value(choices: Choices, drafts: Sequence[Draft]) -> Fraction:
    """Discounted worth of what stands when the horizon ends, rebates taken off, £."""
    columns = choices.columns
    register = columns.register
    worth = sum(int(menu.figures.terminal[chosen]) for menu, chosen in choices.schedules)
    for each in _vintages(choices):
        worth += each.count * int(vintage_years(each.machine, each.year, each.site, register)["terminal"][0])
    worth += sum(count * room_terminal(room.money, room.year, room.site, register) for room, count in choices.rooms)
    worth -= sum(line.units * line.rebate.money.residual_gbp for line in drafts if line.rebate)
    return worth * columns.rates.discount[register.settings.years]


def ages_in(choices: Choices, position: int) -> list[int]:
    """Age in years of every machine in service in a year (position in the horizon)."""
    return [each.age for each in _standing(choices, position)]


@dataclass(frozen=True, slots=True)
class _Vintage:
    """Machines added at a site in a year (position), by the plan or by a committed scheme."""

    machine: Machine
    year: int
    site: Site
    stands: Whole
    count: int


def _vintages(choices: Choices) -> list[_Vintage]:
    sites = choices.columns.register.sites
    return [
        *(_Vintage(each.machine, each.year, each.site, each.stands, count) for each, count in choices.additions),
        *(_Vintage(each.machine, each.year, sites[each.scheme.site], each.stands, 1) for each in choices.columns.fixed),
    ]


def _real_money(choices: Choices) -> dict[str, Whole]:
    """Real £ by year of machines and rooms together, running costs by heading among them."""
    register = choices.columns.register
    names = ("capital", "upkeep", "risk", "receipts")
    total = {name: np.zeros(register.settings.years, dtype=np.int64) for name in (*names, *map(str, RUNNING_HEADINGS))}
    for menu, chosen in choices.schedules:
        for name in names:
            total[name] += getattr(menu.figures, name)[chosen]
        for heading, costs in menu.figures.running.items():
            total[str(heading)] += costs[chosen]
    for each in _vintages(choices):
        figures = vintage_years(each.machine, each.year, each.site, register)
        for name in total:
            total[name] += each.count * figures[name]
    for room, count in choices.rooms:
        total["capital"] += count * room.capital
    return total


def _outside(choices: Choices) -> dict[tuple[str, int], Fraction]:
    """Scans bought outside by (service line, position)."""
    outside: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for (line, _, position), scans in choices.outside.items():
        outside[line, position] += scans
    return outside


def _by_line(scans: Mapping[tuple[str, str], Sequence[int]], choices: Choices) -> dict[str, Whole]:
    """Scans of all sites together by served line and year."""
    years = choices.columns.register.settings.years
    total = {line: np.zeros(years, dtype=np.int64) for line in choices.columns.served}
    for (line, _), by_year in scans.items():
        total[line] += np.array(by_year, dtype=np.int64)
    return total


@dataclass(frozen=True, slots=True)
class _Standing:
    """A machine in service: age and planned life in years, and the serious breakdowns expected of it in the year."""

    age: int
    life: int | None
    breakdowns: Fraction

    @classmethod
    def of(cls, machine: Machine, position: int) -> _Standing:
        """The machine with its figures at a position of its own."""
        return cls(int(machine.ages[position]), machine.life, machine.breakdowns[position])


def _standing(choices: Choices, position: int) -> list[_Standing]:
    """Every machine in service in a year."""
    found = [standing_machine(menu, chosen, position) for menu, chosen in choices.schedules]
    standing = [_Standing.of(machine, at) for machine, at in filter(None, found)]
    for each in _vintages(choices):
        if each.stands[position]:
            standing += [_Standing.of(each.machine, position - each.year)] * each.count
    return standing


def _sum(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for part in parts:
        for name, amount in part.items():
            total[name] += amount
    return dict(sorted(total.items()))
