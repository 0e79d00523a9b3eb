"""Parts of the page on why each machine and addition is treated as it is, and on what binds."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from reports.charts import ledger as charts
from reports.findings import ledger as findings
from reports.sections.section import Section, given, named, section
from reports.style import capitalised, count
from reports.tables import Tables

__all__ = ["why"]

_COST = (
    "Cost to the network is whole-life cost, discounted and real, of the best plan with the change, less that of the "
    "best plan without it."
)


def why(tables: Tables) -> list[Section]:
    """Why not ours, what more money would buy, and what one more of each other limit would; absent without a ledger."""
    return [*_ledger(tables), *_worth(tables)]


def _ledger(tables: Tables) -> list[Section]:
    found = tables.ledger
    if found.entries.empty:
        return []
    folded = (
        (found.renewed, "machine is", "replaced, retired or upgraded: why, and what else might be done"),
        (found.refused, "addition is", "not made: why not"),
        (found.added, "addition is", "made: why"),
    )
    more = tuple(
        section(f"{capitalised(count(len(rows), thing))} {words}", "", rows)
        for rows, thing, words in folded
        if len(rows)
    )
    part = section("Why not ours?", findings.why(tables), found.due,
                   f"Machines that are due and not renewed come first. {_COST} {findings.PRICE_RULE}. Every machine is "
                   "in the workbook, on the sheet Why not ours; capitalplan explain RUN MACHINE --exact plans "
                   "again for one.",
                   is_whole=True)  # fmt: skip
    return [replace(part, more=more)]


def _worth(tables: Tables) -> list[Section]:
    found = tables.ledger
    others = found.others
    left_out = len(found.worth) - len(found.money) - len(others)
    nothing = f" {capitalised(count(left_out, 'change is'))} left out: proven to be worth nothing." if left_out else ""
    return [
        *given("What more money would buy", findings.worth, tables, _shown(found.money),
               f"What the network would save in whole-life cost with a little more of a funding source in a year, and "
               f"what a little less would cost it. {findings.PRICE_RULE}.", charts.worth),
        *given("What else binds", findings.others, tables, _shown(others),
               f"Installations, radiographers and travel: what the network would save in whole-life cost with a little "
               f"more of each.{nothing} {findings.PRICE_RULE}."),
    ]  # fmt: skip


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    return named(rows, "price_words")
