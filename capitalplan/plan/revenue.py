"""The revenue statement of a plan by trust and year, and what each scheme changes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.finance.statement import Statement, property_accounts
from capitalplan.formulation.accounts import Bookkeeper, Stint, added_stint, stints
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft
from capitalplan.plan.plan import Payment, RevenueLine
from capitalplan.plan.service_money import place_gbp
from capitalplan.register.register import Register
from capitalplan.terms import Action, Heading, Route, round_half_up

__all__ = ["Effect", "Revenue"]

Key = tuple[str, int, Heading]
"""Trust, year (position) and heading."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a scheme changes of the statement in its year and in the year after, £ cash; None beyond the plan."""

    part_year_gbp: int | None
    full_year_gbp: int | None


class Revenue:
    """Draws up the statement of one plan."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.register: Register = choices.columns.register
        self.books = Bookkeeper(self.register, choices.columns.rates)

    def lines(self, drafts: Sequence[Draft], payments: Sequence[Sequence[Payment]]) -> tuple[RevenueLine, ...]:
        """Statement of every trust in every year, in order of trust and year.

        Parameters
        ----------
        payments
            Of each line, in the order of the lines.
        """
        amounts: Counter[Key] = Counter()
        rents: Counter[tuple[str, int]] = Counter()
        for trust, units, statement in self._statements():
            for heading, by_year in statement.amounts.items():
                for position, gbp in enumerate(by_year):
                    amounts[trust, position, heading] += units * gbp
            for position, gbp in enumerate(statement.lease_rents):
                rents[trust, position] += units * gbp
        inflation = self.choices.columns.rates.inflation
        for (trust, position, heading), real in place_gbp(self.choices).items():
            amounts[trust, position, heading] += round_half_up(real * inflation[position])
        for line, paid in zip(drafts, payments, strict=True):
            for position, gbp in enumerate(self._relief(line, paid)):
                amounts[line.trust, position, Heading.RELIEF] -= gbp
        limits = {limit.trust: limit.limits_gbp for limit in self.register.revenue_limits}
        return tuple(
            self._line(trust, position, amounts, rents[trust, position], limits)
            for trust in sorted(self.register.trusts)
            for position in range(self.register.settings.years)
        )

    def effect(self, line: Draft) -> Effect | None:
        """Statement of what a line brings in, less that of the registered machine had it stayed as it is.

        None where nothing is installed or upgraded.
        """
        years = self.register.settings.years
        if line.room is not None:
            total = self.books.room(line.room).statement(years).total
        elif line.stint is not None:
            total = self._bought(line, line.stint).total
        else:
            return None
        before = (0,) * years if line.menu is None else self.books.as_it_is(line.menu).statement(years).total
        change = [line.units * gbp for gbp in total] if line.menu is None else list(total)
        change = [after - kept for after, kept in zip(change, before, strict=True)]
        first = (line.year or 0) - self.register.settings.start_year
        return Effect(change[first], change[first + 1] if first + 1 < years else None)

    def _statements(self) -> Iterator[tuple[str, int, Statement]]:
        """Statement of everything that stands or is built, with its trust and how many there are."""
        for menu, chosen in self.choices.schedules:
            for stint in stints(menu, chosen):
                accounts = self.books.accounts(menu, stint.machine, stint.since)
                yield menu.asset.trust, 1, accounts.statement(stint.until, leaves=stint.leaves)
        for addition, count in self.choices.additions:
            yield addition.site.trust, count, self._acquired(added_stint(addition))
        for fixed in self.choices.columns.fixed:
            yield self.register.sites[fixed.scheme.site].trust, 1, self._acquired(added_stint(fixed))
        for room, count in self.choices.rooms:
            yield room.site.trust, count, self.books.room(room).statement(self.register.settings.years)

    def _acquired(self, stint: Stint) -> Statement:
        return self.books.acquired(stint.machine, stint.since).statement(stint.until, leaves=stint.leaves)

    def _bought(self, line: Draft, stint: Stint) -> Statement:
        """Statement of the machine that a line brings in or upgrades."""
        if line.menu is None:
            return self._acquired(stint)
        return self.books.accounts(line.menu, stint.machine, stint.since).statement(stint.until, leaves=stint.leaves)

    def _relief(self, line: Draft, paid: Sequence[Payment]) -> list[int]:
        """Dividends that donated sources save, and what a rebate saves, by year (position), £ cash."""
        years, settings, rates = self.register.settings.years, self.register.settings, self.choices.columns.rates
        relief = [0] * years
        gifts = {source.name for source in self.register.sources if source.donated}
        given = sum(each.gbp for each in paid if each.source in gifts)
        if given:
            dividends = self._owned(line).amounts.get(Heading.DIVIDEND, (0,) * years)
            share = Fraction(given, line.charge_gbp)
            relief = [round_half_up(share * max(1, line.units) * gbp) for gbp in dividends]
        if line.rebate is not None and line.stint is not None:
            saved = property_accounts(
                line.rebate.money.charge_gbp, line.rebate.life_years, line.stint.since, settings, rates
            ).statement(line.stint.until, leaves=line.stint.leaves)
            relief = [gbp + line.units * part for gbp, part in zip(relief, saved.total, strict=True)]
        return relief

    def _owned(self, line: Draft) -> Statement:
        """Statement of what one unit of a line buys and owns."""
        years = self.register.settings.years
        if line.room is not None:
            return self.books.room(line.room).statement(years)
        if line.stint is None:
            return Statement({}, (0,) * years)
        if line.action is not Action.UPGRADE:
            return self._bought(line, line.stint)
        machine, since = line.stint.machine, line.stint.since
        life = max(1, (machine.life or 0) - int(machine.ages[since]))
        cost = int(machine.charge[Route.PURCHASE][since].sum())
        bought = property_accounts(cost, life, since, self.register.settings, self.choices.columns.rates)
        return bought.statement(line.stint.until, leaves=line.stint.leaves)

    def _line(
        self,
        trust: str,
        position: int,
        amounts: Mapping[Key, int],
        rents: int,
        limits: Mapping[str, tuple[int | None, ...]],
    ) -> RevenueLine:
        found = {heading: gbp for heading in Heading if (gbp := amounts.get((trust, position, heading), 0))}
        limit = limits[trust][position] if trust in limits else None
        before_relief = sum(gbp for heading, gbp in found.items() if heading is not Heading.RELIEF)
        return RevenueLine(
            trust=trust,
            year=self.register.settings.horizon[position],
            amounts_gbp=found,
            limit_gbp=limit,
            over_gbp=0 if limit is None else max(0, before_relief - limit),
            lease_rents_gbp=rents,
        )
