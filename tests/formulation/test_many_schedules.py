"""Schedules are counted before they are made, and a register with too many is refused in words."""

from __future__ import annotations

from itertools import product

import pytest

from capitalplan.errors import InputError
from capitalplan.formulation import schedules
from capitalplan.formulation.patterns import count_patterns, patterns
from capitalplan.formulation.schedules import build_schedules
from tests.formulation.tiny_register import tiny_register
from tests.verify.small_network import asset, option, register, settings

CASES = product((1, 4, 6), (1, 2), (0, 1, 2, 3), (1, 2, 4), (None, 0, 3), (False, True), ((), ((0, 2), (3,))))


def test_the_count_is_that_of_the_patterns_made() -> None:
    for years, machines, most, kept, closing, new_room_first, offered in CASES:
        if closing is not None and closing >= years:
            continue
        upgrades = tuple(tuple(year for year in each if year < years) for each in offered)
        asked = years, machines, most, kept, closing
        made = patterns(*asked, new_room_first=new_room_first, upgrades=upgrades)
        assert count_patterns(*asked, new_room_first=new_room_first, upgrades=upgrades) == len(made.events)


def test_a_machine_with_too_many_is_refused_before_they_are_made() -> None:
    options = {f"CT {number}": option(name=f"CT {number}") for number in range(40)}
    many = settings(max_replacements=4, min_years_kept=1)
    with pytest.raises(InputError, match=r"CT1 has 2,\d{3},\d{3} schedules .* max_replacements \(now 4\), raise min"):
        build_schedules(register(asset(), settings=many, options=options))


def test_a_register_with_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = int(build_schedules(tiny_register(), prune=False).first[-1])
    monkeypatch.setattr(schedules, "MOST_SCHEDULES", whole)
    build_schedules(tiny_register())
    monkeypatch.setattr(schedules, "MOST_SCHEDULES", whole - 1)
    with pytest.raises(InputError, match=f"The machines up to C have {whole} schedules .* on the sheet Settings lower"):
        build_schedules(tiny_register())
