"""A register small enough to read its whole problem, with something for every rule of the service side."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from capitalplan.register.provision import ExtraCapacity, StaffPool, Tie, WaitingList
from capitalplan.register.register import Register
from capitalplan.terms import ExtraKind, StaffGroup, TieKind
from tests.formulation.tiny_register import tiny_register
from tests.verify.small_network import SITE_A, SITE_B, TRUST, with_settings

__all__ = ["tiny_service"]


def extra(kind: ExtraKind, *places: str, price: int, limit: int | None = None, **changes: Any) -> ExtraCapacity:
    """One line of Extra capacity for CT."""
    plain = ExtraCapacity(
        name=kind.title(),
        kind=kind,
        line="CT",
        places=places,
        price_gbp=price,
        limit=None if limit is None else Fraction(limit),
        scans_per_day=0,
        minimum_days=1,
        crewed=True,
        cover_only=False,
        first_year=None,
        last_year=None,
    )
    return replace(plain, **changes)


def pool(group: StaffGroup, trust: str | None, hours: int) -> StaffPool:
    """Staff with the same hours in both years."""
    return StaffPool(group=group, trust=trust, wte=(Fraction(1),) * 2, hours=(hours, hours))


def tiny_service() -> Register:
    """The tiny register with scanner C as the only machine of its site, which a van or its neighbour may cover.

    Half of the demand of site A may wait, a tenth is unscheduled; 100 patients wait today. Every scan takes a
    radiographer half an hour and six minutes to report. Scanner C is replaced after scanner A if at all, and not in
    the year of committed addition S, which is not replaced at all.
    """
    base = with_settings(tiny_register(), new_room_first=True, van_days_a_week=Fraction(5), max_network_projects=3)
    line = replace(
        base.lines["CT"],
        swap_cover=True,
        radiographers_per_scan_hour=Fraction(1),
        scans_per_hour=Fraction(2),
        minutes_per_report=Fraction(6),
        radiographer_reporting_share=Fraction(1, 4),
    )
    van = extra(ExtraKind.VAN, SITE_B, price=10, limit=120, scans_per_day=5, minimum_days=40, cover_only=True)
    return replace(
        base,
        lines={**base.lines, "CT": line},
        sites={code: replace(site, van_standing=True) for code, site in base.sites.items()},
        schemes=(),
        unscheduled={("CT", SITE_A): (230, 240)},
        waiting_demand={("CT", SITE_A): (1150, 1200)},
        waiting=(WaitingList(line="CT", site=SITE_A, start=100, standard=(29, 30), targets=(60, 30)),),
        unreported={("CT", TRUST): 20},
        extra=(
            extra(ExtraKind.HOURS, SITE_A, price=30, limit=20),
            van,
            extra(ExtraKind.OUTSIDE, SITE_A, SITE_B, price=90, limit=500),
            extra(ExtraKind.REPORTING, TRUST, price=7, limit=100),
        ),
        staff=(
            pool(StaffGroup.RADIOGRAPHER, TRUST, 800),
            pool(StaffGroup.RADIOGRAPHER, None, 700),
            pool(StaffGroup.RADIOLOGIST, TRUST, 150),
            pool(StaffGroup.RADIOLOGIST, None, 50),
            pool(StaffGroup.REPORTING_RADIOGRAPHER, TRUST, 40),
        ),
        ties=(
            Tie(first="C", kind=TieKind.AFTER, other="A"),
            Tie(first="A", kind=TieKind.TOGETHER, other="B"),
            Tie(first="B", kind=TieKind.APART, other="C"),
        ),
    )
