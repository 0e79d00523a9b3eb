"""What is said of patients, staff and other machines in the sentence and the reason of a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft
from capitalplan.plan.headroom import NETWORK
from capitalplan.plan.plan import Binding, Cover
from capitalplan.register.register import Register
from capitalplan.terms import Action, CoverKind, TieKind, Timing, round_half_up

__all__ = ["ServiceWords", "part_of"]

STAFF_RULES = frozenset({"workforce", "reporting"})
SEEN_FROM_THE_OTHER = {
    TieKind.TOGETHER: "together",
    TieKind.AFTER: "before",
    TieKind.APART: "not the same year",
}


class ServiceWords:
    """Clauses about one plan's cover, ties and staff."""

    def __init__(self, choices: Choices, covers: Sequence[Cover], binding: Iterable[Binding]) -> None:
        self.choices = choices
        self.register = choices.columns.register
        self.covers: dict[tuple[str, int], list[Cover]] = defaultdict(list)
        for cover in covers:
            self.covers[cover.asset_id, cover.year].append(cover)
        self.ties = _ties(self.register)
        self.used_up: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for limit in binding:
            if limit.rule in STAFF_RULES and limit.year is not None:
                self.used_up[limit.place][limit.unit].add(limit.year)

    def cover(self, line: Draft) -> str:
        """Who stands in while a machine is replaced, as the end of a sentence; empty where nobody need."""
        if line.asset is None or line.year is None or line.action is not Action.REPLACE:
            return ""
        said = [self._cover(cover) for cover in self.covers[line.asset.asset_id, line.year]]
        return f"; while it is out, {' and '.join(said)}" if said else ""

    def _cover(self, cover: Cover) -> str:
        position = cover.year - self.register.settings.start_year
        if cover.kind == CoverKind.VAN:
            days = sum(
                count * hire.extra.minimum_days
                for hire, count in self.choices.hires
                if (hire.extra.line, hire.site.code, hire.year) == (cover.line, cover.site, position)
            )
            return "1 day of a mobile van stands in" if days == 1 else f"{days:,} days of a mobile van stand in"
        if cover.kind == CoverKind.ADDED:
            return "the machine added at the site stands in"
        name = self.register.sites[cover.place].name
        moved = round_half_up(self.choices.flows.get((cover.line, cover.site, cover.place, position), Fraction(0)))
        return f"{moved:,} patients of that year go to {name}" if moved else f"{name} can take patients"

    def ties_of(self, line: Draft) -> str:
        """Which machines its replacement is tied to, as the end of a reason; empty where to none."""
        if line.asset is None or not (line.action is Action.REPLACE or line.timing is Timing.NOT_FUNDED):
            return ""
        return "".join(f"; tied to {other}: {how}" for other, how in self.ties[line.asset.asset_id])

    def staff(self, line: Draft) -> str:
        """Whose hours are used up once a machine is added, as the end of a reason; empty where there are enough."""
        later = [year for year in self.register.settings.horizon if year >= (line.year or 0)]
        short: dict[str, set[int]] = defaultdict(set)
        for place in (line.trust, NETWORK):
            for unit, years in self.used_up[place].items():
                short[unit] |= years & set(later)
        alike: dict[int, list[str]] = defaultdict(list)
        for unit, years in sorted(short.items()):
            alike[len(years)].append(unit)
        since = "" if len(later) == 1 else " from then on"
        return "".join(
            f"; {' and '.join(units)} are used up in {part_of(number, len(later))}{since}"
            for number, units in sorted(alike.items(), reverse=True)
            if number
        )


def part_of(number: int, years: int) -> str:
    """So many of some years, in words."""
    if number < years:
        return f"{number} of {years} years"
    return "that year" if years == 1 else f"each of {years} years"


def _ties(register: Register) -> Mapping[str, list[tuple[str, str]]]:
    ties: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for tie in register.ties:
        ties[tie.first].append((tie.other, str(tie.kind)))
        ties[tie.other].append((tie.first, SEEN_FROM_THE_OTHER[tie.kind]))
    return ties
