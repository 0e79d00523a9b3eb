"""A sealed run planned again, and whether the plan is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from typing import Any

from capitalplan.errors import VerifyRefusedError
from capitalplan.plan.decided import decided, differences
from capitalplan.plan.extract import UNPROVEN, WORDS
from capitalplan.plan.plan import Plan
from capitalplan.runs import Manifest, Run, read_run
from capitalplan.solution import SolveOptions, Status
from capitalplan.verify.findings import pounds
from capitalplan.workflow.engines import engine_of
from capitalplan.workflow.recheck import recheck
from capitalplan.workflow.running import plan_to_folder

__all__ = ["Replayed", "replay"]

TOLERANCE = 1e-5
"""Share of a plan's value by which the tolerances of two engines may let a bound pass it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A run and its replay side by side.

    Attributes
    ----------
    code
        Exit code of the replay as of any plan.
    """

    run: Run
    again: Run
    code: int

    @property
    def moved(self) -> tuple[str, ...]:
        """What is decided differently, a sentence each."""
        ours, theirs = (decided(plan.schemes, plan.vans) for plan in (self.run.plan, self.again.plan))
        return tuple(differences(ours, theirs, here="the run", there="the replay").values())

    @property
    def is_same(self) -> bool:
        """Whether both decide the same at the same cost."""
        return not self.moved and self.run.plan.objective_gbp == self.again.plan.objective_gbp

    @property
    def stopped(self) -> tuple[str, ...]:
        """Which of the two was stopped by the clock or the user: ``run``, ``replay``."""
        each, to_the_end = {"run": self.run.plan, "replay": self.again.plan}, (WORDS[Status.OPTIMAL], UNPROVEN)
        return tuple(name for name, plan in each.items() if not plan.status.endswith(to_the_end))

    @property
    def disproven(self) -> tuple[str, ...]:
        """Bounds that the other plan disproves, a sentence each."""
        plans = (("run", self.run.plan), ("replay", self.again.plan))
        return tuple(
            f"The {name} claims that no plan costs less than {pounds(plan.bound_gbp)}, yet the {other} has one of "
            f"{pounds(found.objective_gbp)}: one of the two is wrong."
            for (name, plan), (other, found) in permutations(plans)
            if plan.bound_gbp is not None
            and plan.bound_gbp > found.objective_gbp + TOLERANCE * abs(found.objective_gbp)
        )

    @property
    def versions(self) -> Mapping[str, tuple[str, str]]:
        """What was another version then: before and now, by name."""
        then, now = _versions(self.run.manifest), _versions(self.again.manifest)
        names = sorted({*then, *now})
        return {
            name: (then.get(name, "none"), now.get(name, "none")) for name in names if then.get(name) != now.get(name)
        }

    @property
    def exit_code(self) -> int:
        """0 for the same plan; that of the replay where one was stopped; 7 for any other, or a bound disproven."""
        if self.disproven or not (self.is_same or self.stopped):
            return VerifyRefusedError.exit_code
        return 0 if self.is_same else self.code

    @property
    def sentences(self) -> tuple[str, ...]:
        """The comparison in words."""
        values = (_value("The run", self.run.plan), _value("The replay", self.again.plan))
        clock = tuple(
            f"The {name} was stopped before its gap was reached, and what the clock stops need not be found again."
            for name in self.stopped
        )
        if self.is_same:
            same = f"The same plan: the same schemes, at {pounds(self.run.plan.objective_gbp)}."
            return (same, *clock, *(values if clock else ()))
        if clock:
            return ("The plan is another one.", *clock, *values, *self.disproven)
        told = [f"{name} was {then}, and is {now}." for name, (then, now) in self.versions.items()]
        return (
            "The plan is another one, though both were planned to the gap asked for.",
            *values,
            *self.moved,
            *(told or ["Python, system and libraries are those of the run: they do not explain it."]),
            *self.disproven,
        )

    def as_object(self) -> dict[str, Any]:
        """The comparison as one JSON object."""
        plans = {"run": self.run.plan, "replay": self.again.plan}
        return {
            "same": self.is_same,
            "stopped": list(self.stopped),
            "objective_gbp": {name: plan.objective_gbp for name, plan in plans.items()},
            "bound_gbp": {name: plan.bound_gbp for name, plan in plans.items()},
            "moved": list(self.moved),
            "versions": {name: {"run": then, "replay": now} for name, (then, now) in self.versions.items()},
            "replay": str(self.again.path),
            "sentences": list(self.sentences),
            "exit_code": self.exit_code,
        }


def replay(folder: Path, out: Path, watched: SolveOptions, note: Callable[[str], None]) -> Replayed:
    """Plan again from the sealed input, as the run was planned, into a new run folder; without price tests.

    Parameters
    ----------
    watched
        How the solve is watched and ended; how it is solved is read from the run.

    Raises
    ------
    VerifyRefusedError
        If the run is not as it was sealed, or does not hold; it names files, and carries what does not hold.
    InputError, ImpossiblePlanError, SolverError, RunFolderError, EnvironmentFaultError
        See ``capitalplan.errors``.
    """
    note("re-checking the run")
    found = recheck(folder)
    if not found.ok:
        changed = "".join(f" {name} is not as it was sealed." for name in found.changed_core)
        changed += "".join(f" {fault}" for fault in found.broken_log)
        raise VerifyRefusedError(f"{folder} is not planned again, for it does not hold.{changed}", found.breaches)
    run = found.run
    outcome = plan_to_folder(
        run.input,
        out,
        _options(run.manifest, watched),
        engine_name=engine_of(run.manifest.engine),
        test_prices=False,
        approved_lines=run.approved(),
        decisions=run.earlier(),
        note=note,
    )
    return Replayed(run=run, again=read_run(outcome.folder), code=outcome.exit_code)


def _options(manifest: Manifest, watched: SolveOptions) -> SolveOptions:
    given = manifest.options
    nodes = given.get("node_limit")
    return replace(
        watched,
        gap=given["gap"] or 0.0,
        time_limit=given["time_limit"],
        node_limit=None if nodes is None else int(nodes),
        seed=manifest.seed,
        threads=manifest.threads,
    )


def _versions(manifest: Manifest) -> dict[str, str]:
    return {"capitalplan": manifest.tool_version, "engine": manifest.engine, **manifest.versions}


def _value(name: str, plan: Plan) -> str:
    bound = "no bound is proven" if plan.bound_gbp is None else f"no plan costs less than {pounds(plan.bound_gbp)}"
    return f"{name}: {pounds(plan.objective_gbp)}; {bound} ({plan.status})."
