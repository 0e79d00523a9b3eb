"""The look and the words of every report: colours, amounts and counts as users read them.

Colours follow Okabe and Ito (2008), darkened where needed to stand out on white; none carries a meaning alone.
"""

from __future__ import annotations

import re

from capitalplan.terms import year_label

__all__ = [
    "BANDS",
    "BAND_COLOURS",
    "CHECK",
    "HEADROOM",
    "INK",
    "OK",
    "capitalised",
    "count",
    "millions",
    "modality_colour",
    "pounds",
    "source_colour",
    "years_listed",
]

INK = "#212B32"
HEADROOM = "#AEB7BD"

BANDS = ("under 5 years", "5 to 10 years", "over 10 years")
BAND_COLOURS = ("#0072B2", "#8FBCDB", "#D55E00")

OK, CHECK = "OK", "CHECK"
"""Verdicts in words."""

_MODALITY_COLOURS = {
    "CT": "#0072B2",
    "MR": "#D55E00",
    "DX": "#007D5C",
    "CR": "#6B7F1F",
    "RF": "#B47A00",
    "XA": "#B4568F",
    "MG": "#6A3D9A",
    "US": "#3E8FC0",
    "NM": "#7A4B1E",
    "PT": "#4A5560",
    "BMD": "#8A8F94",
}
_SOURCE_COLOURS = ("#0B3C6F", "#3F8FC7", "#007D5C", "#B47A00", "#6A3D9A", "#B4568F", "#7A4B1E", "#4A5560")
_PLURALS = {"is": "are", "has": "have", "this": "these", "waits": "wait"}


def pounds(amount: float) -> str:
    """Write whole pounds: ``-£1,234,567``."""
    return f"{'-' if round(amount) < 0 else ''}£{abs(round(amount)):,}"


def millions(amount: float) -> str:
    """Write an amount in £m to one decimal, below half a million in whole pounds: ``£1.2m``, ``£850,000``."""
    if abs(amount) < 950_000:
        return pounds(amount)
    return f"{'-' if amount < 0 else ''}£{abs(amount) / 1e6:,.1f}m"


def count(number: int, thing: str) -> str:
    """Count things in words: ``1 machine``, ``2 machines``, ``no machines``; ``machines are``."""
    noun, *rest = thing.split(" ")
    if number != 1:
        noun = noun[:-1] + "ies" if re.search("[^aeiou]y$", noun) else noun + ("es" if noun.endswith("s") else "s")
        rest = [_PLURALS.get(word, word) for word in rest]
    return " ".join([f"{number:,}" if number else "no", noun, *rest])


def capitalised(sentence: str) -> str:
    """Start a sentence with a capital letter and leave the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def years_listed(years: list[int]) -> str:
    """List financial years, runs of three or more as ``2026/27 to 2028/29``."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    parts: list[str] = []
    for run in runs:
        labels = [year_label(year) for year in run]
        parts += [f"{labels[0]} to {labels[-1]}"] if len(run) > 2 else labels
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def modality_colour(line: str) -> str:
    """Colour of a modality or service line, the same in every chart."""
    return _MODALITY_COLOURS.get(line.split(" ", maxsplit=1)[0], INK)


def source_colour(position: int) -> str:
    """Colour of a funding source by its position in the list of sources."""
    return _SOURCE_COLOURS[position % len(_SOURCE_COLOURS)]
