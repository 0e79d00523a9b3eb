"""Scenarios of a book planned, a few at a time, each kept as it finishes; what is kept is not planned again."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from capitalplan.analysis.scenarios import Outcome, ScenarioResult, Solved, without_plan
from capitalplan.errors import InputError
from capitalplan.register.reading.guards import guard_input
from capitalplan.register.reading.words import nearest, plain_key
from capitalplan.register.scenarios.change_error import did_you_mean
from capitalplan.register.scenarios.presets import PRESETS
from capitalplan.register.scenarios.scenario import Scenario, read_scenarios
from capitalplan.register.scenarios.sweep import Sweep, Swept
from capitalplan.runs.studies import StudyFolder, open_study
from capitalplan.workflow.pools import LostTask, Pool
from capitalplan.workflow.scenarios.answer import answer
from capitalplan.workflow.scenarios.solving import Task, solve_task
from reports.study.page import write_study_page
from reports.study.workbook import write_study_workbook

__all__ = ["Asked", "run_scenarios"]

FOUND = "scenarios.json"
LOST = "Its process ended each time it was begun."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a study is asked for.

    Attributes
    ----------
    only
        Names of the scenarios to plan; none: the book, its own scenarios and every level of the sweeps.
    sweeps
        Sweeps as typed.
    gap, time_limit
        As in ``SolveOptions``, for each scenario.
    """

    only: tuple[str, ...] = ()
    sweeps: tuple[str, ...] = ()
    gap: float = 0.01
    time_limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A scenario to plan.

    Attributes
    ----------
    tighter, looser
        Jobs whose plan keeps its limits, and whose limits its plan keeps; None where there is none. They go first.
    """

    number: int
    scenario: Scenario
    tighter: int | None = None
    looser: int | None = None


def run_scenarios(
    book: Path,
    out: Path,
    asked: Asked,
    sweeps: Sequence[Sweep],
    pool: Pool,
    *,
    resume: bool,
    note: Callable[[str], None],
) -> tuple[ScenarioResult, ...]:
    """Plan the scenarios of a workbook or CSV folder into a study folder.

    The plans do not depend on how many are worked on at a time, nor on which ends first: each is told only of the
    levels it waits for. Levels of a budget sweep are ordered by bisection; a plan of less money is offered to more,
    and once more at the end, so that more money never costs more.

    Raises
    ------
    NotAWorkbookError, InputError
        If the book cannot be opened, or has errors itself; scenarios with faults are results.
    RunFolderError, EnvironmentFaultError
        See ``open_study``.
    """
    guard_input(book)
    told = {"only": list(asked.only), "sweeps": list(asked.sweeps), "gap": asked.gap, "time_limit": asked.time_limit}
    with open_study(out, book, told, resume=resume) as folder:
        scenarios = read_scenarios(folder.input, sweeps)
        jobs = _jobs(_chosen(scenarios, asked.only), sweeps)
        study = _Study(folder, asked, jobs, pool, note)
        study.plan()
        for sweep in sweeps:
            if sweep.swept is Swept.BUDGET:
                study.settle([job for job in jobs.values() if job.scenario.name in _names(sweep)])
        level_of = {sweep.name(level): (str(sweep.swept), level) for sweep in sweeps for level in sweep.levels}
        results = tuple(_result(job, study.solved[number], level_of) for number, job in jobs.items())
        note("writing the reports")
        _write(folder, scenarios[0], results)
        return results


def _write(folder: StudyFolder, book: Scenario, results: Sequence[ScenarioResult]) -> None:
    """Write what the study found: as JSON, workbook and page."""
    network = "" if book.register is None else book.register.settings.network_name
    folder.write(FOUND, answer(results).content)
    write_study_workbook(folder.folder / "scenarios.xlsx", network, results)
    write_study_page(folder.folder / "scenarios.html", network, results)


class _Study:
    """Scenarios being planned.

    Attributes
    ----------
    solved
        What came of each job so far.
    """

    def __init__(
        self, folder: StudyFolder, asked: Asked, jobs: Mapping[int, _Job], pool: Pool, note: Callable[[str], None]
    ) -> None:
        self.folder, self.asked, self.jobs, self.pool, self.note = folder, asked, jobs, pool, note
        self.solved: dict[int, Solved] = {}
        self.began, self.begun = 0.0, 0

    def plan(self) -> None:
        """Plan what is not kept yet, each job after those it waits for."""
        for number, job in self.jobs.items():
            kept = _faulty(job.scenario) or self.folder.kept(number, job.scenario.name)
            if kept is not None:
                self.solved[number] = kept
        if self.solved:
            self.note(f"{len(self.solved)} of {len(self.jobs)} scenarios are there already, or have faults")
        waiting = [job for number, job in self.jobs.items() if number not in self.solved]
        self.began, self.begun = time.monotonic(), len(waiting)
        running = done = 0
        while waiting or running:
            for job in [each for each in waiting if self._is_ready(each)]:
                if self.pool.has_room:
                    self._submit(job)
                    waiting.remove(job)
                    running += 1
            number, result = self.pool.take()
            running -= 1
            done += 1
            self._keep(number, result, left=self._left(done))

    def settle(self, levels: Sequence[_Job]) -> None:
        """Give each level the cheapest plan of a level with less money, where that costs less than its own."""
        cheapest: Solved | None = None
        for job in levels:
            own = self.solved[job.number]
            if cheapest is not None and _is_cheaper(cheapest, own) and job.scenario.register is not None:
                self.note(f"{job.scenario.name}: takes the plan of a level with less money")
                bound = own.bound if own.bound is not None else cheapest.bound
                task = self._task(job, cheapest, bound)
                self.pool.submit(job.number, solve_task, task)
                self._keep(*self.pool.take())
                own = self.solved[job.number]
            if own.plan is not None:
                cheapest = own

    def _is_ready(self, job: _Job) -> bool:
        return all(other is None or other in self.solved for other in (job.tighter, job.looser))

    def _submit(self, job: _Job) -> None:
        tighter = None if job.tighter is None else self.solved[job.tighter]
        looser = None if job.looser is None else self.solved[job.looser]
        self.pool.submit(job.number, solve_task, self._task(job, tighter, None if looser is None else looser.bound))

    def _task(self, job: _Job, start: Solved | None, bound: float | None) -> Task:
        if job.scenario.register is None:
            raise ValueError("a scenario with faults has nothing to solve")
        return Task(
            register=job.scenario.register,
            gap=self.asked.gap,
            time_limit=self.asked.time_limit,
            start=None if start is None else start.values,
            bound=bound,
        )

    def _left(self, done: int) -> str:
        """Time left, if what is open takes as long as what is done did; empty once there is none."""
        if done == self.begun:
            return ""
        left = (time.monotonic() - self.began) / done * (self.begun - done)
        words = f"{round(left)} s" if left < 60 else f"{round(left / 60)} min"
        return f"; {done} of {self.begun}, about {words} left"

    def _keep(self, number: int, result: Solved | LostTask, left: str = "") -> None:
        job = self.jobs[number]
        solved = without_plan(Outcome.FAILED, LOST) if isinstance(result, LostTask) else result
        self.solved[number] = solved
        if job.scenario.register is not None:
            self.folder.keep(number, job.scenario.name, solved, job.scenario.register)
        self.note(f"{job.scenario.name}: {_words(solved)}{left}")


def _is_cheaper(other: Solved, own: Solved) -> bool:
    if other.plan is None:
        return False
    return own.plan is None or other.plan.objective_gbp < own.plan.objective_gbp


def _chosen(scenarios: Sequence[Scenario], only: Sequence[str]) -> list[Scenario]:
    """Those asked for by name; else the book, its own and all levels; else, where there are none, the presets."""
    if only:
        names = {plain_key(each.name): each.name for each in scenarios}
        for name in only:
            if plain_key(name) not in names:
                near = nearest(name, names.values())
                raise InputError(f"There is no scenario '{name}'. {did_you_mean(near, 'Type one of the book.')}")
        wanted = {plain_key(name) for name in only}
        return [each for each in scenarios if plain_key(each.name) in wanted]
    own = [each for each in scenarios if each.name not in PRESETS]
    return own if len(own) > 1 else list(scenarios)


def _names(sweep: Sweep) -> set[str]:
    return {sweep.name(level) for level in sweep.levels}


def _jobs(scenarios: Sequence[Scenario], sweeps: Sequence[Sweep]) -> dict[int, _Job]:
    """Jobs by number, in order; levels of a budget sweep wait for those they lie between."""
    number_of = {scenario.name: number for number, scenario in enumerate(scenarios, 1)}
    between: dict[int, tuple[int, int]] = {}
    for sweep in sweeps:
        if sweep.swept is Swept.BUDGET:
            levels = [number_of[sweep.name(level)] for level in sweep.levels if sweep.name(level) in number_of]
            between |= dict(_bisected(levels))
    return {
        number: _Job(
            number=number,
            scenario=scenario,
            tighter=between[number][0] if number in between else None,
            looser=between[number][1] if number in between else None,
        )
        for number, scenario in enumerate(scenarios, 1)
    }


def _bisected(levels: Sequence[int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Each level but the ends with the two it lies between when it is planned."""
    spans = deque([(0, len(levels) - 1)])
    while spans:
        first, last = spans.popleft()
        if last - first > 1:
            middle = (first + last) // 2
            yield levels[middle], (levels[first], levels[last])
            spans += [(first, middle), (middle, last)]


def _words(solved: Solved) -> str:
    if solved.plan is None:
        return f"{solved.outcome}: {solved.reason}"
    gap = "no proven gap" if solved.plan.gap is None else f"gap {solved.plan.gap:.2%}"
    return f"£{solved.plan.objective_gbp:,}, {gap}, {solved.seconds:.1f} s"


def _faulty(scenario: Scenario) -> Solved | None:
    return without_plan(Outcome.FAULTY, str(scenario.issues[0])) if scenario.register is None else None


def _result(job: _Job, solved: Solved, level_of: Mapping[str, tuple[str, Fraction]]) -> ScenarioResult:
    scenario = job.scenario
    swept, level = level_of.get(scenario.name, (None, None))
    return ScenarioResult(
        name=scenario.name,
        based_on=scenario.based_on,
        changes=scenario.changes,
        solved=solved,
        swept=swept,
        level=level,
    )
