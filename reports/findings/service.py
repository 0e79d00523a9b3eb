"""What the tables of patients, waiting lists, staff, reporting and extra capacity say, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from capitalplan.terms import ExtraKind, StaffGroup
from reports.figures.extra import NEW_ROOM_FIRST, NO_COVER
from reports.figures.limits import SHARED_STAFF, STAFF
from reports.figures.patients import AS_PLANNED, BANDS_OF_USE, WITHIN
from reports.plain import LIMITS
from reports.style import capitalised, count, millions
from reports.tables import Tables

__all__ = [
    "ESTIMATES",
    "STAFF_NEED",
    "added_staff",
    "beside_machines",
    "cost_beside",
    "cover",
    "joined",
    "missed",
    "not_known",
    "passed",
    "patients_moved",
    "places",
    "reporting",
    "spent_beside",
    "staff",
    "staff_needed",
    "unmet_scans",
    "use",
    "waiting",
    "waits",
]

ESTIMATES = (
    "Mean wait and share over the standard are estimates: the mean wait is the list over the patients who join it in a "
    "year (Little's law), and waits are taken to be spread exponentially"
)
STAFF_NEED = (
    "Whole-time equivalents (WTE) follow from scans, radiographers at a machine, minutes a report and productive time. "
    "Where no reporters are given, reporting radiographers are taken to make all the reports they may"
)

_MOST_LINES = 3
"""Modalities whose waits are said."""
_PLACES = {
    LIMITS["money"]: "source",
    LIMITS["capital limit"]: "total",
    LIMITS["cash"]: "total",
    LIMITS["revenue"]: "trust",
    LIMITS["fairness"]: "bound",
    LIMITS["works"]: "place",
    LIMITS["rooms"]: "site",
    LIMITS["extra"]: "offer used up",
}
"""What a limit is a limit of."""
_ONE_PERCENT = 0.01
_SPENT_BESIDE = ("outside_gbp", "hours_gbp", "vans_gbp", "outsourced_gbp")
_UNITS = {
    str(ExtraKind.HOURS): "extended hours",
    str(ExtraKind.VAN): "van days",
    str(ExtraKind.OUTSIDE): "scans outside",
    str(ExtraKind.REPORTING): "outsourced reports",
}


def waiting(tables: Tables) -> str:
    """Say how the lists move, and how many miss their target at the end."""
    totals = tables.waiting_lines.groupby("year_label", sort=False)["waiting"].sum()
    start, end = totals.iloc[0], totals.iloc[-1]
    way = "go" if round(start) == round(end) else "fall" if end < start else "grow"
    words = f"Waiting lists {way} from {start:,.0f} to {end:,.0f} patients"
    last = tables.waiting[tables.waiting["year"] == tables.waiting["year"].max()]
    over = last[last["verdict"] != "met"].sort_values("over_target", ascending=False, kind="stable")
    if over.empty:
        return f"{words}; no list is over its target at the end"
    worst = over.iloc[0]
    agreed = "list is" if len(last) == 1 else "lists are"
    return (
        f"{words}; {len(over):,} of {len(last):,} {agreed} over target at the end, the furthest {worst.line} at "
        f"{worst.site_name}, where {worst.waiting:,.0f} wait against {worst.list_target:,}"
    )


def waits(tables: Tables) -> str:
    """Say how the mean wait and the share over the standard go, for the modalities with the longest lists."""
    frame = tables.waiting_lines[tables.waiting_lines["mean_weeks"].notna()]
    first, last = frame.groupby("line", sort=False).first(), frame.groupby("line", sort=False).last()
    longest = list(first["waiting"].astype(float).nlargest(_MOST_LINES).index)
    parts = [
        f"from {first.mean_weeks[line]:.1f} to {last.mean_weeks[line]:.1f} weeks for {line} "
        f"({_percent(first.share_over[line])} to {_percent(last.share_over[line])} over the standard)"
        for line in longest
    ]
    if not parts:
        return "Mean waits are not known"
    return f"By estimate the mean wait goes {joined(parts)}; the standard is {tables.waiting_rule}"


def missed(tables: Tables) -> str:
    """Say how many lists are over target in any year, and which is the furthest."""
    frame = tables.missed
    lists = len(tables.waiting.groupby(["line", "site"]))
    if frame.empty:
        return f"All {lists:,} waiting lists keep to their targets in every year"
    worst = frame.sort_values("most_over", ascending=False, kind="stable").iloc[0]
    return (
        f"{len(frame):,} of {lists:,} waiting lists are over target in some year; the furthest is {worst.line} at "
        f"{worst.site_name}, by {count(worst.most_over, 'patient')}"
    )


def staff(tables: Tables) -> str:
    """Say what staff the plan needs at the end, and whose staff hold it back."""
    needs = staff_needed(tables)
    if tables.staff_groups["wte_in_post"].isna().all():
        return needs
    bound = set(tables.binding_places["rule"])
    held = [f"{group.lower()} of {places(tables, group)}" for group in STAFF.values() if group in bound]
    return f"{needs}; {f'{joined(held)} hold the plan back' if held else 'staff hold nothing back'}"


def staff_needed(tables: Tables) -> str:
    """Say what staff the plan needs at the end beside staff in post."""
    groups = tables.staff_groups
    last = groups[groups["year"] == groups["year"].max()]
    parts = [f"{_wte(row.wte_needed)} {row.staff_group}s{_in_post(row.wte_in_post)}" for row in last.itertuples()]
    needs = f"Whole-time equivalents needed in {last['year_label'].iloc[0]}: {joined(parts)}"
    if last["wte_in_post"].isna().all():
        return f"{needs}; staff in post were not given, so staff limit nothing here"
    return needs


def places(tables: Tables, rule: str) -> str:
    """Say at how many sources, sites or trusts a limit holds the plan back; one trust by its name."""
    bound = tables.binding_places
    names = list(dict.fromkeys(bound.loc[bound["rule"] == rule, "place"]))
    if rule not in STAFF.values():
        return count(len(names), _PLACES[rule])
    trusts = [str(name) for name in names if name != SHARED_STAFF]
    parts = ["the shared pool"] if SHARED_STAFF in names else []
    if len(trusts) == 1:
        parts.insert(0, trusts[0])
    elif trusts:
        everyone = len(trusts) == tables.trust_spend["trust"].nunique()
        parts.insert(0, "every trust" if everyone else f"{len(trusts):,} trusts")
    return joined(parts)


def _in_post(wte: object) -> str:
    return "" if wte is None else f" ({_wte(wte)} in post)"


def _wte(wte: object) -> str:
    """Write whole-time equivalents to one decimal, halves upward: a pool that is used up reads as it does in post."""
    return f"{Decimal(f'{float(str(wte)):.3f}').quantize(Decimal('0.1'), ROUND_HALF_UP):,}"


def added_staff(tables: Tables) -> str:
    """Say what staff the added machines need together."""
    frame = tables.added_staff
    units = int(frame["units"].sum())
    machines = "added machine needs" if units == 1 else f"{units:,} added machines need"
    scanning, reporting_staff = frame["radiographer_wte"].sum(), frame["reporting_wte"].sum()
    return (
        f"The {machines} {scanning:,.1f} WTE radiographers and {reporting_staff:,.1f} WTE reporting staff in a "
        "full year"
    )


def reporting(tables: Tables) -> str:
    """Say who reports, and how the backlog stands against what turnaround allows."""
    frame = tables.reports
    made = {
        f"by {StaffGroup.RADIOLOGIST}s": frame["radiologist"].sum(),
        f"by {StaffGroup.REPORTING_RADIOGRAPHER}s": frame["radiographer"].sum(),
        "outsourced": frame["outsourced"].sum(),
    }
    total = sum(made.values())
    if not total:
        return "No scan is reported: reporters have no hours"
    parts = [f"{_percent(reports / total)} {maker}" for maker, reports in made.items() if reports]
    last = frame[frame["year"] == frame["year"].max()]
    backlog, late = last["backlog"].sum(), last["late_reports"].sum()
    end = f"{backlog:,.0f} scans wait for a report at the end"
    tail = f"{late:,.0f} of them longer than allowed" if late >= 0.5 else "no longer than allowed"
    return f"{total:,.0f} reports are made, {joined(parts)}; {end}, {tail}"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= _ONE_PERCENT / 2 else "under 1%"


def beside_machines(tables: Tables) -> str:
    """Say what is bought beside machines, for how much, and what nobody can do."""
    frame = tables.extra
    amounts = {str(kind): rows["quantity"].sum() for kind, rows in frame.groupby("kind")}
    if str(ExtraKind.OUTSIDE) in amounts:
        amounts[str(ExtraKind.OUTSIDE)] = int(tables.comparison.iloc[0].unmet_scans)
    parts = [f"{amounts[kind]:,.0f} {unit}" for kind, unit in _UNITS.items() if kind in amounts]
    unmet = unmet_scans(tables)
    tail = f"; {count(unmet, 'scan is')} beyond what anyone can do" if unmet else ""
    return f"Beside its machines the network buys {joined(parts)} for {_spent(tables)}{tail}"


def cost_beside(tables: Tables) -> str:
    """Say what is bought beside machines and what that costs, without amounts."""
    kinds = set(tables.extra["kind"])
    bought = joined(words for kind, words in _UNITS.items() if kind in kinds)
    return f"{capitalised(bought)} cost {_spent(tables)}"


def spent_beside(tables: Tables) -> pd.Series:
    """Spend beside machines by year, real £, as the plan's costs by year have it."""
    frame = tables.cost_years.set_index("year_label")
    return frame[[name for name in _SPENT_BESIDE if name in frame.columns]].sum(axis=1).astype(int)


