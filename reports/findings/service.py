"""What the tables of patients, waiting lists, staff, reporting and extra capacity say, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterable

from capitalplan.terms import ExtraKind, StaffGroup
from reports.figures.extra import NEW_ROOM_FIRST, NO_COVER
from reports.figures.limits import STAFF
from reports.figures.patients import DIFFERS, DIFFERS_IN_PART, WITHIN
from reports.style import capitalised, count, millions
from reports.tables import Tables

__all__ = [
    "ESTIMATES",
    "STAFF_NEED",
    "added_staff",
    "beside_machines",
    "cover",
    "joined",
    "missed",
    "not_known",
    "passed",
    "patients_moved",
    "reporting",
    "staff",
    "unmet_scans",
    "use",
    "waiting",
]

ESTIMATES = (
    "Mean wait and share over the standard are estimates: the mean wait is the list over the patients who join it in a "
    "year (Little's law), and waits are taken to be spread exponentially"
)
STAFF_NEED = (
    "Whole-time equivalents (WTE) follow from scans, radiographers at a machine, minutes a report and productive time. "
    "Where no reporters are given, reporting radiographers are taken to make all the reports they may"
)

_MOST_NAMED = 2
_ONE_PERCENT = 0.01
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
    words = f"Waiting lists go from {start:,.0f} to {end:,.0f} patients"
    last = tables.waiting[tables.waiting["year"] == tables.waiting["year"].max()]
    over = last[last["verdict"] != "met"].sort_values("over_target", ascending=False, kind="stable")
    if over.empty:
        return f"{words}; every list is at its target at the end"
    worst = over.iloc[0]
    agreed = "list is" if len(last) == 1 else "lists are"
    return (
        f"{words}; {len(over):,} of {len(last):,} {agreed} over target at the end, the furthest {worst.line} at "
        f"{worst.site_name}, where {worst.waiting:,.0f} wait against {worst.list_target:,}"
    )


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
    groups = tables.staff_groups
    last = groups[groups["year"] == groups["year"].max()]
    parts = [f"{row.wte_needed:,.1f} {row.staff_group}s{_in_post(row.wte_in_post)}" for row in last.itertuples()]
    needs = f"WTE needed in the last year: {joined(parts)}"
    if last["wte_in_post"].isna().all():
        return f"{needs}; staff in post were not given, so staff limit nothing here"
    bound = tables.binding_places
    held = [
        f"{group.lower()} of {_few(dict.fromkeys(bound.loc[bound['rule'] == group, 'place']))}"
        for group in STAFF.values()
        if (bound["rule"] == group).any()
    ]
    if not held:
        return f"{needs}; staff hold nothing back"
    return f"{needs}; what holds the plan back: {'; '.join(held)}"


def _in_post(wte: object) -> str:
    return "" if wte is None else f" ({float(str(wte)):,.1f} in post)"


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
    tail = f"{late:,.0f} of them beyond turnaround" if late >= 0.5 else "within turnaround"
    return f"{total:,.0f} reports are made, {joined(parts)}; {end}, {tail}"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= _ONE_PERCENT / 2 else "under 1%"


def beside_machines(tables: Tables) -> str:
    """Say what is bought beside machines, for how much, and what nobody can do."""
    frame = tables.extra
    parts = [
        f"{frame.loc[frame['kind'] == kind, 'quantity'].sum():,.0f} {unit}"
        for kind, unit in _UNITS.items()
        if (frame["kind"] == kind).any()
    ]
    spent = millions(frame["extra_gbp"].sum())
    unmet = unmet_scans(tables)
    tail = f"; {count(unmet, 'scan is')} beyond what anyone can do" if unmet else ""
    return f"Beside its machines the network buys {joined(parts)} for {spent}{tail}"


def unmet_scans(tables: Tables) -> int:
    """Scans beyond the limits of outside providers, all years."""
    passed_rules = tables.passed
    return round(passed_rules.loc[passed_rules["unit"] == "scans", "over_by"].sum())


def cover(tables: Tables) -> str:
    """Say how many sites' only machines are replaced, and how many of them are covered how."""
    frame = tables.cover
    swaps = capitalised(count(len(frame), "replacement"))
    first = int((frame["cover"] == NEW_ROOM_FIRST).sum())
    none = int((frame["cover"] == NO_COVER).sum())
    covered = len(frame) - first - none
    parts = [
        words
        for number, words in (
            (covered, f"{covered:,} with someone to stand in"),
            (first, f"{first:,} in a spare room before the old machine goes"),
            (none, f"{none:,} where no cover is asked for"),
        )
        if number
    ]
    return f"{swaps} of a site's only machine: {joined(parts)}"


def patients_moved(tables: Tables) -> str:
    """Say how many patients are scanned at another site, and the pair of trusts with most between them."""
    frame = tables.patients_moved
    between = frame[frame["from_trust"] != WITHIN]
    words = (
        f"{frame['scans'].sum():,.0f} patients are scanned at another site over all years, "
        f"{between['scans'].sum():,.0f} of them at another trust's"
    )
    if between.empty:
        return words
    pairs = between.groupby(["from_trust", "to_trust"], sort=False)["scans"].sum()
    here, there = pairs.index[int(pairs.astype(float).argmax())]
    return f"{words}; most, {pairs.max():,.0f}, from {here} to {there}"


def use(tables: Tables) -> str:
    """Say at how many places the plan uses machines otherwise than their lives were planned by."""
    frame = tables.use
    verdicts = frame["use_verdict"]
    differs, in_part = int((verdicts == DIFFERS).sum()), int((verdicts == DIFFERS_IN_PART).sum())
    if not differs + in_part:
        return "Machines are used everywhere as their planned lives suppose"
    shorter = int((frame["life_implied"] < frame["life_planned"].str.split(" to ").str[0].astype(int)).sum())
    return (
        f"At {differs:,} of {len(frame):,} places the plan uses machines otherwise than their planned lives suppose, "
        f"at {in_part:,} more some of them; at {shorter or 'none'} use is high enough to shorten life"
    )


def passed(tables: Tables) -> str:
    """Say which rules of service the plan passes at a price, and at how many places."""
    places = tables.passed.groupby("rule", sort=False)["place"].nunique()
    kinds = joined(f"{str(rule)[:1].lower()}{str(rule)[1:]} ({number:,})" for rule, number in places.items())
    return f"Where the plan passes a rule of service at a price: {kinds}"


def not_known(tables: Tables) -> str:
    """Say what the plan leaves out, for want of figures or altogether."""
    limited = not tables.staff["wte_in_post"].isna().all() if len(tables.staff) else False
    missing = [
        name
        for name, known in (
            ("limits of staff", limited),
            ("reporting", not tables.reports.empty),
            ("waiting lists", not tables.waiting.empty),
        )
        if not known
    ]
    return f"Not in the plan: {joined([*missing, 'the choice between buying and leasing'])}"


def joined(parts: Iterable[str]) -> str:
    """Join parts of a sentence: ``a, b and c``."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _few(names: Iterable[object]) -> str:
    named = [str(name) for name in names]
    more = len(named) - _MOST_NAMED
    return joined([*named[:_MOST_NAMED], f"{more:,} more"] if more > 0 else named)
