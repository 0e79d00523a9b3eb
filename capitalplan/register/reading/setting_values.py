"""The Settings sheet: each value converted and checked by the setting it names."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from capitalplan.register.issues import Issue, Severity
from capitalplan.register.reading.converters import CellError, convert
from capitalplan.register.reading.words import nearest, plain_key
from capitalplan.register.rows import Book, ReadRow
from capitalplan.register.schema import Column, Row, SettingRow
from capitalplan.settings import Settings, SettingSpec, settings_specs

__all__ = ["read_setting_rows", "setting_column", "settings_from"]


def read_setting_rows(rows: Iterable[ReadRow[Row]]) -> tuple[list[ReadRow[Row]], list[Issue], set[str]]:
    """Convert the values of setting rows to their strict types and their names to the names of the settings.

    Returns
    -------
    tuple
        The rows whose setting and value are good (a blank value stays None), the issues of the others, and the names
        of the settings the others meant.
    """
    specs = {plain_key(spec.name): spec for spec in settings_specs()}
    good: list[ReadRow[Row]] = []
    issues: list[Issue] = []
    dropped: set[str] = set()
    for row in rows:
        data = row.data
        if not isinstance(data, SettingRow):
            continue
        spec = specs.get(plain_key(data.setting))
        if spec is None:
            near = nearest(data.setting, (known.name for known in specs.values()))
            dropped.add(near or data.setting)
            issues.append(_unknown(row, data.setting, near))
            continue
        try:
            converted = convert(data.value, setting_column(spec))
        except CellError as error:
            dropped.add(spec.name)
            issues.append(_value_issue(row, spec, error.message, error.fix))
            continue
        if converted.warning:
            fix = "Type the value once it is known."
            issues.append(_value_issue(row, spec, converted.warning, fix, Severity.WARNING))
        changed = data.model_copy(update={"setting": spec.name, "value": converted.value})
        good.append(dataclasses.replace(row, data=changed))
    return good, issues, dropped


def settings_from(book: Book) -> Settings:
    """Settings of a book: what its Settings sheet fills in, defaults for the rest."""
    values: dict[str, Any] = {
        row.data.setting: row.data.value for row in book.rows(SettingRow) if row.data.value is not None
    }
    return Settings.from_values(values)


def setting_column(spec: SettingSpec) -> Column:
    """The value of a setting as a column: how it is read and what is allowed."""
    return Column(
        spec.kind,
        spec.name,
        low=None if spec.low is None else float(spec.low),
        high=None if spec.high is None else float(spec.high),
        choices=spec.choices,
    )


def _value_issue(
    row: ReadRow[Row], spec: SettingSpec, message: str, fix: str, severity: Severity = Severity.ERROR
) -> Issue:
    return row.issue("value", f"{spec.name}: {message}", fix, severity)


def _unknown(row: ReadRow[Row], name: str, near: str | None) -> Issue:
    if near is None:
        return row.issue("setting", f"'{name}' is not a setting.", "Remove the line; the template lists every setting.")
    return row.issue("setting", f"'{name}' is not a setting: did you mean '{near}'?", f"Type '{near}'.")
