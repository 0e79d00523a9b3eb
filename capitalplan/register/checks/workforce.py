"""Staff in post: never below nothing, and enough for what is done today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from capitalplan.register.checks.facts import REPORTERS, Facts
from capitalplan.register.checks.spans import span
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.register import ServiceLine
from capitalplan.register.resolving.workforce import resolve_staff
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import (
    EquipmentRow,
    ExtraCapacityRow,
    ModalityRow,
    OrganisationRow,
    SettingRow,
    SiteRow,
    WorkforceRow,
)
from capitalplan.terms import ExtraKind, StaffGroup, year_label

__all__ = ["check_workforce"]

Staff: TypeAlias = ReadRow[WorkforceRow]

MAY_DECIDE = (
    SettingRow, OrganisationRow, SiteRow, EquipmentRow, ModalityRow, ExtraCapacityRow, WorkforceRow,
)  # fmt: skip


def check_workforce(facts: Facts) -> Iterator[Issue]:
    """Check every pool year by year, and all of them against today's exams."""
    pools: dict[tuple[StaffGroup, str | None], list[Staff]] = defaultdict(list)
    for read in facts.book.rows(WorkforceRow):
        trust = None if facts.is_shared(read.data.trust_code) else read.data.trust_code
        pools[read.data.staff_group, trust].append(read)
    faults = [issue for rows in pools.values() for issue in _pool(rows, facts)]
    yield from faults
    if pools and not facts.is_faulty(*MAY_DECIDE) and not any(issue.severity is Severity.ERROR for issue in faults):
        yield from _Activity(facts, pools).issues()


def _pool(rows: list[Staff], facts: Facts) -> Iterator[Issue]:
    by_year: dict[int, Staff] = {}
    for read in rows:
        other = by_year.setdefault(read.data.year, read)
        if other is not read and other.data.trust_code != read.data.trust_code:
            message = f"Row {other.number} gives the same staff, whom any trust may use, for the same year."
            yield read.issue("year", message, "Remove one of the two rows, or tell them apart.")
    level: Fraction | None = None
    for year in sorted(by_year):
        row = by_year[year].data
        level = level if row.wte is None else row.wte
        if level is None:
            message = f"There is no WTE in post in or before {year_label(year)}."
            yield by_year[year].issue("wte", message, "Fill in the WTE in post in the first year given.")
            return
        level += row.joiners_wte or 0
        if level < 0:
            message = f"After those who leave, {float(level):g} WTE would be left in {year_label(year)}."
            yield by_year[year].issue("joiners_wte", message, "Correct the WTE in post or the leavers.")
            return
    if facts.horizon is not None and not by_year.keys() & set(facts.horizon):
        first = by_year[min(by_year)]
        message = f"All years given for these staff are outside the plan ({span(facts.horizon)})."
        yield first.issue("year", message, "Check the years.", Severity.WARNING)


