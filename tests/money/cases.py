"""Money added to the small networks with round figures: sources, limits, offers, price tiers, the revenue statement.

A CT is always 1,000 scans a year for £1,000; the demand of its site is what it can do, unless a case says otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from capitalplan.analysis.approved import with_approved
from capitalplan.plan.plan import Plan
from capitalplan.register.read import read_register
from capitalplan.register.register import ApprovedLine
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action, Heading, Route
from capitalplan.workflow.planning import make_plan
from data._tables import Cell, Cells
from tests.folders import START_YEAR, funding_rows
from tests.service.cases import HOME, OTHER, Rows, Workbook, demand, machine, site, year

__all__ = [
    "APART",
    "PAID",
    "REPLACED_AND_ADDED",
    "WORN",
    "added",
    "approved_replacement",
    "charges",
    "due",
    "fund",
    "lease",
    "paid",
    "planned_close_to",
    "replaced",
    "revenue",
    "service",
    "source",
    "tier",
    "total",
    "worn",
]

PAID = "Capital"
"""Name of the one source of most cases."""
WORN = 60_000
"""Maintenance of a machine that is replaced as soon as there is money, £ a year."""

APART: Rows = [{"from_site": HOME, "to_site": OTHER, "agreed": "no", "minutes": 20}]
"""Patients of one trust are not scanned by the other."""


def worn(**sheets: Rows) -> dict[str, Rows]:
    """A CT of £60,000 a year that is replaced as soon as £100,000 can be paid."""
    return {"Equipment": [machine("CT1", annual_maintenance_gbp=WORN)], **sheets}


def due(asset_id: str = "CT1", position: int = 0, **changes: Cell) -> Cells:
    """A CT that has to be replaced in a year."""
    return {**machine(asset_id), "lock": "replace", "lock_year": year(position), **changes}


REPLACED_AND_ADDED: dict[str, Rows] = {
    "Sites": [site(spare_rooms_ct=1)],
    "Equipment": [due()],
    "Demand": [demand(2000)],
    "Travel": [],
}
"""A CT replaced and a CT added, £100,000 each, both in the first year."""


def fund(*limits: int, name: str = PAID, trust: str = "SHARED") -> list[Cells]:
    """Limits of a source, £ by year from the start of the plan."""
    return funding_rows(name, trust, limits)


def source(name: str = PAID, **changes: Cell) -> Cells:
    """What a source may pay for."""
    return {"source": name, **changes}


def lease(rent: int = 20_000, years: int = 3, **changes: Cell) -> dict[str, Cell]:
    """A lease of the CT at 5% a year, paid in advance, as long as most plans; only charges inside the plan count."""
    return {
        "offer": "CT lease",
        "route": "lease",
        "option": "CT standard",
        "term_years": years,
        "lease_gbp": rent,
        "rate": "5%",
        "at_end": "renew",
        "beyond": "charges inside the plan",
        **changes,
    }


def service(charge: int, years: int = 3, **changes: Cell) -> dict[str, Cell]:
    """A managed service of the CT, without any embedded lease."""
    return {
        **lease(0, years),
        "offer": "CT service",
        "route": "managed service",
        "service_gbp": charge,
        "refresh_years": 10,
        **changes,
    }


def tier(from_units: int, rebate: str, **changes: Cell) -> dict[str, Cell]:
    """A rebate on every CT bought in a year when enough are bought."""
    return {
        "framework": "Framework",
        "options": "CT standard",
        "from_units": from_units,
        "rebate": rebate,
        **changes,
    }


def approved_replacement(position: int, asset_id: str = "CT1", code: str = "QA101") -> ApprovedLine:
    """A line of the approved plan: the machine is bought new in a year."""
    return ApprovedLine(
        asset_id=asset_id,
        site=code,
        action=Action.REPLACE,
        option="CT standard",
        offer=None,
        year=START_YEAR + position,
        units=1,
    )


def planned_close_to(
    approved: Sequence[ApprovedLine], folder: Path, sheets: dict[str, Rows] | None = None, **settings: Cell
) -> Plan:
    """Plan a case from an approved plan, to the last pound."""
    register = with_approved(read_register(Workbook(folder, sheets, **settings).folder), approved)
    return make_plan(register, SolveOptions(gap=0)).plan


def replaced(plan: Plan, asset_id: str = "CT1") -> list[tuple[int, str | None]]:
    """Years in which a machine is replaced, each with the offer by which it is, None where it is bought."""
    return [
        (line.year - START_YEAR, line.offer)
        for line in plan.schemes
        if line.asset_id == asset_id and line.action is Action.REPLACE and line.year is not None
    ]


def added(plan: Plan) -> list[tuple[str, int, str | None]]:
    """Sites where a CT is added, with the year and the offer."""
    return [
        (line.site, line.year - START_YEAR, line.offer)
        for line in plan.schemes
        if line.action is Action.ADD and line.option == "CT standard" and line.year is not None
        for _ in range(line.units)
    ]


def paid(plan: Plan) -> dict[tuple[str, int], int]:
    """What each source pays in each year, £ cash; only what is not zero."""
    found: Counter[tuple[str, int]] = Counter()
    for line in plan.schemes:
        for payment in line.payments:
            found[payment.source, payment.year - START_YEAR] += payment.gbp
    return dict(found)


def charges(plan: Plan, route: Route | None = None) -> list[int]:
    """What is charged to capital in each year, £ cash; by one route or by all."""
    return [
        sum(
            payment.gbp
            for line in plan.schemes
            for payment in line.payments
            if payment.year == each.year and route in (None, payment.route)
        )
        for each in plan.years
    ]


def revenue(plan: Plan, heading: Heading, trust: str = "QA1") -> list[int]:
    """A heading of a trust's revenue statement by year, £ cash."""
    return [each.amounts_gbp.get(heading, 0) for each in plan.revenue if each.trust == trust]


def total(plan: Plan, trust: str = "QA1") -> list[int]:
    """A trust's revenue statement by year, all headings together, £ cash."""
    return [sum(each.amounts_gbp.values()) for each in plan.revenue if each.trust == trust]
