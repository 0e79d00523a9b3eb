"""Elastic rules that a plan does not keep: by how much, and in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from capitalplan.formulation.provision import outside_limit
from capitalplan.plan.decode import Choices, Place
from capitalplan.plan.money_values import money_breaches
from capitalplan.plan.plan import Breach, RevenueLine, SourceYear
from capitalplan.service.staff import turnaround
from capitalplan.terms import round_half_up, year_label

__all__ = ["Excess", "breaches"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """By how much elastic rules are not kept, exact; only what is above zero.

    Attributes
    ----------
    over
        Patients on a list over its target at the end of a year, by (line, site, year).
    away
        Unscheduled patients not scanned at home, by (line, site, year).
    unmet
        Scans over the limit of an outside provider, by (name of the line of Extra capacity, year).
    late
        Reports over the backlog that turnaround allows at the end of a year, by (line, trust, year).
    """

    over: Mapping[Place, Fraction]
    away: Mapping[Place, Fraction]
    unmet: Mapping[tuple[str, int], Fraction]
    late: Mapping[Place, Fraction]

    @classmethod
    def of(cls, choices: Choices) -> Excess:
        """Excess of the choices over every elastic rule."""
        register, provision = choices.columns.register, choices.columns.provision
        targets = {(each.line, each.site): each.targets for each in register.waiting}
        bought: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
        governing = {
            (each.extra.line, place): each.extra.name for each in provision.unmet for place in each.extra.places
        }
        for (line, site, year), scans in choices.outside.items():
            if (line, site) in governing:
                bought[governing[line, site], year] += scans
        made: dict[Place, Fraction] = defaultdict(Fraction)
        for (line, trust, _, year), count in choices.reports.items():
            made[line, trust, year] += count
        days = {key: turnaround(register, *key) for key in {(line, year) for line, _, year in choices.backlogs}}
        return cls(
            over=_positive({key: patients - targets[key[:2]][key[2]] for key, patients in choices.lists.items()}),
            away=_positive(
                {
                    (each.line, each.site, each.year): register.unscheduled[each.line, each.site][each.year]
                    - choices.flows.get((each.line, each.site, each.site, each.year), Fraction(0))
                    for each in provision.away
                }
            ),
            unmet=_positive(
                {
                    (each.extra.name, each.year): bought[each.extra.name, each.year]
                    - (outside_limit(each.extra, register.settings.horizon[each.year]) or 0)
                    for each in provision.unmet
                }
            ),
            late=_positive(
                {key: backlog - days[key[0], key[2]] * made[key] for key, backlog in choices.backlogs.items()}
            ),
        )

    def value_gbp(self, choices: Choices) -> dict[str, list[Fraction]]:
        """Values put on what is not kept, real £ by year, undiscounted; judgements, not cash."""
        settings = choices.columns.register.settings
        values = {}
        for name, price, amounts in (
            ("waiting", settings.waiting_price_gbp, self.over),
            ("unscheduled away", settings.unscheduled_away_price_gbp, self.away),
            ("unmet", settings.unmet_price_gbp, self.unmet),
            ("late reports", settings.late_report_price_gbp, self.late),
        ):
            values[name] = [Fraction(0)] * settings.years
            for (*_, year), amount in amounts.items():
                values[name][year] += price * amount
        return values

    def terminal_gbp(self, choices: Choices) -> Fraction:
        """Cost of scanning elsewhere, after the plan, those left over their limits at its end, £, discounted.

        They are patients on lists over their targets, and scans that wait for a report beyond what turnaround allows.
        """
        register, discount = choices.columns.register, choices.columns.rates.discount
        years = register.settings.years
        left = (
            register.lines[line].outside_price_gbp * patients
            for (line, _, year), patients in (*self.over.items(), *self.late.items())
            if year == years - 1
        )
        return discount[years] * sum(left, Fraction(0))


def breaches(
    choices: Choices, excess: Excess, sources: Sequence[SourceYear], revenue: Sequence[RevenueLine]
) -> tuple[Breach, ...]:
    """Elastic rules that are not kept by one or more, in order of rule, place and year; amounts in thousandths."""
    found = (breach for breach in (*_found(choices, excess), *money_breaches(sources, revenue)) if breach.amount >= 1)
    return tuple(sorted(found, key=lambda breach: (breach.rule, breach.place, breach.year or 0)))


def _found(choices: Choices, excess: Excess) -> Iterator[Breach]:
    register = choices.columns.register
    horizon, targets = register.settings.horizon, {(each.line, each.site): each.targets for each in register.waiting}
    for (line, site, year), patients in excess.over.items():
        target, when = targets[line, site][year], year_label(horizon[year])
        words = (
            f"{_count(patients)} patients more than the target of {target:,} wait for {line} at {site} at the end of "
            f"{when}."
        )
        yield _breach("waiting", f"{line} at {site}", horizon[year], patients, "patients", words)
    for (line, site, year), patients in excess.away.items():
        words = (
            f"{_count(patients)} unscheduled {line} patients of {site} are not scanned at home in "
            f"{year_label(horizon[year])}."
        )
        yield _breach("unscheduled", f"{line} at {site}", horizon[year], patients, "patients", words)
    for (name, year), scans in excess.unmet.items():
        words = (
            f"{_count(scans)} scans in {year_label(horizon[year])} are over the limit of {name}: nobody can do them."
        )
        yield _breach("unmet", name, horizon[year], scans, "scans", words)
    for (line, trust, year), reports in excess.late.items():
        words = (
            f"{_count(reports)} {line} scans of {trust} wait for a report at the end of {year_label(horizon[year])} "
            "beyond those that turnaround allows."
        )
        yield _breach("turnaround", f"{line} reported by {trust}", horizon[year], reports, "reports", words)


def _breach(rule: str, place: str, year: int, amount: Fraction, unit: str, message: str) -> Breach:
    thousandths = Fraction(round_half_up(1000 * amount), 1000)
    return Breach(rule=rule, place=place, year=year, amount=thousandths, unit=unit, message=message)


def _count(amount: Fraction) -> str:
    return f"{round_half_up(amount):,}"


def _positive(amounts: dict[T, Fraction]) -> dict[T, Fraction]:
    return {key: amount for key, amount in amounts.items() if amount > 0}
