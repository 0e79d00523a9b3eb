"""Each line of the plan in words: what happens, and why. Every figure in a sentence is one of the plan's own."""

from __future__ import annotations

from collections.abc import Mapping

from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft
from capitalplan.plan.headroom import Headroom, cheapest_charge
from capitalplan.plan.plan import NEW_ROOM
from capitalplan.register.register import Asset
from capitalplan.terms import Action, Timing, year_label

__all__ = ["Narrator"]


class Narrator:
    """Writes reasons and sentences for the lines of one plan."""

    def __init__(
        self, choices: Choices, headroom: Headroom, capacity: Mapping[tuple[str, str], tuple[int, ...]]
    ) -> None:
        self.choices = choices
        self.register = choices.columns.register
        self.headroom = headroom
        self.capacity = capacity
        self.reach: dict[str, set[str]] = {code: {code} for code in self.register.sites}
        for link in self.register.links:
            self.reach[link.from_site].add(link.to_site)

    def sentence(self, line: Draft) -> str:
        """One sentence a board member understands: what happens."""
        where = self.register.sites[line.site].name
        when = "" if line.year is None else year_label(line.year)
        cost = f"£{line.charge_gbp:,} (cash, VAT included)"
        if line.action is Action.ADD:
            what = _count(line.units, "new room" if line.option == NEW_ROOM else f"additional {line.option}")
            purpose = f" for {line.modality}" if line.option == NEW_ROOM else ""
            verb = "Already committed: add" if line.committed else "Build" if line.option == NEW_ROOM else "Add"
            return f"{verb} {what}{purpose} at {where} in {when} for {cost}."
        assert line.asset is not None  # noqa: S101 - only additions have no machine
        machine = f"the {_kind(line.asset)} {line.asset.asset_id} at {where}"
        if line.action is Action.REPLACE:
            verb = "Already committed: replace" if line.committed else "Replace"
            return f"{verb} {machine} with {line.option} in {when} for {cost}."
        if line.action is Action.RETIRE:
            return f"Retire {machine} in {when} without replacing it."
        if line.action is Action.EXTEND:
            return f"Extend the lease of {machine} in {when} for {cost}."
        return f"Keep {machine}."

    def reason(self, line: Draft) -> str:
        """One sentence: why this, and why then."""
        if line.committed:
            return f"Scheme {line.scheme_id} is already committed and the plan leaves it as it is."
        if line.action is Action.ADD:
            return self._why_added(line)
        assert line.asset is not None  # noqa: S101 - only additions have no machine
        assert line.menu is not None  # noqa: S101 - only additions have no menu
        if line.route == "contract":
            return f"Contract {line.asset.contract_id} renews it, and the plan keeps its hands off."
        if line.action is Action.EXTEND:
            return f"Lease {line.asset.contract_id} ends and extending it fits the plan better than ending it now."
        if line.action is Action.RETIRE:
            return self._why_retired(line)
        if line.action is Action.KEEP:
            return self._why_kept(line, line.asset)
        return self._why_replaced(line, line.asset)

    def _why_added(self, line: Draft) -> str:
        year = line.year or 0
        if line.option == NEW_ROOM:
            return self._why_room(line)
        horizon, name = self.register.settings.horizon, self.register.options[line.option or ""].line
        near = self.reach[line.site] | {home for home, places in self.reach.items() if line.site in places}
        last = len(horizon) - 1
        demand = sum(self.register.demand.get((name, site), (0,) * len(horizon))[last] for site in near)
        total = sum(self.capacity.get((name, site), (0,) * len(horizon))[last] for site in near)
        return (
            f"From {year_label(year)} it serves its site and those in reach, where {name} demand of {demand:,} scans "
            f"in {year_label(horizon[-1])} meets capacity of {total:,}, this addition included."
        )

    def _why_room(self, line: Draft) -> str:
        year = line.year or 0
        first = min(
            (
                self.register.settings.horizon[each.year]
                for each, _ in self.choices.additions
                if (each.site.code, each.option.modality) == (line.site, line.modality)
                and self.register.settings.horizon[each.year] >= year
            ),
            default=year,
        )
        ahead = "" if first == year else "; it is built ahead, since money left in one year is lost to the next"
        return f"The {line.modality} added at the site in {year_label(first)} needs a room, and none is spare{ahead}."

    def _hindrance(self, short: int, full: int, years: int, asset: Asset) -> str:
        parts = []
        if short:
            parts.append(f"the plan leaves {self._trust(asset)} too little money in {_of(short, years)}")
        if full:
            parts.append(f"its site can install no more in {_of(full, years)}")
        return " and ".join(parts)

    def _trust(self, asset: Asset) -> str:
        return self.register.trusts[asset.trust].name

    def _why_retired(self, line: Draft) -> str:
        site = self.register.sites[line.site]
        if site.closing_year is not None and line.year == site.closing_year:
            return f"{site.name} closes in {year_label(site.closing_year)}."
        assert line.asset is not None  # noqa: S101 - retirements are of machines
        if line.asset.lock is not None:
            return "Locked to be retired by the capital lead."
        if line.asset.contract_id is not None:
            return f"Lease {line.asset.contract_id} ends and its scans can be done elsewhere for less."
        saved = self._cost_of_keeping(line)
        return "The network can do without it" + (
            f", which costs £{saved:,} less over the plan for the machine itself." if saved and saved > 0 else "."
        )

    def _why_kept(self, line: Draft, asset: Asset) -> str:
        last = self.register.settings.horizon[-1]
        if line.timing is Timing.KEPT:
            return f"Its planned life of {asset.life_years} years runs to {year_label(asset.due_year)}, after the plan."
        if asset.lock is not None:
            return "Locked by the capital lead: not to be touched."
        start = max(asset.due_year, self.register.settings.start_year)
        due = f"Due in {year_label(asset.due_year)}"
        short, full, years = self._obstacles(line, start, last + 1)
        if years and short == years:
            return f"{due}; in every year since, the plan leaves {self._trust(asset)} less money than it would cost."
        if short or full:
            return f"{due}; since then {self._hindrance(short, full, years, asset)}, and other schemes gain more."
        return f"{due}, but keeping it costs less over the plan than any replacement within the rules."

    def _why_replaced(self, line: Draft, asset: Asset) -> str:
        year = line.year or 0
        age = year - asset.install_year
        life = f"its planned life of {asset.life_years} years"
        if line.timing is Timing.ON_TIME and year != asset.due_year:
            return f"Replaced again in {year_label(year)}, as the machine bought in the plan nears the end of its life."
        if line.timing is Timing.ON_TIME:
            why = f"Reaches {life} in {year_label(year)}"
        elif line.timing is Timing.EARLY:
            why = f"Aged {age} in {year_label(year)}, before the end of {life}"
        else:
            start = max(asset.due_year, self.register.settings.start_year)
            short, full, years = self._obstacles(line, start, year)
            waited = f"; while it waited {self._hindrance(short, full, years, asset)}" if short or full else ""
            why = f"Past {life} since {year_label(asset.due_year)}{waited}"
        if asset.end_of_support_year is not None and asset.end_of_support_year == year:
            why += ", the year its support ends"
        saved = self._cost_of_keeping(line)
        if saved is None:
            return f"{why}; keeping it is not open to the plan."
        change = f"£{abs(saved):,} {'less' if saved >= 0 else 'more'}"
        return f"{why}; against keeping it, its own cost over the plan is {change}{self._gain(line)}."

    def _gain(self, line: Draft) -> str:
        assert line.menu is not None  # noqa: S101 - replacements have a menu
        kept = self._keep_row(line)
        if kept is None or (line.menu.asset.line, line.site) not in self.capacity:
            return ""
        scans = int(line.menu.figures.capacity[line.chosen][-1] - line.menu.figures.capacity[kept][-1])
        last = year_label(self.register.settings.horizon[-1])
        return f", and it can do {scans:,} more scans in {last}" if scans > 0 else ""

    def _keep_row(self, line: Draft) -> int | None:
        assert line.menu is not None  # noqa: S101 - asked of machines only
        return next((row for row, events in enumerate(line.menu.events) if not events), None)

    def _cost_of_keeping(self, line: Draft) -> int | None:
        """What keeping the machine throughout would cost over what is planned for it, £; None if it may not be kept."""
        kept = self._keep_row(line)
        if kept is None or line.menu is None:
            return None
        values = line.menu.figures.present_value
        return int(values[kept] - values[line.chosen])

    def _obstacles(self, line: Draft, start: int, end: int) -> tuple[int, int, int]:
        """Years in which money was short, and in which the site could install no more, of how many."""
        short = full = 0
        for year in range(start, end):
            price = cheapest_charge(line, year - self.register.settings.start_year)
            left = self.headroom.for_trust(line.trust, year)
            short += left is not None and price is not None and left < price
            full += self.headroom.works[line.site, year] <= 0
        return short, full, max(0, end - start)


def _kind(asset: Asset) -> str:
    mobile = "mobile " if asset.mobile else ""
    return f"{mobile}{asset.modality} {asset.subtype}".strip() if asset.subtype else f"{mobile}{asset.modality} machine"


def _count(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} × {what}"


def _of(number: int, years: int) -> str:
    if number < years:
        return f"{number} of {years} years"
    return "that year" if years == 1 else f"all {years} years"
