"""What the whole plan does, how good it is and what it costs: the answers a board asks for first."""

from __future__ import annotations

import pandas as pd

from capitalplan.plan.plan import Plan
from capitalplan.terms import year_label
from reports.figures.money import typical_scanner_gbp
from reports.figures.ways import ALL_KEPT
from reports.findings import ledger, money, service
from reports.findings.plan import assumptions, binding, checks, limits, not_funded, patients, spend
from reports.style import capitalised, count, millions
from reports.tables import Tables

__all__ = [
    "STATEMENT_OF_NEED",
    "comparison",
    "cost_years",
    "costs",
    "distance",
    "scanners",
    "story",
]

STATEMENT_OF_NEED = "Statement of need: no capital limits were given; not a funded plan"

_JUDGED = (
    (("age_risk_value_gbp",), "over-age machines"),
    (("travel_value_gbp",), "patients moved"),
    (("waiting_value_gbp",), "lists over target"),
    (("unscheduled_value_gbp",), "unscheduled patients not scanned at home"),
    (("unmet_value_gbp",), "scans nobody can do"),
    (("late_reports_value_gbp",), "late reports"),
    (("left_at_end_gbp",), "patients and reports left over at the end"),
    (("under_use_value_gbp",), "sources used below their minimum"),
    (("revenue_over_value_gbp",), "revenue over limits"),
    (("changes_value_gbp",), "changes from the approved plan"),
)

_ALMOST_ONE = 0.75
"""Scanners from which a distance is rounded to one."""


def story(tables: Tables, plan: Plan) -> list[tuple[str, str]]:
    """Say what a board asks first: what is bought, its cost, what patients get, what holds it back, how sure it is."""
    ours = tables.comparison.iloc[0]
    years, kpis = plan.years, plan.kpis
    period = f"from {year_label(years[0].year)} to {year_label(years[-1].year)}"
    does = f"{capitalised(count(ours.replacements, 'machine is'))} replaced and {_added(tables)} added {period}"
    age = (
        f"machines past their planned life go from {kpis['over_age_start']:,} of {kpis['machines_start']:,} "
        f"at the start to {ours.over_age:,} of {years[-1].machines:,} at the end"
    )
    upgraded = int(kpis["upgrades"])
    if upgraded:
        does = f"{does}; {count(upgraded, 'machine is')} upgraded or given longer life"
    judged, on = _judged(plan)
    cost = (
        f"The plan's whole-life cost is {millions(plan.objective_gbp)}, discounted; {millions(judged)} of that is a "
        f"price put on {on}, not cash"
    )
    charged = [] if tables.money.trust_revenue.empty else [money.revenue(tables)]
    decisions = [
        say(tables)
        for say, frame in (
            (money.cases, tables.money.cases),
            (money.payers, tables.money.shared_payers),
            (money.flags, tables.money.flags),
        )
        if not frame.empty
    ]
    beside = [] if tables.extra.empty else [service.cost_beside(tables)]
    lists = [] if tables.waiting.empty else [service.waiting(tables), service.waits(tables)]
    needs = [service.staff_needed(tables)] if len(tables.staff) else []
    return [
        ("What we buy", f"{does}; {age}."),
        ("What it costs", _sentences(spend(tables, plan), *charged, *beside, cost)),
        ("What patients get", _sentences(*lists, patients(tables, plan))),
        ("What holds it back", _sentences(capitalised(limits(tables)) or binding(tables), *needs)),
        (
            "What is not funded" if plan.funded else "What is not renewed",
            _sentences(not_funded(tables, plan), *map(capitalised, ledger.cheapest(tables))),
        ),
        *([("What comes next", _sentences(*decisions))] if decisions else []),
        ("How sure it is", _sentences(distance(plan), *_firm(plan), assumptions(tables), checks(tables))),
        ("Against other ways", f"{comparison(tables)}{_what_it_leaves(tables)}."),
    ]


def _sentences(*parts: str) -> str:
    return " ".join(f"{part}." for part in parts)


def _added(tables: Tables) -> str:
    """Number of machines added, by service line."""
    machines = tables.added[tables.added["action"] == "add"]
    by_line = machines.groupby("line", sort=False)["units"].sum()
    return service.joined(f"{units:,} {line}" for line, units in by_line.items()) if len(by_line) else "none"


def _firm(plan: Plan) -> list[str]:
    """Say from when on limits are only indicative."""
    later = [line.year for line in plan.years if not line.firm]
    return [f"Capital limits from {year_label(later[0])} on are indicative"] if plan.funded and later else []


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


def scanners(plan: Plan) -> float | None:
    """Gap in scanners, by the median capital charged for a CT or MR replacement; None where either is missing."""
    price = typical_scanner_gbp(plan)
    return None if price is None or plan.gap_gbp is None else plan.gap_gbp / price


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
    """Say what the next best way does in cash, for machines and for patients beside what this plan does."""
    rivals = _rivals(tables)
    if rivals.empty:
        return ""
    ours, best = tables.comparison.iloc[0], rivals.iloc[0]
    costs = tables.costs.set_index("alternative")
    net = costs["cash_cost_gbp"] + costs["remaining_gbp"]
    saved = net[best.alternative] - net[ours.alternative]
    cash = f"; in cash, less value left at the end, it costs {millions(abs(saved))} {'less' if saved >= 0 else 'more'}"
    old = count(best.over_age, "machine is")
    return (
        f"{cash}; there {old} past planned life at the end ({ours.over_age:,} here) and "
        f"{count(best.unmet_scans, 'scan is')} bought outside ({ours.unmet_scans:,} here)"
    )


def costs(plan: Plan) -> str:
    """Say how the whole-life cost is made up."""
    kpis = plan.kpis
    cash, left = int(kpis["cash_cost_gbp"]), int(kpis["remaining_value_gbp"])
    judged, on = _judged(plan)
    return (
        f"The whole-life cost of {millions(plan.objective_gbp)} is {millions(cash)} of cash costs, less "
        f"{millions(left)} of value left at the end, and {millions(judged)} of prices put on {on}"
    )


def cost_years(tables: Tables) -> str:
    """Say what the plan costs in cash over all years, and its dearest year."""
    frame = tables.cost_years
    dearest = frame.iloc[int(frame["cash_gbp"].astype(int).argmax())]
    return (
        f"Cash costs of all years are {millions(frame['cash_gbp'].sum())} in today's prices, "
        f"{millions(frame['discounted_gbp'].sum())} discounted; {dearest.year_label} costs most, "
        f"{millions(dearest.cash_gbp)}"
    )


def _judged(plan: Plan) -> tuple[int, str]:
    """Prices in the whole-life cost that are not cash, £, and what they are put on."""
    values = [(sum(int(plan.kpis[name]) for name in names), on) for names, on in _JUDGED]
    total = sum(value for value, _ in values)
    return total, service.joined(on for value, on in values if value) if total else "nothing"
