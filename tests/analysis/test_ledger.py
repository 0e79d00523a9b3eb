"""The why-not-ours ledger: exact prices against plans made under locks and removed choices, fast intervals, words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from capitalplan.analysis.ledger.estimates import Subject, ledger, subjects
from capitalplan.analysis.ledger.exact import exact_entries
from capitalplan.analysis.ledger.lines import ForcedPrice, Forcing, LedgerEntry
from capitalplan.analysis.price import Basis
from capitalplan.analysis.whole_menus import WholeMenus, whole_menus
from capitalplan.errors import ImpossiblePlanError
from capitalplan.plan.extract import extract
from capitalplan.register.read import read_register
from capitalplan.register.register import Asset, Register
from capitalplan.solution import SolveOptions
from capitalplan.terms import Lock, Ownership, year_label
from capitalplan.workflow.planning import Planned, make_plan
from capitalplan.workflow.proving import prove
from capitalplan.workflow.workers import problems_apart
from solvers import highs
from tests.folders import DATA
from tests.properties.random_money import random_money
from tests.properties.random_network import random_register

BEST = SolveOptions(gap=0)
ROUNDED = 1
"""Whole pounds by which two plans of the same value may differ: each value is rounded to pounds."""
QUICK = ("QX601-DX-02", "QX601-RF-01")
ADDED = (("CT standard", "QX602"), ("RF room", "QX601"))


@dataclass(frozen=True)
class Case:
    """A plan made to a gap of zero, its ledger, and its problem with whole menus."""

    planned: Planned
    whole: WholeMenus
    fast: tuple[LedgerEntry, ...]

    @classmethod
    def of(cls, register: Register) -> Case:
        planned = make_plan(register, BEST)
        values = planned.solution.values
        assert values is not None
        duals = prove(planned)[0].duals(planned.formulation.problem)
        return cls(
            planned=planned,
            whole=whole_menus(planned.formulation, values, duals),
            fast=ledger(planned.formulation, values, duals, planned.plan, highs.solve),
        )

    def exact(self, wanted: Callable[[Subject], bool]) -> tuple[LedgerEntry, ...]:
        chosen = [each for each in subjects(self.whole, self.planned.plan) if wanted(each)]
        solved = partial(problems_apart, self.whole.formulation, options=BEST, workers=1)
        return exact_entries(self.whole.formulation.problem, chosen, self.planned.plan, solved)

    def estimates(self, entry: LedgerEntry) -> Iterator[tuple[ForcedPrice, ForcedPrice]]:
        """Each forced price with the fast one of the same machine and forcing."""
        mine = next(each for each in self.fast if each.what == entry.what)
        return zip(entry.forced, mine.forced, strict=True)


@pytest.fixture(scope="module")
def case() -> Case:
    return Case.of(read_register(DATA / "twelve_assets"))


def assert_price(forced: ForcedPrice, value: int | None, ours: int) -> None:
    """Hold an exact price against the value of a plan made otherwise; None where there is none."""
    assert forced.price.basis is Basis.EXACT
    assert forced.price.is_impossible == (value is None)
    if value is not None:
        assert forced.price.estimate_gbp == pytest.approx(value - ours, abs=ROUNDED)
        assert forced.price.high_gbp == pytest.approx(value - ours, abs=ROUNDED)
        assert forced.price.low_gbp == pytest.approx(value - ours, abs=ROUNDED)


def assert_within(exact: ForcedPrice, fast: ForcedPrice) -> None:
    """A fast interval contains the exact price; what is impossible has no plan at hand."""
    assert exact.forcing is fast.forcing
    assert fast.price.basis is Basis.ESTIMATE
    if exact.price.is_impossible:
        assert fast.price.high_gbp is None
        return
    assert not fast.price.is_impossible
    assert exact.price.estimate_gbp is not None
    assert fast.price.low_gbp - ROUNDED <= exact.price.estimate_gbp
    assert fast.price.high_gbp is None or exact.price.estimate_gbp <= fast.price.high_gbp + ROUNDED
    assert fast.price.estimate_gbp is not None
    assert fast.price.low_gbp <= fast.price.estimate_gbp
    assert fast.price.high_gbp is None or fast.price.estimate_gbp <= fast.price.high_gbp


def planned_value(register: Register, asset: Asset, change: Callable[[Asset], Asset]) -> int | None:
    """Value of the best plan with a machine changed; None where there is none."""
    assets = tuple(change(each) if each.asset_id == asset.asset_id else each for each in register.assets)
    try:
        return make_plan(replace(register, assets=assets), BEST).plan.objective_gbp
    except ImpossiblePlanError:
        return None


def locked_value(register: Register, asset: Asset, entry: LedgerEntry, forcing: Forcing) -> int | None:
    """Value of the best plan that a lock makes of a forcing other than ``otherwise``."""
    if forcing is Forcing.OUT:
        return planned_value(register, asset, partial(replace, lock=Lock.KEEP))
    if forcing is Forcing.IN:
        return planned_value(register, asset, partial(replace, lock=Lock.REPLACE))
    assert entry.year is not None
    year = entry.year + (1 if forcing is Forcing.LATER else -1)
    return planned_value(register, asset, partial(replace, lock=Lock.REPLACE, lock_year=year))


def otherwise_value(register: Register, asset: Asset, entry: LedgerEntry) -> int | None:
    """Value of the best plan that does not begin as the plan does, over everything else a lock can ask for."""
    horizon = register.settings.horizon
    plan = entry.decided.split(",")[0]
    values = [
        planned_value(register, asset, partial(replace, lock=Lock.REPLACE, lock_year=year))
        for year in horizon
        if not plan.startswith(f"replace {year_label(year)}")
    ]
    if asset.ownership is Ownership.LEASE:
        values += [
            planned_value(register, asset, partial(replace, lock=Lock.RETIRE, lock_year=year))
            for year in horizon
            if plan != f"retire {year_label(year)}"
        ]
    if plan != "keep":
        values.append(planned_value(register, asset, partial(replace, lock=Lock.KEEP)))
    if plan.startswith("replace"):
        option = plan.partition(" with ")[2]
        values.append(without_option(register, asset, entry.year, option))
    return min((value for value in values if value is not None), default=None)


def without_option(register: Register, asset: Asset, year: int | None, option: str) -> int | None:
    """Value of the best plan that replaces a machine in a year, but not by an option: it lacks what the others have."""
    others = {
        name: each if name == option else replace(each, capabilities=frozenset({*each.capabilities, "asked for"}))
        for name, each in register.options.items()
    }
    needed = frozenset({*asset.capabilities, "asked for"})
    changed = replace(register, options=others)
    return planned_value(changed, asset, partial(replace, lock=Lock.REPLACE, lock_year=year, capabilities=needed))


def is_machine(name: str, subject: Subject) -> bool:
    return subject.asset_id == name


def assert_machine(case: Case, name: str, *, with_otherwise: bool) -> None:
    register, ours = case.planned.register, case.planned.plan.objective_gbp
    asset = next(each for each in register.assets if each.asset_id == name)
    (entry,) = case.exact(partial(is_machine, name))
    for exact, fast in case.estimates(entry):
        assert_within(exact, fast)
        if exact.closed_by:
            continue
        if exact.forcing is not Forcing.OTHERWISE:
            assert_price(exact, locked_value(register, asset, entry, exact.forcing), ours)
        elif with_otherwise:
            assert_price(exact, otherwise_value(register, asset, entry), ours)


@pytest.mark.parametrize("name", QUICK)
def test_exact_prices_of_a_machine_are_those_of_plans_made_under_locks(case: Case, name: str) -> None:
    assert_machine(case, name, with_otherwise=False)


@pytest.mark.long
def test_exact_prices_of_every_machine_are_those_of_plans_made_under_locks(case: Case) -> None:
    for asset in case.planned.register.assets:
        assert_machine(case, asset.asset_id, with_otherwise=True)


def bounded_value(case: Case, shut: Sequence[str], at_least_one: str | None) -> int | None:
    """Value of the best plan with columns shut, and one column of one or more."""
    problem = case.planned.formulation.problem
    names = {name: column for column, name in enumerate(problem.column_names)}
    lower, upper = problem.lower.copy(), problem.upper.copy()
    upper[[names[name] for name in shut]] = 0
    if at_least_one is not None:
        lower[names[at_least_one]] = 1
    solution = highs.solve(replace(problem, lower=lower, upper=upper), BEST)
    return None if solution.values is None else extract(case.planned.formulation, solution).objective_gbp


def added_value(case: Case, entry: LedgerEntry, forcing: Forcing) -> int | None:
    option = (entry.option or "").replace(" ", "_")
    names = {year: f"n.{entry.site}.{option}.{year}" for year in case.planned.register.settings.horizon}
    known = set(case.planned.formulation.problem.column_names)
    years = [year for year, name in names.items() if name in known]
    if forcing is Forcing.OUT:
        return bounded_value(case, [names[year] for year in years], None)
    if forcing is Forcing.IN:
        values = [bounded_value(case, [], names[year]) for year in years]
        return min((value for value in values if value is not None), default=None)
    assert entry.year is not None
    first = entry.year + (1 if forcing is Forcing.LATER else -1)
    return bounded_value(case, [names[year] for year in years if year < first], names[first])


def assert_addition(case: Case, option: str, site: str) -> None:
    (entry,) = case.exact(lambda each: each.asset_id is None and (each.option, each.site) == (option, site))
    for exact, fast in case.estimates(entry):
        assert_within(exact, fast)
        if not exact.closed_by:
            assert_price(exact, added_value(case, entry, exact.forcing), case.planned.plan.objective_gbp)


@pytest.mark.parametrize(("option", "site"), ADDED)
def test_exact_prices_of_an_addition_are_those_of_plans_with_its_columns_bounded(
    case: Case, option: str, site: str
) -> None:
    assert_addition(case, option, site)


@pytest.mark.long
def test_exact_prices_of_every_addition_are_those_of_plans_with_its_columns_bounded(case: Case) -> None:
    for entry in case.fast:
        if entry.asset_id is None:
            assert_addition(case, entry.option or "", entry.site)


def assert_intervals(register: Register) -> None:
    """Fast intervals contain the exact prices."""
    try:
        case = Case.of(register)
    except ImpossiblePlanError:
        return
    for entry in case.exact(lambda _: True):
        for exact, fast in case.estimates(entry):
            assert_within(exact, fast)


def assert_random(seed: int, folder: Path) -> None:
    """Fast intervals of a random network contain the exact prices, and these are those of plans made under locks."""
    try:
        case = Case.of(random_register(seed, folder))
    except ImpossiblePlanError:
        return
    register, ours = case.planned.register, case.planned.plan.objective_gbp
    assets = {asset.asset_id: asset for asset in register.assets}
    free = {name for name, each in assets.items() if each.ownership is Ownership.OWNED and each.lock is None}
    free -= {scheme.asset_id for scheme in register.committed} | {name for name in free if assets[name].upgrades}
    for entry in case.exact(lambda _: True):
        for exact, fast in case.estimates(entry):
            assert_within(exact, fast)
            locked = exact.forcing is not Forcing.OTHERWISE and entry.asset_id in free
            if locked and not exact.closed_by and entry.decided.startswith(("keep", "replace")):
                value = locked_value(register, assets[entry.asset_id or ""], entry, exact.forcing)
                assert_price_near(exact, value, ours)


def assert_price_near(exact: ForcedPrice, value: int | None, ours: int) -> None:
    assert exact.price.is_impossible == (value is None)
    if value is not None:
        assert exact.price.estimate_gbp == pytest.approx(value - ours, abs=ROUNDED)


@pytest.mark.parametrize("seed", range(1, 5))
def test_intervals_of_random_networks_contain_the_exact_prices(seed: int, tmp_path: Path) -> None:
    assert_random(seed, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5, 65))
def test_intervals_of_many_random_networks_contain_the_exact_prices(seed: int, tmp_path: Path) -> None:
    assert_random(seed, tmp_path)


@pytest.mark.parametrize("seed", range(1, 4))
def test_intervals_hold_where_money_is_limited_in_every_way(seed: int, tmp_path: Path) -> None:
    assert_intervals(random_money(seed, tmp_path))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 84))
def test_intervals_of_many_networks_hold_where_money_is_limited_in_every_way(seed: int, tmp_path: Path) -> None:
    assert_intervals(random_money(seed, tmp_path))


def test_every_figure_of_a_sentence_is_the_entrys_own(case: Case) -> None:
    for entry in case.fast:
        prices = [each.price for each in entry.forced]
        amounts = {amount for each in prices for amount in (each.low_gbp, each.high_gbp, each.estimate_gbp)}
        years = {each.year for each in entry.forced} | {limit.year for each in entry.forced for limit in each.limits}
        told = " ".join([entry.decided, *(each.closed_by for each in entry.forced)])
        assert {int(each.replace(",", "")) for each in re.findall(r"£([\d,]*\d)", entry.sentence)} <= amounts
        for label in re.findall(r"\d{4}/\d\d", entry.sentence):
            assert label in told or int(label[:4]) in years


def test_a_machine_its_contract_renews_says_so(case: Case) -> None:
    entry = next(each for each in case.fast if each.asset_id == "QX601-DX-01")
    assert {each.forcing for each in entry.forced} == {Forcing.OTHERWISE, Forcing.IN}
    assert all(each.price.is_impossible and "MES-601" in each.closed_by for each in entry.forced)
    assert "renewed by contract MES-601" in entry.sentence


def test_without_prices_nothing_is_estimated_and_intervals_still_hold(case: Case) -> None:
    planned = case.planned
    values = planned.solution.values
    assert values is not None
    nothing = np.zeros(planned.formulation.problem.n_rows)
    entries = ledger(planned.formulation, values, nothing, planned.plan, highs.solve)
    assert all(each.price.estimate_gbp is None for entry in entries for each in entry.forced)
    assert all(each.price.low_gbp == 0 for entry in entries for each in entry.forced)
