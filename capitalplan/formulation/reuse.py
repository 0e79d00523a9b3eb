"""A problem built once, used again under other limits: money, works and staff are bounds of rows, nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.purses import Purses, build_purses
from capitalplan.formulation.rows import RowBlock
from capitalplan.formulation.rules.money import capital_rows, cash_rows, minimum_rows, paid_rows, source_rows
from capitalplan.formulation.rules.reporting import (
    radiologist_rows,
    reporting_radiographer_rows,
    shared_radiologist_rows,
    shared_reporting_radiographer_rows,
)
from capitalplan.formulation.rules.workforce import radiographer_rows, shared_radiographer_rows
from capitalplan.formulation.rules.works import network_works_rows, site_works_rows
from capitalplan.formulation.variables import Columns
from capitalplan.register.register import Register

__all__ = ["with_limits"]

THOUSAND = 1000.0

Rule = Callable[[Columns], RowBlock]

MONEY = (paid_rows, source_rows, minimum_rows, capital_rows, cash_rows)
WORKS = (site_works_rows, network_works_rows)
STAFF = (
    radiographer_rows,
    shared_radiographer_rows,
    radiologist_rows,
    reporting_radiographer_rows,
    shared_radiologist_rows,
    shared_reporting_radiographer_rows,
)


def with_limits(formulation: Formulation, register: Register) -> Formulation:
    """Formulate a register that differs in limits only: same columns and matrix, other bounds.

    Parameters
    ----------
    register
        As that of the formulation but for limits of sources and shares of them to be used, capital limits and cash,
        installations, and staff.

    Raises
    ------
    ValueError
        If it differs in anything else, or if an amount that is now there, or no longer, asks for other columns: what
        may be carried over, or should be used, where there was nothing.
    """
    columns, problem = formulation.columns, formulation.problem
    if _without_limits(register) != _without_limits(columns.register):
        raise ValueError("the registers differ in more than limits")
    purses = build_purses(register, columns.borne)
    if _shape(purses) != _shape(columns.purses):
        raise ValueError("other columns are needed under these limits")
    changed = replace(columns, register=register, purses=purses)
    row_of = {name: row for row, name in enumerate(problem.row_names)}
    row_lower, row_upper = problem.row_lower.copy(), problem.row_upper.copy()
    for rule in _concerned(columns.register, register):
        block = rule(changed)
        rows = [row_of[name] for name in block.names]
        row_lower[rows], row_upper[rows] = block.lower, block.upper
    upper = problem.upper.copy()
    starts = columns.starts
    upper[starts["carries"] : starts["shorts"]] = [each.most_gbp / THOUSAND for each in purses.carries]
    return Formulation(
        problem=replace(problem, row_lower=row_lower, row_upper=row_upper, upper=upper),
        columns=changed,
        constant_gbp=formulation.constant_gbp,
    )


def _concerned(before: Register, after: Register) -> Iterator[Rule]:
    """Rules whose rows are bounded by limits that differ."""
    if (before.sources, before.capital_limits) != (after.sources, after.capital_limits):
        yield from MONEY
    if (before.sites, before.settings) != (after.sites, after.settings):
        yield from WORKS
    if before.staff != after.staff:
        yield from STAFF


def _without_limits(register: Register) -> Register:
    """What of a register the columns and the matrix are made of; which limits there are, but not how high."""
    settings = register.settings
    return replace(
        register,
        settings=replace(settings, max_network_projects=None if settings.max_network_projects is None else 0),
        sites={code: replace(site, max_installations=0) for code, site in register.sites.items()},
        sources=tuple(
            replace(each, limits_gbp=(), minimum_share=Fraction(each.minimum_share > 0)) for each in register.sources
        ),
        capital_limits=tuple(
            replace(
                each,
                limits_gbp=tuple(None if limit is None else 0 for limit in each.limits_gbp),
                cash_gbp=tuple(None if limit is None else 0 for limit in each.cash_gbp),
            )
            for each in register.capital_limits
        ),
        staff=tuple(replace(each, wte=(), hours=()) for each in register.staff),
    )


def _shape(purses: Purses) -> tuple[object, ...]:
    """What the columns of who pays stand for, without amounts."""
    blocks = (purses.carries, purses.shorts)
    return (
        purses.due,
        purses.private,
        [(each.source.name, each.payer, each.year) for each in purses.payments],
        [[(each.source.name, each.year) for each in block] for block in blocks],
    )
