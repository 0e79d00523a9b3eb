"""Cells on decisions: who decided what, when and why, against what the optimiser chose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from capitalplan.analysis.followed import DecidedLine
from reports.figures.frames import frame

__all__ = ["decision_table"]


def decision_table(lines: Iterable[DecidedLine]) -> pd.DataFrame:
    """One row a decision, in the order in which they were made."""
    return frame(
        "decided_when decided_by what ruling chosen chosen_gbp decided reason outcome",
        (
            (
                f"{dt.datetime.fromisoformat(line.when):%d/%m/%Y %H:%M}",
                line.who,
                line.what,
                line.ruling,
                line.planned,
                line.capital_gbp,
                line.decided,
                line.why,
                line.outcome,
            )
            for line in lines
        ),
    )
