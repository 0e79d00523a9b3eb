"""Plain words for the names by which rules, settings and fields are known inside."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from capitalplan.register.register import Register
from capitalplan.register.schema import Column, ModalityRow, columns_of
from capitalplan.settings import settings_specs

__all__ = ["LIMITS", "PRICED", "RULES", "assumption_cells"]

LIMITS = {
    "money": "Funding",
    "capital limit": "Capital limit",
    "cash": "Cash",
    "revenue": "Revenue limit",
    "fairness": "Fair shares",
    "works": "Installations a year",
    "rooms": "New rooms",
    "extra": "Extra capacity",
}
"""Limits that can hold a plan back, as users read them; limits of staff are named by their group."""

PRICED = {
    "waiting": "Waiting list over its target",
    "unscheduled": "Unscheduled patients not scanned at home",
    "unmet": "Scans beyond the limit of outside providers",
    "turnaround": "Reports later than turnaround allows",
    "minimum use": "Funding source used below its minimum",
    "revenue": "Revenue over its limit",
}
"""Rules that a plan may pass at a price, as users read them."""

RULES = {
    "choice": "Machines: every one has one course, open to it by its dates, lock and contract",
    "ties": "Ties: replacements bound together, after or apart keep to it",
    "service": "Patients: every scan is done within capacity and reach, or counted as bought outside",
    "waiting": "Waiting lists: each grows by no more than its patients; what is over target is counted",
    "extra": "Extra capacity: hours, vans, providers and outsourced reports within what is offered",
    "cover": "Cover: no site's only machine is replaced without someone to stand in",
    "workforce": "Radiographers: no trust scans more than its own and shared staff can",
    "reporting": "Reporting: every scan is reported or in the backlog, by staff who have the hours",
    "money": "Money: charges are right to the pound, paid from sources open to them, within every limit",
    "tiers": "Price tiers: each reached by enough machines, its rebate taken off what counts",
    "revenue": "Revenue: the statement of every trust and year, and the effect of each scheme, to the pound",
    "fairness": "Fair shares: trusts differ by no more than the bound, where one is set",
    "stability": "Approved plan: every change from it is listed, firm or not, at its price",
    "case": "Business cases: approvers, and days that follow from lead times",
    "rooms": "Rooms: added machines have one, and new rooms stay within the most allowed",
    "works": "Installations: no site and no year has more than it can take",
    "age": "Age: no machine is older than the cap, where one is set",
    "objective": "Cost: the plan's whole-life cost, computed afresh, is the one reported",
    "figures": "Figures: yearly and key figures, computed afresh, are the ones reported",
    "words": "Words: every line says what happens and why",
}
"""Rules of the re-check, as users read them."""

_NUMBERS = {"share", "number", "whole", "pounds"}
_SETTINGS = "Settings: "
_MODALITIES = "Modalities: "


def assumption_cells(register: Register) -> Iterator[tuple[str, str, str, str, str]]:
    """Each default used: what it is, value, source, used for, and where to change it; illustrative ones first."""
    meanings = {spec.name: f"{spec.meaning} ({spec.unit})" if spec.unit else spec.meaning for spec in settings_specs()}
    columns = columns_of(ModalityRow)
    for line in sorted(register.assumptions, key=lambda line: not line.source.startswith("illustrative")):
        item, value = line.item, line.value
        if item.startswith(_SETTINGS):
            item = meanings.get(item.removeprefix(_SETTINGS), item)
        elif item.startswith(_MODALITIES):
            item = f"{item.removeprefix(_MODALITIES)}: use, growth, prices and staff"
            parts = (part.partition(" ") for part in value.split(", "))
            value = "; ".join(f"{columns[name].title} {_amount(columns[name], amount)}" for name, _, amount in parts)
        yield item, value, line.source, line.used_for, line.item


def _amount(column: Column, amount: str) -> str:
    """A figure as its column is headed: a share in per cent, thousands separated; words as they are."""
    if column.kind not in _NUMBERS:
        return amount
    return f"{float(100 * Fraction(amount)):g}" if column.kind == "share" else f"{float(amount):,.10g}"
