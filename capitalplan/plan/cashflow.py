"""Money, scans and machines of a plan, year by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.formulation.additions import room_terminal, vintage_years
from capitalplan.formulation.machines import Machine
from capitalplan.plan.breaches import Excess
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft, standing_machine
from capitalplan.plan.plan import YearLine
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
    payments: Sequence[Mapping[str, int]],
    capacity: Mapping[tuple[str, str], tuple[int, ...]],
    excess: Excess,
) -> tuple[YearLine, ...]:
    """One line a year; see ``capitalplan.plan.plan.YearLine`` for what each figure is."""
    register, served = choices.columns.register, choices.columns.served
    money, outside, bought = _real_money(choices), _outside(choices), outside_gbp(choices)
    extra, travel, values = extra_gbp(choices), travel_gbp(choices), excess.value_gbp(choices)
    demand, able = _by_line(register.demand, choices), _by_line(capacity, choices)
    lines = []
    for position, year in enumerate(register.settings.horizon):
        in_year = [(line, paid) for line, paid in zip(drafts, payments, strict=True) if line.year == year]
        standing = _standing(choices, position)
        lines.append(
            YearLine(
                year=year,
                firm=position < register.settings.firm_years,
                capital_by_source=_sum(paid for _, paid in in_year),
                limit_by_source={source.name: source.limits_gbp[position] for source in register.sources},
                capital_by_trust=_sum({line.trust: line.charge_gbp} for line, _ in in_year if line.charge_gbp),
                upkeep_gbp=int(money["upkeep"][position]),
                capital_real_gbp=int(money["capital"][position]),
                resale_gbp=int(money["receipts"][position]),
                outside_gbp=round_half_up(bought[position]),
                extra_gbp={name: cost for name in sorted(extra) if (cost := round_half_up(extra[name][position]))},
                travel_gbp=round_half_up(travel[position]),
                age_risk_gbp=int(money["risk"][position]),
                service_value_gbp={name: round_half_up(by_year[position]) for name, by_year in values.items()},
                breakdowns=sum((each.breakdowns for each in standing), Fraction(0)),
                demand={line: int(demand[line][position]) for line in served},
                capacity={line: int(able[line][position]) for line in served},
                outside_scans={line: round_half_up(outside[line, position]) for line in served},
                machines=len(standing),
                over_age=sum(each.life is not None and each.age > each.life for each in standing),
            )
        )
    return tuple(lines)


def remaining_value(choices: Choices) -> Fraction:
    """Discounted worth of what stands when the horizon ends, £."""
    columns = choices.columns
    register = columns.register
    worth = sum(int(menu.figures.terminal[chosen]) for menu, chosen in choices.schedules)
    for each in _vintages(choices):
        worth += each.count * int(vintage_years(each.machine, each.year, each.site, register)["terminal"][0])
    worth += sum(count * room_terminal(room.money, room.year, room.site, register) for room, count in choices.rooms)
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
    count: int


def _vintages(choices: Choices) -> list[_Vintage]:
    sites = choices.columns.register.sites
    return [
        *(_Vintage(each.machine, each.year, each.site, count) for each, count in choices.additions),
        *(_Vintage(each.machine, each.year, sites[each.scheme.site], 1) for each in choices.columns.fixed),
    ]


def _real_money(choices: Choices) -> dict[str, Whole]:
    """Real £ by year of machines and rooms together."""
    register = choices.columns.register
    names = ("capital", "upkeep", "risk", "receipts")
    total = {name: np.zeros(register.settings.years, dtype=np.int64) for name in names}
    for menu, chosen in choices.schedules:
        for name in names:
            total[name] += getattr(menu.figures, name)[chosen]
    for each in _vintages(choices):
        figures = vintage_years(each.machine, each.year, each.site, register)
        for name in names:
            total[name] += each.count * figures[name]
    for room, count in choices.rooms:
        total["capital"][room.year] += count * room.money.works_gbp
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
    year = choices.columns.register.settings.horizon[position]
    found = [standing_machine(menu, chosen, position) for menu, chosen in choices.schedules]
    standing = [_Standing.of(machine, at) for machine, at in filter(None, found)]
    for each in _vintages(choices):
        if each.year <= position and each.site.is_open(year):
            standing += [_Standing.of(each.machine, position - each.year)] * each.count
    return standing


def _sum(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for part in parts:
        for name, amount in part.items():
            total[name] += amount
    return dict(sorted(total.items()))
