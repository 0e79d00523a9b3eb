"""The ledger in words: what was decided, and one sentence on why, true of the entry's own figures."""

from __future__ import annotations

from collections.abc import Sequence

from capitalplan.analysis.ledger.lines import ForcedPrice, Forcing, LimitPrice
from capitalplan.analysis.price import Basis
from capitalplan.finance.limits import CAPITAL, CASH, NETWORK
from capitalplan.plan.plan import PlannedScheme
from capitalplan.terms import Action, Timing, year_label

__all__ = ["added_words", "decided_words", "forced_words", "limit_words", "sentence"]

REASONS = 2
"""Most limits a sentence names."""


def decided_words(lines: Sequence[PlannedScheme]) -> str:
    """What the plan does with a machine, such as ``replace 2027/28 with CT 64``."""
    return ", ".join(_happens(line.action, line.year, line.option, line.offer) for line in lines)


def added_words(lines: Sequence[PlannedScheme]) -> str:
    """What the plan adds of an option at a site, such as ``add 1 in 2027/28``."""
    if not lines:
        return "not added"
    return ", ".join(f"add {line.units} in {year_label(line.year or 0)}" for line in lines)


def forced_words(forced: ForcedPrice) -> str:
    """What then happens first, such as ``replace 2027/28 with CT 64``."""
    return _happens(forced.action, forced.year, forced.option, forced.offer)


def sentence(decided: str, timing: Timing | None, forced: Sequence[ForcedPrice]) -> str:
    """Why the plan does that rather than what comes next to it.

    Parameters
    ----------
    timing
        Of a machine; None for an addition.
    forced
        What else might be done, in the order of the entry.
    """
    told = f"{_state(timing, decided)}: "
    asked = _asked(timing, forced)
    if asked is None:
        return f"{told}nothing else is open to the plan."
    what = _doing(asked, is_addition=timing is None)
    if asked.closed_by:
        return f"{told}{what} is not open to the plan: {asked.closed_by}."
    if asked.price.is_impossible:
        return f"{told}no plan keeps to all rules with {what}."
    price = asked.price
    because = _because(asked.limits)
    if price.basis is Basis.EXACT and not price.is_resolved:
        return f"{told}what {what} would cost the network is {price.words()}."
    if price.basis is Basis.ESTIMATE and not price.estimate_gbp:
        alike = "; the prices of the plan do not tell the two apart" if price.estimate_gbp == 0 else ""
        return f"{told}{what} would cost the network {price.words()}{alike}."
    return f"{told}{what} would add {price.words()} to the network's whole-life cost{because}."


def _state(timing: Timing | None, decided: str) -> str:
    if timing is None:
        return decided[0].upper() + decided[1:]
    return f"{str(timing).capitalize()} ({decided})" if timing is not Timing.NOT_FUNDED else "Not funded"


def _asked(timing: Timing | None, forced: Sequence[ForcedPrice]) -> ForcedPrice | None:
    """The forcing the sentence speaks of: replacing what waits or stays, a year earlier for what is late, else next."""
    by_kind = {each.forcing: each for each in forced}
    order = [Forcing.IN, Forcing.OTHERWISE, Forcing.OUT]
    if timing is Timing.LATE:
        order.insert(0, Forcing.EARLIER)
    elif timing in (Timing.EARLY, Timing.ON_TIME):
        order = [Forcing.OTHERWISE, Forcing.OUT]
    return next((by_kind[kind] for kind in order if kind in by_kind), None)


def _doing(forced: ForcedPrice, *, is_addition: bool) -> str:
    when = "" if forced.year is None else f" in {year_label(forced.year)}"
    how = f"{'' if forced.option is None else f' with {forced.option}'}{_by(forced.offer)}"
    if is_addition:
        return f"adding one{when}" if forced.forcing is not Forcing.OUT else "adding none"
    if forced.forcing is Forcing.OUT or not forced.action or forced.action == Action.KEEP:
        if forced.year is None and forced.forcing is not Forcing.OUT and not forced.action:
            return "replacing it" if forced.forcing is not Forcing.OTHERWISE else "anything else"
        return "leaving it as it is"
    nearest = ", the next-best choice," if forced.forcing in (Forcing.OTHERWISE, Forcing.IN) else ""
    verb = {Action.REPLACE: "replacing it", Action.RETIRE: "retiring it", Action.UPGRADE: "upgrading it"}
    return f"{verb.get(Action(forced.action), forced.action)}{when}{how}{nearest}"


def _because(limits: Sequence[LimitPrice]) -> str:
    told = list(dict.fromkeys(limit_words(each) for each in limits))[:REASONS]
    return f", because {' and '.join(told)}" if told else ""


def limit_words(limit: LimitPrice) -> str:
    """A limit that makes something dear, in words."""
    when = "" if limit.year is None else f" in {year_label(limit.year)}"
    if limit.rule == "money":
        return f"money of {limit.place} is short{when}"
    if limit.rule in (CAPITAL, CASH):
        whose = "the network" if limit.place == NETWORK else limit.place
        return f"the {limit.rule} of {whose} is short{when}"
    words = {
        "works": f"installations at {limit.place} are taken{when}",
        "rooms": f"rooms at {limit.place} are taken{when}",
        "cover": f"cover for {limit.place} is scarce{when}",
        "workforce": f"staff of {limit.place} are short{when}",
        "ties": f"{limit.place} are tied to each other{when}",
        "fairness": f"{limit.place} must not differ more from other trusts",
        "revenue": f"the revenue limit of {limit.place} is reached{when}",
    }
    return words[limit.rule]


def _happens(action: str, year: int | None, option: str | None, offer: str | None) -> str:
    when = "" if year is None else f" {year_label(year)}"
    return f"{action}{when}{'' if option is None else f' with {option}'}{_by(offer)}"


def _by(offer: str | None) -> str:
    return "" if offer is None else f" by {offer}"
