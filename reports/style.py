"""The look and the words of every report: colours, column headers, amounts as users read them.

Colours follow Okabe and Ito (2008), darkened where needed to stand out on white; none carries a meaning alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from capitalplan.terms import year_label

__all__ = [
    "BANDS",
    "BAND_COLOURS",
    "CHECK",
    "COLUMNS",
    "FUNDING",
    "HEADROOM",
    "INK",
    "OK",
    "Column",
    "capitalised",
    "column",
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

FUNDING = "funding: "
"""Prefix of the columns of the schemes table that hold capital by source."""

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
_PLURALS = {"is": "are", "has": "have", "this": "these"}


@dataclass(frozen=True, slots=True)
class Column:
    """How one column of a table is shown.

    Attributes
    ----------
    title
        Header, unit included.
    kind
        ``text``, ``wrap`` (long text), ``line`` (text that runs over the cells beside it), ``pounds``, ``whole``,
        ``share`` or ``year``.
    width
        Width in characters on a sheet.
    """

    title: str
    kind: str = "text"
    width: int = 14


COLUMNS = {
    "action": Column("Action", width=11),
    "added_otherwise": Column("Additions that differ", "whole", 20),
    "additions": Column("Machines added", "whole", 11),
    "age_risk_gbp": Column("Price put on over-age machines (£)", "pounds", 20),
    "alternative": Column("Way of planning", "wrap", 30),
    "amount": Column("Limit", width=18),
    "asset_id": Column("Asset", width=14),
    "at_risk": Column("Left past planned life by this plan", width=13),
    "balance": Column("Capacity less demand (scans)", "whole", 13),
    "band": Column("Age", width=16),
    "capacity": Column("Capacity (scans)", "whole", 12),
    "capital_gbp": Column("Capital (£, cash)", "pounds", 15),
    "cash_cost_gbp": Column("Cash costs (£)", "pounds", 20),
    "checked": Column("Things checked", "whole", 12),
    "committed": Column("Committed", width=12),
    "committed_gbp": Column("Of which committed (£)", "pounds", 15),
    "demand": Column("Demand (scans)", "whole", 12),
    "difference_gbp": Column("Whole-life cost less this plan's (£)", "pounds", 16),
    "due_label": Column("Reaches planned life", "year", 11),
    "factor": Column("Price changed to", width=11),
    "fact": Column("What", width=28),
    "firm": Column("Limit is", width=12),
    "gain_gbp": Column("Gain: its own cost there less here (£)", "pounds", 16),
    "gap": Column("Gap of the test", "share", 9),
    "group": Column("Group", width=30),
    "headroom_gbp": Column("Left unspent (£)", "pounds", 15),
    **{band: Column(f"Machines {band}", "whole", 14) for band in BANDS},
    "kept": Column("Rules", width=18),
    "left_over_age": Column("Left past life here, renewed there", "whole", 16),
    "item": Column("What was filled in", "wrap", 46),
    "life_at_end": Column("Years past planned life at the end", "whole", 14),
    "limit_gbp": Column("Limit (£, cash)", "pounds", 15),
    "line": Column("Modality", width=11),
    "machine": Column("Machine", "wrap", 26),
    "machines": Column("Machines", "whole", 11),
    "message": Column("Rule not kept", "line", 70),
    "moved": Column("Treated differently", "whole", 22),
    "moment": Column("When", "year", 12),
    "need_gbp": Column("Unlimited need (£, cash)", "pounds", 15),
    "not_kept": Column("Did not hold", "whole", 10),
    "option": Column("Bought", "wrap", 24),
    "otherwise": Column("Other year or option", "whole", 18),
    "ours": Column("This plan", width=18),
    "outside": Column("Bought outside (scans)", "whole", 12),
    "over_age": Column("Past planned life in the last year", "whole", 14),
    "overdue": Column("Already past planned life", "whole", 12),
    "place": Column("Where", "wrap", 26),
    "price": Column("Price", "wrap", 30),
    "price_gbp": Column("Like-for-like price today (£, ex VAT)", "pounds", 16),
    "reason": Column("Why", "wrap", 60),
    "received": Column("Taken from other sites (scans)", "whole", 13),
    "remaining_gbp": Column("Less value left at the end (£)", "pounds", 20),
    "renewed_here": Column("Renewed only here", "whole", 16),
    "renewed_there": Column("Renewed only there", "whole", 16),
    "replacements": Column("Replacements", "whole", 13),
    "route": Column("Route", width=14),
    "rule": Column("Rule", "wrap", 40),
    "scheme_id": Column("Scheme", width=20),
    "schemes_changed": Column("Machines or additions that change", "whole", 11),
    "sent": Column("Sent to other sites (scans)", "whole", 12),
    "sentence": Column("In one sentence", "wrap", 56),
    "share": Column("Share", "share", 9),
    "site": Column("Site code", width=10),
    "site_name": Column("Site", "wrap", 26),
    "source": Column("Source", "wrap", 30),
    "spent_gbp": Column("Planned spend (£, cash)", "pounds", 15),
    "target": Column("60/30/10 rule", width=14),
    "theirs": Column("The other way", width=18),
    "timing": Column("Timing", width=11),
    "travel_gbp": Column("Price put on patients moved (£)", "pounds", 20),
    "trust": Column("Trust code", width=9),
    "trust_name": Column("Trust", "wrap", 28),
    "units": Column("Machines or rooms", "whole", 10),
    "unmet_scans": Column("Scans bought outside, all years", "whole", 14),
    "used": Column("Used by the plan", width=18),
    "used_for": Column("Used for", "wrap", 36),
    "value": Column("Value", "wrap", 40),
    "verdict": Column("Verdict", width=10),
    "way": Column("Compared with", "wrap", 24),
    "what": Column("What", "wrap", 30),
    "whole_life_gbp": Column("Whole-life cost (£, discounted)", "pounds", 17),
    "where_changed": Column("Where to change it", "wrap", 30),
    "why": Column("Why", "wrap", 60),
    "year": Column("Year starting", "year", 9),
    "year_label": Column("Year", "year", 10),
}


def column(name: str) -> Column:
    """Find how a column is shown; a funding column is headed by its source."""
    if name.startswith(FUNDING):
        return Column(f"{name.removeprefix(FUNDING)} (£)", "pounds", 15)
    return COLUMNS[name]


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
