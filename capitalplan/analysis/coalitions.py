"""Buying together: what trusts save by planning as one, and how the saving is split.

A cooperative game. The cost ``c(S)`` of a group of trusts is that of the plan found for its register
(``capitalplan.analysis.stand_alone``); ``best(S)`` is the least over all ways of parting it into groups that were
planned; its value is ``v(S) = sum of c({i}) - best(S)``. Values are of plans found, so each is known only within the
gaps of its plans.

=============  ======================================================================================================
``pro-rata``   the saving by what each trust's plan alone costs; only trusts alone and all together are planned
``shapley``    the Shapley value: what a trust adds to each group, all orders of joining alike (Shapley 1953); every
               group is planned
=============  ======================================================================================================

Either is rounded to whole pounds by largest remainder and adds up to the saving. No trust pays more than alone: groups
may always part again, so nobody takes value away by joining. A split lies in the core where no group has a value above
the shares of its members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from math import factorial

from capitalplan.analysis.attempt import Attempt, Attempts, Reason
from capitalplan.analysis.stand_alone import StandAlone
from capitalplan.errors import InputError
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.register.resolving.activity import apportion

__all__ = ["BuyingTogether", "Coalition", "Share", "Split", "buying_together"]

MOST_FOR_SHAPLEY = 8
"""Every group is planned: 255 plans for 8 trusts."""

Group = tuple[str, ...]


class Split(StrEnum):
    """How the saving of buying together is split: by stand-alone cost, or by what each trust brings to every group."""

    PRO_RATA = "pro-rata"
    SHAPLEY = "shapley"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition:
    """A group of trusts that plans by itself.

    Attributes
    ----------
    trusts
        Its members, in order of code.
    cost_gbp
        Cost of the plan found for it, £; None where there is none.
    bound_gbp
        No plan of it costs less, by the engine's claim, £; None where nothing was proven.
    value_gbp
        Its saving: what its members' plans alone cost, less the least cost over all ways of parting it into groups
        that plan by themselves, £.
    """

    trusts: tuple[str, ...]
    cost_gbp: int | None
    bound_gbp: int | None
    value_gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A trust's part in buying together.

    Attributes
    ----------
    alone_gbp
        Cost of its plan alone, £.
    saving_gbp
        Its part of the saving, £.
    """

    trust: str
    alone_gbp: int
    saving_gbp: int

    @property
    def pays_gbp(self) -> int:
        """What it pays of the joint cost, £: never more than alone."""
        return self.alone_gbp - self.saving_gbp


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyingTogether:
    """What trusts save by planning together, and how the saving is split.

    Attributes
    ----------
    alone
        Each trust's plan alone, where there is one.
    shares
        Split of the saving; adds up to it to the pound. Trusts without a plan alone are left out.
    left_out
        Trusts without a plan alone, each with the reason.
    alone_gbp, joint_gbp, saving_gbp
        Plans alone of all trusts in the split, the best plan found together, and the difference, £.
    saving_low_gbp, saving_high_gbp
        Between which the saving of the best plans lies, by the gaps proven, £; None where nothing was proven.
    groups
        Groups that plan together in the best plan found: one, unless plans alone cost no more.
    coalitions
        Every group that was planned.
    in_core
        Whether no group would save more by itself than its members' shares, by the plans found; None where the groups
        were not planned.
    objection
        The group that would gain most by leaving, where there is one, and its gain is ``objection_gbp``.
    sentences
        The findings, in words.
    """

    split: Split
    alone: Mapping[str, Plan]
    shares: tuple[Share, ...]
    left_out: Mapping[str, str]
    alone_gbp: int
    joint_gbp: int
    saving_gbp: int
    saving_low_gbp: int | None
    saving_high_gbp: int | None
    groups: tuple[tuple[str, ...], ...]
    coalitions: tuple[Coalition, ...]
    in_core: bool | None
    objection: tuple[str, ...]
    objection_gbp: int
    sentences: tuple[str, ...]


