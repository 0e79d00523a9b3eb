"""Plans near the best of a sealed run: which schemes they share, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.table import Table
from rich.text import Text

from capitalplan.analysis.near.agreement import Twin
from capitalplan.analysis.near.plans import Negotiable, negotiable, proven_by_prices
from capitalplan.analysis.near.search import NearSearch
from capitalplan.errors import SolverError
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.solution import SolveOptions
from capitalplan.terms import year_label
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.planning import INTERRUPTED
from capitalplan.workflow.sealed import Sealed, open_sealed
from capitalplan.workflow.terminal import table_console

__all__ = ["NearAnswer", "near_plans", "whole_choices"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearAnswer:
    """What ``negotiable`` answers.

    Attributes
    ----------
    exit_code
        0, or 130 where the user ended the search.
    """

    found: Negotiable
    exit_code: int

    def content(self) -> dict[str, Any]:
        """Write it as one JSON object, years as users read them."""
        found = self.found
        schemes = [
            {**asdict(each), "share": float(each.share), "years": [year_label(year) for year in each.years]}
            for each in found.schemes
        ]
        return {**asdict(found), "within": float(found.within), "schemes": schemes}

    def show(self) -> None:
        """Print it to standard output."""
        console, count = table_console(), len(self.found.plans)
        table = Table(title="Always, usually or optional")
        for name in ("Label", "Scheme", "Action", "Years", "Option"):
            table.add_column(name, overflow="fold")
        table.add_column(f"Plans of {count}", justify="right")
        table.add_column("Known")
        for each in self.found.schemes:
            table.add_row(
                str(each.label),
                Text(each.what),
                str(each.action),
                ", ".join(year_label(year) for year in each.years),
                Text(", ".join(each.options)),
                f"{each.plans}{'' if each.in_best else ' (not the best)'}",
                "proven" if each.proven else "of plans found",
            )
        console.print(table)
        for sentence in self.found.sentences:
            console.print(sentence, highlight=False, markup=False, soft_wrap=True)


def near_plans(
    run: Path, within: Fraction, most: int, options: SolveOptions, note: Callable[[str], None]
) -> NearAnswer:
    """Look for plans within a share of the cost of a run's plan, and label the schemes of all of them.

    Raises
    ------
    RunFolderError, SolverError
        See ``capitalplan.errors``.
    """
    sealed = open_sealed(run)
    best, solve = sealed.plan, engine(DEFAULT_ENGINE)
    limit_gbp = best.objective_gbp + int(within * abs(best.objective_gbp))
    full = formulate(sealed.register, prune=False)
    values = whole_choices(sealed, full)
    search = NearSearch(full, best, values, limit_gbp, solve, options, note)
    found = search.run(most)
    relaxed = solve(full.problem, SolveOptions(relax=True))
    duals = np.zeros(full.problem.n_rows) if relaxed.duals is None else relaxed.duals
    twin: Twin = search.twin
    answer = negotiable(
        sealed.register,
        found.plans,
        within=within,
        limit_gbp=limit_gbp,
        is_complete=found.is_complete,
        by_prices=proven_by_prices(full, duals, limit_gbp),
        able=frozenset({*twin.schedules, *twin.groups}),
    )
    return NearAnswer(found=answer, exit_code=INTERRUPTED if found.was_stopped else 0)


def whole_choices(sealed: Sealed, full: Formulation) -> Floats:
    """Value of each column of a run's problem with nothing pruned, patients and money placed again.

    Raises
    ------
    SolverError
        If its choices no longer make a plan.
    """
    problem, own = full.problem, sealed.formulation
    names = dict(zip(own.problem.column_names, sealed.values, strict=True))
    choices = np.array([names.get(name, 0.0) for name in problem.column_names])
    table, narrow = full.columns.table, own.columns.table
    choices[: int(table.first[-1])] = 0
    for number, menu in enumerate(narrow.menus):
        chosen = int(sealed.values[narrow.first[number] : narrow.first[number + 1]].argmax())
        choices[table.first[number] + table.menus[number].events.index(menu.events[chosen])] = 1
    whole = problem.integer
    choices = np.rint(choices)
    fixed = replace(
        problem,
        lower=np.where(whole, choices, problem.lower),
        upper=np.where(whole, choices, problem.upper),
        integer=np.zeros_like(whole),
    )
    solution = engine(DEFAULT_ENGINE)(fixed, SolveOptions())
    if solution.values is None:
        raise SolverError(f"The choices of the run no longer make a plan: {solution.message}.")
    return solution.values
