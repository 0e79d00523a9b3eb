"""What each table says, in one sentence: the titles of sheets and charts."""

from __future__ import annotations

import pandas as pd

from capitalplan.plan.plan import Plan
from capitalplan.terms import year_label
from reports.beside import ALL_KEPT
from reports.style import BANDS, capitalised, count, millions, pounds, years_listed
from reports.tables import Tables, typical_scanner_gbp

__all__ = [
    "AGE_RULE",
    "NOT_KNOWN",
    "STATEMENT_OF_NEED",
    "added",
    "ages",
    "assumptions",
    "binding",
    "breaches",
    "capacity",
    "checks",
    "comparison",
    "costs",
    "distance",
    "largest_moves",
    "moved",
    "need",
    "not_funded",
    "patients",
    "price_tests",
    "scanners",
    "schemes",
    "spend",
    "story",
    "timeline",
    "trusts",
]

STATEMENT_OF_NEED = "Statement of need: no capital limits were given; not a funded plan"
AGE_RULE = (
    "COCIR and ESR golden rules: at least 60% under 5 years, at most 30% from 6 to 10, at most 10% over 10; machines "
    "aged 5 are counted in the middle band here"
)
NOT_KNOWN = "Not in the plan: staff, reporting, waiting lists and the choice between buying and leasing"

_ALMOST_ONE = 0.75
"""Scanners from which a distance is rounded to one."""


def story(tables: Tables, plan: Plan) -> list[tuple[str, str]]:
    """Say what a board asks first: what the plan does, how good it is, what it costs, what is left, who is served."""
    ours = tables.comparison.iloc[0]
    years, kpis = plan.years, plan.kpis
    period = f"from {year_label(years[0].year)} to {year_label(years[-1].year)}"
    does = (
        f"{capitalised(count(ours.replacements, 'machine is'))} replaced and {ours.additions or 'none'} added {period}"
    )
    age = (
        f"machines past their planned life go from {kpis['over_age_start']:,} of {kpis['machines_start']:,} "
        f"at the start to {ours.over_age:,} of {years[-1].machines:,} at the end"
    )
    judged = int(kpis["age_risk_value_gbp"]) + int(kpis["travel_value_gbp"])
    cost = (
        f"Its whole-life cost is {millions(plan.objective_gbp)}, discounted; {millions(judged)} of that is a price put "
        "on over-age machines and on patients moved, not cash"
    )
    return [
        ("What it does", f"{does}; {age}."),
        ("How good it is", f"{distance(plan)}. {comparison(tables)}{_what_it_leaves(tables)}."),
        ("What it costs", f"{spend(tables, plan)}. {cost}."),
        ("What is not funded" if plan.funded else "What is not renewed", f"{not_funded(tables, plan)}."),
        ("What patients get", f"{patients(tables, plan)}."),
    ]


def distance(plan: Plan) -> str:
    """Say how far the plan is from the best possible, in money and in scanners."""
    if plan.gap_gbp is None:
        return "How far this plan is from the best possible was not proven"
    if plan.gap_gbp <= 0:
        return "No plan under these assumptions can cost less"
    words = f"This plan is within {millions(plan.gap_gbp)} of the best possible under these assumptions"
    size, price = scanners(plan), typical_scanner_gbp(plan)
    if size is None or price is None:
        return words
    about = f"about {count(round(size), 'scanner')}" if size >= _ALMOST_ONE else "less than one scanner"
    return f"{words}, {about} ({millions(price)} each)"


def patients(tables: Tables, plan: Plan) -> str:
    """Say what share of the scans needed is done in the network, and what doing nothing would leave undone."""
    needed = sum(sum(line.demand.values()) for line in plan.years)
    if not needed:
        return "No demand was given: machines are planned by age alone"
    outside = int(tables.comparison.iloc[0].unmet_scans)
    words = (
        f"{1 - outside / needed:.1%} of the {needed:,} scans needed are done in the network; "
        f"{outside:,} are bought outside"
    )
    if len(tables.comparison) < 2:
        return words
    other = tables.comparison.iloc[1]
    return f"{words}, against {other.unmet_scans:,} under '{other.alternative}'"


def scanners(plan: Plan) -> float | None:
    """Gap in scanners, by the median capital charged for a CT or MR replacement; None where either is missing."""
    price = typical_scanner_gbp(plan)
    return None if price is None or plan.gap_gbp is None else plan.gap_gbp / price


