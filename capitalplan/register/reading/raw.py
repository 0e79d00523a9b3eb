"""Sheets as they stand: cell values by row, from a workbook or a folder of CSV files, before any meaning."""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from capitalplan.errors import NotAWorkbookError
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.reading.converters import UNCALCULATED
from capitalplan.register.reading.guards import guard_input

__all__ = ["CsvText", "RawSheet", "csv_text", "raw_sheets"]

MAX_ROWS = 1_048_576
MAX_COLUMNS = 256
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = ",;\t"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException, KeyError, ValueError, TypeError, IndexError,
    AttributeError, EOFError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet.

    Attributes
    ----------
    rows
        Row number, as the spreadsheet counts them, and values of every row that is not wholly blank.
    issues
        What was noticed while reading it.
    """

    name: str
    rows: Sequence[tuple[int, Sequence[object]]]
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvText:
    """A CSV file decoded.

    Attributes
    ----------
    delimiter
        What parts the cells of a row.
    is_unicode
        False where it was not Unicode and is taken to be Windows text (cp1252).
    """

    text: str
    delimiter: str
    is_unicode: bool


def raw_sheets(path: Path) -> tuple[RawSheet, ...]:
    """Read every sheet of a workbook or CSV folder, after its guards.

    Raises
    ------
    NotAWorkbookError
        If it is not safe to open or cannot be read.
    """
    guard_input(path)
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
        return tuple(_read_csv(file) for file in files)
    try:
        return tuple(_workbook_sheets(path))
    except _DAMAGE as error:
        raise NotAWorkbookError(f"'{path.name}' is damaged; open it in Excel and save it again.") from error


def _workbook_sheets(path: Path) -> Iterator[RawSheet]:
    with warnings.catch_warnings(), zipfile.ZipFile(path) as archive:
        warnings.simplefilter("ignore")  # openpyxl warns of features it does not read, such as some validations
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                if not isinstance(sheet, ReadOnlyWorksheet):
                    continue
                uncalculated = _uncalculated(archive, vars(sheet)["_worksheet_path"])
                sheet.reset_dimensions()
                cells = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
                yield RawSheet(sheet.title, tuple(_filled(cells, uncalculated)))
        finally:
            book.close()


def _filled(rows: Iterator[tuple[object, ...]], uncalculated: frozenset[str]) -> Iterator[tuple[int, Sequence[object]]]:
    formula_rows = {int("".join(filter(str.isdigit, cell))) for cell in uncalculated}
    for number, values in enumerate(rows, start=1):
        row: Sequence[object] = values
        if number in formula_rows:
            row = [
                UNCALCULATED if f"{get_column_letter(index)}{number}" in uncalculated else value
                for index, value in enumerate(values, start=1)
            ]
        if row.count(None) < len(row) and any(value not in {None, ""} for value in row):
            yield number, row


def _uncalculated(archive: zipfile.ZipFile, part: str) -> frozenset[str]:
    """Addresses of cells that hold a formula without a saved value; a saved empty text is a value."""
    name = part.lstrip("/")
    if b"<f" not in archive.read(name):
        return frozenset()
    found = set()
    with archive.open(name) as stream:
        for _, element in iterparse(stream):
            if element.tag.endswith("}c"):
                texts = {child.tag.rpartition("}")[2]: child.text for child in element}
                if "f" in texts and not texts.get("v") and element.get("t") != "str":
                    found.add(str(element.get("r")))
            if element.tag.endswith("}row"):
                element.clear()
    return frozenset(found)


def csv_text(content: bytes) -> CsvText:
    """Decode a CSV file, UTF-8 or not, and tell what parts its cells."""
    is_unicode = True
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        text, is_unicode = content.decode("cp1252", errors="replace"), False
    lines = io.StringIO(text, newline="")
    first_parted = next((line for line in lines if any(mark in line for mark in _DELIMITERS)), "")
    return CsvText(text, max(_DELIMITERS, key=first_parted.count), is_unicode)


def _read_csv(file: Path) -> RawSheet:
    found = csv_text(file.read_bytes())
    try:
        rows = tuple(
            (number, row)
            for number, row in enumerate(
                csv.reader(io.StringIO(found.text, newline=""), delimiter=found.delimiter), start=1
            )
            if any(value.strip() for value in row)
        )
    except csv.Error as error:
        raise NotAWorkbookError(f"'{file.name}' cannot be read as CSV; save it again as CSV UTF-8.") from error
    return RawSheet(file.stem, rows, () if found.is_unicode else (_encoding_issue(file),))


def _encoding_issue(file: Path) -> Issue:
    return Issue(
        sheet=file.stem,
        row=None,
        column=None,
        cell=None,
        value=file.name,
        message=f"'{file.name}' is not UTF-8, so it was read as Windows text (cp1252).",
        fix="Check names with accents and the pound sign; save it as 'CSV UTF-8' to be sure.",
        severity=Severity.WARNING,
    )
