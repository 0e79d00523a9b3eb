"""Cells to be written into one sheet: what the writers of workbooks and of CSV files have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from capitalplan.register.schema import Column

__all__ = ["NewValue", "SheetChanges"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    """What a cell is to hold.

    Attributes
    ----------
    text
        As it is typed; empty for a blank.
    column
        Column it stands in.
    was
        What was typed there before; None in a row that is added.
    """

    text: str
    column: Column
    was: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetChanges:
    """What changes in a sheet; rows are numbered as the spreadsheet counts them, places in a row from 0.

    Attributes
    ----------
    name
        Name the sheet has in the workbook or folder, or is to get.
    is_new
        Whether it is to be made.
    header
        Row of its headers.
    new_headers
        Header by place, of columns that are added.
    cells
        New value by row and place.
    removed
        Rows that go.
    added
        Rows to put below the last one, each a new value by place.
    last
        Last row that holds anything; 0 in a new sheet.
    """

    name: str
    is_new: bool
    header: int
    new_headers: Mapping[int, str]
    cells: Mapping[tuple[int, int], NewValue]
    removed: frozenset[int]
    added: Sequence[Mapping[int, NewValue]]
    last: int
