"""One hostile case for all tests of the reports, its two files written once, and real plans of a small network."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from capitalplan.plan.plan import RunFacts
from capitalplan.register.read import read_register
from capitalplan.solution import SolveOptions
from capitalplan.workflow.planning import make_plan, make_study
from reports.page import write_page
from reports.workbook import write_workbook
from tests.reports.cases import Case, make_case

NETWORK = Path(__file__).parents[2] / "data" / "twelve_assets"


@pytest.fixture(scope="session")
def case() -> Case:
    return make_case()


@pytest.fixture(scope="session")
def book(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "plan.xlsx"
    write_workbook(path, case.register, case.plan, case.study, case.facts)
    return path


@pytest.fixture(scope="session")
def page(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "plan.html"
    write_page(path, case.register, case.plan, case.study, case.facts)
    return path


@pytest.fixture(scope="session")
def need_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = make_case(funded=False)
    path = tmp_path_factory.mktemp("need") / "plan.html"
    write_page(path, case.register, case.plan, case.study, case.facts)
    return path


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Case]:
    """Plan the network of twelve machines, with its capital limits or without."""

    @cache
    def planned(funded: bool) -> Case:
        folder = tmp_path_factory.mktemp("twelve") / "twelve_assets"
        shutil.copytree(NETWORK, folder)
        if not funded:
            (folder / "Funding.csv").unlink()
        made = make_plan(read_register(folder), SolveOptions())
        study = make_study(made, test_prices=False)
        return Case(made.register, made.plan, study, RunFacts(facts={}, checks=made.checks))

    return planned
