"""Solving a register's problem to proven optimality, read by the names of its columns."""

from __future__ import annotations

from dataclasses import dataclass

from capitalplan.formulation.formulate import formulate
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions, Status
from solvers import highs

__all__ = ["Answer", "solve"]


@dataclass(frozen=True)
class Answer:
    """The best solution of a problem.

    Attributes
    ----------
    used
        Columns that are not zero, by name; money in £ thousand.
    gbp
        What it costs, £.
    events
        What happens to each machine: year (position) and action.
    """

    used: dict[str, float]
    gbp: float
    events: dict[str, list[tuple[int, str]]]

    def starting(self, *parts: str) -> dict[str, float]:
        """Columns whose names begin so, in £ or whole machines as they are held, without the first part."""
        head = ".".join(parts) + "."
        return {name.removeprefix(head): value for name, value in self.used.items() if name.startswith(head)}


def solve(book: Register) -> Answer | None:
    """Best solution of a register's problem; None where there is none."""
    formulation = formulate(book)
    problem = formulation.problem
    solution = highs.solve(problem, SolveOptions(gap=0))
    if solution.status is Status.INFEASIBLE:
        return None
    assert solution.values is not None
    assert solution.objective is not None
    values = dict(zip(problem.column_names, solution.values.tolist(), strict=True))
    table = formulation.columns.table
    chosen = [
        int(solution.values[start:end].argmax()) for start, end in zip(table.first[:-1], table.first[1:], strict=True)
    ]
    return Answer(
        used={name: round(value, 6) for name, value in values.items() if abs(value) > 1e-6},
        gbp=1000 * solution.objective,
        events={
            menu.asset.asset_id: [(event.year, str(event.action)) for event in menu.events[row]]
            for menu, row in zip(table.menus, chosen, strict=True)
        },
    )
