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
_YEAR = re.compile(r"\d{4}/\d\d")
_PLURALS = {"is": "are", "has": "have", "this": "these", "waits": "wait"}


@dataclass(frozen=True, slots=True)
class Column:
    """How one column of a table is shown.

    Attributes
    ----------
    title
        Header, unit included.
    kind
        ``text``, ``wrap`` (long text), ``line`` (text that runs over the cells beside it), ``pounds``, ``whole``,
        ``number`` (one decimal), ``share`` or ``year``.
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
    "backlog": Column("Not reported at the end of the year (scans)", "whole", 14),
    "backlog_allowed": Column("Backlog that turnaround times allow (scans)", "whole", 14),
    "backlog_before": Column("Not reported at the start of the year (scans)", "whole", 14),
    "backlog_days": Column("Backlog in days of reporting", "number", 12),
    "balance": Column("Capacity less demand (scans)", "whole", 13),
    "band": Column("Age", width=16),
    "band_implied": Column("Use the plan implies", width=12),
    "band_planned": Column("Use its life was planned by", "wrap", 21),
    "capacity": Column("Capacity (scans)", "whole", 12),
    "capital_gbp": Column("Capital (£, cash)", "pounds", 15),
    "capital_real_gbp": Column("Equipment and works (£, real)", "pounds", 16),
    "cash_cost_gbp": Column("Cash costs (£)", "pounds", 20),
    "cash_gbp": Column("Cash costs of the year (£, real)", "pounds", 16),
    "checked": Column("Things checked", "whole", 12),
    "committed": Column("Committed", width=12),
    "committed_gbp": Column("Of which committed (£)", "pounds", 15),
    "cover": Column("Cover", "wrap", 22),
    "cover_by": Column("By", "wrap", 48),
    "demand": Column("Demand (scans)", "whole", 12),
    "difference_gbp": Column("Whole-life cost less this plan's (£)", "pounds", 16),
    "discounted_gbp": Column("Cash costs, discounted (£)", "pounds", 16),
    "due_label": Column("Reaches planned life", "year", 11),
    "exams_each": Column("Exams a machine in the base year", "whole", 13),
    "extra_gbp": Column("Cost (£, real, ex VAT)", "pounds", 14),
    "extra_scans": Column("Done in extended hours and on vans (scans)", "whole", 14),
    "fact": Column("What", width=28),
    "discount_factor": Column("Discounted to", "share", 11),
    "firm": Column("Limit is", width=12),
    "from_trust": Column("Patients of", "wrap", 34),
    "full_scans": Column("Scans in its first full year, if patients fill it", "whole", 16),
    "gain_gbp": Column("Gain: its own cost there less here (£)", "pounds", 16),
    "gap": Column("Gap of the test", "share", 9),
    "group": Column("Group", width=30),
    "headroom_gbp": Column("Left unspent (£)", "pounds", 15),
    "hours_gbp": Column("Extended hours (£, real)", "pounds", 14),
    "how": Column("Set up", width=15),
    "in_words": Column("In words", "wrap", 56),
    "item": Column("What was filled in", "wrap", 46),
    "kept": Column("Rules", width=18),
    "kind": Column("Kind", "wrap", 20),
    "late_end": Column("Late reports at the end", "whole", 12),
    "late_gbp": Column("Price put on late reports (£)", "pounds", 16),
    "late_reports": Column("Backlog over what is allowed (scans)", "whole", 13),
    "left_over_age": Column("Left past life here, renewed there", "whole", 16),
    "life_at_end": Column("Years past planned life at the end", "whole", 14),
    "life_implied": Column("Life by that use (years)", "whole", 10),
    "life_planned": Column("Planned life (years)", width=11),
    "limit_gbp": Column("Limit (£, cash)", "pounds", 15),
    "line": Column("Modality", width=11),
    "list_standard": Column("List that meets the standard (patients)", "whole", 15),
    "list_target": Column("Target (patients)", "whole", 11),
    "machine": Column("Machine", "wrap", 26),
    "machines": Column("Machines", "whole", 11),
    "machines_start": Column("Machines at the start", "whole", 11),
    "mean_weeks": Column("Mean wait, estimated (weeks)", "number", 11),
    "message": Column("Rule not kept", "line", 70),
    "moment": Column("When", "year", 12),
    "most_over": Column("Most over target (patients)", "whole", 12),
    "most_by": Column("Over by, at most", "whole", 12),
    "moved": Column("Treated differently", "whole", 22),
    "name": Column("Line of Extra capacity", "wrap", 30),
    "need_gbp": Column("Unlimited need (£, cash)", "pounds", 15),
    "not_kept": Column("Did not hold", "whole", 10),
    "option": Column("Bought", "wrap", 24),
    "otherwise": Column("Other year or option", "whole", 18),
    "ours": Column("This plan", width=18),
    "outage_weeks": Column("Out of use (weeks)", "number", 10),
    "outside": Column("Bought outside (scans)", "whole", 12),
    "outside_gbp": Column("Scans bought outside (£, real)", "pounds", 15),
    "outsourced": Column("Outsourced (reports)", "whole", 12),
    "outsourced_gbp": Column("Outsourced reporting (£, real)", "pounds", 15),
    "over_age": Column("Past planned life in the last year", "whole", 14),
    "over_by": Column("Over by", "whole", 12),
    "over_target": Column("Over target (patients)", "whole", 11),
    "overdue": Column("Already past planned life", "whole", 12),
    "place": Column("Where", "wrap", 40),
    "price": Column("Price", "wrap", 30),
    "factor": Column("Price changed to", width=11),
    "price_gbp": Column("Like-for-like price today (£, ex VAT)", "pounds", 16),
    "quantity": Column("Amount", "whole", 11),
    "radiographer": Column("By reporting radiographers (reports)", "whole", 14),
    "radiographer_wte": Column("Radiographers (WTE)", "number", 14),
    "radiologist": Column("By radiologists (reports)", "whole", 13),
    "reason": Column("Why", "wrap", 60),
    "received": Column("Taken from other sites (scans)", "whole", 13),
    "remaining_gbp": Column("Less value left at the end (£)", "pounds", 20),
    "renewed_here": Column("Renewed only here", "whole", 16),
    "renewed_there": Column("Renewed only there", "whole", 16),
    "replacements": Column("Replacements", "whole", 13),
    "reporting_wte": Column("Reporting staff (WTE)", "number", 12),
    "resale_gbp": Column("Less trade-in receipts (£, real)", "pounds", 15),
    "route": Column("Route", width=14),
    "rule": Column("Rule", "wrap", 40),
    "scans": Column("Scans", "whole", 11),
    "scans_done": Column("Scans to report", "whole", 12),
    "scans_each": Column("Scans a machine a year in the plan", "whole", 13),
    "scheme_id": Column("Scheme", width=20),
    "schemes_changed": Column("Machines or additions that change", "whole", 11),
    "sent": Column("Sent to other sites (scans)", "whole", 12),
    "sentence": Column("In one sentence", "wrap", 56),
    "share": Column("Share", "share", 9),
    "share_over": Column("Over the standard, estimated", "share", 12),
    "site": Column("Site code", width=10),
    "site_name": Column("Site", "wrap", 30),
    "source": Column("Source", "wrap", 30),
    "spent_gbp": Column("Planned spend (£, cash)", "pounds", 15),
    "staff_group": Column("Staff", width=22),
    "staff_hours": Column("Hours needed", "whole", 12),
    "target": Column("60/30/10 rule", width=14),
    "theirs": Column("The other way", width=18),
    "timing": Column("Timing", width=11),
    "to_trust": Column("Scanned at sites of", "wrap", 34),
    "travel_gbp": Column("Price put on patients moved (£)", "pounds", 20),
    "trust": Column("Trust code", width=9),
    "trust_name": Column("Trust", "wrap", 34),
    "unit": Column("Unit", width=11),
    "units": Column("Machines or rooms", "whole", 10),
    "unmet_gbp": Column("Price put on scans nobody can do (£)", "pounds", 16),
    "unmet_scans": Column("Scans bought outside, all years", "whole", 14),
    "unscheduled_gbp": Column("Price put on unscheduled patients away (£)", "pounds", 16),
    "upkeep_gbp": Column("Upkeep, rent and charges (£, real)", "pounds", 16),
    "use_verdict": Column("Against the plan for its life", "wrap", 17),
    "used": Column("Used by the plan", width=18),
    "used_for": Column("Used for", "wrap", 36),
    "value": Column("Value", "wrap", 40),
    "vans_gbp": Column("Mobile vans (£, real)", "pounds", 14),
    "verdict": Column("Verdict", width=10),
    "waiting": Column("Waiting (patients)", "whole", 11),
    "waiting_end": Column("Waiting at the end (patients)", "whole", 12),
    "waiting_gbp": Column("Price put on lists over target (£)", "pounds", 16),
    "left_at_end_gbp": Column("Left waiting or unreported at the end, at the outside price (£)", "pounds", 20),
    "way": Column("Compared with", "wrap", 24),
    "what": Column("What", "wrap", 30),
    "where_changed": Column("Where to change it", "wrap", 30),
    "whole_life_gbp": Column("Whole-life cost (£, discounted)", "pounds", 17),
    "why": Column("Why", "wrap", 60),
    "wte_in_post": Column("In post (WTE)", "number", 10),
    "wte_left": Column("In post less needed (WTE)", "number", 12),
    "wte_needed": Column("Needed (WTE)", "number", 10),
    "year": Column("Year starting", "year", 9),
    "year_label": Column("Year", "year", 10),
    "years": Column("Years", "wrap", 21),
    "years_missed": Column("Years over target", "wrap", 26),
    **{band: Column(f"Machines {band}", "whole", 14) for band in BANDS},
}


def column(name: str) -> Column:
    """Find how a column is shown; a funding column is headed by its source, a year's column by the year."""
    if _YEAR.fullmatch(name):
        return Column(name, "whole", 10)
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
