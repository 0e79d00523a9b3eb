"""What a plan decides, in words: of each machine, and at each site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from capitalplan.plan.drafts import Draft
from capitalplan.plan.plan import PlannedScheme, VanHire
from capitalplan.terms import Action, year_label

__all__ = ["decided", "differences"]

Decided = Mapping[str, tuple[str, ...]]


def decided(lines: Iterable[Draft | PlannedScheme], hires: Iterable[VanHire]) -> Decided:
    """What is decided of each machine, and what is added and hired at each site, in words, sorted.

    Two plans that decide the same give the same words, whatever becomes of patients and payments.
    """
    words: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        words[_machine(line) or line.site].append(_line_words(line))
    for hire in hires:
        words[hire.site].append(f"{hire.name} ({hire.line}) for {hire.days:,} days in {year_label(hire.year)}")
    return {what: tuple(sorted(words[what])) for what in sorted(words)}


def differences(one: Decided, other: Decided, *, here: str, there: str) -> dict[str, str]:
    """What is decided differently, a sentence each, by machine or site.

    Parameters
    ----------
    here, there
        Names of the two.
    """
    return {
        what: f"{what}: {here} has {_listed(one.get(what, ()))}; {there} has {_listed(other.get(what, ()))}."
        for what in sorted({*one, *other})
        if one.get(what) != other.get(what)
    }


def _machine(line: Draft | PlannedScheme) -> str | None:
    if isinstance(line, PlannedScheme):
        return line.asset_id
    return None if line.asset is None else line.asset.asset_id


def _line_words(line: Draft | PlannedScheme) -> str:
    offer = line.offer if isinstance(line, PlannedScheme) or line.offer is None else line.offer.name
    parts = [
        f"{line.action} {line.units:,}" if line.action is Action.ADD else str(line.action),
        line.option,
        None if line.year is None else f"in {year_label(line.year)}",
        None if offer is None else f"by {offer}",
        None if line.route == "none" else f"({line.route})",
        "as " + line.scheme_id if line.committed else None,
        "new room first" if line.new_room_first else None,
    ]
    return " ".join(part for part in parts if part)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words) or "nothing"
