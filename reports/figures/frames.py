"""Tables made of cells."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from reports.figures.names import Cells

__all__ = ["frame", "lean"]


def frame(names: str, cells: Cells, more: Iterable[str] = ()) -> pd.DataFrame:
    """Make a table of rows; ``names`` are its columns with a space between, ``more`` further ones."""
    return pd.DataFrame(list(cells), columns=[*names.split(), *more], dtype=object)


def lean(table: pd.DataFrame, names: str) -> pd.DataFrame:
    """Leave out those of some columns that hold nothing; ``names`` are theirs, with a space between."""
    return table.drop(columns=[name for name in names.split() if not table[name].astype(bool).any()])
