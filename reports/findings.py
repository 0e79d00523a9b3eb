"""What each table says, in one sentence: the titles of sheets and charts."""

from __future__ import annotations

import pandas as pd

from capitalplan.plan.plan import Plan
from reports.style import BANDS, capitalised, count, millions, pounds, years_listed
from reports.tables import Tables, typical_scanner_gbp

__all__ = [
    "STATEMENT_OF_NEED",
    "added",
    "ages",
    "assumptions",
    "binding",
    "breaches",
    "capacity",
    "checks",
    "comparison",
    "distance",
    "moves",
    "need",
    "not_funded",
    "price_tests",
    "scanners",
    "schemes",
    "spend",
    "summary",
    "timeline",
    "trusts",
]

STATEMENT_OF_NEED = "Statement of need: no capital limits were given; not a funded plan"


def summary(tables: Tables, plan: Plan) -> str:
    """Say in one sentence what the whole plan does."""
    ours = tables.comparison.iloc[0]
    years = plan.years
    return (
        f"{capitalised(count(ours.replacements, 'machine is'))} replaced and "
        f"{count(ours.additions, 'machine is')} added for {millions(ours.capital_gbp)} of capital "
        f"over {count(len(years), 'year')}; machines past their planned life go from "
        f"{years[0].over_age:,} of {years[0].machines:,} in the first year "
        f"to {years[-1].over_age:,} of {years[-1].machines:,} in the last"
    )


def distance(plan: Plan) -> str:
    """Say how far the plan is from the best possible, in money and in scanners."""
    if plan.gap_gbp is None:
        return "How far this plan is from the best possible was not proven"
    if plan.gap_gbp <= 0:
        return "No plan under these assumptions can cost less"
    words = f"This plan is within {millions(plan.gap_gbp)} of the best possible under these assumptions"
    size = scanners(plan)
    if size is None:
        return words
    return f"{words}, " + (f"about {count(round(size), 'scanner')}" if size >= 0.75 else "less than one scanner")


def scanners(plan: Plan) -> float | None:
    """Gap in scanners, by the median capital charged for a CT or MR replacement; None where either is missing."""
    price = typical_scanner_gbp(plan)
    return None if price is None or plan.gap_gbp is None else plan.gap_gbp / price


def schemes(tables: Tables) -> str:
    """Say what the lines of the plan hold."""
    kept = len(tables.schemes) - len(tables.acted)
    late = int((tables.acted["timing"] == "late").sum())
    done = capitalised(count(len(tables.acted), "scheme"))
    return f"{done} over the plan, {late:,} later than planned life; {count(kept, 'machine is')} kept throughout"


def spend(tables: Tables, plan: Plan) -> str:
    """Say in how many years money holds the plan back and how much of it is spent."""
    total = tables.years["spent_gbp"].sum()
    if not plan.funded:
        return f"No capital limits were given; what is proposed costs {millions(total)}"
    held = {limit.year for limit in plan.binding if limit.rule == "money"}
    of_all = f"{millions(total)} of {millions(tables.years['limit_gbp'].sum())} is spent"
    if None in held:
        return f"Spend reaches a limit on money over all years; {of_all}"
    if not held:
        return f"Spend stays below every limit in all years; {of_all}"
    return f"Spend reaches a limit in {len(held)} of {len(plan.years)} years; {of_all}"


def timeline(tables: Tables) -> str:
    """Say in which year most machines are installed."""
    by_year = tables.activity.groupby("year_label")["machines"].sum()
    if by_year.sum() == 0:
        return "No machine is replaced or added"
    return f"{by_year.sum():,} installations; the busiest year is {by_year.idxmax()} with {by_year.max():,}"


def need(tables: Tables) -> str:
    """Say how much is needed without limits, and how much of it is overdue."""
    if tables.need.empty:
        return "No machine reaches its planned life within the plan"
    lines = tables.need
    overdue = count(int(lines["overdue"].sum()), "machine is")
    renewals = count(int(lines["machines"].sum()), "renewal")
    total = millions(lines["need_gbp"].sum())
    return f"Without limits {total} would be needed for {renewals}; {overdue} already past planned life"


def ages(tables: Tables) -> str:
    """Say how the share of machines over ten years moves, and whether the golden rules are met."""
    everything = tables.ages[tables.ages["way"] == "all"]
    first, last = (group for _, group in everything.groupby("moment", sort=False))
    before, after = (_share(group) for group in (first, last))
    rule = "is met" if (last["verdict"] == "met").all() else "is not met"
    moment = last["moment"].iloc[0]
    return f"Machines over ten years old go from {before:.0%} to {after:.0%}; the 60/30/10 rule {rule} {moment}"


def _share(group: pd.DataFrame) -> float:
    return float(group.loc[group["band"] == BANDS[2], "share"].iloc[0])


