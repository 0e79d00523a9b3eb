"""What the tables of a study say, in a sentence each."""

from __future__ import annotations

import pandas as pd

from reports.study.tables import StudyTables
from reports.style import capitalised, count, millions

__all__ = ["costs", "endings", "frontier", "story"]


def costs(tables: StudyTables) -> str:
    """Which scenario costs least and which most."""
    rows = tables.results[tables.results["whole_life_gbp"].notna()]
    if len(rows) < 2:
        return "Only one scenario has a plan" if len(rows) else "No scenario has a plan"
    order = rows["whole_life_gbp"].astype(float).to_numpy().argsort(kind="stable")
    least, most = (rows.iloc[int(order[place])] for place in (0, -1))
    return (
        f"{capitalised(str(least.scenario))} costs least, {millions(least.whole_life_gbp)} over the whole life; "
        f"{most.scenario} most, {millions(most.whole_life_gbp)}"
    )


def endings(tables: StudyTables) -> str:
    """How many scenarios ended how."""
    found = tables.results["ending"].value_counts(sort=False)
    return f"{count(len(tables.results), 'scenario')}: " + ", ".join(
        f"{number} {name}" for name, number in found.items()
    )


def frontier(rows: pd.DataFrame) -> str:
    """What the whole sweep is worth, and its two halves."""
    swept = str(rows["swept"].iloc[0])
    planned = rows[rows["whole_life_gbp"].notna()]
    if len(planned) < 2:
        return f"Too few levels of {swept} have a plan to say what it does"
    first, middle, last = (planned.iloc[place] for place in (0, len(planned) // 2, -1))
    lower, upper = (f"{float(level) * 100:.4g}%" for level in (first.level, last.level))
    change = last.whole_life_gbp - first.whole_life_gbp
    words = f"{capitalised(swept)} from {lower} to {upper} {'adds' if change > 0 else 'saves'} {millions(abs(change))}"
    if len(planned) < 3:
        return words
    half = first.whole_life_gbp - middle.whole_life_gbp if change < 0 else middle.whole_life_gbp - first.whole_life_gbp
    share = half / abs(change) if change else 0
    return f"{words}; {share:.0%} of it by {float(middle.level) * 100:.4g}%"


def story(tables: StudyTables) -> list[tuple[str, str]]:
    """Questions a board asks of a study, answered."""
    rows = tables.results
    open_ = rows[rows["against_verdict"] == "not resolved"]
    told = [("What was planned?", f"{endings(tables)}."), ("What costs least?", f"{costs(tables)}.")]
    if len(open_):
        names = ", ".join(str(name) for name in open_["scenario"].head(6))
        told.append((
            "What cannot be told apart?",
            f"{count(len(open_), 'scenario')} from {rows['scenario'].iloc[0]}, within the gaps proven: {names}.",
        ))  # fmt: skip
    without = rows[rows["whole_life_gbp"].isna()]
    if len(without):
        names = ", ".join(f"{each.scenario} ({each.ending})" for each in without.itertuples())
        told.append(("What has no plan?", f"{names}. Each is counted, none is left out."))
    return told
