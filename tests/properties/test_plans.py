"""What must hold of every plan, whatever the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from random import Random

import pytest

from capitalplan.errors import ImpossiblePlanError
from capitalplan.plan.encode import to_json
from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.register.schema import (
    SHEETS,
    DemandRow,
    EquipmentRow,
    FundingRow,
    SchemeRow,
    SiteRow,
)
from capitalplan.solution import SolveOptions
from capitalplan.terms import Action, Lock, Ownership
from capitalplan.workflow.cross_check import cross_check
from capitalplan.workflow.planning import make_plan
from data._tables import Cells, read_sheet, write_sheet
from tests.folders import DATA, change_rows, copy_network, write_folder
from tests.properties.random_network import accepted_register, random_register, random_sheets

EXACT = SolveOptions(gap=0)
SEEDS = range(1000, 1060)


@pytest.fixture
def twelve(tmp_path: Path) -> Path:
    return copy_network("twelve_assets", tmp_path / "twelve")


def exact_plan(register: Register) -> Plan:
    return make_plan(register, EXACT).plan


def cost(register: Register) -> float:
    """Least cost, £; infinite where there is no plan."""
    try:
        return exact_plan(register).objective_gbp
    except ImpossiblePlanError:
        return float("inf")


def with_limits(register: Register, change: Callable[[int], int]) -> Register:
    """The same register with every capital limit changed."""
    sources = (replace(each, limits_gbp=tuple(map(change, each.limits_gbp))) for each in register.sources)
    return replace(register, sources=tuple(sources))


def percent(share: int, limit: int) -> int:
    return limit * share // 100


def figure(plan: Plan, name: str) -> float:
    return float(plan.kpis[name])


def lines_of(plan: Plan, asset_id: str) -> list[PlannedScheme]:
    return [line for line in plan.schemes if line.asset_id == asset_id]


@pytest.fixture(scope="module")
def random_plans(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Register, Plan]]:
    """Plans of random networks, those that can be planned."""
    found, folder = [], tmp_path_factory.mktemp("networks")
    for seed in SEEDS:
        register = random_register(seed, folder / str(seed))
        try:
            found.append((register, exact_plan(register)))
        except ImpossiblePlanError:
            continue
    return found


# The same input, the same plan


def test_planning_twice_gives_the_same_plan(twelve: Path) -> None:
    first, second = (make_plan(read_register(twelve), SolveOptions()).plan for _ in range(2))
    assert first == second


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_means_nothing(seed: int, twelve: Path, tmp_path: Path) -> None:
    draw, sheets = Random(seed), {}  # noqa: S311 - repeatable draws, no secrets
    for kind in SHEETS:
        if (twelve / f"{kind.sheet}.csv").exists():
            rows: list[Cells] = list(read_sheet(twelve, kind))
            draw.shuffle(rows)
            sheets[kind] = rows
    shuffled = write_folder(tmp_path / "shuffled", sheets)
    as_written, other = (read_register(folder) for folder in (twelve, shuffled))
    plan, again = (make_plan(register, SolveOptions()).plan for register in (as_written, other))
    assert to_json(again) == to_json(plan)
    used, used_again = (
        {(each.item, each.value, each.source) for each in register.assumptions} for register in (as_written, other)
    )
    assert used_again == used


def test_the_order_of_rows_means_nothing_to_waiting_lists_vans_and_staff(tmp_path: Path) -> None:
    planned = 0
    for seed in range(30001, 30041, 2):
        draw, sheets = Random(seed), random_sheets(seed)  # noqa: S311 - repeatable draws, no secrets
        shuffled = {kind: draw.sample(rows, len(rows)) for kind, rows in sheets.items()}
        as_written = accepted_register(sheets, tmp_path / f"{seed}")
        other = accepted_register(shuffled, tmp_path / f"{seed} shuffled")
        try:
            plan = exact_plan(as_written)
        except ImpossiblePlanError:
            continue
        assert to_json(exact_plan(other)) == to_json(plan), seed
        planned += 1
    assert planned > 5


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_means_nothing_to_the_example(seed: int, tmp_path: Path) -> None:
    example, draw = DATA / "example_network", Random(seed)  # noqa: S311 - repeatable draws, no secrets
    sheets = {kind: read_sheet(example, kind) for kind in SHEETS if (example / f"{kind.sheet}.csv").exists()}
    shuffled = {kind: draw.sample(rows, len(rows)) for kind, rows in sheets.items()}
    as_written, other = (read_register(folder) for folder in (example, write_folder(tmp_path / "shuffled", shuffled)))
    for field in fields(Register):
        if field.name not in {"assumptions", "warnings"}:
            first, second = getattr(as_written, field.name), getattr(other, field.name)
            assert second == first
            if isinstance(first, Mapping):
                assert list(second) == list(first), field.name


@pytest.mark.parametrize("engine", ["cbc", "scip"])
def test_a_second_engine_agrees(engine: str, twelve: Path) -> None:
    planned = make_plan(read_register(twelve), EXACT)
    assert "agrees" in cross_check(planned, engine, 0.001, 60)


@pytest.mark.parametrize("engine", ["cbc", "scip", "cp-sat"])
def test_a_second_engine_agrees_on_waiting_lists_vans_and_staff(engine: str, tmp_path: Path) -> None:
    agreed = 0
    for seed in range(1, 21, 2):
        try:
            planned = make_plan(random_register(seed, tmp_path / str(seed)), EXACT)
        except ImpossiblePlanError:
            continue
        agreed += "one of £" in cross_check(planned, engine, 0.0, 60)
    assert agreed > 5


# Limits


def test_looser_limits_never_cost_more(tmp_path: Path) -> None:
    cheaper = 0
    for seed in SEEDS:
        register = random_register(seed, tmp_path / str(seed))
        tight, loose = cost(register), cost(with_limits(register, lambda limit: limit + 50_000))
        assert loose <= tight + 1, seed
        cheaper += loose < tight - 1
    assert cheaper > 0


def test_each_step_of_a_ladder_of_limits_costs_no_more(twelve: Path) -> None:
    register = read_register(twelve)
    ladder = [cost(with_limits(register, partial(percent, share))) for share in (0, 50, 75, 100, 110)]
    assert ladder == sorted(ladder, reverse=True)
    assert ladder[0] > ladder[-1]


def test_half_the_limits_still_make_a_plan(twelve: Path) -> None:
    change_rows(twelve, FundingRow, lambda row: {**row, "limit_gbp": int(row["limit_gbp"]) // 2})
    plan = exact_plan(read_register(twelve))
    assert plan.funded
    assert sum(line.capital_gbp for line in plan.schemes) <= figure(plan, "limits_cash_gbp")


# Demand and rooms


def double_demand(folder: Path) -> None:
    change_rows(folder, DemandRow, lambda row: {**row, "scans": 2 * int(row["scans"])})


def test_twice_the_demand_adds_machines_where_there_are_rooms(twelve: Path) -> None:
    change_rows(twelve, SiteRow, lambda row: {**row, "max_new_rooms": 5})
    change_rows(twelve, FundingRow, lambda row: {**row, "limit_gbp": 2 * int(row["limit_gbp"])})
    before = exact_plan(read_register(twelve))
    double_demand(twelve)
    after = exact_plan(read_register(twelve))
    assert figure(after, "additions") > figure(before, "additions")


def test_twice_the_demand_adds_nothing_where_there_are_no_rooms(twelve: Path) -> None:
    change_rows(twelve, SiteRow, lambda row: {**row, "max_new_rooms": 0, "spare_rooms_ct": 0})
    change_rows(twelve, EquipmentRow, lambda row: {**row, "ownership": "owned", "contract_id": ""})
    before = exact_plan(read_register(twelve))
    double_demand(twelve)
    after = exact_plan(read_register(twelve))
    assert figure(before, "additions") == figure(after, "additions") == 0
    assert figure(after, "outside_scans") > figure(before, "outside_scans")


# What the plan keeps its hands off


@pytest.mark.parametrize("share", [0, 100, 1000])
def test_a_managed_service_runs_on_whatever_the_limits(share: int, twelve: Path) -> None:
    register = with_limits(read_register(twelve), partial(percent, share))
    (line,) = lines_of(make_plan(register, SolveOptions()).plan, "QX601-DX-01")
    assert (line.action, line.route, line.capital_gbp) == (Action.KEEP, "contract", 0)


def test_a_committed_scheme_stays_as_it_is(twelve: Path) -> None:
    scheme: Cells = {
        "scheme_id": "S-1",
        "action": "replace",
        "asset_id": "QX601-CT-03",
        "option": "CT standard",
        "year": "2028/29",
        "capital_gbp": 1_234_567,
        "status": "ordered",
    }
    write_sheet(twelve, SchemeRow, [scheme])
    (line,) = lines_of(exact_plan(read_register(twelve)), "QX601-CT-03")
    assert (line.scheme_id, line.action, line.year, line.capital_gbp) == ("S-1", Action.REPLACE, 2028, 1_234_567)
    assert line.funding == {"QX6 operational capital": 600_000, "Regional diagnostics fund": 634_567}


def test_contracts_and_commitments_stand_in_every_plan(random_plans: list[tuple[Register, Plan]]) -> None:
    held, committed = 0, 0
    for register, plan in random_plans:
        for asset in register.assets:
            if asset.ownership is Ownership.MANAGED_SERVICE:
                held += 1
                assert {line.action for line in lines_of(plan, asset.asset_id)} <= {Action.KEEP, Action.RETIRE}
                closing = register.sites[asset.site].closing_year
                assert all(line.year in (None, closing) for line in lines_of(plan, asset.asset_id))
        for scheme in register.committed:
            committed += 1
            (line,) = [line for line in plan.schemes if line.scheme_id == scheme.scheme_id]
            assert (line.year, line.option, line.capital_gbp) == (scheme.year, scheme.option, scheme.capital_gbp)
    assert held > 5
    assert committed > 5


def test_no_site_loses_its_last_machine(random_plans: list[tuple[Register, Plan]]) -> None:
    retired_somewhere = 0
    for register, plan in random_plans:
        if register.settings.allow_last_machine_retirement:
            continue
        fleet, locked, leaving = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for asset in register.assets:
            place = (asset.site, asset.line)
            fleet[place] += 1
            locked[place] += asset.lock is Lock.RETIRE
            leaving[place] += any(
                line.action is Action.RETIRE and line.year != register.sites[asset.site].closing_year
                for line in lines_of(plan, asset.asset_id)
            )
        retired_somewhere += any(leaving[place] > locked[place] for place in fleet)
        for place, count in fleet.items():
            assert leaving[place] < count or locked[place] == count, place
    assert retired_somewhere > 0
