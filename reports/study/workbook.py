"""A study as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from capitalplan.analysis.scenarios import ScenarioResult
from capitalplan.sheets import Styles, open_book
from reports.book.grid import Leaf
from reports.study import findings
from reports.study.tables import make_study_tables

__all__ = ["write_study_workbook"]


def write_study_workbook(path: Path, network: str, results: Sequence[ScenarioResult]) -> None:
    """Write scenarios side by side as an Excel workbook; names and texts of the register are never formulas.

    Parameters
    ----------
    path
        File to write; an existing file is replaced.
    network
        Name of the network.
    """
    tables = make_study_tables(results)
    first = tables.results["scenario"].iloc[0]
    with open_book(path) as book:
        styles = Styles.of(book)
        for name, finding, remark, frame, pages in (
            ("Scenarios", findings.costs(tables), f"{network}. Whole-life cost is discounted and real, ex VAT; capital "
             "is cash.", tables.results, 2),
            ("What differs", "Inputs that differ beside results that differ", f"Each against {first}.",
             tables.differing, 1),
            ("Levels", "What each level gives", "Levels of a sweep, from the lowest.", tables.levels, 2),
            ("Years", "Capital, scans bought outside and age of machines by year", "Capital is cash.", tables.years, 1),
        ):  # fmt: skip
            if not frame.empty:
                Leaf(book.add_worksheet(name), styles).sheet_of(
                    finding, remark, frame, name.replace(" ", "_"), pages=pages
                )
