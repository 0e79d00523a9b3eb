"""Sheets that are one table of the spreadsheet each, there where they have something to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter

import pandas as pd

from reports.book.grid import TOP, Leaf, Placed
from reports.findings import decided, ledger, money, service
from reports.tables import Tables

__all__ = ["LIST_SHEETS", "list_sheet", "list_sheets"]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How a sheet is made: its finding, its remark, its table, its totals and how many columns stay in sight.

    The table is a field of ``Tables``, dotted where it is one of its tables of money or of the ledger; ``pages`` are
    those its columns are printed on.
    """

    say: Callable[[Tables], str]
    remark: Callable[[Tables], str]
    table: str
    totals: tuple[str, ...] = ()
    fixed: int = 3
    pages: int = 1

    def frame(self, tables: Tables) -> pd.DataFrame:
        """Its table."""
        found: pd.DataFrame = attrgetter(self.table)(tables)
        return found


def _standard(tables: Tables) -> str:
    return f"The diagnostic standard is {tables.waiting_rule}. {service.ESTIMATES}."


def _told(words: tuple[str, ...]) -> tuple[str, str]:
    """First finding, and the others as a remark."""
    return words[0].rstrip("."), " ".join(words[1:])


_SHEETS: Mapping[str, _Sheet] = {
    "Revenue by scheme": _Sheet(
        money.effects, lambda _: "Change of the revenue statement by what a scheme buys, against the machine as it is: "
        "in the scheme's year, and in the year after. Before relief; cash.", "money.effects",
        totals=("capital_gbp", "part_year_gbp", "full_year_gbp")),
    "Business cases": _Sheet(
        money.cases, lambda _: "Days follow from lead times: in service by the end of the scheme's year, ordered the "
        "line's months before, with the business case the approver's months before that. No day where it is passed.",
        "money.cases", totals=("capital_gbp",), fixed=4),
    "Routes": _Sheet(
        money.routes, lambda _: "One machine of each option with an offer, set up in the first year of the plan; "
        "nothing but the route differs. Costs a year are compared because a contract may end sooner.", "money.routes"),
    "Routes by year": _Sheet(
        money.routes, lambda _: "Capital score, cash paid and revenue statement of one machine by each route, year by "
        "year.", "money.route_years"),
    "Price tiers": _Sheet(
        money.tiers, lambda _: "Rebates of frameworks on machines bought in the same year.", "money.tiers",
        totals=("units", "rebate_gbp", "rebate_real_gbp"), fixed=1),
    "To look at": _Sheet(
        money.flags, lambda _: "The plan does not judge these: somebody should, before money is committed.",
        "money.flags", fixed=2),
    "Changes": _Sheet(
        money.changes, lambda _: "Schemes that differ from the approved plan. The price on a change is a judgement, "
        "not cash.", "money.changes", totals=("change_price_gbp",), fixed=1),
    "Decisions": _Sheet(
        decided.decisions, lambda _: f"{decided.REMARK}.", "decisions", fixed=3, pages=2),
    "Why not ours": _Sheet(
        ledger.why, lambda _: f"What else might be done with each machine and addition, and what it would cost the "
        f"network over its life, discounted and real. {ledger.PRICE_RULE}. {ledger.BLANK}.", "ledger.listed",
        fixed=1, pages=2),
    "What binds": _Sheet(
        ledger.binds, lambda _: f"What the network would save in whole-life cost with a little more of a limit, and "
        f"what a little less would cost it. {ledger.PRICE_RULE}. {ledger.BLANK}. Of very many limits only those are "
        "listed that hold the plan back most.", "ledger.worth"),
    "Rules passed": _Sheet(
        service.passed, lambda _: "In brackets: how many places. The plan may pass these rules where that costs less "
        "than keeping them; each has its price in Settings.", "passed"),
    "Moved patients": _Sheet(
        service.patients_moved, lambda _: "Patients scanned at another site than the one they come to.",
        "patients_moved", totals=("scans",), fixed=2),
    "Waiting": _Sheet(service.waiting, _standard, "waiting"),
    "Lists by modality": _Sheet(service.waiting, _standard, "waiting_lines", fixed=1),
    "Lists over target": _Sheet(
        service.missed, lambda _: "Sites whose list is over its target in some year, the furthest over at the end "
        "first.", "missed"),
    "Staff": _Sheet(service.staff, lambda _: f"{service.STAFF_NEED}.", "staff"),
    "Added staff": _Sheet(
        service.added_staff, lambda _: "What each added machine needs in its first full year, if patients fill its "
        "staffed hours.", "added_staff", totals=("units", "full_scans")),
    "Reporting": _Sheet(
        service.reporting, lambda _: "Scans without a report at the start of a year and scans of the year are reported "
        "or left without one at its end.", "reports",
        totals=("scans_done", "radiologist", "radiographer", "outsourced")),
    "Beside machines": _Sheet(
        service.beside_machines, lambda _: "Prices are today's, ex VAT. Sums of costs may differ from the plan's by "
        "the rounding of each line and year.", "extra", totals=("scans", "extra_gbp"), fixed=4),
    "Cover": _Sheet(
        service.cover, lambda _: "How sites with one machine of a modality are kept going while it is replaced.",
        "cover"),
    "Use": _Sheet(
        service.use, lambda _: "Planned lives are fixed from use in the base year; this is the band of use that the "
        "plan implies, scans on mobile vans left out.", "use"),
    "Buying together": _Sheet(
        lambda tables: _told(tables.money.together_words)[0], lambda tables: _told(tables.money.together_words)[1],
        "money.shares", totals=("alone_gbp", "pays_gbp", "saving_gbp"), fixed=2),
    "Groups of trusts": _Sheet(
        lambda tables: _told(tables.money.together_words)[0],
        lambda _: "Each group of trusts that was planned by itself; its saving is against its members' plans alone.",
        "money.coalitions", fixed=1),
    "Fairness": _Sheet(
        lambda tables: _told(tables.money.fairness_words)[0], lambda tables: _told(tables.money.fairness_words)[1],
        "money.fairness", fixed=1),
    "Fairness by trust": _Sheet(
        lambda tables: _told(tables.money.fairness_words)[0], lambda _: "What is compared between trusts, under each "
        "bound that has a plan.", "money.fairness_shares", fixed=1),
    "Challenges": _Sheet(
        money.challenges, lambda _: "Both plans serve the same patients at the same prices. Costs are discounted and "
        "real; the charge at which they tie is exact for the plans found.", "money.challenges", fixed=1, pages=2),
    "Challenge by year": _Sheet(
        money.challenges, lambda _: "Cash paid and capital charged in both ways, all machines and trusts together.",
        "money.challenge_years", fixed=2),
}  # fmt: skip

LIST_SHEETS = tuple(_SHEETS)
"""Names of the sheets."""


def list_sheets(tables: Tables) -> tuple[str, ...]:
    """Names of the sheets that have something to show."""
    return tuple(name for name, sheet in _SHEETS.items() if not sheet.frame(tables).empty)


def list_sheet(leaf: Leaf, tables: Tables) -> Placed:
    """Write the sheet by its name; returns its table."""
    sheet = _SHEETS[leaf.sheet.get_name()]
    name = "".join(word.capitalize() for word in sheet.table.rpartition(".")[2].split("_"))
    placed = leaf.sheet_of(sheet.say(tables), sheet.remark(tables), sheet.frame(tables), name, pages=sheet.pages)
    leaf.sheet.freeze_panes(TOP + 1, sheet.fixed)
    if sheet.totals:
        leaf.totals(placed, sheet.totals)
    return placed
