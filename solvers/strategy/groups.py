"""A first plan of a large problem: owners in groups, one after the other, each within what the relaxation gives it.

While a group is decided, the others stay at the relaxation's values, or at their own plan where they have one: what the
groups share is shared out as in the relaxation, and what a group leaves over is there for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from capitalplan.solution import Solution
from solvers.strategy.relaxed import Relaxed
from solvers.strategy.standing import Standing

__all__ = ["group_by_group"]

Mask = npt.NDArray[np.bool_]

GROUP_COLUMNS = 1_200
"""Whole-number columns kept in a group, about."""
GROUP_NODES, GROUP_GAP = 100, 0.003
SHARE_OF_TIME = 0.35


def group_by_group(standing: Standing, relaxed: Relaxed, kept: Mask) -> Solution | None:
    """Make a plan group by group; None where a group finds none.

    Parameters
    ----------
    kept
        Whole-number columns that may be used.
    """
    problem = relaxed.problem
    whole, owner = problem.integer, problem.column_owner
    upper = np.where(whole & ~kept, problem.lower, problem.upper)
    values, decided, found = relaxed.values, ~whole, None
    groups = list(_groups(problem.column_owner, kept))
    limit = standing.options.time_limit
    for members in groups:
        free = whole & members
        moving = free | (~whole & (members | (owner < 0)))
        found = standing.step(
            replace(
                problem,
                lower=np.where(moving, problem.lower, values),
                upper=np.where(moving, upper, values),
                integer=whole & (decided | free),
            ),
            gap=GROUP_GAP,
            node_limit=GROUP_NODES,
            seconds=None if limit is None else SHARE_OF_TIME * limit / len(groups),
        )
        if found.values is None:
            return None
        values, decided = found.values, decided | free
    return found


def _groups(owner: npt.NDArray[np.int32], kept: Mask) -> Iterator[Mask]:
    """Columns of owners, in order, until enough of them are kept; what is nobody's comes with the last ones."""
    group = np.zeros(len(owner), dtype=bool)
    numbers = np.unique(owner[owner >= 0])
    for number in numbers:
        group |= owner == number
        if np.count_nonzero(group & kept) >= GROUP_COLUMNS and number != numbers[-1]:
            yield group
            group = np.zeros(len(owner), dtype=bool)
    yield group | (owner < 0)
