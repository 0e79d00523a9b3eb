"""Why not ours, and what binds, as cells of tables: what was decided, what else might be done, and at what price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from capitalplan.analysis.ledger.lines import ForcedPrice, Forcing, LedgerEntry, LimitPrice
from capitalplan.analysis.price import Basis, Price
from capitalplan.analysis.study import Study
from capitalplan.analysis.worth.lines import NETWORK, LimitKind, LimitWorth
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from capitalplan.terms import Timing, year_label
from reports.figures.limits import ALL_YEARS, SHARED_STAFF
from reports.figures.names import Cells, label, place_name, site_name, trust_name
from reports.figures.schemes import not_renewed
from reports.plain import LIMITS
from reports.style import capitalised, pounds, years_listed

__all__ = [
    "BROUGHT_IN",
    "COSTS",
    "FORCED",
    "FUNDING",
    "NOT_THERE",
    "NO_PLAN",
    "SAVES",
    "entry_cells",
    "forced_cells",
    "worth_cells",
]

SAVES, COSTS = "saves", "costs"
"""What a change of a limit does."""
FUNDING = "Funding"
"""Kind of the limits that are funding sources in a year."""
BROUGHT_IN = "brought in"
"""Said of forcing what the plan does not do."""
NO_PLAN = "no plan"
"""Said of a price that no plan has."""
NOT_THERE = "nothing else may be done"
"""Said of a machine that the plan may not treat otherwise."""

FORCED = (
    "forcing forced_action forced_year forced_option forced_offer low_gbp estimate_gbp high_gbp price_basis "
    "price_words more_outside more_waiting more_over_age more_breakdowns price_limits closed_by"
)
"""Columns of what else might be done."""

_WHOLE_NETWORK = "the whole network"
_EVERY_SITE = "every site"
_RULES = {**LIMITS, "workforce": "Radiographers", "reporting": "Reporting staff"}
_STAFF = {"workforce", "reporting"}
_KINDS = {
    LimitKind.MONEY: FUNDING,
    LimitKind.WORKS: "Installations",
    LimitKind.STAFF: "Radiographers",
    LimitKind.TRAVEL: "Travel",
}
_FORCINGS = {
    Forcing.OTHERWISE: "next best",
    Forcing.IN: BROUGHT_IN,
    Forcing.OUT: "left out",
    Forcing.EARLIER: "a year earlier",
    Forcing.LATER: "a year later",
}
_TIMED = {Timing.EARLY, Timing.ON_TIME, Timing.LATE}


def entry_cells(register: Register, plan: Plan, study: Study) -> Cells:
    """Each machine and addition, by trust and site: what was decided, why, and what else might be done."""
    for entry, line in _ordered(register, study):
        timing = _timing(plan, entry)
        when = f" ({timing})" if entry.timing in _TIMED else ""
        yield (
            trust_name(register, entry.trust),
            site_name(register, entry.site),
            f"{entry.asset_id}\n{line}" if entry.asset_id else _addition(entry),
            f"{entry.decided}{when}",
            entry.sentence,
            "\n".join([*_choices(entry), *_behind(register, entry)]) or capitalised(NOT_THERE),
            timing,
            entry.year,
        )


def forced_cells(register: Register, plan: Plan, study: Study) -> Cells:
    """Each machine and addition with each thing else that might be done, told in a sentence on the first row."""
    nothing = (NOT_THERE, *[None] * (len(FORCED.split()) - 1))
    for entry, line in _ordered(register, study):
        forced = [_forced(register, each) for each in entry.forced] or [nothing]
        for number, cells in enumerate(forced, start=1):
            yield (
                entry.asset_id or _addition(entry),
                line,
                site_name(register, entry.site),
                entry.decided,
                _timing(plan, entry),
                *cells,
                entry.sentence if number == 1 else None,
                trust_name(register, entry.trust),
                entry.trust,
                entry.site,
                number,
            )


def worth_cells(register: Register, study: Study) -> Cells:
    """What each change of a limit saves or costs, as given."""
    for each in study.worth:
        yield (
            _KINDS[each.kind],
            _place(register, each),
            ALL_YEARS if each.year is None else year_label(each.year),
            each.change,
            SAVES if each.is_more else COSTS,
            *_interval(each.price),
        )


def _ordered(register: Register, study: Study) -> list[tuple[LedgerEntry, str]]:
    """Entries by trust and site, machines before additions, each with its service line."""
    lines = {asset.asset_id: asset.line for asset in register.assets}
    entries = sorted(
        study.ledger,
        key=lambda entry: (
            trust_name(register, entry.trust),
            site_name(register, entry.site),
            entry.asset_id is None,
            entry.what,
        ),
    )
    return [(entry, lines.get(entry.asset_id or "", entry.modality)) for entry in entries]


def _addition(entry: LedgerEntry) -> str:
    return ", ".join(filter(None, (entry.option, entry.offer)))


def _timing(plan: Plan, entry: LedgerEntry) -> str:
    """Timing of a machine; empty for an addition."""
    if entry.timing is None:
        return ""
    return not_renewed(plan) if entry.timing is Timing.NOT_FUNDED else str(entry.timing)


def _forced(register: Register, forced: ForcedPrice) -> tuple[object, ...]:
    return (
        _FORCINGS[forced.forcing],
        forced.action,
        label(forced.year),
        forced.option or "",
        forced.offer or "",
        *_interval(forced.price),
        forced.scans_outside,
        forced.patients_waiting,
        forced.over_age_years,
        None if forced.breakdowns is None else float(forced.breakdowns),
        "\n".join(_limit_price(register, each) for each in forced.limits),
        forced.closed_by,
    )


def _interval(price: Price) -> tuple[int | None, int | None, int | None, str, str]:
    """Least, estimate, most, how it is known, and all of it in words; no figures where there is no plan."""
    if price.is_impossible:
        return None, None, None, NO_PLAN, price.words()
    is_open = price.basis is Basis.EXACT and not price.is_resolved
    basis = f"{price.basis}, not resolved" if is_open else str(price.basis)
    return price.low_gbp, price.estimate_gbp, price.high_gbp, basis, price.words()


def _choices(entry: LedgerEntry) -> Iterator[str]:
    """What is forced, what then happens, its price and what goes with it, a line for each choice."""
    same: dict[ForcedPrice, list[str]] = {}
    for forced in entry.forced:
        same.setdefault(replace(forced, forcing=Forcing.OTHERWISE), []).append(_FORCINGS[forced.forcing])
    for forced, names in same.items():
        then = " ".join(filter(None, (forced.action, label(forced.year))))
        then = ", ".join(filter(None, (then, forced.option, forced.offer)))
        told = f"• {capitalised(', '.join(names))}{f' ({then})' if then else ''}: {forced.price.words()}"
        yield "; ".join([told, *([forced.closed_by] if forced.closed_by else _beside(forced))])


def _beside(forced: ForcedPrice) -> Iterator[str]:
    """What a choice does beside its price: ``3 more scans bought outside``, ``1 fewer patient waiting``."""
    for amount, thing, done in (
        (forced.scans_outside, "scan", " bought outside"),
        (forced.patients_waiting, "patient", " waiting"),
        (forced.over_age_years, "year", " past planned life"),
        (None if forced.breakdowns is None else round(float(forced.breakdowns), 1), "serious breakdown", ""),
    ):
        if amount:
            more = "more" if amount > 0 else "fewer"
            yield f"{abs(amount):,} {more} {thing}{'' if abs(amount) == 1 else 's'}{done}"


def _behind(register: Register, entry: LedgerEntry) -> list[str]:
    """Limits behind the prices of an entry, each with its years."""
    years: dict[str, set[int]] = {}
    for limit in (limit for forced in entry.forced for limit in forced.limits):
        years.setdefault(_limit(register, limit), set()).update([] if limit.year is None else [limit.year])
    told = [f"{limit}, {years_listed(list(found)) or ALL_YEARS}" for limit, found in years.items()]
    return [f"Limits behind it: {'; '.join(told)}"] if told else []


def _limit_price(register: Register, limit: LimitPrice) -> str:
    when = ALL_YEARS if limit.year is None else year_label(limit.year)
    return f"{_limit(register, limit)}, {when}: {pounds(limit.gbp)}"


def _limit(register: Register, limit: LimitPrice) -> str:
    if limit.place == NETWORK:
        place = SHARED_STAFF if limit.rule in _STAFF else _WHOLE_NETWORK
    else:
        place = place_name(register, limit.place)
    return f"{_RULES.get(limit.rule, capitalised(limit.rule))}, {place}"


def _place(register: Register, worth: LimitWorth) -> str:
    if worth.place != NETWORK:
        return place_name(register, worth.place)
    return {LimitKind.STAFF: SHARED_STAFF, LimitKind.TRAVEL: _EVERY_SITE}.get(worth.kind, _WHOLE_NETWORK)
