"""What is said of money and routes: what a line is charged, how it is acquired, and whose money is short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from capitalplan.finance.limits import CASH, Total
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.drafts import Draft
from capitalplan.register.register import Offer, Register
from capitalplan.terms import Action, Route, year_label

__all__ = ["acquired_by", "against_buying", "charged", "short_of"]


def charged(line: Draft) -> str:
    """What a line costs, as the end of a sentence; by year where it is charged in several."""
    by_year: Counter[int] = Counter()
    for bill in line.bills:
        by_year[bill.year] += bill.gbp * bill.units
    years = {year: gbp for year, gbp in sorted(by_year.items()) if gbp}
    parts = _listed([f"£{gbp:,} in {year_label(year)}" for year, gbp in years.items()])
    notes = [] if set(years) <= {line.year} else [parts]
    if line.rebate_gbp:
        notes.append(f"after a rebate of £{line.rebate_gbp:,}")
    if line.offer is None and line.action is not Action.EXTEND:
        return f"for £{line.charge_gbp:,} ({'; '.join(['cash, VAT included', *notes])})"
    if not line.charge_gbp:
        return "with nothing charged to capital limits"
    when = f" ({'; '.join(notes)})" if notes else ""
    return f"with £{line.charge_gbp:,} charged to capital limits{when}"


def acquired_by(offer: Offer | None) -> str:
    """How it is leased or managed, as a clause with its comma; empty where it is bought."""
    if offer is None:
        return ""
    held = "leased" if offer.route is Route.LEASE else "under a managed service"
    years = "1 year" if offer.years == 1 else f"{offer.years} years"
    charge = offer.lease_gbp + offer.service_gbp
    return f", {held} for {years} by {offer.name} at £{charge:,} a year (ex VAT, today's prices)"


def against_buying(line: Draft, menu: Menu) -> str:
    """What buying the same machine in the same year would cost instead, as the end of a reason; empty where bought."""
    row = None if line.offer is None else _bought_instead(line, menu)
    if row is None:
        return ""
    figures = menu.figures
    more = int(figures.present_value[row] - figures.present_value[line.chosen])
    if more >= 0:
        return f"; bought, it would cost £{more:,} more over the plan"
    capital = int(figures.charged[row].sum() - figures.charged[line.chosen].sum())
    but = f", but be charged £{capital:,} more to capital limits" if capital > 0 else ""
    return f"; bought, it would cost £{-more:,} less over the plan{but}"


def _bought_instead(line: Draft, menu: Menu) -> int | None:
    """Schedule in which the same happens, but that this machine is bought; None where that may not be chosen."""
    own = [None if line.stint is None or event is not line.stint.event else event for event in menu.events[line.chosen]]
    for row, events in enumerate(menu.events):
        if len(events) != len(own):
            continue
        machine = next((menu.machines[event.machine] for event, mine in zip(events, own, strict=True) if mine), None)
        if machine is None or machine.offer is not None or machine.committed or machine.option != line.option:
            continue
        alike = zip(events, menu.events[line.chosen], own, strict=True)
        if all(
            (event.year, event.action, event.new_room_first) == (planned.year, planned.action, planned.new_room_first)
            and (mine is not None or event.machine == planned.machine)
            for event, planned, mine in alike
        ):
            return row
    return None


def short_of(sources: Iterable[str], totals: Iterable[Total], register: Register) -> str:
    """Whose money is too little: sources, capital limits and cash; no source at all where none may pay."""
    names = sorted(sources)
    for kind, place in sorted({(total.kind, total.trust) for total in totals}, key=str):
        whose = "the network" if place is None else register.trusts[place].name
        names.append(f"the {'cash' if kind == CASH else kind} of {whose}")
    return f"too little of {_listed(names)}" if names else "no source may pay for it"


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
