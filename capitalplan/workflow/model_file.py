"""The model of a register as a file that any other solver reads."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from capitalplan.errors import EnvironmentFaultError
from capitalplan.formulation.formulate import Formulation, formulate
from capitalplan.formulation.lp_text import lp_text
from capitalplan.register.read import read_register
from solvers.pulp_model import write_mps

__all__ = ["write_model"]

COMMENTS = {".mps": "*", ".lp": "\\"}
"""What begins a line of comment, by the ending of the file."""


def write_model(book: Path, out: Path) -> Formulation:
    """Write the model of a workbook or CSV folder, and hand it back.

    The format is free MPS or CPLEX LP, as the name of the file ends. Costs are £ thousand; what the plan's value adds
    to the objective is said in a comment, as solvers differ in how they read a constant.

    Raises
    ------
    EnvironmentFaultError
        If the file exists, cannot be written, or ends in neither ``.mps`` nor ``.lp``.
    InputError, SolverError
        If the input has errors; if the library that writes MPS is missing.
    """
    mark = COMMENTS.get(out.suffix.lower())
    if mark is None:
        raise EnvironmentFaultError(f"The model is written as MPS or LP, so '{out.name}' must end in .mps or .lp.")
    if os.path.lexists(out):
        raise EnvironmentFaultError(f"'{out}' exists already; choose another name, nothing was overwritten.")
    formulation = formulate(read_register(book))
    comments = [
        f"{mark} {formulation.columns.register.settings.network_name}: capital plan, least whole-life cost, £ thousand",
        f"{mark} value of the plan in £ = 1000 x objective + {formulation.constant_gbp}",
    ]
    text = "\n".join([*comments, _text(formulation, mark)])
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise EnvironmentFaultError(f"{out} could not be written: {error.strerror or error}.") from error
    return formulation


def _text(formulation: Formulation, mark: str) -> str:
    if mark != COMMENTS[".mps"]:
        return lp_text(formulation.problem)
    with tempfile.TemporaryDirectory(prefix="capitalplan-") as folder:
        path = Path(folder) / "model.mps"
        write_mps(formulation.problem, path)
        return path.read_text(encoding="utf-8")
