"""What holds the plan back and which rules it passes at a price, in words."""

from __future__ import annotations

from fractions import Fraction

from capitalplan.plan.plan import Binding, Breach, Plan
from capitalplan.register.register import Register
from capitalplan.terms import StaffGroup, year_label
from reports.figures.names import Cells, place_name
from reports.plain import LIMITS, PRICED
from reports.style import capitalised, pounds, years_listed

__all__ = [
    "ALL_YEARS",
    "SHARED_STAFF",
    "STAFF",
    "binding_cells",
    "binding_place_cells",
    "passed_cells",
    "passed_place_cells",
]

ALL_YEARS = "all years"
"""Year shown for a limit over the whole plan."""

SHARED_STAFF = "the pool that every trust may use"
"""Place of a limit of staff who are shared."""

_HOURS = " hours"
_HALF = Fraction(1, 2)
_NETWORK = "network"
_BASIS_POINTS = "basis points"
STAFF = {f"{group}{_HOURS}": f"{capitalised(group)}s" for group in StaffGroup}
"""Groups of staff as limits are named, by the unit of the limit."""
_SUBJECTS = {
    "extra hours": "Extended hours at {place} are",
    "van days": "Van days ({place}) are",
    "scans": "Scans outside ({place}) are",
    "reports": "Outsourced reports ({place}) are",
    "installations": "Installations at {place} are",
    "rooms": "New rooms at {place} are",
    "basis points": "The difference between trusts is",
    "£": "{place} is",
}
_NETWORK_SUBJECTS = {"installations": "Installations across the network are"}
_TOTALS = {
    "capital limit": "The capital limit of {place} is",
    "cash": "Cash of {place} is",
}
"""Subjects of totals over sources, by rule."""
_UNSAID = {"extra hours": "hours", "van days": "days"}


def binding_cells(register: Register, plan: Plan) -> Cells:
    """Each limit that holds the plan back in each year."""
    for limit in plan.binding:
        yield (
            _rule(limit),
            _place(register, limit),
            ALL_YEARS if limit.year is None else year_label(limit.year),
            _in_unit(limit.amount, limit.unit),
            _in_unit(limit.used, limit.unit),
            _sentence(register, [limit]),
        )


def binding_place_cells(register: Register, plan: Plan) -> Cells:
    """The same, one line for each limit and place; amounts of all its years are added up."""
    groups: dict[tuple[str, str, str], list[Binding]] = {}
    for limit in plan.binding:
        groups.setdefault((limit.rule, limit.place, limit.unit), []).append(limit)
    for limits in groups.values():
        yield (
            _rule(limits[0]),
            _place(register, limits[0]),
            _years(limits),
            _in_unit(sum(limit.amount for limit in limits), limits[0].unit),
            _in_unit(sum(limit.used for limit in limits), limits[0].unit),
            _sentence(register, limits),
        )


def _rule(limit: Binding) -> str:
    return STAFF.get(limit.unit) or LIMITS.get(limit.rule, limit.rule)


def _place(register: Register, limit: Binding) -> str:
    return SHARED_STAFF if _is_shared(limit) else _who(register, limit)


def _who(register: Register, limit: Binding) -> str:
    whole = limit.rule in _TOTALS and limit.place == _NETWORK
    return "the network" if whole else place_name(register, limit.place)


def _is_shared(limit: Binding) -> bool:
    return limit.unit in STAFF and limit.place == _NETWORK


def _years(limits: list[Binding]) -> str:
    years = sorted({limit.year for limit in limits if limit.year is not None})
    return years_listed(years) if years else ALL_YEARS


def _sentence(register: Register, limits: list[Binding]) -> str:
    """Say who or what is the limit, when, and how much of it is used; amounts of several years are added up."""
    first = limits[0]
    years = _years(limits)
    when = "over the whole plan" if years == ALL_YEARS else f"in {years}"
    used, amount = sum(limit.used for limit in limits), sum(limit.amount for limit in limits)
    if first.rule == "revenue":
        return f"Revenue of {_who(register, first)} is over its limit {when}: {pounds(used)} against {pounds(amount)}."
    if first.unit == _BASIS_POINTS:
        figures = f"{used / 100:.2f} of {amount / 100:.2f} percentage points"
    elif first.unit == "£":
        then = " then" if len(limits) > 1 else ""
        figures = (
            f"{pounds(used)} of {pounds(amount)} is spent, and what is left of a year cannot pay for every "
            f"machine that waits{then}"
        )
    else:
        unit = "hours" if first.unit in STAFF else _UNSAID.get(first.unit, first.unit)
        together = " together" if len(limits) > 1 else ""
        figures = f"{used:,} of {amount:,} {unit.removesuffix('s') if amount == 1 else unit}{together}"
    return f"{_subject(register, first)} the limit {when}: {figures}."


def _subject(register: Register, limit: Binding) -> str:
    if limit.unit in STAFF:
        who = STAFF[limit.unit]
        of = "that any trust may use" if _is_shared(limit) else f"of {place_name(register, limit.place)}"
        return f"{who} {of} are"
    if limit.rule in _TOTALS:
        return _TOTALS[limit.rule].format(place=_who(register, limit))
    if limit.place == _NETWORK and limit.unit in _NETWORK_SUBJECTS:
        return _NETWORK_SUBJECTS[limit.unit]
    return _SUBJECTS[limit.unit].format(place=place_name(register, limit.place))


def passed_cells(register: Register, plan: Plan) -> Cells:
    """Each rule that the plan passes at a price: which, where, when, by how much."""
    for breach in _counted(plan):
        yield (
            PRICED.get(breach.rule, breach.rule),
            _named(register, breach.place),
            ALL_YEARS if breach.year is None else year_label(breach.year),
            float(breach.amount),
            breach.unit,
            breach.message,
        )


def passed_place_cells(register: Register, plan: Plan) -> Cells:
    """The same, one line for each rule and place: the years, and by how much at most."""
    groups: dict[tuple[str, str, str], list[Breach]] = {}
    for breach in _counted(plan):
        groups.setdefault((breach.rule, breach.place, breach.unit), []).append(breach)
    for (rule, place, unit), breaches in groups.items():
        years = years_listed(sorted({breach.year for breach in breaches if breach.year is not None})) or ALL_YEARS
        most = float(max(breach.amount for breach in breaches))
        yield PRICED.get(rule, rule), _named(register, place), years, most, unit


def _counted(plan: Plan) -> list[Breach]:
    """Breaches of half a patient, scan or report and more; what is less shows as none and is the engine's rounding."""
    return [breach for breach in plan.breaches if breach.amount >= _HALF]


def _named(register: Register, place: str) -> str:
    """Name the site or trust at the end of a place such as ``CT at R0A01``."""
    before, space, code = place.rpartition(" ")
    return f"{before}{space}{place_name(register, code)}"


def _in_unit(amount: int, unit: str) -> str:
    if unit == _BASIS_POINTS:
        return f"{amount / 100:.2f}%"
    return pounds(amount) if unit == "£" else f"{amount:,} {unit}"
