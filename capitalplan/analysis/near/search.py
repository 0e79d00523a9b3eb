"""Looks for plans of a limited cost that agree as little as possible with those found before.

Where few whole numbers are open, the whole problem is solved at once, and each plan must leave out at least one scheme
that all before it have: where there is none, every plan within the cost has them all, by the engine's claim. A larger
problem is searched part by part, one service line at some sites at a time, from the best plan on, the allowance growing
with each part; that proves nothing. Nothing stops by the clock unless asked to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.near.agreement import SchemeKey, Twin, keys_of
from capitalplan.formulation.blocks import block_numbers
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.problem import Problem
from capitalplan.plan.extract import extract
from capitalplan.plan.plan import Plan
from capitalplan.solution import Solution, SolveOptions, Solver, Status
from capitalplan.verify import verify

__all__ = ["Found", "NearSearch"]

WHOLE = 1_200
"""With at most this many whole-number columns the whole problem is solved at once."""
WHOLE_GAP, WHOLE_NODES = 0.02, 2_000
PART_GAP, PART_NODES = 0.1, 20
PLACED_GAP, PLACED_NODES = 1e-5, 200
"""Only rooms, hires and tiers are open when a plan is placed."""
PART_MACHINES = 40
"""A part of the search has about so many machines."""
ROUNDING = 0.001
"""What rounding to whole pounds may hide of a plan's cost, £ thousand."""
SEED = 0

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found.

    Attributes
    ----------
    plans
        The best plan, and the others in the order in which they were found; each verified and within the cost.
    is_complete
        Whether it is proven, by the engine's claim, that every plan within the cost has the schemes that all of these
        have.
    was_stopped
        Whether the user ended the search.
    """

    plans: tuple[Plan, ...]
    is_complete: bool
    was_stopped: bool = False


class NearSearch:
    """A search for plans near a plan.

    Parameters
    ----------
    formulation
        The problem with nothing pruned: a schedule that another one beats may still lie within the cost.
    best, values
        The plan, and the value of each column in it.
    limit_gbp
        Most that a plan may cost, £.
    options
        Time limit of each solve, if any, and how the user ends the search.
    """

    def __init__(
        self,
        formulation: Formulation,
        best: Plan,
        values: Floats,
        limit_gbp: int,
        solve: Solver,
        options: SolveOptions,
        note: Callable[[str], None],
    ) -> None:
        self.formulation = formulation
        self.limit_gbp = limit_gbp
        self.solve = solve
        self.options = replace(options, on_progress=None)
        self.note = note
        self.start = float(formulation.problem.costs @ values)
        self.limit = (limit_gbp - formulation.constant_gbp) / 1000 + ROUNDING
        self.twin = Twin.of(formulation, self.limit)
        self.plans = [best]
        self.points = [self.twin.completed(values)]

    def run(self, most: int) -> Found:
        """Find at most so many plans beside the best one."""
        whole = int(np.count_nonzero(self.twin.problem.integer & (self.twin.problem.lower < self.twin.problem.upper)))
        if whole > WHOLE:
            return self._in_parts(most)
        while len(self.plans) <= most and not self._is_stopped():
            self.note(f"looking for plan {len(self.plans)} of {most} beside the best")
            problem = self.twin.least_agreement(self.points)
            shared = self._shared()
            avoiding = self.twin.avoiding(problem, shared)
            found = self._solved(avoiding or problem, gap=WHOLE_GAP, node_limit=WHOLE_NODES)
            if found.status is Status.INFEASIBLE:
                return Found(plans=tuple(self.plans), is_complete=avoiding is not None)
            if found.values is None or not self._keep(found.values):
                break
        return Found(plans=tuple(self.plans), is_complete=False, was_stopped=self._is_stopped())

    def _in_parts(self, most: int) -> Found:
        for number in range(1, most + 1):
            self.note(f"looking for plan {number} of {most} beside the best")
            problem, point = self.twin.least_agreement(self.points), self.points[0]
            parts = list(self._parts(np.random.default_rng(SEED + number)))
            for done, part in enumerate(parts, start=1):
                if self._is_stopped():
                    return Found(plans=tuple(self.plans), is_complete=False, was_stopped=True)
                limit = self.start + (self.limit - self.start) * done / len(parts)
                found = self._solved(self._held(problem, point, part, limit), gap=PART_GAP, node_limit=PART_NODES)
                point = point if found.values is None else found.values
            self._keep(point)
        return Found(plans=tuple(self.plans), is_complete=False)

    def _is_stopped(self) -> bool:
        return self.options.should_stop is not None and self.options.should_stop()

    def _solved(self, problem: Problem, *, gap: float = 0.0, node_limit: int | None = None) -> Solution:
        return self.solve(problem, replace(self.options, gap=gap, node_limit=node_limit))

    def _shared(self) -> Sequence[SchemeKey]:
        """Schemes that every plan so far has."""
        return sorted(frozenset.intersection(*(frozenset(keys_of(plan)) for plan in self.plans)))

    def _held(self, problem: Problem, point: Floats, part: Mask, limit: float) -> Problem:
        """The problem with all but a part of the columns held where they are, and the cost below a limit."""
        values = np.where(problem.integer, np.rint(point), point)
        row_upper = problem.row_upper.copy()
        row_upper[self.twin.cost_row] = limit
        return replace(
            problem,
            costs=np.where(part, problem.costs, 0.0),
            lower=np.where(part, problem.lower, values),
            upper=np.where(part, problem.upper, values),
            integer=problem.integer & part,
            row_upper=row_upper,
        )

    def _keep(self, point: Floats) -> bool:
        """Keep a plan: rooms, patients and money placed at least cost, verified, within the cost, and a new one."""
        problem, made = self.formulation.problem, self.formulation.columns.starts["rooms"]
        choices = np.rint(point[:made])
        lower, upper, integer = problem.lower.copy(), problem.upper.copy(), problem.integer.copy()
        lower[:made] = upper[:made] = choices
        integer[:made] = False
        placed = self._solved(
            replace(problem, lower=lower, upper=upper, integer=integer), gap=PLACED_GAP, node_limit=PLACED_NODES
        )
        if placed.values is None:
            return False
        plan = extract(self.formulation, placed, bounded=False)
        is_new = all(_signature(plan) != _signature(each) for each in self.plans)
        if plan.objective_gbp > self.limit_gbp or not is_new or not verify(self.formulation.columns.register, plan).ok:
            return False
        self.plans.append(plan)
        self.points.append(self.twin.completed(placed.values))
        return True

    def _parts(self, random: np.random.Generator) -> Iterator[Mask]:
        """Columns of one service line at some sites, and those that lines share, for one line after the other."""
        columns, problem = self.formulation.columns, self.twin.problem
        blocks = block_numbers(columns.register)
        sites = self._sites()
        codes = list(columns.register.sites)
        lines = sorted({menu.asset.line for menu in columns.table.menus})
        for line in random.permutation(np.array(lines)).tolist():
            of_line = sorted({number for (name, _), number in blocks.items() if name == line})
            machines = [codes.index(menu.asset.site) for menu in columns.table.menus if menu.asset.line == line]
            there = np.bincount(machines, minlength=len(codes))
            some: list[int] = []
            for site in random.permutation(len(codes)).tolist():
                some.append(site)
                if there[some].sum() >= PART_MACHINES:
                    yield self._part(problem, of_line, np.isin(sites, some))
                    some = []
            if there[some].sum():
                yield self._part(problem, of_line, np.isin(sites, some))

    def _part(self, problem: Problem, blocks: Sequence[int], here: Mask) -> Mask:
        shared = problem.column_block < 0
        return np.asarray(shared | (np.isin(problem.column_block, blocks) & (here | ~problem.integer)))

    def _sites(self) -> npt.NDArray[np.int64]:
        """Number of the site of each whole-number column, -1 for others."""
        columns, starts = self.formulation.columns, self.formulation.columns.starts
        number = {code: k for k, code in enumerate(columns.register.sites)}
        sites = np.full(self.twin.problem.n_columns, -1)
        sites[: starts["additions"]] = np.array([number[menu.asset.site] for menu in columns.table.menus])[
            columns.table.asset_of
        ]
        blocks = (("additions", columns.additions), ("rooms", columns.rooms), ("hires", columns.provision.hires))
        for name, items in blocks:
            sites[starts[name] : starts[name] + len(items)] = [number[each.site.code] for each in items]
        for key, column in self.twin.groups.items():
            sites[column] = number[key.site]
        return sites


def _signature(plan: Plan) -> frozenset[tuple[str, int | None, str | None, str | None, int]]:
    return frozenset(
        (line.asset_id or f"{line.site} {line.action}", line.year, line.option, line.offer, line.units)
        for lines in keys_of(plan).values()
        for line in lines
    )