def schemes(tables: Tables) -> str:
    """Say what the lines of the plan hold."""
    kept = len(tables.schemes) - len(tables.acted)
    late = int((tables.acted["timing"] == "late").sum())
    done = capitalised(count(len(tables.acted), "scheme"))
    return f"{done}; {late:,} of them renew a machine later than its planned life; {count(kept, 'machine is')} kept"


def spend(tables: Tables, plan: Plan) -> str:
    """Say how much of the limits is spent, and in how many years machines wait for want of money."""
    total = tables.years["spent_gbp"].sum()
    if not plan.funded:
        return f"No capital limits were given; what is proposed costs {millions(total)}"
    limit = tables.years["limit_gbp"].sum()
    of_all = f"{millions(total)} of the {millions(limit)} limit is spent"
    held = {bound.year for bound in plan.binding if bound.rule == "money"}
    if not held:
        return f"{of_all}; no machine waits for want of money"
    when = "every year" if len(held) == len(plan.years) else f"{len(held)} of {len(plan.years)} years"
    return f"{of_all}; in {when} machines wait that what is left cannot pay for"


def timeline(tables: Tables) -> str:
    """Say in which year most machines are installed."""
    by_year = tables.activity.groupby("year_label")["machines"].sum()
    if by_year.sum() == 0:
        return "No machine is replaced or added"
    done, most = count(int(by_year.sum()), "installation"), by_year.max()
    if (by_year == most).sum() > 1:
        return f"{capitalised(done)}, at most {most:,} in any year"
    return f"{capitalised(done)}; the busiest year is {by_year.idxmax()} with {most:,}"


def need(tables: Tables) -> str:
    """Say how much is needed without limits, and how much of it is overdue."""
    if tables.need.empty:
        return "No machine reaches its planned life within the plan"
    lines = tables.need
    overdue = int(lines["overdue"].sum())
    renewals = count(int(lines["machines"].sum()), "renewal")
    total = millions(lines["need_gbp"].sum())
    return f"Without limits {total} would pay for {renewals} like for like, {overdue:,} of them overdue at the start"


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
    more = f"; {others:,} more {'place is' if others == 1 else 'places are'} short at times" if others else ""
    return f"{line} demand exceeds own capacity most at {name} ({site}): {years_listed(list(worst['year']))}{more}"


def not_funded(tables: Tables, plan: Plan) -> str:
    """Say how many machines reach their planned life and are not renewed."""
    frame = tables.not_funded
    if frame.empty:
        return "No machine due within the plan is left unrenewed"
    worst = frame.iloc[0]
    outcome = "are not funded" if plan.funded else "are not renewed, though no limit forbids it"
    return (
        f"{capitalised(count(len(frame), 'machine'))} due within the plan {_agreed(outcome, len(frame))}: "
        f"{millions(frame['price_gbp'].sum())} of equipment at today's prices; the longest overdue is the {worst.line} "
        f"{worst.asset_id} at {worst.site_name}, {count(worst.life_at_end, 'year')} past planned life at the end"
    )


def _agreed(words: str, number: int) -> str:
    return words.replace("are ", "is ", 1) if number == 1 else words


def comparison(tables: Tables) -> str:
    """Say how the plan compares with the best other way, one that keeps every rule if there is one."""
    ours, pool = tables.comparison.iloc[0], _rivals(tables)
    if pool.empty:
        return "No other way of planning was costed"
    best = pool.iloc[0]
    saved = best.whole_life_gbp - ours.whole_life_gbp
    manner = "" if best.kept == ALL_KEPT else f" ({best.kept})"
    kind = "" if len(pool) == len(tables.comparison) - 1 else " that keeps every rule"
    if saved == 0:
        return f"This plan costs as much over its life as '{best.alternative}'{manner}"
    words = "less" if saved > 0 else "more"
    return (
        f"This plan costs {millions(abs(saved))} {words} over its life than the next best way{kind}, "
        f"'{best.alternative}'{manner}"
    )


def _rivals(tables: Tables) -> pd.DataFrame:
    """Other ways of planning, the best first; those that keep every rule if there are any."""
    others = tables.comparison.iloc[1:].sort_values("whole_life_gbp")
    sound = others[others["kept"] == ALL_KEPT]
    return others if sound.empty else sound


