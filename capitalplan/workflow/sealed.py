"""A sealed run opened for questions: its register, its problem, its choices and its prices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from capitalplan.analysis.approved import with_approved
from capitalplan.errors import RunFolderError, SolverError
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.problem import with_integers_held
from capitalplan.plan.plan import Plan
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.runs import Run, read_run
from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine

__all__ = ["Sealed", "open_sealed", "read_sealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A run as it was sealed.

    Attributes
    ----------
    formulation
        The problem, built again from the sealed input.
    values
        Value of each column in the plan, shape ``(n_columns,)``; patients and money are solved again around the choices
        kept.
    duals
        Row prices of the linear relaxation, shape ``(n_rows,)``; all zero where the run kept none.
    """

    run: Run
    register: Register
    formulation: Formulation
    values: npt.NDArray[np.float64]
    duals: npt.NDArray[np.float64]

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.run.plan


def read_sealed(folder: Path) -> Run:
    """Read a run folder whose core is as it was sealed.

    Raises
    ------
    RunFolderError
        If it is not a run folder, or its core was changed; the message names each file.
    """
    run = read_run(folder)
    if run.changed_core:
        changed = ", ".join(run.changed_core)
        raise RunFolderError(f"{folder} is not as it was sealed: {changed} changed since. Plan again from the input.")
    return run


def open_sealed(folder: Path) -> Sealed:
    """Open a run folder whose core is as it was sealed.

    Raises
    ------
    RunFolderError
        If it is not a run folder, or its core was changed; the message names each file.
    InputError
        If its input can no longer be read.
    """
    run = read_sealed(folder)
    register = with_approved(read_register(run.input), run.approved())
    formulation = formulate(register)
    problem, proof = formulation.problem, run.proof()
    fixed = with_integers_held(problem, proof.integers(problem))
    solution = engine(DEFAULT_ENGINE)(fixed, SolveOptions(relax=True))
    if solution.values is None:
        raise SolverError(f"The choices kept in {folder} no longer make a plan: {solution.message}.")
    return Sealed(
        run=run, register=register, formulation=formulation, values=solution.values, duals=proof.duals(problem)
    )