def _spent(tables: Tables) -> str:
    """Spend beside machines in all years, and in the dearest of several."""
    spent = spent_beside(tables)
    most = f", {millions(spent.max())} of it in {spent.idxmax()}" if (spent > 0).sum() > 1 else ""
    return f"{millions(spent.sum())} in today's prices{most}"


def unmet_scans(tables: Tables) -> int:
    """Scans beyond the limits of outside providers, all years."""
    passed_rules = tables.passed
    return round(passed_rules.loc[passed_rules["unit"] == "scans", "over_by"].sum())


def cover(tables: Tables) -> str:
    """Say how many sites' only machines are replaced, and how many of them are covered how."""
    frame = tables.cover
    first = int((frame["cover"] == NEW_ROOM_FIRST).sum())
    none = int((frame["cover"] == NO_COVER).sum())
    covered = len(frame) - first - none
    parts = [
        f"{number:,} {words}"
        for number, words in (
            (covered, "with someone to stand in"),
            (first, "set up in a spare room before the old one goes"),
            (none, "of a modality for which Modalities asks for no cover"),
        )
        if number
    ]
    return f"The only machine of a modality at its site is replaced {_times(len(frame))}: {joined(parts)}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def patients_moved(tables: Tables) -> str:
    """Say how many patients are scanned at another site, and the pair of trusts with most between them."""
    frame = tables.patients_moved
    between = frame[frame["from_trust"] != WITHIN]
    words = f"{frame['scans'].sum():,.0f} patients are scanned at another site over all years"
    if between.empty:
        return f"{words}, all within their trust"
    words = f"{words}, {between['scans'].sum():,.0f} of them at another trust's"
    pairs = between.groupby(["from_trust", "to_trust"], sort=False)["scans"].sum()
    here, there = pairs.index[int(pairs.astype(float).argmax())]
    return f"{words}; most, {pairs.max():,.0f}, from {here} to {there}"