def buying_together(
    register: Register,
    split: Split,
    attempts: Attempts,
    reason: Reason,
    *,
    joint: Plan | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> BuyingTogether:
    """Plan each trust alone and all together, for Shapley values every group, and split what is saved.

    Parameters
    ----------
    attempts
        Plans registers, in order.
    reason
        Says why a trust has no plan alone.
    joint
        The plan of the whole register, where it was made before.
    note
        Told what is being worked on.

    Raises
    ------
    InputError
        If Shapley values are asked for with more trusts than can be planned in every group.
    """
    division = StandAlone(register)
    if split is Split.SHAPLEY and len(division.trusts) > MOST_FOR_SHAPLEY:
        raise InputError(
            f"Shapley values are worked out for up to {MOST_FOR_SHAPLEY} trusts, and the register has "
            f"{len(division.trusts)}: split the saving pro rata."
        )
    note("planning each trust alone")
    singles = _planned(division, [(trust,) for trust in division.trusts], attempts)
    alone = {group[0]: attempt.plan for group, attempt in singles.items() if attempt.plan is not None}
    left_out = {trust: reason(division.register((trust,))) for trust in division.trusts if trust not in alone}
    able = tuple(alone)
    note("planning groups of trusts" if split is Split.SHAPLEY else "planning all trusts together")
    wanted = [group for group in _groups(able) if len(group) > 1 and (split is Split.SHAPLEY or group == able)]
    known = {able: Attempt(plan=joint)} if joint is not None and able == division.trusts and len(able) > 1 else {}
    others = _planned(division, [group for group in wanted if group not in known], attempts)
    found = {(trust,): Attempt(plan=plan) for trust, plan in alone.items()} | known | others
    return _result(split, alone, left_out, _Game(able, found))


def _planned(division: StandAlone, groups: Sequence[Group], attempts: Attempts) -> dict[Group, Attempt]:
    made: Iterable[Attempt] = attempts([division.register(group) for group in groups]) if groups else ()
    return dict(zip(groups, made, strict=True))


def _groups(trusts: Group) -> list[Group]:
    return [group for size in range(1, len(trusts) + 1) for group in combinations(trusts, size)]


@dataclass(frozen=True)
class _Game:
    """Costs of the groups that were planned, and what follows for all of them."""

    trusts: Group
    found: Mapping[Group, Attempt]

    @property
    def is_complete(self) -> bool:
        return all(group in self.found for group in _groups(self.trusts))

    def cost(self, group: Group) -> int | None:
        plan = self._plan(group)
        return None if plan is None else plan.objective_gbp

    def bound(self, group: Group) -> int | None:
        plan = self._plan(group)
        return None if plan is None else plan.bound_gbp

    def alone(self, group: Group) -> int:
        return sum(cost for trust in group if (cost := self.cost((trust,))) is not None)

    def value(self, group: Group) -> int:
        return self.alone(group) - self.best(group)[0]

    def best(self, group: Group) -> tuple[int, tuple[Group, ...]]:
        """Least cost over the ways of parting a group into groups that were planned, and the way with fewest groups."""
        ways: dict[Group, tuple[int, tuple[Group, ...]]] = {(): (0, ())}
        for part in _groups(group):
            ways[part] = min(
                (
                    (cost + ways[rest][0], (members, *ways[rest][1]))
                    for members in _groups(part)
                    if members[0] == part[0] and (cost := self.cost(members)) is not None
                    for rest in [tuple(trust for trust in part if trust not in members)]
                ),
                key=lambda way: (way[0], len(way[1]), way[1]),
            )
        return ways[group]

    def least(self, group: Group) -> int | None:
        """What no plan of a group, or of groups it parts into, costs less than; None where that is not proven.

        A group without a proven bound may cost anything; one that was not planned is left out.
        """
        bounds = {part: self.bound(part) for part in _groups(group) if self._plan(part) is not None}
        if any(bound is None for bound in bounds.values()):
            return None
        least: dict[Group, int] = {(): 0}
        for part in _groups(group):
            least[part] = min(
                bound + least[rest]
                for members in _groups(part)
                if members[0] == part[0] and (bound := bounds.get(members)) is not None
                for rest in [tuple(trust for trust in part if trust not in members)]
            )
        return least[group]

    def _plan(self, group: Group) -> Plan | None:
        attempt = self.found.get(group)
        return None if attempt is None else attempt.plan


def _result(split: Split, alone: Mapping[str, Plan], left_out: Mapping[str, str], game: _Game) -> BuyingTogether:
    trusts = game.trusts
    joint, groups = game.best(trusts) if trusts else (0, ())
    saving = game.alone(trusts) - joint
    parts = _shapley(game) if split is Split.SHAPLEY else _pro_rata(game)
    shares = dict(zip(trusts, parts, strict=True))
    low, high = _range(game, joint)
    gain, objection = _objection(game, shares) if game.is_complete else (0, ())
    result = BuyingTogether(
        split=split,
        alone=alone,
        shares=tuple(
            Share(trust=trust, alone_gbp=game.alone((trust,)), saving_gbp=part) for trust, part in shares.items()
        ),
        left_out=left_out,
        alone_gbp=game.alone(trusts),
        joint_gbp=joint,
        saving_gbp=saving,
        saving_low_gbp=low,
        saving_high_gbp=high,
        groups=groups,
        coalitions=tuple(
            Coalition(trusts=group, cost_gbp=game.cost(group), bound_gbp=game.bound(group), value_gbp=game.value(group))
            for group in _groups(trusts)
            if group in game.found
        ),
        in_core=gain <= 0 if game.is_complete else None,
        objection=objection,
        objection_gbp=gain,
        sentences=(),
    )
    return replace(result, sentences=tuple(_sentences(result)))


def _pro_rata(game: _Game) -> tuple[int, ...]:
    weights = [max(0, game.alone((trust,))) for trust in game.trusts]
    return apportion(game.value(game.trusts), weights) if game.trusts else ()


def _shapley(game: _Game) -> tuple[int, ...]:
    """Shapley values, rounded; weighted by ``n!`` they are whole numbers, and what they are rounded from is exact."""
    trusts = game.trusts
    number = len(trusts)
    values: dict[Group, int] = {(): 0} | {group: game.value(group) for group in _groups(trusts)}
    weights = []
    for trust in trusts:
        weight = 0
        for group, value in values.items():
            if trust not in group:
                joined = tuple(each for each in trusts if each in group or each == trust)
                weight += factorial(len(group)) * factorial(number - len(group) - 1) * (values[joined] - value)
        weights.append(weight)
    return apportion(values[trusts], weights) if trusts else ()


def _range(game: _Game, joint: int) -> tuple[int | None, int | None]:
    """Between which the saving of the best plans lies: both ends of each gap taken against the saving, and for it."""
    bounds = [game.bound((trust,)) for trust in game.trusts]
    least = game.least(game.trusts) if game.trusts else None
    low = None if any(bound is None for bound in bounds) else sum(bound or 0 for bound in bounds) - joint
    return None if low is None else max(0, low), None if least is None else game.alone(game.trusts) - least


def _objection(game: _Game, shares: Mapping[str, int]) -> tuple[int, Group]:
    """The group whose value is most above the shares of its members, and by how much; none where there is none."""
    gains = [(game.value(group) - sum(shares[trust] for trust in group), group) for group in _groups(game.trusts)]
    gain, group = max(gains, key=lambda each: each[0], default=(0, ()))
    return (gain, group) if gain > 0 else (0, ())


def _sentences(result: BuyingTogether) -> list[str]:
    trusts = [share.trust for share in result.shares]
    told = [
        f"{trust} is left out of the split, as it has no plan alone: {why}" for trust, why in result.left_out.items()
    ]
    if len(trusts) < 2:
        return [*told, "There is nothing to split: it takes two trusts with a plan alone."]
    names = _listed(trusts)
    if result.saving_gbp:
        told.append(
            f"Planned together, {names} cost £{result.joint_gbp:,}: £{result.saving_gbp:,} less than the "
            f"£{result.alone_gbp:,} of their plans alone."
        )
    else:
        told.append(f"Planned together, {names} save nothing against the £{result.alone_gbp:,} of their plans alone.")
    if len(result.groups) > 1:
        parts = "; ".join(_listed(group) for group in result.groups)
        told.append(f"The best found is to plan in {len(result.groups)} groups: {parts}.")
    if result.saving_low_gbp is None or result.saving_high_gbp is None:
        told.append("How far the best plans could change the saving is not proven.")
    elif result.saving_low_gbp == result.saving_high_gbp:
        told.append("That is also the saving of the best plans: none has a gap.")
    else:
        told.append(
            f"By the gaps proven, the saving of the best plans lies between £{result.saving_low_gbp:,} and "
            f"£{result.saving_high_gbp:,}."
        )
    how = "by Shapley value" if result.split is Split.SHAPLEY else "pro rata to what their plans alone cost"
    told.append(f"Split {how}: {', '.join(f'{share.trust} £{share.saving_gbp:,}' for share in result.shares)}.")
    return [*told, _core(result)]


def _core(result: BuyingTogether) -> str:
    if result.in_core is None:
        return "Whether every group does better to stay is not known: that takes a plan of each (--split shapley)."
    gaps = [
        None if each.cost_gbp is None or each.bound_gbp is None else each.cost_gbp - each.bound_gbp
        for each in result.coalitions
        if each.cost_gbp is not None
    ]
    widest = max((gap for gap in gaps if gap is not None), default=0)
    known = "not all proven" if None in gaps else f"each proven to within £{widest:,}"
    if result.in_core:
        return f"The split lies in the core of the plans found ({known}): no group would save more by itself."
    return (
        f"The split does not lie in the core of the plans found ({known}): {_listed(result.objection)} would save "
        f"£{result.objection_gbp:,} more by themselves."
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