def _what_it_leaves(tables: Tables) -> str:
    """Say what the next best way does for machines and patients, so that its cost is not the only thing compared."""
    rivals = _rivals(tables)
    if rivals.empty:
        return ""
    best = rivals.iloc[0]
    old = count(best.over_age, "machine is")
    return f"; there {old} past planned life at the end and {count(best.unmet_scans, 'scan is')} bought outside"


def costs(plan: Plan) -> str:
    """Say how the whole-life cost is made up."""
    kpis = plan.kpis
    cash, left = int(kpis["cash_cost_gbp"]), int(kpis["remaining_value_gbp"])
    judged = int(kpis["age_risk_value_gbp"]) + int(kpis["travel_value_gbp"])
    return (
        f"The whole-life cost of {millions(plan.objective_gbp)} is {millions(cash)} of cash costs, less "
        f"{millions(left)} of value left at the end, and {millions(judged)} of prices put on age and travel"
    )


def added(tables: Tables) -> str:
    """Say what is added, by service line."""
    machines = tables.added[tables.added["action"] == "add"]
    rooms = int(tables.added["units"].sum() - machines["units"].sum())
    if machines.empty:
        return "No machine is added"
    by_line = machines.groupby("line")["units"].sum()
    total = int(by_line.sum())
    parts = ", ".join(f"{units} {line}" for line, units in by_line.items())
    built = f"; {count(rooms, 'room is')} built for them" if rooms else ""
    return f"{capitalised(count(total, 'machine is'))} added: {parts}{built}"


def price_tests(tables: Tables) -> str:
    """Say which price moves the plan most."""
    frame = tables.price_tests
    if frame.empty:
        return "No price was tested"
    most = frame.sort_values("schemes_changed", kind="stable").iloc[-1]
    if most.schemes_changed == 0:
        return "Halving or doubling any one price changes no scheme"
    return (
        f"The {most.price} moves the plan most: {most.factor}, it changes "
        f"{count(most.schemes_changed, 'machine')} or additions"
    )


def assumptions(tables: Tables) -> str:
    """Say how many defaults were used and how many of them are judgements."""
    frame = tables.assumptions
    if frame.empty:
        return "No default was used: every figure is the register's own"
    loose = int(frame["source"].str.contains("illustrative").sum())
    used = capitalised(count(len(frame), "default"))
    return f"{used} filled gaps in the register; {loose:,} of them are illustrative in whole or in part"


def checks(tables: Tables) -> str:
    """Say whether the re-check holds."""
    frame = tables.checks
    if frame.empty:
        return "The plan has not been re-checked"
    broken = int((frame["not_kept"] > 0).sum())
    if broken:
        return f"{capitalised(count(broken, 'rule'))} of {len(frame)} did not hold when the plan was re-checked"
    return f"Every rule holds: {frame['checked'].sum():,} things re-checked from the register alone"


def binding(tables: Tables) -> str:
    """Say which kinds of limit hold the plan back, and at how many places."""
    frame = tables.binding
    if frame.empty:
        return "No limit holds the plan back"
    places = frame.groupby("rule", sort=False)["place"].nunique()
    return "What holds the plan back: " + ", ".join(
        f"{str(rule).lower()} ({number:,})" for rule, number in places.items()
    )


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
    ways, broken = tables.breaches["alternative"].nunique(), len(tables.breaches)
    return (
        f"{ways:,} of the {len(tables.comparison) - 1:,} other ways of planning could not be carried out: "
        f"{count(broken, 'rule')} not kept"
    )


def moved(tables: Tables) -> str:
    """Say against which other way most machines are left past their planned life, and how many."""
    frame = tables.moved
    if tables.moves.empty:
        return "Other ways of planning treat no machine differently"
    most = frame.sort_values("left_over_age", kind="stable").iloc[-1]
    words = f"Against '{most.alternative}' {most.moved:,} machines and additions are treated differently"
    if most.left_over_age == 0:
        return f"{words}; no machine renewed elsewhere is left past its planned life here"
    return f"{words}; {most.left_over_age:,} renewed there are left past their planned life here"


def largest_moves(tables: Tables) -> str:
    """Say which single change gains most."""
    if tables.moves.empty:
        return "Nothing moved"
    best = tables.moves.iloc[int(tables.moves["gain_gbp"].astype(int).argmax())]
    return (
        f"The largest single gain is {pounds(best.gain_gbp)}: {best.what} at {best.site_name}, "
        f"{best.ours} in this plan, {best.theirs} under '{best.way}'"
    )
