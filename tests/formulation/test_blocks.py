from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest

from capitalplan.formulation.blocks import block_numbers
from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.problem import Problem
from capitalplan.register.provision import Tie
from capitalplan.register.register import Link, Register
from capitalplan.terms import ExtraKind, StaffGroup, TieKind
from tests.formulation.tiny_register import tiny_register
from tests.formulation.tiny_service import extra, pool, tiny_service
from tests.verify.small_network import SITE_A, SITE_B, TRUST

OTHER = "R0B"
APART = replace(tiny_register(), links=())
LINK = Link(from_site=SITE_B, to_site=SITE_A, minutes=Fraction(20))
OF_PATIENTS = {"choice", "service", "waiting", "reporting", "cover", "extra", "workforce", "ties", "rounding"}


def blocks_by_row(problem: Problem, rules: set[str]) -> dict[str, set[int]]:
    """Blocks that meet in each row of some rules; columns that blocks share are left out."""
    entries = problem.matrix.tocoo()
    met: dict[str, set[int]] = defaultdict(set)
    for row, column in zip(entries.row.tolist(), entries.col.tolist(), strict=True):
        if problem.row_rule[row] in rules and problem.column_block[column] >= 0:
            met[problem.row_names[row]].add(int(problem.column_block[column]))
    return met


def test_trusts_that_share_only_money_and_works_are_blocks_of_their_own() -> None:
    problem = formulate(APART).problem
    assert block_numbers(APART) == {("CT", TRUST): 0, ("MG", TRUST): 1, ("CT", OTHER): 2, ("MG", OTHER): 3}
    assert all(len(blocks) == 1 for blocks in blocks_by_row(problem, OF_PATIENTS).values())
    owned = {(int(b), int(o)) for b, o in zip(problem.column_block, problem.column_owner, strict=True) if b >= 0}
    assert owned == {(0, 0), (2, 1)}
    assert any(len(blocks) == 2 for blocks in blocks_by_row(problem, {"works"}).values())


@pytest.mark.parametrize(
    "joined",
    [
        replace(APART, links=(LINK,)),
        replace(APART, staff=(pool(StaffGroup.RADIOGRAPHER, None, 700),)),
        replace(APART, extra=(extra(ExtraKind.OUTSIDE, SITE_A, SITE_B, price=90, limit=500),)),
        replace(APART, extra=(extra(ExtraKind.OUTSIDE, SITE_A, SITE_B, price=90, first_year=2027),)),
        replace(APART, extra=(extra(ExtraKind.REPORTING, TRUST, OTHER, price=7, limit=100),)),
        replace(APART, ties=(Tie(first="C", kind=TieKind.AFTER, other="A"),)),
        tiny_service(),
    ],
    ids=["travel", "a pool of staff", "a limit", "a late provider", "limited reporting", "a tie", "the whole service"],
)
def test_trusts_that_share_patients_staff_or_a_tie_are_one_network(joined: Register) -> None:
    assert set(block_numbers(joined).values()) == {0, 1}
    assert set(formulate(joined).problem.column_block.tolist()) <= {-1, 0}


@pytest.mark.parametrize(
    "still_apart",
    [
        replace(APART, staff=(pool(StaffGroup.RADIOGRAPHER, TRUST, 700), pool(StaffGroup.RADIOGRAPHER, OTHER, 700))),
        replace(APART, extra=(extra(ExtraKind.OUTSIDE, SITE_A, SITE_B, price=90),)),
        replace(APART, links=(replace(LINK, from_site=SITE_A, to_site=SITE_A),)),
    ],
    ids=["own staff", "an outside provider without a limit", "travel within a trust"],
)
def test_what_trusts_have_without_sharing_it_joins_nobody(still_apart: Register) -> None:
    assert set(block_numbers(still_apart).values()) == {0, 1, 2, 3}
    met = blocks_by_row(formulate(still_apart).problem, OF_PATIENTS)
    assert all(len(blocks) == 1 for blocks in met.values())
