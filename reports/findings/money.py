"""What the tables of payments, limits, revenue, routes and shares say, in one sentence each."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from capitalplan.terms import Consent, Route
from reports.columns import MONEY
from reports.figures.bridge import ALL, CAPITAL_ROUNDING, RUNNING_ROUNDING
from reports.figures.payments import CAPITAL, CASH, NETWORK
from reports.findings.service import joined
from reports.style import capitalised, count, millions, pounds
from reports.tables import Tables

__all__ = [
    "bridge",
    "cases",
    "cash_flow",
    "challenges",
    "changes",
    "effects",
    "flags",
    "limits",
    "payers",
    "payments",
    "revenue",
    "routes",
    "sources",
    "tiers",
    "trust_revenue",
]

_NAMES = {CAPITAL: "the capital limit", CASH: "cash"}


def payments(tables: Tables) -> str:
    """Say how much is paid or charged, by how many trusts and from how many sources."""
    frame = tables.money.payments
    if frame.empty:
        return "No capital is charged"
    return (
        f"{pounds(frame['paid_gbp'].sum())} of capital is paid or charged in {count(len(frame), 'payment')}, by "
        f"{count(frame['payer_code'].nunique(), 'trust')} from {count(frame['source'].nunique(), 'source')}"
    )


def cash_flow(tables: Tables) -> str:
    """Say in which year most capital falls, and how much of all is charged without cash."""
    frame = tables.money.payments
    if frame.empty:
        return "No capital is charged"
    by_year = frame.groupby("year_label", sort=False)["paid_gbp"].sum()
    most = by_year.index[int(by_year.astype(int).argmax())]
    words = f"Capital of {millions(by_year.sum())} is charged, most of it in {most} ({millions(by_year.max())})"
    leased = frame.loc[frame["route"] != str(Route.PURCHASE), "paid_gbp"].sum()
    return f"{words}; {millions(leased)} is the value of leases, charged without cash" if leased else words


def sources(tables: Tables) -> str:
    """Say how much of the sources is used, what is carried over, and which fall short of their minimum use."""
    frame = tables.money.sources
    words = f"{millions(frame['paid_gbp'].sum())} of {millions(frame['limit_gbp'].sum())} from all sources is used"
    parts = []
    carried, short = frame["carried_out_gbp"].sum(), frame[frame["short_gbp"] > 0]
    if carried:
        parts.append(f"{millions(carried)} is carried into a later year")
    promised = frame["paid_gbp"] + frame["carried_out_gbp"] - frame["carried_in_gbp"] - frame["limit_gbp"]
    if (promised > 0).any():
        parts.append(f"{millions(promised[promised > 0].sum())} is promised beyond limits by over-programming")
    if len(short):
        names = count(short["source"].nunique(), "source")
        parts.append(f"{names} used {millions(short['short_gbp'].sum())} less than the minimum")
    return "; ".join([words, *parts])


def limits(tables: Tables) -> str:
    """Say how far capital limit and cash are used, and where each leaves least."""
    parts = []
    for total, rows in tables.money.limits.groupby("total", sort=False):
        worst = rows.iloc[int(rows["headroom_gbp"].astype(int).argmin())]
        who = worst.trust_name if worst.trust_name != NETWORK else "the network"
        shown = rows[rows["trust"] == ""] if (rows["trust"] == "").any() else rows
        share = f"{shown['used_gbp'].sum() / shown['planned_gbp'].sum():.0%}" if shown["planned_gbp"].sum() else "none"
        left = pounds(worst.headroom_gbp)
        parts.append(f"{share} of {_NAMES[str(total)]} is used, least left at {who} in {worst.year_label} ({left})")
    return capitalised("; ".join(parts))


def revenue(tables: Tables) -> str:
    """Say how the revenue statement moves over the plan, and against business as usual in the last year."""
    years = tables.money.revenue_years
    first, last = years.iloc[0], years.iloc[-1]
    words = (
        f"Revenue cost goes from {millions(first.after_gbp)} in {first.year_label} to {millions(last.after_gbp)} in "
        f"{last.year_label}"
    )
    if "before_gbp" not in years.columns:
        return words
    change = last.change_gbp
    if not change:
        return f"{words}, as much as under business as usual"
    return f"{words}, {millions(abs(change))} {'more' if change > 0 else 'less'} than under business as usual that year"


def trust_revenue(tables: Tables) -> str:
    """Say which trusts pass their revenue limit, else whose revenue changes most."""
    frame = tables.money.trust_revenue
    over = frame[frame["over_gbp"] > 0]
    if len(over):
        worst = over.iloc[int(over["over_gbp"].astype(int).argmax())]
        return (
            f"{capitalised(count(over['trust'].nunique(), 'trust is'))} over the revenue limit in some year; the most "
            f"is {pounds(worst.over_gbp)} at {worst.trust_name} in {worst.year_label}"
        )
    kept = "; every revenue limit is kept" if frame["revenue_limit_gbp"].notna().any() else ""
    last = frame[frame["year"] == frame["year"].max()]
    if "change_gbp" not in frame.columns:
        most = last.iloc[int(last["after_gbp"].astype(int).argmax())]
        return f"{most.trust_name} bears most revenue in {most.year_label}: {millions(most.after_gbp)}{kept}"
    most = last.iloc[int(last["change_gbp"].astype(int).abs().argmax())]
    way = "more" if most.change_gbp >= 0 else "less"
    return (
        f"{most.trust_name} changes most: {pounds(abs(most.change_gbp))} {way} revenue in {most.year_label} than under "
        f"business as usual{kept}"
    )


def effects(tables: Tables) -> str:
    """Say what all schemes together do to revenue in their full years, and which does most."""
    frame = tables.money.effects
    known = frame[frame["full_year_gbp"].notna()]
    if known.empty:
        return f"{capitalised(count(len(frame), 'scheme'))} with an effect on revenue in the last year alone"
    total = known["full_year_gbp"].sum()
    most = known.iloc[int(known["full_year_gbp"].astype(int).abs().argmax())]
    what = most.asset_id or f"{most.option} added"
    return (
        f"{capitalised(count(len(known), 'scheme'))} {'add' if total >= 0 else 'take'} {millions(abs(total))} "
        f"{'to' if total >= 0 else 'off'} revenue in a full year; most by {what} at {most.site_name}, "
        f"{pounds(most.full_year_gbp)}"
    )


def cases(tables: Tables) -> str:
    """Say which business case is due first, and how many go to whom."""
    frame = tables.money.cases
    waiting = frame[frame["case_by"].notna()]
    if waiting.empty:
        return f"No business case is outstanding: {count(len(frame), 'scheme is')} approved or ordered"
    first = waiting.iloc[0]
    what = f"{first.line} {first.asset_id}".strip() if first.asset_id else f"{first.option} to be added"
    to = [
        f"{number:,} {'goes' if number == 1 else 'go'} to {approver}"
        for approver, number in Counter(filter(None, waiting["approver"])).items()
    ]
    done = f"; {joined(to)}" if to else ""
    return (
        f"The next business case is due by {_day(first.case_by)}, for the {what} at {first.site_name} "
        f"({first.year_label}){done}"
    )


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def payers(tables: Tables) -> str:
    """Say how many schemes are paid for by several trusts, and whose consent is outstanding."""
    frame = tables.money.payers
    several = frame.groupby("number")["payer_code"].nunique()
    shared = int((several > 1).sum())
    words = (
        f"{capitalised(count(shared, 'scheme is'))} paid for by more than one trust"
        if shared
        else "Every scheme is paid for by its legal owner alone"
    )
    unagreed = frame[(frame["payer"] != frame["owner"]) & (frame["consent"] != str(Consent.AGREED))]
    return words if unagreed.empty else f"{words}; {count(len(unagreed), 'share is')} not agreed yet"


def routes(tables: Tables) -> str:
    """Say by which route each machine costs least a year."""
    frame = tables.money.routes
    least = frame[frame["route_verdict"] != ""].drop_duplicates("route_option")
    kinds = least.groupby("route", sort=False).size()
    if len(least) == 1:
        best = least.iloc[0]
        words = "bought" if best.route == Route.PURCHASE else f"by {best.offer} ({best.route})"
        return f"The {best.route_option} costs least a year {words}: {pounds(best.yearly_gbp)}"
    parts = joined(f"{number:,} by {route}" for route, number in kinds.items())
    return f"Cheapest a year, of {len(least):,} machines with offers: {parts}"


def tiers(tables: Tables) -> str:
    """Say what price tiers take off, and the largest of them."""
    frame = tables.money.tiers
    most = frame.iloc[int(frame["rebate_gbp"].astype(int).argmax())]
    return (
        f"Buying in numbers takes {pounds(frame['rebate_gbp'].sum())} off capital; most in {most.year_label}, "
        f"{pounds(most.rebate_gbp)} for {count(most.units, 'machine')} of {most.framework}"
    )


def flags(tables: Tables) -> str:
    """Say how many things should be looked at before money is committed, by kind."""
    kinds = tables.money.flags.groupby("flag", sort=False).size()
    parts = joined(f"{str(kind)[:1].lower()}{str(kind)[1:]} ({number:,})" for kind, number in kinds.items())
    return f"To be looked at before money is committed: {parts}"


def changes(tables: Tables) -> str:
    """Say how many schemes differ from the approved plan, and how many of them in firm years."""
    frame = tables.money.changes
    firm = int((frame["firm_change"] != "").sum())
    differ = "scheme differs" if len(frame) == 1 else "schemes differ"
    return f"{len(frame):,} {differ} from the approved plan, {firm or 'none'} of them in firm years"


def challenges(tables: Tables) -> str:
    """Say whether the supplier's offers cost more than owning the machines."""
    frame = tables.money.challenges
    if len(frame) == 1:
        return str(frame.iloc[0]["findings"]).split(". ")[0].rstrip(".")
    dearer = int((frame["more_gbp"].dropna() > 0).sum())
    none = int(frame["more_gbp"].isna().sum())
    left = f"; {none:,} leave no plan" if none else ""
    return f"{dearer:,} of {len(frame):,} suppliers' offers cost more than owning the machines{left}"


def bridge(tables: Tables) -> str:
    """Say how cash costs of the economic view become capital charged and revenue."""
    total = tables.money.bridge[f"{MONEY}{ALL}"]
    rounded = abs(total[CAPITAL_ROUNDING]) + abs(total[RUNNING_ROUNDING])
    return (
        f"{millions(total['discounted'])} of discounted cash costs are {millions(total['charged'])} of capital charged "
        f"and {millions(total['statement'])} of revenue in the budget view; {pounds(rounded)} of it is rounding"
    )
