"""Patients and staff of a fictional network: demand by class, waiting lists, staff in post by what demand takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from capitalplan.register.schema import (
    ExtraCapacityRow,
    ModalityRow,
    Row,
    TieRow,
    UpgradeRow,
    WaitingRow,
    WorkforceRow,
)
from capitalplan.settings import Settings
from capitalplan.terms import DemandClass, StaffGroup, year_label
from data._specification import START_YEAR, YEARS, Network, Service
from data._tables import Cell, Cells, read_sheet

__all__ = ["demand_rows", "service_sheets"]

DEFAULTS_FOLDER = Path(__file__).parent / "defaults"
WITH_LISTS = ("CT", "MR")
REPORTED_LATE = ("CT", "MR", "DX")
WEEKS = 52
DAYS = 365
TRUST_CODE_LENGTH = 3

Demand = Mapping[tuple[str, str], int]
"""Scans wanted in the first year by site and service line."""


def demand_rows(network: Network, demand: Demand) -> list[Cells]:
    """Rows of Demand, by class where the network tells classes."""
    return [row for (site, line), scans in demand.items() for row in _by_class(network.service, site, line, scans)]


def service_sheets(network: Network, demand: Demand) -> Iterator[tuple[type[Row], list[Cells]]]:
    """Sheets of patients and staff beside Demand; none for a network that says nothing of them."""
    service = network.service
    if service is None:
        return
    trusts = tuple(network.trusts)
    yield TieRow, list(service.ties)
    yield UpgradeRow, list(service.upgrades)
    yield WaitingRow, _waiting(service, demand)
    yield ExtraCapacityRow, list(service.extra)
    yield WorkforceRow, list(_workforce(service, trusts, demand))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Default figures of a service line, as the product ships them."""

    unscheduled: float
    waiting: float
    radiographer_hours: float
    reporting_hours: float


def _lines() -> dict[str, _Line]:
    """Default figures by service line, mobile units aside; hours are those a scan takes."""
    return {
        row["modality"]: _Line(
            unscheduled=_share(row["unscheduled_share"]),
            waiting=_share(row["waiting_list_share"]),
            radiographer_hours=float(row["radiographers_per_scan_hour"]) / float(row["scans_per_hour"]),
            reporting_hours=float(row["minutes_per_report"]) / 60,
        )
        for row in read_sheet(DEFAULTS_FOLDER, ModalityRow)
        if row["mobile"] != "yes"
    }


def _share(text: str) -> float:
    return float(text.rstrip("%") or 0) / 100


def _tens(scans: float) -> int:
    return 10 * round(scans / 10)


def _by_class(service: Service | None, site: str, line: str, scans: int) -> Iterator[Cells]:
    row: Cells = {"site_code": site, "modality": line, "year": year_label(START_YEAR)}
    shares = {} if service is None else service.class_shares.get(site[:3], {})
    if line not in shares:
        yield {**row, "scans": scans}
        return
    unscheduled, waiting = (_tens(share * scans) for share in shares[line])
    parts = {
        DemandClass.UNSCHEDULED: unscheduled,
        DemandClass.WAITING_LIST: waiting,
        DemandClass.PLANNED: scans - unscheduled - waiting,
    }
    for name, part in parts.items():
        yield {**row, "demand_class": str(name), "scans": part}


def _waiting(service: Service, demand: Demand) -> list[Cells]:
    """Lists by site, or by trust where that is how they are told, and scans without a report by trust."""
    lines = _lines()
    lists: dict[tuple[str, str], float] = defaultdict(float)
    scans = Counter[tuple[str, str]]()
    for (site, line), number in demand.items():
        trust = site[:3]
        scans[trust, line] += number
        if line in WITH_LISTS:
            shares = service.class_shares.get(trust, {}).get(line)
            share = lines[line].waiting if shares is None else shares[1]
            place = trust if trust in service.lists_by_trust else site
            lists[place, line] += number * share * service.weeks_waiting[trust] / WEEKS
    rows: dict[tuple[str, str], dict[str, Cell]] = {
        (place, line): {
            **_named(place),
            "modality": line,
            "list_start": _tens(patients),
            "reach_by": year_label(service.reach_by[place[:3]]),
        }
        for (place, line), patients in lists.items()
    }
    for trust, days in service.days_unreported.items():
        for line in REPORTED_LATE:
            row = rows.setdefault((trust, line), {**_named(trust), "modality": line})
            row["unreported"] = _tens(scans[trust, line] * days / DAYS)
    return list(rows.values())


def _named(place: str) -> Cells:
    return {"trust_code" if len(place) == TRUST_CODE_LENGTH else "site_code": place}


def _workforce(service: Service, trusts: tuple[str, ...], demand: Demand) -> Iterator[Cells]:
    """Staff in post in the first year, and joiners who make them grow in every year after."""
    for group, trust, wte in _posts(service, trusts, demand):
        first = _halves(wte)
        yield {"trust_code": trust, "staff_group": str(group), "year": year_label(START_YEAR), "wte": f"{first:g}"}
        staff = first
        for year in range(1, YEARS):
            grown = _halves(first * (1 + service.recruitment) ** year)
            yield {
                "trust_code": trust,
                "staff_group": str(group),
                "year": year_label(START_YEAR + year),
                "joiners_wte": f"{grown - staff:g}",
            }
            staff = grown


def _halves(wte: float) -> float:
    return round(2 * wte) / 2


def _posts(service: Service, trusts: tuple[str, ...], demand: Demand) -> Iterator[tuple[StaffGroup, str, float]]:
    settings, lines = Settings(), _lines()
    paid = float(settings.hours_per_wte) * WEEKS
    hours = {StaffGroup.RADIOGRAPHER: dict.fromkeys(trusts, 0.0), StaffGroup.RADIOLOGIST: dict.fromkeys(trusts, 0.0)}
    for (site, line), scans in demand.items():
        hours[StaffGroup.RADIOGRAPHER][site[:3]] += scans * lines[line].radiographer_hours
        hours[StaffGroup.RADIOLOGIST][site[:3]] += scans * lines[line].reporting_hours
    shares = {
        StaffGroup.RADIOGRAPHER: float(settings.radiographer_productive_share),
        StaffGroup.RADIOLOGIST: float(settings.reporting_productive_share),
    }
    for group, by_trust in hours.items():
        margin = service.staff_margin[group] / (paid * shares[group])
        own = 1 - service.shared_share[group]
        if group is StaffGroup.RADIOLOGIST:
            own -= service.radiographer_reports
        for trust in trusts:
            yield group, trust, own * margin * by_trust[trust]
        total = margin * sum(by_trust.values())
        if service.shared_share[group]:
            yield group, "SHARED", service.shared_share[group] * total
        if group is StaffGroup.RADIOLOGIST:
            yield StaffGroup.REPORTING_RADIOGRAPHER, "SHARED", service.radiographer_reports * total
