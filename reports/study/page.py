"""A study as one page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from capitalplan.analysis.scenarios import ScenarioResult
from reports.rendering import render
from reports.sections.section import Section, section
from reports.study import charts, findings
from reports.study.tables import StudyTables, make_study_tables

__all__ = ["write_study_page"]

_REAL = "Whole-life cost is discounted and real, ex VAT, priced risks included; capital is cash."


def write_study_page(path: Path, network: str, results: Sequence[ScenarioResult]) -> None:
    """Write scenarios side by side as one HTML file that opens without any network.

    Parameters
    ----------
    path
        File to write; an existing file is replaced.
    network
        Name of the network.
    """
    tables = make_study_tables(results)
    rows = tables.results
    planned = rows[rows["whole_life_gbp"].notna()]
    render(
        path,
        title=f"{network}: scenarios",
        heading=f"{network}: scenarios",
        statement=None,
        story=findings.story(tables),
        cards=[("Scenarios", f"{len(rows):,}"), ("With a plan", f"{len(planned):,}")],
        sections=_sections(tables),
    )


def _sections(tables: StudyTables) -> list[Section]:
    rows = tables.results
    has_plans = bool(rows["whole_life_gbp"].notna().any())
    sections = [
        section("Costs", findings.costs(tables), rows, f"{_REAL} The light end of a bar is what its gap leaves open.",
                charts.costs(tables) if has_plans else None, is_whole=True),
        section("What differs", "Inputs that differ beside results that differ", tables.differing,
                f"Each against {rows['scenario'].iloc[0]}.", is_whole=True),
    ]  # fmt: skip
    for swept, levels in tables.levels.groupby("swept", sort=False):
        figure = charts.frontier(levels) if levels["whole_life_gbp"].notna().sum() > 1 else None
        sections.append(
            section(f"Levels of {swept}", findings.frontier(levels), levels.drop(columns=["swept", "level"]), _REAL,
                    figure, is_whole=True)
        )  # fmt: skip
    sections.append(
        section("Years", "Capital, scans bought outside and age of machines by scenario and year", tables.years, _REAL)
    )
    return sections
