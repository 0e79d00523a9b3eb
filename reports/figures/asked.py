"""What is only shown when it was asked for: buying together, fairness between trusts, a supplier's offer."""

from __future__ import annotations

from fractions import Fraction

from capitalplan.analysis.challenge import ChallengeResult
from capitalplan.analysis.coalitions import BuyingTogether
from capitalplan.analysis.fairness import FairnessCurve
from capitalplan.register.register import Register
from capitalplan.terms import year_label
from reports.figures.names import Cells, trust_name

__all__ = [
    "NO_LIMIT",
    "challenge_cells",
    "challenge_year_cells",
    "coalition_cells",
    "fairness_cells",
    "fairness_share_cells",
    "share_cells",
]

NO_LIMIT = "no bound"
"""Said of a plan without a bound between trusts."""


def share_cells(register: Register, together: BuyingTogether | None) -> Cells:
    """Each trust alone, what it pays of the joint cost, and what it saves; then trusts without a plan alone."""
    if together is None:
        return
    for share in together.shares:
        part = float(Fraction(share.saving_gbp, share.alone_gbp)) if share.alone_gbp else 0.0
        name = trust_name(register, share.trust)
        yield share.trust, name, share.alone_gbp, share.pays_gbp, share.saving_gbp, part, ""
    for trust, reason in together.left_out.items():
        yield trust, trust_name(register, trust), None, None, None, None, f"No plan alone: {reason}"


def coalition_cells(register: Register, together: BuyingTogether | None) -> Cells:
    """Every group of trusts that was planned, with its cost and its saving."""
    for group in () if together is None else together.coalitions:
        names = ", ".join(trust_name(register, trust) for trust in group.trusts)
        yield names, group.cost_gbp, group.bound_gbp, group.value_gbp


def fairness_cells(curve: FairnessCurve | None) -> Cells:
    """The plan under each bound, what it costs more, and between what that lies."""
    for point in () if curve is None else curve.points:
        if point.cost_gbp is not None:
            words = NO_LIMIT if point.limit is None else "keeps the bound"
        else:
            words = "no plan can keep it" if point.is_impossible else "none found in time"
        yield (
            None if point.limit is None else float(point.limit),
            None if point.spread is None else float(point.spread),
            point.cost_gbp,
            point.price_gbp,
            None if point.price_share is None else float(point.price_share),
            point.price_low_gbp,
            point.price_high_gbp,
            words,
        )


def fairness_share_cells(register: Register, curve: FairnessCurve | None) -> Cells:
    """What is compared between trusts, under each bound that has a plan."""
    for point in () if curve is None else curve.points:
        for trust, share in point.shares.items():
            yield (
                None if point.limit is None else float(point.limit),
                trust,
                trust_name(register, trust),
                float(share),
            )


def challenge_cells(challenges: tuple[ChallengeResult, ...]) -> Cells:
    """Each offer: its charge, the charge at which the two tie, and the costs of both plans."""
    for each in challenges:
        yield (
            each.name,
            each.supplier,
            len(each.machines),
            each.annual_charge_gbp,
            each.tie_gbp,
            each.tie_low_gbp,
            each.tie_high_gbp,
            each.owned.objective_gbp,
            None if each.offer is None else each.offer.objective_gbp,
            each.cost_gbp,
            each.cost_low_gbp,
            each.cost_high_gbp,
            each.right_of_use_gbp,
            " ".join(each.sentences),
        )


def challenge_year_cells(challenges: tuple[ChallengeResult, ...]) -> Cells:
    """Cash, capital and scans bought outside in both ways, year by year."""
    for each in challenges:
        for line in each.years:
            yield (
                each.name,
                line.year,
                year_label(line.year),
                line.owned_gbp,
                line.offer_gbp,
                line.owned_capital_gbp,
                line.offer_capital_gbp,
                line.owned_outside,
                line.offer_outside,
            )
