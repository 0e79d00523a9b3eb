"""The sheet of named what-ifs."""

from __future__ import annotations

from typing import Annotated

from capitalplan.register.columns import Column, Row

__all__ = ["ScenarioRow"]


class ScenarioRow(Row):
    """A line of the Scenarios sheet: one change, or a name alone.

    Its columns are all read as text, so that what is wrong with a scenario stops that scenario only.
    """

    sheet = "Scenarios"
    about = "What-ifs: each scenario is this book with some changes made. `capitalplan scenarios` plans them all."
    key = ("scenario", "table", "rows", "column", "change")

    scenario: Annotated[str, Column("text", "Scenario", "Its name; its lines share it.")]
    based_on: Annotated[
        str | None,
        Column("text", "Based on", "Another scenario, or a preset, whose changes are made first. Blank: the book."),
    ] = None
    table: Annotated[str | None, Column("text", "Sheet", "The sheet that is changed. Blank: no change.")] = None
    rows: Annotated[
        str | None,
        Column("text", "Rows", "Which rows, such as 'Trust code = QX1; Year = 2027/28 to 2030/31'; several words are "
               "parted by commas. Blank: all."),
    ] = None  # fmt: skip
    column: Annotated[
        str | None,
        Column("text", "Column", "The column that is changed; on Settings the setting. Blank: whole rows are removed."),
    ] = None
    change: Annotated[
        str | None,
        Column("text", "Change", "'set' to the value, 'scale' by it (90%), 'shift' by it (+1, -£50,000, +2%), or "
               "'remove'."),
    ] = None  # fmt: skip
    value: Annotated[str | None, Column("text", "Value", "Of the change; blank where something is removed.")] = None
    note: Annotated[str | None, Column("text", "Note", "For information.")] = None
