"""Finding a sheet's header row and telling its columns, whatever the case, spaces and units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from capitalplan.register.issues import Issue, Severity
from capitalplan.register.reading.converters import shown
from capitalplan.register.reading.raw import RawSheet
from capitalplan.register.reading.words import clean, nearest, plain_key
from capitalplan.register.schema import Column, Row, columns_of
from capitalplan.terms import parse_year

__all__ = ["Headers", "find_headers", "required_fields"]

SEARCHED_ROWS = 30
_AMOUNTS = frozenset({"pounds", "whole", "number", "share"})
_BRACKETED = re.compile(r"\(.*?\)|\[.*?\]")
_OTHER_UNIT = re.compile(
    r"£\s*'?(?:k|m|mn|bn)\b|^.(?:k|m)£?.$|(?<![\d,])000s?\b|thousand|million|month|quarter|\bday|\bdaily", re.IGNORECASE
)
_WITH_VAT = re.compile(r"\binc\w*\W+(?:of\W+)?vat\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Headers:
    """Where the columns of a sheet are.

    Attributes
    ----------
    row
        Row number of the header row; None if there is none.
    fields
        Field name by position, counted from 0.
    issues
        Missing, doubled, mistyped and unknown columns.
    """

    row: int | None
    fields: Mapping[int, str]
    issues: tuple[Issue, ...]

    @property
    def unusable(self) -> bool:
        """Whether a missing or doubled column keeps the rows from being used."""
        return any(issue.severity is Severity.ERROR for issue in self.issues)


def required_fields(kind: type[Row]) -> tuple[str, ...]:
    """Fields that every row of a sheet must fill."""
    return tuple(name for name, info in kind.model_fields.items() if info.is_required())


def find_headers(raw: RawSheet, kind: type[Row]) -> Headers:
    """Find the header row among a sheet's first rows, title rows above it allowed, and name its columns."""
    known = _known(kind)
    scores = [
        (number, values, len({known.get(key) for value in values if (key := _key(value, known)) is not None}))
        for number, values in raw.rows[:SEARCHED_ROWS]
    ]
    best = next((row for row in scores if row[2] >= 2), None) or next((row for row in scores if row[2] == 1), None)
    if best is None:
        titles = ", ".join(columns_of(kind)[name].title for name in required_fields(kind))
        return Headers(None, {}, (_issue(kind, None, "No header row was found.", f"It needs the columns {titles}."),))
    return _name_columns(kind, best[0], best[1], known)


def _name_columns(kind: type[Row], number: int, values: Sequence[object], known: Mapping[str, str]) -> Headers:
    columns = columns_of(kind)
    fields: dict[int, str] = {}
    issues: list[Issue] = []
    strangers: dict[int, str] = {}
    for position, value in enumerate(values):
        header = clean(shown(value))
        key = _key(value, known)
        if not header:
            continue
        if key is None:
            strangers[position] = header
        elif known[key] in fields.values():
            first = next(place for place, name in fields.items() if name == known[key])
            message = f"'{header}' is a second '{columns[known[key]].title}' column."
            fix = f"Keep one of {get_column_letter(first + 1)} and {get_column_letter(position + 1)}."
            issues.append(_issue(kind, (number, position, header), message, fix))
        else:
            fields[position] = known[key]
            column = columns[known[key]]
            if _in_other_unit(header, column):
                message = f"'{header}' does not seem to be in the unit of the column '{column.title}'."
                fix = f"Convert its values ({column.note.rstrip('.') or column.title}), then name it '{column.title}'."
                issues.append(_issue(kind, (number, position, header), message, fix))
    lacking = [name for name in required_fields(kind) if name not in fields.values()]
    free = {columns[name].title: name for name in columns if name not in fields.values()}
    for position, header in strangers.items():
        near = nearest(header, free)
        message = f"'{header}' is not a column of {kind.sheet}, so it is left out."
        fix = "Remove the column, or leave it: the plan does not use it."
        severity = Severity.WARNING
        if "year" in columns and _is_year(header):
            message = f"'{header}' is a year across the top, but {kind.sheet} has a row for each year."
            fix = f"Give it a row of its own, with the year under '{columns['year'].title}'."
        elif near is not None:
            message = f"'{header}' is not a column of {kind.sheet}: did you mean '{near}'?"
            fix = f"Type '{near}' in the header."
            if free[near] in lacking:
                lacking.remove(free[near])
                severity = Severity.ERROR
        issues.append(_issue(kind, (number, position, header), message, fix, severity))
    for name in lacking:
        title = columns[name].title
        fix = f"Add a column with the header '{title}'."
        issues.append(_issue(kind, (number, None, ""), f"The column '{title}' is missing.", fix))
    return Headers(number, fields, tuple(issues))


def _known(kind: type[Row]) -> dict[str, str]:
    """Field name by every key its header may have; what comes first wins."""
    known: dict[str, str] = {}
    columns = columns_of(kind)
    for spellings in (_own_spellings, _alias_spellings):
        for name, column in columns.items():
            for text in spellings(name, column):
                for key in _keys(text):
                    known.setdefault(key, name)
    return known


def _own_spellings(name: str, column: Column) -> tuple[str, ...]:
    return (name, name.removesuffix("_gbp"), column.title)


def _alias_spellings(_: str, column: Column) -> tuple[str, ...]:
    return column.aliases


def _keys(text: str) -> tuple[str, ...]:
    bare = _BRACKETED.sub(" ", text)
    return tuple(key for key in (plain_key(text), plain_key(bare), plain_key(re.sub(r"£|\bgbp\b", "", bare))) if key)


def _in_other_unit(header: str, column: Column) -> bool:
    """Whether the brackets of a header name a unit that would be misread in silence."""
    if column.kind not in _AMOUNTS:
        return False
    units = _BRACKETED.findall(header)
    with_vat = "ex VAT" in column.note and any(map(_WITH_VAT.search, units))
    return with_vat or any(map(_OTHER_UNIT.search, units))


def _is_year(header: str) -> bool:
    try:
        parse_year(header)
    except ValueError:
        return False
    return True


def _key(value: object, known: Mapping[str, str]) -> str | None:
    if not isinstance(value, str):
        return None
    return next((key for key in _keys(clean(value)) if key in known), None)


def _issue(
    kind: type[Row],
    place: tuple[int, int | None, str] | None,
    message: str,
    fix: str,
    severity: Severity = Severity.ERROR,
) -> Issue:
    row, position, header = (None, None, "") if place is None else place
    return Issue(
        sheet=kind.sheet,
        row=row,
        column=header or None,
        cell=None if position is None else f"{get_column_letter(position + 1)}{row}",
        value=header,
        message=message,
        fix=fix,
        severity=severity,
    )
