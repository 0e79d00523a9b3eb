"""Which difference of the input made which scheme move: what is seen when one difference at a time is made.

The first run's input is planned again with nothing changed, and with each difference alone. A move seen with nothing
changed is a tie within the gap and no difference's doing; one seen with a difference alone is put down to it; what is
seen with none takes several together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from capitalplan.analysis.comparison import NOT_ADDED, NOT_THERE, SchemeMove, cost_difference, treatments
from capitalplan.analysis.price import Price
from capitalplan.plan.plan import Plan
from capitalplan.register.edits import RowEdit, edit_words

__all__ = ["APPROVED_PLAN", "Difference", "MoveCause", "Outcome", "Trial", "grouped", "move_causes", "trial"]

APPROVED_PLAN = "the approved plan it is to stay close to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs between two inputs and is tried at once.

    Attributes
    ----------
    words
        The difference as users read it.
    edits
        Rows that differ; none for the approved plan.
    """

    words: str
    edits: tuple[RowEdit, ...]


class Outcome(StrEnum):
    """What came of planning the first run's input with one difference."""

    PLANNED = "planned"
    UNUSED = "changes nothing the plan uses"
    IMPOSSIBLE = "no plan with this change alone"
    NOT_FOUND = "no plan was found with this change alone"
    UNREADABLE = "not a sound input with this change alone"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The first run's input planned again with one difference.

    Attributes
    ----------
    plan
        None where there is none.
    cost
        How much more the best plan costs with the difference, £; None without a plan or where nothing is proven.
    note
        Why there is no plan, in words, where there is more to say.
    """

    difference: Difference
    outcome: Outcome
    plan: Plan | None = None
    cost: Price | None = None
    note: str = ""

    @property
    def may_be_tie(self) -> bool:
        """Whether the gaps leave open that the difference costs nothing, so that what moves may be a tie."""
        return self.cost is None or self.cost.low_gbp <= 0 <= (self.cost.high_gbp or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCause:
    """What made a scheme move.

    Attributes
    ----------
    causes
        Differences with which alone the move is seen; empty where there is none, or where nothing need be changed.
    sentence
        The finding in words.
    """

    move: SchemeMove
    causes: tuple[str, ...]
    sentence: str


def grouped(edits: Sequence[RowEdit], most: int) -> tuple[Difference, ...]:
    """Put differences together where there are more than ``most``: first by sheet and source or place, then by sheet.

    The rows of Settings each stand alone until all of a sheet go together.
    """
    keys = (
        lambda number, edit: (number,),
        lambda number, edit: (edit.sheet, next(iter(edit.key.values()), "")),
        lambda number, edit: (edit.sheet,),
    )
    groups: dict[tuple[object, ...], list[RowEdit]] = {}
    for key in keys:
        groups = defaultdict(list)
        for number, edit in enumerate(edits):
            groups[key(number, edit)].append(edit)
        if len(groups) <= most:
            break
    return tuple(Difference(words=_words(group), edits=tuple(group)) for group in groups.values())


def _words(edits: Sequence[RowEdit]) -> str:
    if len(edits) == 1:
        return edit_words(edits[0])
    first = edits[0]
    names = {next(iter(edit.key.values()), "") for edit in edits}
    place = f", {names.pop()}" if len(names) == 1 else ""
    return f"{first.sheet}{place}: {len(edits)} rows"


def trial(difference: Difference, base: Plan, plan: Plan) -> Trial:
    """Hold a plan made with one difference against that made with none."""
    return Trial(difference=difference, outcome=Outcome.PLANNED, plan=plan, cost=cost_difference(base, plan))


def move_causes(moves: Sequence[SchemeMove], base: Plan | None, trials: Sequence[Trial]) -> tuple[MoveCause, ...]:
    """Put each move down to the differences with which alone it is seen.

    Parameters
    ----------
    base
        The first run's input planned again with nothing changed; None where that was not tried.
    """
    return tuple(_cause(move, base, trials) for move in moves)


def _cause(move: SchemeMove, base: Plan | None, trials: Sequence[Trial]) -> MoveCause:
    if base is not None and _is_seen(move, base):
        sentence = "Seen with nothing changed when the first input is planned again: a tie within the gap."
        return MoveCause(move=move, causes=(), sentence=sentence)
    seen = [each for each in trials if each.plan is not None and _is_seen(move, each.plan)]
    if not seen:
        return MoveCause(move=move, causes=(), sentence=_unseen(trials))
    told = [f"Seen with this change alone: {each.difference.words}.{_tie(each)}" for each in seen]
    return MoveCause(move=move, causes=tuple(each.difference.words for each in seen), sentence=" ".join(told))


def _is_seen(move: SchemeMove, plan: Plan) -> bool:
    return treatments(plan).get(move.what, _absent(move)) == move.second


def _absent(move: SchemeMove) -> str:
    """How a plan that has no line of it is told: as the comparison tells it."""
    return NOT_THERE if NOT_THERE in (move.first, move.second) else NOT_ADDED


def _tie(seen: Trial) -> str:
    return " It may also be a tie within the gap: the cost differs by less than the gap." if seen.may_be_tie else ""


def _unseen(trials: Sequence[Trial]) -> str:
    used = [each for each in trials if each.outcome is not Outcome.UNUSED]
    if any(each.outcome is Outcome.NOT_TRIED for each in used):
        return "Not known: not every change was tried."
    if not used:
        return "Nothing the plan uses differs: a tie within the gap, or the engine's doing."
    if len(used) == 1 and used[0].plan is not None:
        return "Not seen when planned again with the one change there is: a tie within the gap, or the engine's doing."
    without = sum(each.plan is None for each in used)
    rest = f" ({without} of the {len(used)} changes make no plan alone)" if without else ""
    return f"Seen with no change alone{rest}: it takes several together, or is a tie within the gap."