@dataclass(frozen=True)
class _Activity:
    """Today's exams against the staff of the first year: a trust's own and, beyond them, those any trust may use."""

    facts: Facts
    pools: Mapping[tuple[StaffGroup, str | None], list[Staff]]

    @cached_property
    def hours(self) -> Mapping[tuple[StaffGroup, str | None], int]:
        """Productive hours in the first year, by group and trust."""
        return {(pool.group, pool.trust): pool.hours[0] for pool in resolve_staff(self.facts.book, self.facts.settings)}

    @cached_property
    def exams(self) -> Mapping[str, Mapping[str, int]]:
        """Exams entered, by trust and service line, mobile units aside."""
        exams: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for read in self.facts.book.rows(EquipmentRow):
            row = read.data
            if not row.mobile and row.exams_per_year:
                exams[self.facts.trust_of(row.site_code)][str(row.modality)] += row.exams_per_year
        return {trust: dict(lines) for trust, lines in sorted(exams.items())}

    def issues(self) -> Iterator[Issue]:
        """Trusts, and then the shared staff, with fewer hours than today's exams take."""
        groups = {group for group, _ in self.pools}
        lines = self.facts.lines
        if StaffGroup.RADIOGRAPHER in groups:
            need = {
                trust: sum((number * _scan_hours(lines[line]) for line, number in exams.items()), Fraction(0))
                for trust, exams in self.exams.items()
            }
            have = {trust: Fraction(self.hours.get((StaffGroup.RADIOGRAPHER, trust), 0)) for trust in (*need, None)}
            yield from self._short((StaffGroup.RADIOGRAPHER,), need, have, "radiographers")
        if groups & set(REPORTERS):
            need = {trust: self._reporting_hours(trust, exams) for trust, exams in self.exams.items()}
            have = {trust: self._reporters(trust) for trust in (*need, None)}
            yield from self._short(REPORTERS, need, have, "reporters")

    def _short(
        self,
        groups: tuple[StaffGroup, ...],
        need: Mapping[str, Fraction],
        have: Mapping[str | None, Fraction],
        staff: str,
    ) -> Iterator[Issue]:
        shared, drawn = have[None], Fraction(0)
        for trust, needed in need.items():
            beyond = needed - have[trust]
            if beyond > shared:
                with_shared = f" and the {float(shared):,.0f} that any trust may use" if shared else ""
                message = (
                    f"Today's exams of {trust} take {float(needed):,.0f} hours of {staff} a year, more than the "
                    f"{float(have[trust]):,.0f} of its own{with_shared}."
                )
                yield self._judgement(groups, trust, message, f"{trust} {staff}")
            else:
                drawn += max(beyond, Fraction(0))
        if drawn > shared:
            message = (
                f"Today's exams take {float(drawn):,.0f} hours of {staff} a year beyond the trusts' own, more than the "
                f"{float(shared):,.0f} that any trust may use."
            )
            yield self._judgement(groups, None, message, f"network {staff}")

    def _judgement(self, groups: tuple[StaffGroup, ...], trust: str | None, message: str, subject: str) -> Issue:
        rows = [row for group in groups for row in self.pools.get((group, trust), ())]
        rows = rows or [row for group in groups for (other, _), found in self.pools.items() if other is group
                        for row in found]  # fmt: skip
        fix = "Correct the WTE in post, the exams, or the times in Modalities."
        return rows[0].issue("wte", message, fix).as_judgement("staff-below-activity", subject)

    def _reporters(self, trust: str | None) -> Fraction:
        """Hours of radiologists, and of reporting radiographers within their share of the reports."""
        radiologists = self.hours.get((StaffGroup.RADIOLOGIST, trust), 0)
        radiographers = Fraction(self.hours.get((StaffGroup.REPORTING_RADIOGRAPHER, trust), 0))
        if trust is not None:
            lines = self.facts.lines
            most = (
                number * lines[line].minutes_per_report / 60 * lines[line].radiographer_reporting_share
                for line, number in self.exams[trust].items()
            )
            radiographers = min(radiographers, sum(most, Fraction(0)))
        return radiologists + radiographers

    def _reporting_hours(self, trust: str, exams: Mapping[str, int]) -> Fraction:
        """Hours that today's reports take, less those that may be outsourced."""
        hours = Fraction(0)
        for line, number in exams.items():
            outsourced = self._outsourced(trust, line)
            if outsourced is not None:
                hours += max(Fraction(0), number - outsourced) * self.facts.lines[line].minutes_per_report / 60
        return hours

    def _outsourced(self, trust: str, line: str) -> Fraction | None:
        """Reports a year that a trust may have made outside; None where there is no limit to them."""
        rows = [
            read.data
            for read in self.facts.book.rows(ExtraCapacityRow)
            if read.data.kind is ExtraKind.REPORTING and read.data.modality == line
        ]
        own = next((row for row in rows if row.trust_code == trust), None)
        row = own or next((row for row in rows if self.facts.is_shared(row.trust_code)), None)
        return Fraction(0) if row is None else row.limit


def _scan_hours(line: ServiceLine) -> Fraction:
    """Radiographer hours a scan takes."""
    return line.radiographers_per_scan_hour / line.scans_per_hour if line.scans_per_hour else Fraction(0)
