"""Extra capacity: priced, within the week and the year, and one line a place."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from capitalplan.register.checks.facts import Facts
from capitalplan.register.checks.spans import check_offer, check_place
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import EquipmentRow, ExtraCapacityRow
from capitalplan.terms import ExtraKind

__all__ = ["HOURS_A_WEEK", "check_extra", "governing"]

HOURS_A_WEEK = 168

Extra: TypeAlias = ReadRow[ExtraCapacityRow]


def check_extra(facts: Facts) -> Iterator[Issue]:
    """Check places, prices, limits and years of every line, and that no two have one name."""
    names: dict[str, Extra] = {}
    places: dict[tuple[object, ...], Extra] = {}
    for read in facts.book.rows(ExtraCapacityRow):
        yield from check_place(read, facts, needed=False)
        yield from check_offer(read, facts)
        yield from _whole(read)
        yield from _idle(read, facts)
        if read.data.kind is ExtraKind.VAN:
            yield from _van(read, facts)
        first = places.setdefault((read.data.kind, read.data.modality, *_place(read, facts)), read)
        if first is not read:
            message = f"Row {first.number} is about the same kind, modality and place."
            yield read.issue("kind", message, "Keep one of the two lines, or give them different places.")
        if read.data.name is not None:
            other = names.setdefault(read.data.name.casefold(), read)
            if other is not read:
                message = f"Name '{read.data.name}' is already in row {other.number}."
                yield read.issue("name", message, "Tell the two lines apart.")
    yield from _week(facts)


def governing(facts: Facts, kind: ExtraKind, modality: str, site: str) -> Extra | None:
    """The most particular line for a site: its own, else its trust's, else the network's."""
    rows = [
        read for read in facts.book.rows(ExtraCapacityRow) if read.data.kind is kind and read.data.modality == modality
    ]
    for place in ((site, None), (None, facts.trust_of(site)), (None, None)):
        for read in rows:
            if _place(read, facts) == place:
                return read
    return None


def _place(read: Extra, facts: Facts) -> tuple[str | None, str | None]:
    """Site and trust of a line; neither for one of the whole network."""
    row = read.data
    return row.site_code, None if facts.is_shared(row.trust_code) else row.trust_code


def _whole(read: Extra) -> Iterator[Issue]:
    row = read.data
    if row.price_gbp is None and row.kind is not ExtraKind.OUTSIDE:
        yield read.issue("price_gbp", f"{row.kind.capitalize()} has no price.", "Fill in the price; 0 if it is free.")
    if row.kind is ExtraKind.REPORTING and row.site_code is not None:
        message = "Outsourced reporting is by trust, not by site."
        yield read.issue("site_code", message, "Give a trust instead, or leave both blank for the whole network.")
    if row.kind is ExtraKind.HOURS and row.limit is not None and row.limit > HOURS_A_WEEK:
        message = f"{float(row.limit):g} extended hours a week are more than the {HOURS_A_WEEK} of a week."
        yield read.issue("limit", message, "Type the hours a week worked beyond staffed hours on each machine.")


def _idle(read: Extra, facts: Facts) -> Iterator[Issue]:
    """Lines for a modality that nobody has or wants, and for reports that nobody counts."""
    row = read.data
    if facts.planned is not None and row.modality not in facts.planned:
        message = f"There are neither machines nor patients of {row.modality}, so the line does nothing."
        yield read.issue("modality", message, "Correct the modality, or remove the line.", Severity.WARNING)
    elif row.kind is ExtraKind.REPORTING and not facts.has_reporters:
        message = "Workforce has no reporters, so reports are not counted and the line does nothing."
        yield read.issue("kind", message, "Give the reporters in post, or remove the line.", Severity.WARNING)


def _van(read: Extra, facts: Facts) -> Iterator[Issue]:
    row = read.data
    if row.scans_per_day is None:
        yield read.issue("scans_per_day", "The van has no scans a day.", "Fill in how many it does in a day.")
    if row.limit is not None and row.minimum_days is not None and row.limit < row.minimum_days:
        message = f"The limit of {float(row.limit):g} days a year is less than the shortest hire, so it is never hired."
        yield read.issue("limit", message, "Correct one of the two.", Severity.WARNING)
    site = facts.site_rows.get(row.site_code or "")
    if site is not None and site.van_standing is False:
        message = f"Sites says that no van can stand at {row.site_code}, so the line does nothing."
        yield read.issue("site_code", message, "Correct van standing in Sites, or remove the line.", Severity.WARNING)


def _week(facts: Facts) -> Iterator[Issue]:
    """Staffed hours and extended hours that do not fit into a week, machine by machine."""
    worst: dict[int, tuple[Fraction, Extra, EquipmentRow]] = {}
    for machine in facts.book.rows(EquipmentRow):
        hours = machine.data.hours_per_week
        if hours is None or machine.data.mobile:
            continue
        extra = governing(facts, ExtraKind.HOURS, machine.data.modality, machine.data.site_code)
        limit = None if extra is None else extra.data.limit
        if extra is not None and limit is not None and limit <= HOURS_A_WEEK < hours + limit:
            found = worst.setdefault(extra.number, (hours, extra, machine.data))
            if hours > found[0]:
                worst[extra.number] = (hours, extra, machine.data)
    for hours, extra, asset in worst.values():
        total = hours + (extra.data.limit or 0)
        message = (
            f"On top of the {float(hours):g} staffed hours of '{asset.asset_id}' they make {float(total):g} a week, "
            f"more than {HOURS_A_WEEK}."
        )
        fix = f"Type {float(HOURS_A_WEEK - hours):g} or less, or give {asset.site_code} a line of its own."
        yield extra.issue("limit", message, fix)
