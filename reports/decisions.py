"""The decisions on one run as a page that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from capitalplan.analysis.followed import DecidedLine
from reports.figures.decided import decision_table
from reports.rendering import filled
from reports.sections.section import section
from reports.style import count

__all__ = ["write_decisions"]


def write_decisions(path: Path, network: str, lines: Sequence[DecidedLine]) -> None:
    """Write the decisions on a run as one HTML file, in the order in which they were made.

    Parameters
    ----------
    path
        File to write; it is replaced at once or not at all.
    network
        Name of the network.
    """
    text = filled(
        "decisions.html",
        network=network,
        decisions=section("Decisions", f"{count(len(lines), 'decision')} on this plan", decision_table(lines)),
    )
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
