"""What of a proof can be checked without an engine: prices of the linear relaxation, and the bound they prove."""

from __future__ import annotations

import math

from capitalplan.errors import SolverError
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.pricing import certified_bound
from capitalplan.formulation.proof import Proof
from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.planning import Planned

__all__ = ["certified_gbp", "prove"]


def prove(planned: Planned) -> tuple[Proof, int | None]:
    """Solve the linear relaxation of a plan's problem, and keep what it proves.

    Returns
    -------
    tuple of Proof and int
        What the run keeps, and the bound it proves, £; None where none is proven.
    """
    problem, values = planned.formulation.problem, planned.solution.values
    if values is None:
        raise ValueError("a solution without values holds no plan")
    relaxed = engine(DEFAULT_ENGINE)(problem, SolveOptions(relax=True))
    proof = Proof.of(problem, values, relaxed.duals)
    certified = certified_gbp(planned.formulation, proof)
    if certified is not None and certified > planned.plan.objective_gbp:
        raise SolverError(
            f"The prices of the linear relaxation prove that no plan costs less than £{certified:,}, yet this one "
            f"costs £{planned.plan.objective_gbp:,}: the answer is not to be trusted."
        )
    return proof, certified


def certified_gbp(formulation: Formulation, proof: Proof) -> int | None:
    """Bound on every plan's cost that the prices kept prove, £; None where there are none, or they prove nothing."""
    if not proof.prices:
        return None
    bound = certified_bound(formulation.problem, proof.duals(formulation.problem))
    return None if bound == -math.inf else math.floor(bound * 1000) + formulation.constant_gbp