def capacity(tables: Tables) -> str:
    """Say where and from when demand outgrows capacity, the widest shortfall first."""
    frame = tables.capacity
    if frame.empty:
        return "No demand was given: machines are planned by age alone"
    short = frame[frame["balance"] < 0]
    if short.empty:
        return "Capacity covers demand at every site in every year"
    places = [place for _, place in short.groupby(["line", "site"])]
    worst = min(places, key=lambda place: int(place["balance"].sum()))
    line, site, name = worst[["line", "site", "site_name"]].iloc[0]
    others = len(places) - 1
    more = f"; {others:,} other {'place is' if others == 1 else 'places are'} short at times" if others else ""
    return f"{line} demand exceeds own capacity at {name} ({site}) in {years_listed(list(worst['year']))}{more}"


def not_funded(tables: Tables) -> str:
    """Say how many machines reach their planned life and are not renewed."""
    frame = tables.not_funded
    if frame.empty:
        return "Every machine that reaches its planned life within the plan is renewed or kept by choice"
    worst = frame.iloc[0]
    return (
        f"{capitalised(count(len(frame), 'machine'))} due within the plan not funded, "
        f"{pounds(frame['price_gbp'].sum())} at today's prices; the longest overdue is {worst.asset_id}, "
        f"{count(worst.life_at_end, 'year')} past planned life at the end"
    )


def comparison(tables: Tables) -> str:
    """Say how the plan compares with the best other way that keeps every rule."""
    ours, others = tables.comparison.iloc[0], tables.comparison.iloc[1:]
    if others.empty:
        return "No other way of planning was costed"
    sound = others[others["breaches"] == 0]
    pool = sound if not sound.empty else others
    best = pool.sort_values("whole_life_gbp").iloc[0]
    saved = best.whole_life_gbp - ours.whole_life_gbp
    manner = "" if best.breaches == 0 else f", which breaks {count(best.breaches, 'rule')}"
    if saved == 0:
        return f"This plan costs as much over its life as '{best.alternative}'{manner}"
    words = "less" if saved > 0 else "more"
    return f"This plan costs {millions(abs(saved))} {words} over its life than '{best.alternative}'{manner}"


def added(tables: Tables) -> str:
    """Say what is added, by service line."""
    machines = tables.added[tables.added["action"] == "add"]
    rooms = int(tables.added["units"].sum() - machines["units"].sum())
    if machines.empty:
        return "No machine is added"
    by_line = machines.groupby("line")["units"].sum()
    total = int(by_line.sum())
    parts = ", ".join(f"{units} {line}" for line, units in by_line.items())
    built = f", with {count(rooms, 'new room')}" if rooms else ""
    return f"{capitalised(count(total, 'machine is'))} added: {parts}{built}"


def price_tests(tables: Tables) -> str:
    """Say which price moves the plan most."""
    frame = tables.price_tests
    if frame.empty:
        return "No price was tested"
    most = frame.sort_values("schemes_changed", kind="stable").iloc[-1]
    if most.schemes_changed == 0:
        return "Halving or doubling any one price changes no scheme"
    changed = count(most.schemes_changed, "scheme")
    return f"{capitalised(most.price)} at {most.factor} moves the plan most: {changed} would change"


def assumptions(tables: Tables) -> str:
    """Say how many defaults were used and how many of them are judgements."""
    frame = tables.assumptions
    if frame.empty:
        return "No default was used: every figure is the register's own"
    loose = int(frame["source"].str.startswith("illustrative").sum())
    return f"{capitalised(count(len(frame), 'default'))} filled gaps in the register; {loose:,} of them illustrative"


def checks(tables: Tables) -> str:
    """Say whether the re-check holds."""
    frame = tables.checks
    if frame.empty:
        return "The plan has not been re-checked"
    broken = int((frame["breaches"] > 0).sum())
    if broken:
        return f"{capitalised(count(broken, 'rule'))} of {len(frame)} did not hold when the plan was re-checked"
    return f"All {len(frame)} rules hold: {frame['checked'].sum():,} things re-checked from the register alone"


def binding(tables: Tables) -> str:
    """Say how many limits hold the plan back."""
    frame = tables.binding
    if frame.empty:
        return "No limit holds the plan back"
    kinds = ", ".join(f"{number:,} on {rule}" for rule, number in frame["rule"].value_counts().items())
    return f"{capitalised(count(len(frame), 'limit'))} {'hold' if len(frame) != 1 else 'holds'} the plan back: {kinds}"


def trusts(tables: Tables) -> str:
    """Say which trust takes the largest share of capital."""
    totals = tables.trust_spend.groupby("trust_name", sort=False)["capital_gbp"].sum()
    if totals.sum() == 0:
        return "No trust is charged any capital"
    return f"{totals.idxmax()} takes the largest share of capital: {millions(totals.max())} of {millions(totals.sum())}"


def breaches(tables: Tables) -> str:
    """Say how many rules other ways of planning break."""
    if tables.breaches.empty:
        return "Every other way of planning keeps every rule"
    return f"Other ways of planning break {count(len(tables.breaches), 'rule')}"


def moves(tables: Tables) -> str:
    """Say how many machines other ways of planning treat differently, and how many this plan leaves worse off."""
    frame = tables.moves
    if frame.empty:
        return "Other ways of planning treat no machine differently"
    at_risk = int(frame["at_risk"].sum())
    differ = f"Other ways of planning differ in {count(len(frame), 'place')}"
    return f"{differ}; {count(at_risk, 'machine is')} left over age here and renewed there"
