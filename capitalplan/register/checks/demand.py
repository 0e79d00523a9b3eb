"""Demand and waiting lists: told once for every place, and only where patients can wait."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from capitalplan.register.checks.facts import Facts
from capitalplan.register.checks.spans import check_place
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import DemandRow, EquipmentRow, ModalityRow, SettingRow, WaitingRow
from capitalplan.terms import DemandClass, Modality, year_label

__all__ = ["check_demand"]

PLAIN_X_RAY = frozenset({Modality.DX, Modality.CR})

Demand: TypeAlias = ReadRow[DemandRow]
Waiting: TypeAlias = ReadRow[WaitingRow]


def check_demand(facts: Facts) -> Iterator[Issue]:
    """Check places, classes, their shares, and every waiting list against the demand that feeds it."""
    for read in facts.book.rows(DemandRow):
        yield from check_place(read, facts, needed=True)
    yield from _twice(facts)
    yield from _before_opening(facts)
    yield from _classes(facts)
    yield from _shares(facts)
    yield from _standard_year(facts)
    yield from _lists_twice(facts)
    for row in facts.book.rows(WaitingRow):
        yield from check_place(row, facts, needed=True)
        yield from _list(row, facts)


def _twice(facts: Facts) -> Iterator[Issue]:
    """Demand of a trust all of whose sites have lines of their own for the same class."""
    own = {(read.data.site_code, read.data.modality, read.data.demand_class) for read in facts.book.rows(DemandRow)}
    for read in facts.book.rows(DemandRow):
        row = read.data
        sites = facts.sites_of(row.trust_code or "") if row.site_code is None else ()
        if sites and all((site, row.modality, row.demand_class) in own for site in sites):
            message = f"Every site of trust {row.trust_code} has its own line for {row.modality} already."
            yield read.issue("trust_code", message, "Give demand by trust or by site, not both.")


def _before_opening(facts: Facts) -> Iterator[Issue]:
    """Sites that open within the plan, for which patients of earlier years are counted back from the first line."""
    first: dict[tuple[object, ...], Demand] = {}
    for read in sorted(facts.book.rows(DemandRow), key=lambda each: each.data.year):
        if read.data.site_code is not None and read.data.scans is not None:
            first.setdefault((read.data.site_code, read.data.modality, read.data.demand_class), read)
    for read in first.values():
        row, site = read.data, facts.site_rows.get(read.data.site_code or "")
        opening = None if site is None else site.opening_year
        if facts.horizon is None or opening is None or not row.scans:
            continue
        start = facts.horizon[0]
        if start < opening and start < row.year:
            message = (
                f"Years before {year_label(row.year)} are counted back from this line, "
                f"but {row.site_code} opens only in {year_label(opening)}."
            )
            fix = f"If it has no patients before, add a line with 0 scans in {year_label(start)}."
            yield read.issue("year", message, fix, Severity.WARNING)


def _lists_twice(facts: Facts) -> Iterator[Issue]:
    """Lists of a trust all of whose sites have lists of their own."""
    rows = [read for read in facts.book.rows(WaitingRow) if read.data.list_start is not None]
    own = {(read.data.site_code, read.data.modality) for read in rows}
    for read in rows:
        row = read.data
        sites = facts.sites_of(row.trust_code or "") if row.site_code is None else ()
        if sites and all((site, row.modality) in own for site in sites):
            message = f"Every site of trust {row.trust_code} has its own list for {row.modality} already."
            yield read.issue("trust_code", message, "Give lists by trust or by site, not both.")


def _classes(facts: Facts) -> Iterator[Issue]:
    whole: dict[tuple[str, str], Demand] = {}
    for read in facts.book.rows(DemandRow):
        if read.data.demand_class is None:
            for place in _places(read.data, facts):
                whole.setdefault((place, read.data.modality), read)
    told: set[int] = set()
    for read in facts.book.rows(DemandRow):
        places = _places(read.data, facts) if read.data.demand_class is not None else ()
        others = [whole[place, read.data.modality] for place in places if (place, read.data.modality) in whole]
        if others and others[0].number not in told:
            told.add(others[0].number)
            message = (
                f"{read.data.modality} of {read.data.site_code or read.data.trust_code} is given by class here, "
                f"and for all classes in row {others[0].number}."
            )
            yield read.issue("demand_class", message, "Give every line a class, or none.")


def _places(row: DemandRow, facts: Facts) -> tuple[str, ...]:
    """Sites that a line of demand is for."""
    return facts.sites_of(row.trust_code or "") if row.site_code is None else (row.site_code,)


def _shares(facts: Facts) -> Iterator[Issue]:
    listed = {read.data.modality for read in facts.book.rows(WaitingRow) if read.data.list_start is not None}
    for read in facts.book.rows(ModalityRow):
        row = read.data
        if row.unscheduled_share is None and row.waiting_list_share is None:
            continue
        own = [share for share in (row.unscheduled_share, row.waiting_list_share) if share is not None]
        total = sum(own, Fraction(0))
        if row.modality in listed and not row.mobile:
            total = _share("unscheduled_share", row.modality, facts) + _share("waiting_list_share", row.modality, facts)
        if total > 1:
            field = "unscheduled_share" if row.waiting_list_share is None else "waiting_list_share"
            message = f"Unscheduled and waiting list together are {float(total):.0%} of demand."
            fix = "Make them 100% or less together, defaults included; the rest is planned."
            yield read.issue(field, message, fix)


def _share(field: str, modality: Modality, facts: Facts) -> Fraction:
    """Share of a class of demand for a line with a waiting list: the user's, else the default one."""
    for book in (facts.book, facts.defaults):
        for read in book.rows(ModalityRow):
            share: Fraction | None = getattr(read.data, field)
            if read.data.modality == modality and not read.data.mobile and share is not None:
                return share
    return Fraction(0)


