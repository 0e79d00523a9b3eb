"""What of a proof can be checked without an engine: prices of the linear relaxation, and the bound they prove."""

from __future__ import annotations

from capitalplan.errors import SolverError
from capitalplan.formulation.proof import Proof, certified_gbp
from capitalplan.solution import SolveOptions
from capitalplan.workflow.engines import DEFAULT_ENGINE, engine
from capitalplan.workflow.planning import Planned

__all__ = ["prove"]


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
    certified = certified_gbp(planned.formulation, proof, planned.plan.objective_gbp)
    if certified is not None and certified > planned.plan.objective_gbp:
        raise SolverError(
            f"The prices of the linear relaxation prove that no plan costs less than £{certified:,}, yet this one "
            f"costs £{planned.plan.objective_gbp:,}: the answer is not to be trusted."
        )
    return proof, certified
