from __future__ import annotations

import contextlib
import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capitalplan.register.reading.converters import UNCALCULATED, CellError, convert
from capitalplan.register.schema import Column
from capitalplan.terms import Modality, Ownership, year_label

POUNDS = Column("pounds", "Price (£)", low=0)
SHARE = Column("share", "Uptime (%)", low=0, high=1)
MODALITY = Column("choice", "Modality", choices=tuple(Modality))
OWNERSHIP = Column("choice", "Ownership", choices=tuple(Ownership))
NBSP = "\u00a0"


def value(cell: object, kind: str, *, year_end: bool = False) -> object:
    return convert(cell, Column(kind, "Column"), year_end=year_end).value


@given(st.integers(0, 10**11))
def test_pounds_survive_every_way_of_writing_them(amount: int) -> None:
    for cell in (amount, float(amount), f"{amount}", f"£{amount:,}", f" £ {amount:,}.00{NBSP}", f"GBP {amount}"):
        assert convert(cell, POUNDS).value == amount


@given(st.integers(1, 999), st.integers(0, 99))
def test_millions_and_thousands_are_exact(whole: int, part: int) -> None:
    assert convert(f"£{whole}.{part:02}m", POUNDS).value == whole * 1_000_000 + part * 10_000
    assert convert(f"{whole}.{part:02}k", POUNDS).value == whole * 1_000 + part * 10


@given(st.decimals(0, 1, places=4))
def test_shares_are_exact_fractions_as_number_and_as_percentage(share: object) -> None:
    exact = Fraction(str(share))
    assert convert(float(exact), SHARE).value == exact
    assert convert(f"{float(exact * 100):.10g}%", SHARE).value == exact


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31)))
def test_days_survive_uk_iso_and_excel_forms(day: dt.date) -> None:
    for cell in (day, dt.datetime.combine(day, dt.time(9)), f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", day.isoformat(),
                 f"{day:%d %B %Y}", f"{day.isoformat()} 00:00:00"):  # fmt: skip
        assert value(cell, "date") == day


@given(st.integers(1950, 2099))
def test_a_year_alone_is_the_first_or_last_day_of_the_financial_year(year: int) -> None:
    for cell in (year, float(year), str(year), year_label(year)):
        assert value(cell, "year") == year
        assert value(cell, "day_or_year") == dt.date(year, 4, 1)
        assert value(cell, "day_or_year", year_end=True) == dt.date(year + 1, 3, 31)


def test_a_date_in_a_year_column_is_its_financial_year() -> None:
    assert value(dt.date(2027, 3, 31), "year") == 2026
    assert value("01/04/2027", "year") == 2027


def test_serials_are_days_only_where_they_can_be_nothing_else() -> None:
    assert value(43556, "date") == dt.date(2019, 4, 1)
    assert value(43556.0, "day_or_year") == dt.date(2019, 4, 1)
    with pytest.raises(CellError):
        value(123, "date")


@pytest.mark.parametrize("cell", [True, False, "TRUE"])
@pytest.mark.parametrize("kind", ["whole", "number", "pounds", "share", "year", "date", "day_or_year"])
def test_truth_values_are_never_numbers_or_days(cell: object, kind: str) -> None:
    with pytest.raises(CellError):
        value(cell, kind)


@pytest.mark.parametrize("kind", ["text", "code", "whole", "number", "pounds", "share", "year", "date", "day_or_year",
                                  "yes_no", "choice", "list"])  # fmt: skip
@pytest.mark.parametrize("cell", [None, "", "  ", NBSP, "-", "n/a", "N/A "])
def test_blanks_are_blank_in_every_kind(cell: object, kind: str) -> None:
    converted = convert(cell, Column(kind, "Column"))
    assert converted.value is None
    assert not converted.warning


def test_a_word_that_says_nothing_is_a_blank_with_a_warning() -> None:
    converted = convert("TBC", POUNDS)
    assert converted.value is None
    assert "TBC" in converted.warning


