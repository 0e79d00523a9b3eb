"""Whether what a run keeps beside its plan fits the plan and the register: manifest, choices and prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from capitalplan import __version__
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.problem import Problem
from capitalplan.formulation.proof import Proof, certified_gbp
from capitalplan.plan.decided import decided, differences
from capitalplan.plan.decode import decode
from capitalplan.plan.drafting import draft_lines
from capitalplan.plan.rebates import Rebates
from capitalplan.plan.serving import vans
from capitalplan.register.register import Assumption, Register
from capitalplan.runs import Run, settings_used
from capitalplan.verify import Report
from capitalplan.verify.findings import Findings, pounds
from capitalplan.workflow.engines import claims_bound

__all__ = ["RECORD_RULES", "Bound", "check_record"]

RECORD_RULES = ("manifest", "choices", "bound")
"""Names of the rules, in the order of the report."""
TOLERANCE = 1e-6
"""Relative amount by which whole-number choices may pass the bound of a row, for the floats it is written in."""
SHOWN = 5
"""Most names listed in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What is known of the least that any plan can cost.

    Attributes
    ----------
    certified_gbp
        What the prices kept prove, computed again without an engine, £; None where they prove nothing.
    engine_gbp
        What the engine claims, £; its word, not checked. None where it claims nothing: the bound shown with the plan
        is then the certified one.
    engine
        Name and version of the engine.
    """

    certified_gbp: int | None
    engine_gbp: int | None
    engine: str

    @property
    def sentences(self) -> tuple[str, str]:
        """The two in words."""
        certified = (
            "No bound is certified: the run keeps no prices that prove one."
            if self.certified_gbp is None
            else f"No plan under these assumptions costs less than {pounds(self.certified_gbp)}: certified from the "
            "prices kept with the run, without an engine."
        )
        claimed = (
            f"{self.engine} claims no bound."
            if self.engine_gbp is None
            else f"{self.engine} claims no higher bound."
            if self.engine_gbp == self.certified_gbp
            else f"{self.engine} claims that none costs less than {pounds(self.engine_gbp)}: the engine's word, not "
            "checked here."
        )
        return certified, claimed


def check_record(
    run: Run, register: Register, report: Report, formulation: Formulation, proof: Proof
) -> tuple[Report, Bound]:
    """Hold manifest, choices and prices of a run against its plan and the register it was made from.

    Parameters
    ----------
    report
        Re-check of the plan.
    formulation
        The problem, built again from the register.

    Returns
    -------
    tuple of Report and Bound
        Rules: ``manifest``, ``choices``, ``bound``.
    """
    findings = Findings(RECORD_RULES)
    _check_manifest(run, register, report, findings)
    _check_choices(run, formulation, proof, findings)
    bound = Bound(
        certified_gbp=certified_gbp(formulation, proof, run.plan.objective_gbp),
        engine_gbp=run.plan.bound_gbp if claims_bound(run.manifest.engine) else None,
        engine=run.manifest.engine,
    )
    _check_bound(run, bound, formulation.problem, proof, findings)
    return Report(checks=findings.checks, breaches=findings.breaches), bound


def _check_manifest(run: Run, register: Register, report: Report, findings: Findings) -> None:
    """Require the manifest, and the assumptions listed in the plan, to repeat plan, register and re-check.

    How much was checked is compared within one version only: another may check more.
    """
    manifest, plan = run.manifest, run.plan

    def same(what: str, said: Any, held: Any, where: str) -> None:
        message = f"{what} is {_shown(said)} in manifest.json, and {_shown(held)} in {where}."
        findings.require("manifest", said == held, message, place=plan.network)

    same("The network", manifest.network, plan.network, "plan.json")
    same("The status", manifest.status, plan.status, "plan.json")
    same("The value of the plan", manifest.objective_gbp, plan.objective_gbp, "plan.json")
    same("The engine's bound", manifest.bound_gbp, plan.bound_gbp, "plan.json")
    same("The gap", manifest.gap, plan.gap, "plan.json")
    used = settings_used(register)
    for name in sorted({*used, *manifest.settings}):
        same(f"The setting {name}", manifest.settings.get(name), used.get(name), "the register")
    for file, listed in (("manifest.json", manifest.assumptions), ("plan.json", run.assumptions())):
        wrong = _unlike(listed, register.assumptions)
        message = f"The assumptions listed in {file} are not those of the register: {_listed(wrong)}."
        findings.require("manifest", not wrong, message, place=plan.network, amount=len(wrong))
    if not report.ok:
        return
    same("The outcome of the re-check", manifest.verify, "accepted", "the re-check made now")
    broken = [check.rule for check in manifest.checks if check.breaches]
    message = f"manifest.json counts breaches that are not there, of: {_listed(broken)}."
    findings.require("manifest", not broken, message, place=plan.network, amount=len(broken))
    if manifest.tool_version == __version__:
        said, held = (
            {each.rule: f"{each.checked:,} checks" for each in checks} for checks in (manifest.checks, report.checks)
        )
        for rule in sorted({*said, *held}):
            same(f"What was checked of the rule {rule}", said.get(rule), held.get(rule), "the re-check made now")


def _unlike(listed: Sequence[Assumption], used: Sequence[Assumption]) -> list[str]:
    """Items of assumptions that only one of the two lists has as they are."""
    ours, theirs = Counter(listed), Counter(used)
    return sorted({each.item for each in (*(ours - theirs), *(theirs - ours))})


def _check_choices(run: Run, formulation: Formulation, proof: Proof, findings: Findings) -> None:
    """Require the choices to be ones the problem offers, to keep the rows they alone decide, and to make the plan."""
    problem, plan = formulation.problem, run.plan
    offered = set(np.array(problem.column_names)[problem.integer])
    unknown = [name for name in proof.choices if name not in offered]
    message = f"proof.json makes choices the problem does not offer: {_listed(unknown)}."
    findings.require("choices", not unknown, message, place=plan.network, amount=len(unknown))
    values = proof.integers(problem)
    broken = _broken(problem, values)
    message = f"The choices in proof.json break rows of the problem: {_listed(broken)}."
    findings.require("choices", not broken, message, place=plan.network, amount=len(broken))
    if any(values[start:end].sum() != 1 for start, end in pairwise(formulation.columns.table.first)):
        return
    choices = decode(formulation, values)
    chosen = decided(draft_lines(choices, Rebates.of(choices)), vans(choices))
    planned = decided(plan.schemes, plan.vans)
    differ = differences(chosen, planned, here="proof.json", there="plan.json")
    for what in {**chosen, **planned}:
        findings.require("choices", what not in differ, differ.get(what, ""), place=what)


def _broken(problem: Problem, values: npt.NDArray[np.float64]) -> list[str]:
    """Names of columns and of rows of whole-number columns alone whose bounds some choices do not keep."""
    outside = problem.integer & ((values < problem.lower) | (values > problem.upper))
    alone = abs(problem.matrix) @ (~problem.integer).astype(np.float64) == 0
    activity = problem.matrix @ values
    slack = TOLERANCE * (1 + abs(problem.matrix) @ np.abs(values))
    beyond = alone & ((activity < problem.row_lower - slack) | (activity > problem.row_upper + slack))
    columns = [problem.column_names[column] for column in np.flatnonzero(outside)]
    return [*columns, *(problem.row_names[row] for row in np.flatnonzero(beyond))]


def _check_bound(run: Run, bound: Bound, problem: Problem, proof: Proof, findings: Findings) -> None:
    """Require the prices to be those of rows there are, and to prove what the manifest says, and no more than is so."""
    plan, said, proven = run.plan, run.manifest.certified_gbp, bound.certified_gbp
    rows = set(problem.row_names)
    unknown = [name for name in proof.prices if name not in rows]
    message = f"proof.json has prices of rows that the problem does not have: {_listed(unknown)}."
    findings.require("bound", not unknown, message, place=plan.network, amount=len(unknown))
    message = (
        f"The certified bound is {_shown(said)} in manifest.json; the prices in proof.json prove {_shown(proven)}."
    )
    if run.manifest.tool_version != __version__:
        message += f" The run was made by capitalplan {run.manifest.tool_version}, and this is {__version__}."
    findings.require("bound", said == proven, message, place=plan.network, amount=(said or 0) - (proven or 0), unit="£")
    over = 0 if proven is None else proven - plan.objective_gbp
    message = f"The prices prove {_shown(proven)}, more than the plan itself costs: {_shown(plan.objective_gbp)}."
    findings.require("bound", over <= 0, message, place=plan.network, amount=over, unit="£")


def _shown(value: object) -> str:
    """A figure as users read it: whole numbers are pounds."""
    if value is None:
        return "nothing"
    return pounds(value) if isinstance(value, int) else str(value)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")
