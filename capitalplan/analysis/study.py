"""What stands beside a plan: other ways of planning under the same limits, what moved, and what each price does.

Buying together, fairness and challenges stand there only where they were asked for, causes of changes only where there
is an approved plan.
"""

from __future__ import annotations

from dataclasses import dataclass

from capitalplan.analysis.causes import ChangeCause
from capitalplan.analysis.challenge import ChallengeResult
from capitalplan.analysis.coalitions import BuyingTogether
from capitalplan.analysis.fairness import FairnessCurve
from capitalplan.analysis.followed import DecidedLine
from capitalplan.analysis.ledger.lines import LedgerEntry
from capitalplan.analysis.worth.lines import LimitWorth
from capitalplan.plan.plan import Breach, Plan

__all__ = ["Alternative", "Move", "NeedLine", "PriceTest", "Study"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another way of planning, costed and checked as the plan itself is.

    Attributes
    ----------
    name
        ``business as usual``, ``oldest first``, ``worst first`` or ``own plan``.
    title
        The name as users read it.
    plan
        The plan it makes.
    breaches
        Rules it does not keep; empty when it could be carried out.
    """

    name: str
    title: str
    plan: Plan
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One machine or addition that is treated differently in an alternative.

    Attributes
    ----------
    against
        Name of the alternative.
    what
        The machine, or the option and site of an addition.
    ours, theirs
        What happens in the plan and in the alternative, such as ``replace 2027/28``.
    why
        One sentence: what distinguishes the two.
    gain_gbp
        Discounted cost of their treatment of this machine less ours, £; negative where ours costs more for itself.
    at_risk
        Whether the plan leaves the machine over age at the end while the alternative renews it.
    """

    against: str
    what: str
    asset_id: str | None
    site: str
    modality: str
    ours: str
    theirs: str
    why: str
    gain_gbp: int
    at_risk: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTest:
    """What halving or doubling one price of the objective would change.

    Attributes
    ----------
    price
        The setting or price changed, as users read it.
    factor
        ``half`` or ``double``.
    value
        The price used, as users read it.
    schemes_changed
        Machines replaced or retired in another year or by another option, or not at all, and additions that differ.
    additions, replacements
        How many there are then.
    capital_gbp
        Capital over the horizon then, £ cash.
    gap
        Relative gap of the test's own solve; differences smaller than it prove nothing.
    sentence
        The finding, in words.
    """

    price: str
    factor: str
    value: str
    schemes_changed: int
    additions: int
    replacements: int
    capital_gbp: int
    gap: float
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """Unconstrained need of a trust in a year: machines at the end of their planned life, like for like.

    Attributes
    ----------
    overdue
        How many of them were already past their planned life when the plan starts (first year only).
    capital_gbp
        £ cash, VAT, works and optimism bias included.
    """

    trust: str
    year: int
    machines: int
    overdue: int
    by_modality: dict[str, int]
    capital_gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Everything beside the plan.

    Attributes
    ----------
    change_causes
        Of each change from the approved plan; empty without one.
    together, fairness
        Where asked for.
    challenges
        Those asked for.
    ledger
        Of each machine and each addition that may be made: what was decided and what anything else would cost.
    worth
        What a little more, or less, of each limit would be worth.
    decisions
        What was decided on the plans before, and whether this one follows it.
    """

    need: tuple[NeedLine, ...]
    alternatives: tuple[Alternative, ...]
    moves: tuple[Move, ...]
    price_tests: tuple[PriceTest, ...]
    change_causes: tuple[ChangeCause, ...] = ()
    together: BuyingTogether | None = None
    fairness: FairnessCurve | None = None
    challenges: tuple[ChallengeResult, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    worth: tuple[LimitWorth, ...] = ()
    decisions: tuple[DecidedLine, ...] = ()
