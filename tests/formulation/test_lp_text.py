"""The problem of one tiny register, rule by rule, as text that was read and found right."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.formulation.formulate import formulate
from capitalplan.formulation.lp_text import lp_text
from tests.formulation.tiny_register import tiny_register

GOLDEN = Path(__file__).parent / "golden"
RULES = ("choice", "service", "money", "rooms", "works", "cover")
OBJECTIVE = "objective"


def texts() -> dict[str, str]:
    """LP text by golden file: the rows of each rule, and the objective with the bounds of the columns."""
    problem = formulate(tiny_register()).problem
    found = {rule: lp_text(problem, rule) for rule in RULES}
    head, rest = lp_text(problem).split("Subject To\n")
    return {**found, OBJECTIVE: head + rest[rest.index("Bounds\n") :]}


def write_golden() -> None:
    """Write the golden files again. Read what changed before keeping it."""
    for name, text in texts().items():
        (GOLDEN / f"{name}.lp").write_text(text, encoding="utf-8", newline="\n")


@pytest.mark.parametrize("name", [*RULES, OBJECTIVE])
def test_the_text_is_as_it_was_read(name: str) -> None:
    assert texts()[name] == (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")


def test_every_row_is_in_one_of_the_files() -> None:
    assert set(formulate(tiny_register()).problem.row_rule) == set(RULES)
