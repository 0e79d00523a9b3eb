"""A decision on one scheme of a plan: who, when, why, what the plan had chosen and what was decided."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from capitalplan.terms import Action, parse_year, year_label

__all__ = [
    "MOST_NAME",
    "MOST_REASON",
    "Decision",
    "Ruling",
    "Treatment",
    "clean",
    "from_object",
    "standing",
    "to_object",
]

MOST_NAME = 200
"""Characters of a name."""
MOST_REASON = 1_000
"""Characters of a reason."""

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Unseen characters that some scripts cannot be written without."""


class Ruling(StrEnum):
    """What can be decided on a scheme."""

    APPROVE = "approve"
    DEFER = "defer"
    BRING_FORWARD = "bring-forward"
    CHANGE = "change"
    REJECT = "reject"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What happens to a machine, or is added at a site.

    Attributes
    ----------
    option, offer
        Catalogue option (or name of the upgrade) and line of Routes; None for none.
    year
        Financial year; None where nothing happens.
    units
        Machines added; 1 for a machine's own scheme.
    capital_gbp
        Charged to capital limits, £ cash; None where it was never planned, and so is not known.
    """

    action: Action
    option: str | None
    offer: str | None
    year: int | None
    units: int
    new_room_first: bool
    capital_gbp: int | None

    @property
    def words(self) -> str:
        """In words, such as ``replace in 2027/28 by CT standard``."""
        when = "" if self.year is None else f" in {year_label(self.year)}"
        by = "" if self.offer is None else f" through {self.offer}"
        if self.action is Action.REPLACE:
            return f"replace{when} by {self.option}{by}"
        if self.action is Action.UPGRADE:
            return f"upgrade{when} ({self.option})"
        if self.action is Action.ADD:
            return f"add {self.units}{when}{by}"
        return f"extend the lease{when}" if self.action is Action.EXTEND else f"{self.action}{when}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One entry of the log.

    Attributes
    ----------
    when
        UTC, as ISO 8601 to the second.
    who, why
        As given, without unseen characters.
    run
        Seal of the run that was decided on.
    scheme_id
        The scheme, or site and option of an addition the plan did not make.
    asset_id
        The machine; None for an addition.
    planned
        What the optimiser chose; None for an addition it did not make.
    decided
        What is to happen instead, or still; None where it is not to happen.
    """

    when: str
    who: str
    ruling: Ruling
    why: str
    run: str
    scheme_id: str
    asset_id: str | None
    site: str
    planned: Treatment | None
    decided: Treatment | None

    @property
    def planned_words(self) -> str:
        """What the optimiser chose, in words."""
        return "not added" if self.planned is None else self.planned.words

    @property
    def decided_words(self) -> str:
        """What was decided, in words."""
        if self.ruling is Ruling.NOTE:
            return "nothing: a note"
        if self.decided is None:
            return "keep" if self.asset_id is not None else "not added"
        return self.decided.words

    def __post_init__(self) -> None:
        clean(self.who, "name", MOST_NAME)
        clean(self.why, "reason", MOST_REASON)
        for text in (self.scheme_id, self.site, self.asset_id or ""):
            if any(map(_is_unseen, text)):
                raise ValueError("a scheme is named with characters that cannot be seen")
        if dt.datetime.fromisoformat(self.when).utcoffset() != dt.timedelta(0):
            raise ValueError(f"{self.when!r} is not a time in UTC")


def clean(text: str, what: str, most: int) -> str:
    """Text as it is kept: composed, without spaces around it.

    Raises
    ------
    ValueError
        If it is empty, longer than ``most`` characters, or has characters that cannot be seen.
    """
    kept = unicodedata.normalize("NFC", text.strip())
    if not kept:
        raise ValueError(f"The {what} is empty.")
    if len(kept) > most:
        raise ValueError(f"The {what} has {len(kept):,} characters; at most {most:,} are kept.")
    unseen = next((letter for letter in kept if _is_unseen(letter)), None)
    if unseen is not None:
        raise ValueError(
            f"The {what} has a character that cannot be seen (U+{ord(unseen):04X}), such as a line break. Leave it out."
        )
    return kept


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The last decision on each scheme of each run, notes left out, in order."""
    last: dict[tuple[str, str], Decision] = {}
    for each in decisions:
        if each.ruling is not Ruling.NOTE:
            last.pop((each.run, each.scheme_id), None)
            last[each.run, each.scheme_id] = each
    return tuple(last.values())


def to_object(decision: Decision) -> dict[str, Any]:
    """Write a decision as one JSON object, years as users read them."""
    return {
        "when": decision.when,
        "who": decision.who,
        "ruling": str(decision.ruling),
        "why": decision.why,
        "run": decision.run,
        "scheme_id": decision.scheme_id,
        "asset_id": decision.asset_id,
        "site": decision.site,
        "planned": _treatment_object(decision.planned),
        "decided": _treatment_object(decision.decided),
    }


def from_object(content: Mapping[str, Any]) -> Decision:
    """Read what ``to_object`` wrote.

    Raises
    ------
    ValueError
        If it is not one.
    """
    try:
        asset_id = content["asset_id"]
        return Decision(
            **{name: _text(content[name]) for name in ("when", "who", "why", "run", "scheme_id", "site")},
            ruling=Ruling(content["ruling"]),
            asset_id=None if asset_id is None else _text(asset_id),
            planned=_treatment(content["planned"]),
            decided=_treatment(content["decided"]),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"it is not a decision: {error}") from error


def _treatment_object(treatment: Treatment | None) -> dict[str, Any] | None:
    if treatment is None:
        return None
    return {
        "action": str(treatment.action),
        "option": treatment.option,
        "offer": treatment.offer,
        "year": None if treatment.year is None else year_label(treatment.year),
        "units": treatment.units,
        "new_room_first": treatment.new_room_first,
        "capital_gbp": treatment.capital_gbp,
    }


def _treatment(content: Mapping[str, Any] | None) -> Treatment | None:
    if content is None:
        return None
    option, offer, year, capital = (content[name] for name in ("option", "offer", "year", "capital_gbp"))
    return Treatment(
        action=Action(content["action"]),
        option=None if option is None else _text(option),
        offer=None if offer is None else _text(offer),
        year=None if year is None else parse_year(year),
        units=int(content["units"]),
        new_room_first=bool(content["new_room_first"]),
        capital_gbp=None if capital is None else int(capital),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS
