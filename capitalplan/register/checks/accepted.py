"""Judgements that the user has accepted, and acceptances of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from capitalplan.register.checks.facts import Facts, did_you_mean
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.reading.words import plain_key
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import AcceptedRow

__all__ = ["settle_judgements"]


def settle_judgements(issues: Iterable[Issue], facts: Facts) -> Iterator[Issue]:
    """Turn judgements that a row of Accepted names into warnings, and add a warning for every row that names none.

    Code and place are compared without regard to case, spaces and signs.
    """
    rows = {_key(read.data.warning, read.data.place): read for read in facts.book.rows(AcceptedRow)}
    open_subjects: set[str] = set()
    used = set()
    for issue in issues:
        if issue.severity is not Severity.JUDGEMENT:
            yield issue
            continue
        key = _key(issue.code, issue.subject)
        if key in rows:
            used.add(key)
            yield _accepted(issue, rows[key].data)
        else:
            open_subjects.add(f"{issue.code}, {issue.subject}")
            yield issue
    for key, read in rows.items():
        if key not in used:
            yield _idle(read, open_subjects)


def _key(code: str, subject: str) -> tuple[str, str]:
    return plain_key(code), plain_key(subject)


def _accepted(issue: Issue, row: AcceptedRow) -> Issue:
    by = f" by {row.accepted_by}" if row.accepted_by else ""
    on = f" on {row.date.day} {row.date:%B %Y}" if row.date else ""
    message = f"{issue.message} Accepted{by}{on}: {row.reason.rstrip('.')}."
    return replace(issue, severity=Severity.WARNING, message=message, fix="Nothing need be done.")


def _idle(read: ReadRow[AcceptedRow], open_subjects: set[str]) -> Issue:
    named = f"{read.data.warning}, {read.data.place}"
    fix = did_you_mean(named, open_subjects) or "Remove the row, or correct its warning and place."
    message = f"Nothing in the workbook gives the warning '{read.data.warning}' for '{read.data.place}'."
    return read.issue("warning", message, fix, Severity.WARNING)
