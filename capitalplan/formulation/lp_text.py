"""A problem as LP text, for people and for golden tests."""

from __future__ import annotations

import numpy as np

from capitalplan.formulation.problem import Problem

__all__ = ["lp_text"]


def lp_text(problem: Problem, rule: str | None = None) -> str:
    """Write a problem in the CPLEX LP format, or only the rows of one rule.

    Parameters
    ----------
    rule
        Name of the rule whose rows are wanted; None for the whole problem with its objective and bounds.
    """
    matrix = problem.matrix.tocsr()
    rows = []
    for number, name in enumerate(problem.row_names):
        if rule is not None and problem.row_rule[number] != rule:
            continue
        start, end = matrix.indptr[number], matrix.indptr[number + 1]
        terms = _terms(matrix.data[start:end], [problem.column_names[j] for j in matrix.indices[start:end]])
        rows += _row(name, terms, float(problem.row_lower[number]), float(problem.row_upper[number]))
    if rule is not None:
        return "\n".join(rows) + "\n"
    filled = np.flatnonzero(problem.costs)
    objective = _terms(problem.costs[filled], [problem.column_names[j] for j in filled])
    bounds = [
        f" {_number(low)} <= {name} <= {_number(high)}"
        for name, low, high in zip(problem.column_names, problem.lower, problem.upper, strict=True)
    ]
    whole = [f" {name}" for name, is_whole in zip(problem.column_names, problem.integer, strict=True) if is_whole]
    parts = ["Minimize", f" cost: {objective}", "Subject To", *rows, "Bounds", *bounds, "General", *whole, "End"]
    return "\n".join(parts) + "\n"


def _row(name: str, terms: str, low: float, high: float) -> list[str]:
    if low == high:
        return [f" {name}: {terms} = {_number(low)}"]
    lines = []
    if high != np.inf:
        lines.append(f" {name}: {terms} <= {_number(high)}")
    if low != -np.inf:
        lines.append(f" {name}: {terms} >= {_number(low)}")
    return lines


def _terms(values: np.ndarray, names: list[str]) -> str:
    if not names:
        return "0"
    return " ".join(
        f"{'-' if value < 0 else '+'} {_number(abs(value))} {name}" for value, name in zip(values, names, strict=True)
    )


def _number(value: float) -> str:
    return "inf" if value == np.inf else "-inf" if value == -np.inf else f"{value:.10g}"
