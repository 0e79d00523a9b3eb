"""The revenue statement before and after the plan, and what each scheme does to it."""

from __future__ import annotations

from collections import Counter

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.terms import Heading, year_label
from reports.figures.names import Cells, scheme_cells, trust_name

__all__ = ["NOT_CASH", "effect_cells", "heading_cells", "heading_year_cells", "trust_year_cells", "without_plan"]

NOT_CASH = (Heading.DEPRECIATION, Heading.LOSS, Heading.INTEREST, Heading.DIVIDEND, Heading.RELIEF)
"""Headings that are no money paid in the year for running machines."""

Statement = Counter[tuple[str, int, Heading]]
_BEFORE = "business as usual"


def without_plan(study: Study) -> Plan | None:
    """Business as usual, which the statement is held against; None where it was not costed."""
    found = next((other.plan for other in study.alternatives if other.name == _BEFORE), None)
    return found if found is not None and found.revenue else None


def _statement(plan: Plan | None) -> Statement:
    amounts: Statement = Counter()
    for line in () if plan is None else plan.revenue:
        for heading, gbp in line.amounts_gbp.items():
            amounts[line.trust, line.year, heading] += gbp
    return amounts


def heading_cells(register: Register, plan: Plan, study: Study) -> Cells:
    """The statement by trust, year and heading: before, after and the change."""
    other = without_plan(study)
    before, after = _statement(other), _statement(plan)
    for trust in register.trusts:
        for line in plan.years:
            for heading in Heading:
                key = (trust, line.year, heading)
                if before[key] or after[key]:
                    old = None if other is None else before[key]
                    change = None if other is None else after[key] - before[key]
                    yield (
                        trust,
                        trust_name(register, trust),
                        line.year,
                        year_label(line.year),
                        str(heading),
                        old,
                        after[key],
                        change,
                    )


def trust_year_cells(register: Register, plan: Plan, study: Study) -> Cells:
    """The statement by trust and year, beside its limit: relief is left out of what the limit holds."""
    other = without_plan(study)
    before = _statement(other)
    for line in plan.revenue:
        after = sum(line.amounts_gbp.values())
        relief = line.amounts_gbp.get(Heading.RELIEF, 0)
        old = None if other is None else sum(before[line.trust, line.year, heading] for heading in Heading)
        yield (
            line.trust,
            trust_name(register, line.trust),
            line.year,
            year_label(line.year),
            old,
            after,
            None if old is None else after - old,
            relief,
            after - relief,
            line.limit_gbp,
            line.over_gbp,
            line.lease_rents_gbp,
        )


def heading_year_cells(plan: Plan) -> Cells:
    """The statement of all trusts together by heading, a column for each year and one for all."""
    amounts = _statement(plan)
    for heading in Heading:
        by_year = [sum(gbp for (_, y, h), gbp in amounts.items() if (y, h) == (x.year, heading)) for x in plan.years]
        if any(by_year):
            yield str(heading), *by_year, sum(by_year)


def effect_cells(register: Register, plan: Plan) -> Cells:
    """What each scheme does to the statement in its year and in the year after."""
    for scheme in plan.schemes:
        if scheme.revenue_part_year_gbp is not None or scheme.revenue_full_year_gbp is not None:
            yield (
                *scheme_cells(register, scheme),
                scheme.route,
                scheme.capital_gbp,
                scheme.revenue_part_year_gbp,
                scheme.revenue_full_year_gbp,
            )
