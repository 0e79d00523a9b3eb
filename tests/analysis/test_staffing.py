"""Staff that demand needs, worked out on paper."""

from __future__ import annotations

from fractions import Fraction

from capitalplan.analysis.staffing import StaffNeed, staff_needed
from capitalplan.register.register import Register, StaffPool, Trust
from capitalplan.terms import StaffGroup
from tests.verify.small_network import SITE_A, SITE_B, TRUST, asset, line, register, settings, site

OTHER = "R0B"
YEARS = (2026, 2027, 2028, 2029)


def book(*staff: StaffPool) -> Register:
    """An hour of scanning takes two radiographers and gives two scans; a report takes 30 minutes, a fifth by them."""
    ct = line(
        "CT",
        radiographers_per_scan_hour=Fraction(2),
        minutes_per_report=Fraction(30),
        radiographer_reporting_share=Fraction(1, 5),
    )
    return register(
        asset("CT1", exams_per_year=1560),
        asset("MG1", line="MG", modality="MG", exams_per_year=5000),
        settings=settings(
            hours_per_wte=Fraction(30),
            radiographer_productive_share=Fraction(1, 2),
            reporting_productive_share=Fraction(1, 2),
        ),
        trusts={code: Trust(code=code, name=code) for code in (TRUST, OTHER)},
        sites={SITE_A: site(SITE_A), SITE_B: site(SITE_B, trust=OTHER)},
        lines={"CT": ct, "MG": line("MG")},
        demand={("CT", SITE_A): (1560, 1950, 2340, 2730), ("CT", SITE_B): (780,) * 4},
        staff=staff,
    )


def pool(group: StaffGroup, trust: str | None, *wte: float) -> StaffPool:
    return StaffPool(group=group, trust=trust, wte=tuple(map(Fraction, wte)), hours=(0,) * 4)


def of(lines: tuple[StaffNeed, ...], group: StaffGroup, trust: str | None) -> list[Fraction]:
    return [line.wte for line in lines if (line.group, line.trust) == (group, trust)]


def test_need_by_group_and_trust_today_and_by_year() -> None:
    """A whole-time equivalent has 30 x 52 x 1/2 = 780 productive hours; a scan takes one radiographer hour."""
    lines = staff_needed(book())
    needed = [Fraction(halves, 2) for halves in (4, 4, 5, 6, 7)]
    assert of(lines, StaffGroup.RADIOGRAPHER, TRUST) == needed
    assert of(lines, StaffGroup.RADIOGRAPHER, OTHER) == [0, 1, 1, 1, 1]
    assert of(lines, StaffGroup.RADIOLOGIST, TRUST) == [wte / 2 * Fraction(4, 5) for wte in needed]
    assert of(lines, StaffGroup.REPORTING_RADIOGRAPHER, TRUST) == [wte / 2 * Fraction(1, 5) for wte in needed]
    assert [line.year for line in lines[:5]] == [None, *YEARS]
    assert {line.in_post for line in lines} == {None}


def test_staff_in_post_stand_beside_it() -> None:
    lines = staff_needed(book(pool(StaffGroup.RADIOGRAPHER, TRUST, 1, 2, 3, 4)))
    found = {(line.group, line.trust, line.year): line.in_post for line in lines}
    assert [found[StaffGroup.RADIOGRAPHER, TRUST, year] for year in (None, *YEARS)] == [1, 1, 2, 3, 4]
    assert found[StaffGroup.RADIOGRAPHER, OTHER, 2026] == 0
    assert found[StaffGroup.RADIOLOGIST, TRUST, 2026] is None


def test_a_pool_any_trust_may_use_is_asked_for_what_they_lack() -> None:
    own = pool(StaffGroup.RADIOGRAPHER, TRUST, 3, 3, 3, 3)
    lines = staff_needed(book(own, pool(StaffGroup.RADIOGRAPHER, None, 1, 1, 1, 1)))
    shared = [line for line in lines if line.group is StaffGroup.RADIOGRAPHER and line.trust is None]
    assert [line.wte for line in shared] == [0, 1, 1, 1, Fraction(3, 2)]
    assert {line.in_post for line in shared} == {1}


def test_without_demand_there_is_nothing_to_staff() -> None:
    assert staff_needed(register(asset())) == ()
