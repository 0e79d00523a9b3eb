"""Sheets as CSV files, headed as the workbook's schema heads them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from capitalplan.register.schema import Row, columns_of

__all__ = ["Cell", "Cells", "read_sheet", "write_sheet"]

Cell = str | int | float
"""What is typed into a cell."""

Cells = Mapping[str, Cell]
"""One row: what is typed, by field name; a field left out is blank."""


def read_sheet(folder: Path, kind: type[Row]) -> list[dict[str, str]]:
    """Read a CSV file whose headers are the schema's, as typed, by field name."""
    fields = {column.title: field for field, column in columns_of(kind).items()}
    with (folder / f"{kind.sheet}.csv").open(encoding="utf-8", newline="") as file:
        return [{fields[title]: value for title, value in row.items()} for row in csv.DictReader(file)]


def write_sheet(folder: Path, kind: type[Row], rows: Sequence[Cells]) -> None:
    """Write a CSV file with the columns used, in the schema's order, UTF-8, one line feed a row.

    Raises
    ------
    ValueError
        If a row has a field the sheet does not have.
    """
    used = {field for row in rows for field in row}
    columns = {field: column.title for field, column in columns_of(kind).items() if field in used}
    if unknown := used - columns.keys():
        raise ValueError(f"{kind.sheet} has no {', '.join(sorted(unknown))}")
    with (folder / f"{kind.sheet}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.values())
        writer.writerows([row.get(field, "") for field in columns] for row in rows)
