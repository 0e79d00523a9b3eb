"""One hostile case for all tests of the reports, and its two files written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.page import write_page
from reports.workbook import write_workbook
from tests.reports.cases import Case, make_case


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