def use(tables: Tables) -> str:
    """Say at how many places the plan uses machines otherwise than their lives were planned by."""
    frame = tables.use
    differing = frame[frame["use_verdict"] != AS_PLANNED]
    if differing.empty:
        return "Machines are used everywhere as their planned lives assume"
    implied = differing["band_implied"].map(BANDS_OF_USE.index)
    planned = differing["band_planned"].str.split(" and ").map(lambda bands: [BANDS_OF_USE.index(b) for b in bands])
    harder = int((implied > planned.map(min)).sum())
    lighter = int((implied < planned.map(max)).sum())
    parts = [f"{number:,} {how}" for number, how in ((harder, "harder"), (lighter, "more lightly")) if number]
    return (
        f"At {len(differing):,} of {len(frame):,} places the plan uses some or all machines otherwise than their "
        f"planned lives assume: at {' and at '.join(parts)}"
    )


def passed(tables: Tables) -> str:
    """Say which rules the plan passes at a price, and at how many places."""
    places = tables.passed.groupby("rule", sort=False)["place"].nunique()
    kinds = joined(f"{str(rule)[:1].lower()}{str(rule)[1:]} ({number:,})" for rule, number in places.items())
    return f"Where the plan passes a rule at a price: {kinds}"


def not_known(tables: Tables) -> str:
    """Say what the plan leaves out, for want of figures or altogether."""
    limited = not tables.staff["wte_in_post"].isna().all() if len(tables.staff) else False
    missing = [
        name
        for name, known in (
            ("limits of staff", limited),
            ("reporting", not tables.reports.empty),
            ("waiting lists", not tables.waiting.empty),
            ("leases and managed services, of which none is offered", not tables.money.routes.empty),
        )
        if not known
    ]
    return f"Not in the plan: {joined(missing)}" if missing else "Nothing that can be planned was left out"


def joined(parts: Iterable[str]) -> str:
    """Join parts of a sentence: ``a, b and c``."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
