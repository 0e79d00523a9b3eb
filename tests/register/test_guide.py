"""The pages on the input say what the code does today."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.register.guide import PAGES, defaults_page, input_page
from capitalplan.register.schema import SHEETS, columns_of
from capitalplan.settings import settings_specs

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_the_code_makes_it(name: str) -> None:
    again = "python -m capitalplan.register.guide docs"
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), f"run: {again}"


def test_every_column_and_setting_has_its_line() -> None:
    sheets, defaults = input_page(), defaults_page()
    for row in SHEETS:
        assert f"\n## {row.sheet}\n" in sheets
        assert [name for name in columns_of(row) if f"(`{name}`)" not in sheets] == []
    assert [spec.name for spec in settings_specs() if f"| `{spec.name}` |" not in defaults] == []
    assert "| `discount_rate` | 3.5% | a year, real | 0% to 50% |" in defaults
