"""The pages ``docs/input.md`` and ``docs/defaults.md``, made from the sheets, the settings and the default tables.

Run ``python -m capitalplan.register.guide docs`` in the root of the repository after changing any of these.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from capitalplan.register.schema import SHEETS, Column, Row, columns_of
from capitalplan.resources import data_path
from capitalplan.settings import SettingSpec, settings_specs
from capitalplan.terms import year_label

__all__ = ["PAGES", "defaults_page", "input_page"]

_KINDS = {
    "text": "words",
    "code": "code",
    "whole": "whole number",
    "number": "number",
    "pounds": "whole £",
    "share": "percentage",
    "year": "financial year, such as 2026/27",
    "date": "date",
    "day_or_year": "date or financial year",
    "yes_no": "yes or no",
    "list": "words parted by commas",
    "raw": "as the setting asks",
}
_DEFAULT_TABLES = ("Catalogue", "Modalities", "Ageing", "Extra capacity", "Approvals")
T = TypeVar("T")


def input_page() -> str:
    """Write the page on every sheet and column of the workbook, as Markdown."""
    intro = (
        "The workbook has one sheet for each heading below; a folder of CSV files with the same names is read in the "
        "same way. Only Equipment is required. Headers may be written as shown, as the name in brackets, or as one of "
        "the other names; case and spaces do not count. What stands in for a blank is in the note, and its figure in "
        "[Defaults](defaults.md); every default that was used is listed in the plan with its source."
    )
    return "\n\n".join(["# The input, sheet by sheet", intro, *map(_sheet_section, SHEETS)]) + "\n"


def defaults_page() -> str:
    """Write the page on every default, its unit and its source, as Markdown."""
    intro = (
        "Every figure the planner uses where the input gives none. A source of *illustrative* is a judgement, to be "
        "replaced by the user's own figure before a decision rests on it; *choice* is a rule the user sets."
    )
    settings = _table(
        ("Setting", "Default", "Unit", "Allowed", "Meaning", "Source"),
        ((f"`{s.name}`", _default(s), s.unit, _allowed(s), s.meaning, s.source) for s in settings_specs()),
    )
    parts = ["# Defaults and their sources", intro, "## Settings", settings]
    for name in _DEFAULT_TABLES:
        with data_path("defaults", f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            header, *lines = csv.reader(file)
        parts += [f"## {name}", _table(header, lines)]
    return "\n\n".join(parts) + "\n"


PAGES: Mapping[str, Callable[[], str]] = MappingProxyType({"input.md": input_page, "defaults.md": defaults_page})
"""How each page is made, by its file name."""


def _sheet_section(row: type[Row]) -> str:
    lines = (
        (
            f"{column.title} (`{name}`)",
            _read_as(column),
            "yes" if row.model_fields[name].is_required() else "",
            column.note,
            ", ".join(column.aliases),
        )
        for name, column in columns_of(row).items()
    )
    return f"## {row.sheet}\n\n{row.about}\n\n" + _table(
        ("Column", "Read as", "Required", "Note", "Other names"), lines
    )


def _read_as(column: Column) -> str:
    if column.kind == "choice":
        return "one of: " + ", ".join(column.choices)
    if column.low is None and column.high is None:
        return _KINDS[column.kind]
    show = (lambda limit: f"{limit:.0%}") if column.kind == "share" else (lambda limit: f"{limit:,.12g}")
    return f"{_KINDS[column.kind]}, {_between(column.low, column.high, show)}"


def _allowed(spec: SettingSpec) -> str:
    if spec.choices:
        return ", ".join(spec.choices)
    return _between(spec.low, spec.high, lambda limit: _shown(spec.kind, limit))


def _between(low: T | None, high: T | None, show: Callable[[T], str]) -> str:
    if low is not None and high is not None:
        return f"{show(low)} to {show(high)}"
    if low is not None:
        return f"{show(low)} or more"
    return "" if high is None else f"at most {show(high)}"


def _default(spec: SettingSpec) -> str:
    return "blank" if spec.default is None else _shown(spec.kind, spec.default)


def _shown(kind: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | Fraction):
        return str(value)
    if kind == "share":
        return f"{float(100 * value):g}%"
    if kind == "year":
        return year_label(int(value))
    return f"£{int(value):,}" if kind == "pounds" else f"{float(value):g}"


def _table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


if __name__ == "__main__":
    for page, make in PAGES.items():
        Path(sys.argv[1], page).write_text(make(), encoding="utf-8", newline="\n")
