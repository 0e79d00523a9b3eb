"""The problems of three tiny registers, rule by rule, as text that was read and found right."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.lp_text import lp_text
from capitalplan.formulation.problem import Problem
from tests.formulation.tiny_money import tiny_money
from tests.formulation.tiny_register import tiny_register
from tests.formulation.tiny_service import tiny_service

GOLDEN = Path(__file__).parent / "golden"
RULES = ("choice", "service", "money", "rooms", "works", "rounding")
SERVICE_RULES = ("ties", "service", "waiting", "rooms", "extra", "cover", "workforce", "reporting")
MONEY_RULES = ("money", "revenue", "fairness", "stability", "tiers")
OBJECTIVE = "objective"


def texts() -> dict[str, str]:
    """LP text by golden file: the rows of each rule, and the objective with the bounds of the columns."""
    machines, service, money = (formulate(book()).problem for book in (tiny_register, tiny_service, tiny_money))
    return {
        **{rule: lp_text(machines, rule) for rule in RULES},
        OBJECTIVE: _objective(machines),
        **{f"service_{rule}": lp_text(service, rule) for rule in SERVICE_RULES},
        f"service_{OBJECTIVE}": _objective(service),
        **{f"money_{rule}": lp_text(money, rule) for rule in MONEY_RULES},
        f"money_{OBJECTIVE}": _objective(money),
    }


def _objective(problem: Problem) -> str:
    head, rest = lp_text(problem).split("Subject To\n")
    return head + rest[rest.index("Bounds\n") :]


def write_golden() -> None:
    """Write the golden files again. Read what changed before keeping it."""
    for name, text in texts().items():
        (GOLDEN / f"{name}.lp").write_text(text, encoding="utf-8", newline="\n")


NAMES = (
    *(*RULES, OBJECTIVE),
    *(f"service_{rule}" for rule in (*SERVICE_RULES, OBJECTIVE)),
    *(f"money_{rule}" for rule in (*MONEY_RULES, OBJECTIVE)),
)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_as_it_was_read(name: str) -> None:
    assert texts()[name] == (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")


def test_every_row_is_in_one_of_the_files() -> None:
    problems = [formulate(book()).problem for book in (tiny_register, tiny_service, tiny_money)]
    assert {rule for problem in problems for rule in problem.row_rule} == {*RULES, *SERVICE_RULES, *MONEY_RULES}
