from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from capitalplan.errors import NotAWorkbookError
from capitalplan.register.reading.guards import guard_input


@pytest.fixture
def book(sheets: dict[str, list[list[object]]], write_book: Callable[..., Path]) -> Path:
    return write_book(sheets)


def refused(path: Path) -> str:
    with pytest.raises(NotAWorkbookError) as caught:
        guard_input(path)
    return str(caught.value)


def with_entry(book: Path, name: str, data: bytes = b"<x/>") -> Path:
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return book


def test_a_plain_workbook_passes(book: Path) -> None:
    guard_input(book)


def test_nothing_there(tmp_path: Path) -> None:
    assert "no file or folder" in refused(tmp_path / "none.xlsx")


@pytest.mark.parametrize(("name", "data", "words"), [
    ("book.xlsx", b"", "empty"),
    ("book.xlsx", b"hello", "not an Excel workbook"),
    ("book.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "password"),
    ("book.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "password"),
    ("book.csv", b"a,b", "folder"),
    ("book.xlsm", b"PK", "macros"),
])  # fmt: skip
def test_other_kinds_of_file(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert words in refused(path)


@pytest.mark.parametrize(("name", "words"), [
    ("xl/vbaProject.bin", "macros"),
    ("xl/macrosheets/sheet1.xml", "macros"),
    ("xl/externalLinks/externalLink1.xml", "links to other workbooks"),
    ("../../evil.xml", "outside"),
    ("/etc/evil.xml", "outside"),
    ("..\\evil.xml", "outside"),
])  # fmt: skip
def test_parts_that_have_no_place_in_a_register(book: Path, name: str, words: str) -> None:
    assert words in refused(with_entry(book, name))


def test_a_zip_bomb_is_refused_by_its_ratio(book: Path) -> None:
    bomb = with_entry(book, "xl/worksheets/sheet99.xml", b"<x>" + b"0" * 8_000_000 + b"</x>")
    assert bomb.stat().st_size < 100_000
    assert "unpacks to over" in refused(bomb)


def test_too_many_parts(book: Path) -> None:
    with zipfile.ZipFile(book, "a") as archive:
        for number in range(2_001):
            archive.writestr(f"xl/media/{number}.txt", b"")
    assert "parts" in refused(book)


def test_an_entity_bomb_is_refused(book: Path) -> None:
    evil = b'<?xml version="1.0"?><!-- pad --><!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'
    assert "document type" in refused(with_entry(book, "xl/extra.xml", evil))


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "not an Excel workbook" in refused(path)


def test_a_workbook_cut_short(book: Path) -> None:
    data = book.read_bytes()
    book.write_bytes(data[: len(data) // 2])
    assert refused(book)


def test_folders(tmp_path: Path) -> None:
    assert "no CSV files" in refused(tmp_path)
    (tmp_path / "Equipment.csv").write_text("Asset ID\n", encoding="utf-8")
    guard_input(tmp_path)
    (tmp_path / "Sites.csv").write_bytes(b"")
    assert "empty" in refused(tmp_path)
