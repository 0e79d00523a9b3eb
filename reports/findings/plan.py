"""What the tables of money, machines and other ways of planning say, in one sentence each."""

from __future__ import annotations

import pandas as pd

from capitalplan.plan.plan import Plan
from capitalplan.terms import year_label
from reports.figures.limits import ALL_YEARS
from reports.findings import service
from reports.style import BANDS, capitalised, count, millions, pounds, years_listed
from reports.tables import Tables

__all__ = [
    "AGE_RULE",
    "LIMITS_RULE",
    "MONEY_LIMITS",
    "added",
    "ages",
    "assumptions",
    "binding",
    "breaches",
    "capacity",
    "checks",
    "largest_moves",
    "limits",
    "moved",
    "need",
    "not_funded",
    "patients",
    "price_tests",
    "schemes",
    "spend",
    "timeline",
    "trusts",
]

AGE_RULE = (
    "COCIR and ESR golden rules: at least 60% under 5 years, at most 30% from 6 to 10, at most 10% over 10; machines "
    "aged 5 are counted in the middle band here"
)

MONEY_LIMITS = ("money", "capital limit", "cash")
"""Rules by which money holds a plan back."""

LIMITS_RULE = (
    "Capital, installations and rooms hold the plan back where machines wait for them; staff where scans or reports "
    "are bought outside or late; extra capacity where all on offer is used; revenue limits where they are passed"
)


def patients(tables: Tables, plan: Plan) -> str:
    """Say what share of the scans needed is done in the network, and what doing nothing would leave undone."""
    needed = sum(sum(line.demand.values()) for line in plan.years)
    if not needed:
        return "No demand was given: machines are planned by age alone"
    outside = int(tables.comparison.iloc[0].unmet_scans)
    if tables.waiting.empty:
        done = f"{1 - outside / needed:.1%} of the {needed:,} scans needed are done in the network"
    else:
        longer = int(plan.kpis["waiting_end"]) - int(plan.kpis["waiting_start"])
        lists = (
            f"lists {'grow' if longer > 0 else 'fall'} by {abs(longer):,}"
            if longer
            else "lists stay as long as they are"
        )
        done = f"{needed - longer - outside:,} scans are done in the network for {needed:,} needed, and {lists}"
    words = f"{done}; {outside:,} are bought outside{_most_outside(plan)}"
    if len(tables.comparison) > 1:
        other = tables.comparison.iloc[1]
        waiting = f", with {other.waiting_end:,} waiting at its end" if not tables.waiting.empty else ""
        words = f"{words}, against {other.unmet_scans:,} under '{other.alternative}'{waiting}"
    unmet = service.unmet_scans(tables)
    return f"{words}; {unmet:,} of them are beyond what outside providers offer: nobody can do them" if unmet else words


def _most_outside(plan: Plan) -> str:
    """Name in brackets the year in which most scans are bought outside; empty unless there are several."""
    by_year = {line.year: sum(line.outside_scans.values()) for line in plan.years}
    worst = max(by_year, key=lambda year: by_year[year])
    return f" (most in {year_label(worst)}: {by_year[worst]:,})" if sum(map(bool, by_year.values())) > 1 else ""


def schemes(tables: Tables) -> str:
    """Say what the lines of the plan hold."""
    kept = len(tables.schemes) - len(tables.acted)
    replaced = tables.acted[tables.acted["action"] == "replace"]
    late = int((replaced["timing"] == "late").sum())
    done = capitalised(count(len(tables.acted), "scheme"))
    return f"{done}; {late:,} of them replace a machine later than its planned life; {count(kept, 'machine is')} kept"


def spend(tables: Tables, plan: Plan) -> str:
    """Say how much of the limits is spent, and in how many years machines wait for want of money."""
    total = tables.years["spent_gbp"].sum()
    if not plan.funded:
        return f"No capital limits were given; what is proposed costs {millions(total)}"
    limit = tables.years["limit_gbp"].sum()
    of_all = f"{millions(total)} of the {millions(limit)} that funding sources offer is spent"
    held = {bound.year for bound in plan.binding if bound.rule in MONEY_LIMITS}
    if not held:
        return f"{of_all}; no machine waits for want of money"
    when = "every year" if len(held) == len(plan.years) else f"{len(held)} of {len(plan.years)} years"
    return f"{of_all}; in {when} machines wait because what is left cannot pay for them"


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


def added(tables: Tables) -> str:
    """Say what is added, by service line."""
    machines = tables.added[tables.added["action"] == "add"]
    rooms = int(tables.added["units"].sum() - machines["units"].sum())
    if machines.empty:
        return "No machine is added"
    by_line = machines.groupby("line")["units"].sum()
    total = int(by_line.sum())
    built = f"; {count(rooms, 'room is')} built for them" if rooms else ""
    if len(by_line) == 1:
        return f"{total:,} {by_line.index[0]} {'machine is' if total == 1 else 'machines are'} added{built}"
    parts = service.joined(f"{units:,} {line}" for line, units in by_line.items())
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
    verb = "is" if loose == 1 else "are"
    return f"{used} filled gaps in the register; {loose:,} of them {verb} illustrative in whole or in part"


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
    """Say which kinds of limit hold the plan back, at how many places and in how many years."""
    return "No limit holds the plan back" if tables.binding.empty else f"What holds the plan back: {limits(tables)}"


def limits(tables: Tables) -> str:
    """List the kinds of limit that hold the plan back, the most frequent first; empty where none does."""
    frame, years = tables.binding, len(tables.years)
    parts = [
        f"{str(rule).lower()} ({service.places(tables, str(rule))}, {_how_often(rows, years)})"
        for rule, rows in sorted(frame.groupby("rule", sort=False), key=lambda group: -len(group[1]))
    ]
    return "; ".join(parts)


def _how_often(limits: pd.DataFrame, years: int) -> str:
    """Say in how many years a limit holds back, the least and the most of its places."""
    labels = set(limits["year_label"])
    if len(labels) == 1:
        return ALL_YEARS if labels == {ALL_YEARS} else f"in {labels.pop()}"
    often = limits.groupby("place")["year_label"].nunique()
    least, most = int(often.min()), int(often.max())
    if least == years:
        return "every year"
    return f"{most} of {years} years" if least == most else f"{least} to {most} of {years} years"


def trusts(tables: Tables) -> str:
    """Say which trust takes the largest share of capital."""
    totals = tables.trust_spend.groupby("trust_name", sort=False)["capital_gbp"].sum()
    if totals.sum() == 0:
        return "No trust is charged any capital"
    if len(totals) == 1:
        return f"{totals.idxmax()} is charged all capital, {millions(totals.sum())}"
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