def test_none_is_a_blank_among_words_but_a_fault_among_numbers() -> None:
    assert value("none", "text") is None
    with pytest.raises(CellError):
        value("none", "whole")


@pytest.mark.parametrize(("cell", "code"), [
    ("MRI", "MR"), ("mr", "MR"), ("X-ray", "DX"), ("XR", "DX"), ("DR", "DX"), ("plain  film", "DX"), ("PET/CT", "PT"),
    ("Fluoroscopy", "RF"), (f"CT{NBSP}Scanner", "CT"), ("Ultrasound", "US"), ("CR", "CR"), ("DEXA", "BMD"),
])  # fmt: skip
def test_common_names_of_modalities(cell: str, code: str) -> None:
    assert convert(cell, MODALITY).value is Modality(code)


@pytest.mark.parametrize(("cell", "word"), [
    ("MES", "managed service"), ("Purchased", "owned"), ("trust purchase", "owned"), ("Leased", "lease"),
    ("PFI", "pfi"), ("donated", "charity"), ("Managed Service", "managed service"),
])  # fmt: skip
def test_common_names_of_ownership(cell: str, word: str) -> None:
    assert convert(cell, OWNERSHIP).value is Ownership(word)


def test_a_mistyped_choice_is_answered_with_the_nearest_word() -> None:
    with pytest.raises(CellError) as caught:
        convert("flouroscopy", MODALITY)
    assert "'RF'" in caught.value.fix


@pytest.mark.parametrize("cell", [35, "35"])
def test_a_percentage_typed_as_a_number_is_told_to_carry_its_sign(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        convert(cell, SHARE)
    assert "35%" in caught.value.fix


@pytest.mark.parametrize(("cell", "kind", "expected"), [
    (0.1 + 0.2, "number", Fraction(3, 10)), ("1,234.5", "number", Fraction("1234.5")), (12.0, "whole", 12),
    ("1,200", "whole", 1200), (1001.0, "text", "1001"), (" r0a 01 ", "code", "R0A01"), ("Yes", "yes_no", True),
    (False, "yes_no", False), ("3T; wide  bore,3T", "list", ("3T", "wide bore")),
    ("Apr 2019", "date", dt.date(2019, 4, 1)),
    ("01/04/19", "date", dt.date(2019, 4, 1)),
])  # fmt: skip
def test_exact_values(cell: object, kind: str, expected: object) -> None:
    assert value(cell, kind) == expected


@pytest.mark.parametrize(("cell", "kind"), [
    ("12,34", "whole"), (12.5, "whole"), ("1e999999", "number"), ("nan", "number"), ("inf", "number"),
    ("£1.2.3m", "pounds"), ("about 5", "pounds"), ("-5", "pounds"), ("25/13/2019", "date"), ("04/25/2019", "date"),
    ("01/04/0219", "date"), ("2026/28", "year"), ("12", "year"), ("maybe", "yes_no"), (dt.time(8), "number"),
    ("#REF!", "text"), ("#N/A", "pounds"), (UNCALCULATED, "text"), (float("inf"), "date"),
])  # fmt: skip
def test_what_cannot_be_read_is_a_fault_with_a_fix(cell: object, kind: str) -> None:
    with pytest.raises(CellError) as caught:
        convert(cell, Column(kind, "Column", low=0 if kind == "pounds" else None))
    assert caught.value.message
    assert caught.value.fix


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.none()),
       st.sampled_from(["text", "code", "whole", "number", "pounds", "share", "year", "date", "day_or_year", "yes_no",
                        "choice", "list"]))  # fmt: skip
def test_any_cell_is_either_read_or_a_fault(cell: object, kind: str) -> None:
    with contextlib.suppress(CellError):
        convert(cell, Column(kind, "Column", choices=("one", "two")))


def test_a_text_that_excel_made_a_date_is_told() -> None:
    assert "date" in convert(dt.date(2026, 2, 1), Column("text", "Room")).warning
