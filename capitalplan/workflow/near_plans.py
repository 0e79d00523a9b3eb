"""Plans near the best of a sealed run: which schemes they share, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.near.agreement import Twin
from capitalplan.analysis.near.plans import Negotiable, negotiable, proven_by_prices
from capitalplan.analysis.near.search import NearSearch
from capitalplan.analysis.whole_menus import whole_menus
from capitalplan.errors import SolverError
from capitalplan.formulation.problem import with_integers_held
from capitalplan.solution import SolveOptions
from capitalplan.terms import year_label
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.planning import INTERRUPTED
from capitalplan.workflow.sealed import open_sealed
from capitalplan.workflow.terminal import table_console

__all__ = ["NearAnswer", "near_plans"]


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
    whole = whole_menus(sealed.formulation, sealed.values, sealed.duals)
    full = whole.formulation
    placed = solve(with_integers_held(full.problem, whole.values), SolveOptions())
    if placed.values is None:
        raise SolverError(f"The choices of the run no longer make a plan: {placed.message}.")
    search = NearSearch(full, best, placed.values, limit_gbp, solve, options, note)
    found = search.run(most)
    twin: Twin = search.twin
    answer = negotiable(
        sealed.register,
        found.plans,
        within=within,
        limit_gbp=limit_gbp,
        is_complete=found.is_complete,
        by_prices=proven_by_prices(full, whole.duals, limit_gbp),
        able=frozenset({*twin.schedules, *twin.groups}),
    )
    return NearAnswer(found=answer, exit_code=INTERRUPTED if found.was_stopped else 0)