def _standard_year(facts: Facts) -> Iterator[Issue]:
    year = facts.settings.waiting_standard_year
    if year is None or facts.horizon is None or year >= facts.horizon[0]:
        return
    for read in facts.book.rows(SettingRow):
        if read.data.setting == "waiting_standard_year":
            yield read.issue("value", _too_early(year), f"Type {year_label(facts.horizon[0])} or later.")


def _too_early(year: int) -> str:
    return f"The standard is to be reached by {year_label(year)}, before the plan starts."


def _list(read: Waiting, facts: Facts) -> Iterator[Issue]:
    row = read.data
    if row.reach_by is not None and facts.horizon is not None and row.reach_by < facts.horizon[0]:
        yield read.issue("reach_by", _too_early(row.reach_by), f"Type {year_label(facts.horizon[0])} or later.")
    if row.unreported and not facts.has_reporters:
        message = "Workforce has no reporters, so reports are not counted and these scans do nothing."
        fix = "Give the reporters in post, or clear unreported scans."
        yield read.issue("unreported", message, fix, Severity.WARNING)
    if row.list_start is None:
        if row.unreported is None:
            message = "The line gives neither patients waiting nor unreported scans, so it does nothing."
            yield read.issue("list_start", message, "Fill in one of the two, or remove the line.", Severity.WARNING)
        return
    if row.modality in PLAIN_X_RAY:
        message = "Plain X-ray has no waiting list: it is not among the tests of DM01."
        yield read.issue("modality", message, "Clear patients waiting, or correct the modality.")
    elif facts.is_faulty(DemandRow, ModalityRow, EquipmentRow) or not _is_placed(row, facts):
        return
    elif not _has_waiting_demand(row, facts):
        subject = f"{row.site_code or row.trust_code} {row.modality}"
        message = f"{row.list_start:,} patients wait for {row.modality}, but there is no waiting-list demand there."
        fix = "Give waiting-list demand in Demand, or its share in Modalities."
        yield read.issue("list_start", message, fix).as_judgement("list-without-demand", subject)


def _is_placed(row: WaitingRow, facts: Facts) -> bool:
    """Whether a list is given for one site, or one trust, that there is."""
    places, known = (row.site_code, row.trust_code), (facts.sites or set()) | (facts.trusts or set())
    return sum(place in known for place in places) == 1 and None in places


def _has_waiting_demand(row: WaitingRow, facts: Facts) -> bool:
    sites = facts.sites_of(row.trust_code or "") if row.site_code is None else (row.site_code,)
    trust = row.trust_code or facts.trust_of(row.site_code or "")
    lines = [
        read.data
        for read in facts.book.rows(DemandRow)
        if read.data.modality == row.modality and (read.data.site_code in sites or read.data.trust_code == trust)
    ]
    if any(line.demand_class is not None for line in lines):
        return any(line.demand_class is DemandClass.WAITING_LIST and line.scans != 0 for line in lines)
    has_machine = any(
        machine.data.modality == row.modality and not machine.data.mobile and machine.data.site_code in sites
        for machine in facts.book.rows(EquipmentRow)
    )
    return (bool(lines) or has_machine) and _share("waiting_list_share", row.modality, facts) > 0
