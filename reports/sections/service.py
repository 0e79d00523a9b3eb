"""Parts of the page on patients, staff, what is bought beside machines, and the machines themselves."""

from __future__ import annotations

from reports.charts import plan as plan_charts
from reports.charts import service as service_charts
from reports.findings import plan as findings
from reports.findings import service
from reports.sections.section import Section, drawn, given, named, section
from reports.tables import Tables

__all__ = ["machines", "patients", "serving"]


def patients(tables: Tables) -> list[Section]:
    """Patients: capacity and demand, moves, and waiting lists."""
    rule = f"The diagnostic standard is {tables.waiting_rule}. {service.ESTIMATES}."
    return [
        section("Patients", findings.capacity(tables), tables.capacity.drop(columns="year"),
                 "Own capacity is shown as a share of own demand, before patients move between sites: orange is short, "
                 f"blue is ample. At most {plan_charts.MOST_PLACES} places, those shortest of capacity, are drawn.",
                 drawn(plan_charts.capacity, tables, tables.capacity)),
        *given("Patients moved", service.patients_moved, tables, tables.moved_by_year,
                "Patients scanned at another site than the one they come to: scans by year."),
        *given("Waiting", service.waiting, tables, named(tables.waiting, "over_target"), rule,
                service_charts.waiting),
        *given("Lists over target", service.missed, tables, named(tables.missed),
                "Sites whose list is over its target in some year, the furthest over at the end first.",
                is_whole=True),
    ]  # fmt: skip


def serving(tables: Tables) -> list[Section]:
    """Staff, reporting, what is bought beside machines, and cover."""
    prices = "Prices are today's, ex VAT. Reports are bought where a trust's own staff do not make them."
    return [
        *given("Staff", service.staff, tables, named(tables.staff), f"{service.STAFF_NEED}.", service_charts.staff),
        *given("Staff for added machines", service.added_staff, tables, tables.added_staff,
                "What each added machine needs in its first full year, if patients fill its staffed hours."),
        *given("Reporting", service.reporting, tables, named(tables.reports, "backlog_before"),
                f"Turnaround allowed is {tables.turnaround_rule}, weighed by demand. All trusts and modalities "
                "together.",
                service_charts.reporting),
        *given("Beside machines", service.beside_machines, tables, named(tables.extra), prices,
                service_charts.beside_machines),
        *given("How sites with one machine are kept going", service.cover, tables, tables.cover,
                "Each replacement of the only machine of its modality at a site, and who scans its patients meanwhile.",
                is_whole=True),
    ]  # fmt: skip


def machines(tables: Tables) -> list[Section]:
    """What is added and when, ages, and use."""
    order = ["year_label", "trust_name", "site_name"]
    shown = [*order, "units", "line", "action", "option", "capital_gbp", "reason"]
    added = tables.added[shown].sort_values(order, kind="stable")
    wide = ["moment", "group", "band", "machines", "share", "target", "verdict"]
    return [
        section("Additions", findings.added(tables), added, is_whole=True),
        section("Timeline", findings.timeline(tables), tables.activity.drop(columns="year"),
                 "Machines installed by year; additions are hatched, mobile units dotted.",
                 drawn(plan_charts.timeline, tables, tables.activity)),
        section("Ages", findings.ages(tables), tables.ages[wide],
                 f"{findings.AGE_RULE}. Numbers are machines; dashed lines stand at 60% and 90%.",
                 drawn(plan_charts.ages, tables, tables.ages)),
        *given("Use", service.use, tables, named(tables.use),
                "Planned lives are fixed from use in the base year; this is the band of use that the plan implies, "
                "scans on mobile vans left out."),
    ]  # fmt: skip
