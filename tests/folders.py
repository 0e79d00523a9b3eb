"""Registers as CSV folders: written whole, or copied from the data folder and changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from capitalplan.register.schema import FundingRow, Row
from capitalplan.terms import year_label
from data._tables import Cells, read_sheet, write_sheet

__all__ = [
    "DATA",
    "START_YEAR",
    "Sheets",
    "change_rows",
    "copy_network",
    "funding_rows",
    "set_limits",
    "write_folder",
]

Sheets = Mapping[type[Row], Sequence[Cells]]

DATA = Path(__file__).parents[1] / "data"
START_YEAR = 2026


def write_folder(folder: Path, sheets: Sheets) -> Path:
    """Write every sheet that has rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, rows in sheets.items():
        if rows:
            write_sheet(folder, kind, rows)
    return folder


def copy_network(name: str, folder: Path) -> Path:
    """Copy one of the networks of the data folder."""
    return Path(shutil.copytree(DATA / name, folder))


def change_rows(folder: Path, kind: type[Row], change: Callable[[dict[str, str]], Cells]) -> None:
    """Rewrite each row of a sheet."""
    write_sheet(folder, kind, [change(row) for row in read_sheet(folder, kind)])


def funding_rows(source: str, trust: str, limits: Sequence[int]) -> list[Cells]:
    """Limits of one source, year after year from the start of the plan; ``SHARED`` is every trust's."""
    return [
        {"source": source, "trust_code": trust, "year": year_label(START_YEAR + t), "limit_gbp": limit}
        for t, limit in enumerate(limits)
    ]


def set_limits(folder: Path, limits: Sequence[int] | None) -> None:
    """Replace all funding by one shared source; None for no limits at all."""
    (folder / "Funding.csv").unlink(missing_ok=True)
    if limits is not None:
        write_sheet(folder, FundingRow, funding_rows("Capital", "SHARED", limits))
