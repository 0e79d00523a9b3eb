"""Money, scans and machines of a plan, year by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from capitalplan.finance.costs import Rates
from capitalplan.formulation.variables import room_terminal, vintage_years
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft, standing_machine
from capitalplan.plan.plan import YearLine
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
) -> tuple[YearLine, ...]:
    """One line a year; see ``capitalplan.plan.plan.YearLine`` for what each figure is."""
    register = choices.columns.register
    money = _real_money(choices)
    lines = []
    for position, year in enumerate(register.settings.horizon):
        in_year = [(line, paid) for line, paid in zip(drafts, payments, strict=True) if line.year == year]
        moved = sum(
            (scans for (_, home, place, t), scans in choices.flows.items() if t == position and home != place),
            Fraction(0),
        )
        outside: dict[str, Fraction] = defaultdict(Fraction)
        for (line, _, t), scans in choices.outside.items():
            if t == position:
                outside[line] += scans
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
                outside_gbp=round_half_up(
                    sum(
                        (register.lines[line].outside_price_gbp * scans for line, scans in outside.items()),
                        Fraction(0),
                    )
                ),
                travel_gbp=round_half_up(register.settings.travel_price_gbp * moved),
                age_risk_gbp=int(money["risk"][position]),
                demand={
                    line: sum(scans[position] for (name, _), scans in register.demand.items() if name == line)
                    for line in choices.columns.served
                },
                capacity={
                    line: sum(scans[position] for (name, _), scans in capacity.items() if name == line)
                    for line in choices.columns.served
                },
                outside_scans={line: round_half_up(outside[line]) for line in choices.columns.served},
                machines=len(standing),
                over_age=sum(life is not None and age > life for age, life in standing),
            )
        )
    return tuple(lines)


def _real_money(choices: Choices) -> dict[str, Whole]:
    """Real £ by year of machines and rooms together."""
    columns = choices.columns
    register = columns.register
    names = ("capital", "upkeep", "risk", "receipts")
    total = {name: np.zeros(register.settings.years, dtype=np.int64) for name in names}
    for menu, chosen in choices.schedules:
        for name in names:
            total[name] += getattr(menu.figures, name)[chosen]
    vintages = [(each.machine, each.year, each.site, count) for each, count in choices.additions]
    vintages += [(each.machine, each.year, register.sites[each.scheme.site], 1) for each in columns.fixed]
    for machine, year, site, count in vintages:
        figures = vintage_years(machine, year, site, register)
        for name in names:
            total[name] += count * figures[name]
    for room, count in choices.rooms:
        total["capital"][room.year] += count * room.money.works_gbp
    return total


def remaining_value(choices: Choices) -> Fraction:
    """Discounted worth of what stands when the horizon ends, £."""
    columns = choices.columns
    register = columns.register
    years = register.settings.years
    worth = sum(int(menu.figures.terminal[chosen]) for menu, chosen in choices.schedules)
    vintages = [(each.machine, each.year, each.site, count) for each, count in choices.additions]
    vintages += [(each.machine, each.year, register.sites[each.scheme.site], 1) for each in columns.fixed]
    for machine, year, site, count in vintages:
        worth += count * int(vintage_years(machine, year, site, register)["terminal"][0])
    worth += sum(count * room_terminal(room.money, room.year, room.site, register) for room, count in choices.rooms)
    return worth * Rates.of(register.settings).discount[years]


def _standing(choices: Choices, position: int) -> list[tuple[int, int | None]]:
    """Age and planned life of every machine in service in a year."""
    register = choices.columns.register
    standing: list[tuple[int, int | None]] = []
    for menu, chosen in choices.schedules:
        found = standing_machine(menu, chosen, position)
        if found is not None:
            standing.append((found[1], found[0].life))
    year = register.settings.horizon[position]
    vintages = [(each.machine, each.year, each.site, count) for each, count in choices.additions]
    vintages += [(each.machine, each.year, register.sites[each.scheme.site], 1) for each in choices.columns.fixed]
    for machine, built, site, count in vintages:
        if built <= position and site.is_open(year):
            standing += [(position - built, machine.life)] * count
    return standing


def ages_in(choices: Choices, position: int) -> list[int]:
    """Age in years of every machine in service in a year (position in the horizon)."""
    return [age for age, _ in _standing(choices, position)]


def _sum(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for part in parts:
        for name, amount in part.items():
            total[name] += amount
    return dict(sorted(total.items()))
