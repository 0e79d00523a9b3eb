"""What the ledger says: what is cheapest to bring in, and where a little more of a limit is worth most."""

from __future__ import annotations

import pandas as pd

from capitalplan.analysis.price import Basis
from reports.figures.ledger import BROUGHT_IN, SAVES
from reports.figures.limits import ALL_YEARS
from reports.figures.schemes import NOT_RENEWED
from reports.style import capitalised, count
from reports.tables import Tables

__all__ = ["BLANK", "PRICE_RULE", "binds", "cheapest", "others", "why", "worth"]

PRICE_RULE = (
    "An estimate is read off what the limits are worth, without planning again: it is a guide, not a promise. The "
    "interval beside it is as sure as the plan's own bound: the true price lies within it. Exact means that the plan "
    "was made again with the change; the interval then left is as wide as the gaps to which both plans are proven, and "
    "a price whose interval spans zero is not resolved"
)

BLANK = "At most is blank where no plan with the change is at hand"


def why(tables: Tables) -> str:
    """Say how many machines are due and not renewed, and which is cheapest to bring in."""
    due = tables.ledger.due
    if due.empty:
        return "Every machine due within the plan is renewed"
    (word,) = set(tables.ledger.forced["timing"]) & set(NOT_RENEWED)
    return "; ".join([f"{capitalised(count(len(due), 'machine is'))} due and {word}", *cheapest(tables)])


def cheapest(tables: Tables) -> list[str]:
    """Name the machine that is due, not renewed and cheapest to bring in; nothing where no price is estimated.

    An estimate of nothing is no finding: the prices cannot tell such a choice from the plan's own.
    """
    rows = tables.ledger.forced
    rows = rows[rows["timing"].isin(NOT_RENEWED) & (rows["forcing"] == BROUGHT_IN) & rows["estimate_gbp"].notna()]
    is_blank = (rows["estimate_gbp"] == 0) & (rows["price_basis"] == str(Basis.ESTIMATE))
    told, blank = rows[~is_blank], int(is_blank.sum())
    parts = [f"for {blank:,} of them the estimate is £0, too close to tell without planning again"] if blank else []
    if told.empty:
        return parts
    best = told.iloc[int(told["estimate_gbp"].astype(float).argmin())]
    how = f"{best.forced_action} {best.forced_year}".strip()
    which = "of the others the cheapest" if blank else "the cheapest"
    name = f"{which} to bring in is the {best.line} {best.treated} at {best.site_name}{f' ({how})' if how else ''}"
    return [*parts, f"{name}; cost to the network: {best.price_words}"]


def worth(tables: Tables) -> str:
    """Say where more money is worth most."""
    best = _best(tables.ledger.money)
    if best is None:
        return "More of any funding source in any year would save nothing, by estimate"
    return f"{capitalised(best.limit_change)} of {best.place} {_when(best)} is worth {best.price_words}"


def binds(tables: Tables) -> str:
    """Say where more money is worth most; without funding sources, which other limit is."""
    return others(tables) if tables.ledger.money.empty else worth(tables)


def others(tables: Tables) -> str:
    """Say which other limit is worth most to widen."""
    best = _best(tables.ledger.others)
    if best is None:
        return "One more of any other limit would save nothing, by estimate"
    return f"{capitalised(best.limit_change)}, {best.place}, {best.year_label}, is worth {best.price_words}"


def _best(rows: pd.DataFrame) -> pd.Series | None:
    """The widened limit that is worth most; None where none is worth anything, or it is not resolved."""
    wider = rows[(rows["effect"] == SAVES) & rows["estimate_gbp"].notna()]
    is_sure = (wider["price_basis"] == str(Basis.ESTIMATE)) | (wider["low_gbp"].astype(float) > 0)
    wider = wider[is_sure & (wider["estimate_gbp"].astype(float) > 0)]
    return None if wider.empty else wider.iloc[int(wider["estimate_gbp"].astype(float).argmax())]


def _when(row: pd.Series) -> str:
    return "in every year" if row.year_label == ALL_YEARS else f"in {row.year_label}"
