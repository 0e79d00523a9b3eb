"""What stands beside the machines of a small network: vans, extra hours, providers, staff, waiting lists, upgrades."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from capitalplan.plan.plan import Plan
from capitalplan.register.register import ExtraCapacity, Register, StaffPool, Upgrade, WaitingList
from capitalplan.solution import SolveOptions
from capitalplan.terms import ExtraKind, StaffGroup
from capitalplan.workflow.planning import make_plan
from tests.verify.small_network import SITE_A, TRUST, line, site

__all__ = ["bare", "covered_line", "extra", "planned", "pool", "upgrade", "waiting_list"]


def planned(book: Register) -> Plan:
    """The best plan, re-checked."""
    return make_plan(book, SolveOptions(gap=0)).plan


def extra(kind: ExtraKind, price: int, **changes: Any) -> ExtraCapacity:
    """A line of Extra capacity for CT at site A without limit; a van does ten scans a day and has no crew."""
    values: dict[str, Any] = {
        "name": f"CT {kind}",
        "kind": kind,
        "line": "CT",
        "places": (TRUST,) if kind is ExtraKind.REPORTING else (SITE_A,),
        "price_gbp": price,
        "limit": None,
        "scans_per_day": 10 if kind is ExtraKind.VAN else 0,
        "minimum_days": 1,
        "crewed": False,
        "cover_only": False,
        "first_year": None,
        "last_year": None,
    }
    return ExtraCapacity(**{**values, **changes})


def pool(group: StaffGroup, hours: int, trust: str | None = TRUST, years: int = 4) -> StaffPool:
    """Staff with the same hours in every year."""
    return StaffPool(group=group, trust=trust, wte=(Fraction(1),) * years, hours=(hours,) * years)


def waiting_list(start: int, *targets: int, place: str = SITE_A) -> WaitingList:
    """A list of CT patients."""
    return WaitingList(line="CT", site=place, start=start, standard=targets, targets=targets)


def upgrade(**changes: Any) -> Upgrade:
    """A new tube for £100 that adds three years of life and a tenth to scans an hour."""
    values: dict[str, Any] = {
        "name": "New tube",
        "cost_gbp": 100,
        "years_gained": 3,
        "throughput_gain": Fraction(1, 10),
        "first_year": None,
        "last_year": None,
    }
    return Upgrade(**{**values, **changes})


def covered_line(**changes: Any) -> dict[str, Any]:
    """Service lines of which CT needs cover: five weeks out of use, so 25 days of a van."""
    return {"CT": line("CT", swap_cover=True, outage_weeks=Fraction(5), **changes), "MG": line("MG")}


def bare(code: str, **changes: Any) -> Any:
    """A site without rooms to spare, where a van can stand."""
    return site(code, **{"spare_rooms": {}, "max_new_rooms": 0, "van_standing": True, **changes})
