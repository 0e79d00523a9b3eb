"""A problem as PuLP's model, and as an MPS file, which PuLP writes in words that PuLP, CBC and HiGHS all read."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from capitalplan.formulation.problem import Problem
from solvers.engine import load

__all__ = ["pulp_model", "write_mps"]


def pulp_model(problem: Problem, *, named: bool = False) -> tuple[Any, list[Any], list[list[Any]]]:
    """Build PuLP's model.

    Parameters
    ----------
    named
        Whether columns and rows keep their names; without, they are numbered. Of a row with two limits, that with the
        upper one adds ``.upper``.

    Returns
    -------
    tuple
        The model, its columns in order, and for each row its one or two constraints.

    Raises
    ------
    SolverError
        If PuLP cannot be loaded.
    """
    pulp = load("pulp")
    model = pulp.LpProblem("plan", pulp.LpMinimize)
    names = problem.column_names if named else [f"x{number}" for number in range(problem.n_columns)]
    ends = zip(names, problem.lower.tolist(), problem.upper.tolist(), problem.integer.tolist(), strict=True)
    columns = [
        model.add_variable(
            name,
            lower if math.isfinite(lower) else None,
            upper if math.isfinite(upper) else None,
            pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for name, lower, upper, whole in ends
    ]
    model.setObjective(pulp.LpAffineExpression(zip(columns, problem.costs.tolist(), strict=True)))
    matrix = problem.matrix.tocsr()
    starts, places, entries = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    rows = []
    for row, (lower, upper) in enumerate(zip(problem.row_lower.tolist(), problem.row_upper.tolist(), strict=True)):
        part = range(starts[row], starts[row + 1])
        expression = pulp.LpAffineExpression([(columns[places[k]], entries[k]) for k in part])
        name = problem.row_names[row] if named else f"r{row}"
        if lower == upper:
            limits = [(name, pulp.LpConstraintEQ, lower)]
        else:
            above = f"{name}.upper" if math.isfinite(lower) else name
            limits = [(name, pulp.LpConstraintGE, lower), (above, pulp.LpConstraintLE, upper)]
        parts = [
            pulp.LpConstraint(expression.copy(), sense, label, limit)
            for label, sense, limit in limits
            if math.isfinite(limit)
        ]
        for constraint in parts:
            model.addConstraint(constraint)
        rows.append(parts)
    return model, columns, rows


def write_mps(problem: Problem, path: Path) -> None:
    """Write a problem, with its names, as a free-format MPS file; numbers keep 13 digits.

    Raises
    ------
    SolverError
        If PuLP cannot be loaded.
    """
    pulp_model(problem, named=True)[0].writeMPS(str(path))
