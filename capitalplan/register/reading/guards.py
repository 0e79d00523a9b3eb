"""What a file must be before it is opened: a plain .xlsx workbook, or a folder of CSV files, of bearable size."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from capitalplan.errors import NotAWorkbookError

__all__ = ["guard_input"]

MEGABYTE = 1_000_000
MAX_FILE = 50 * MEGABYTE
MAX_UNPACKED = 300 * MEGABYTE
MAX_RATIO = 150
NOTABLE_ENTRY = 2 * MEGABYTE
MAX_ENTRIES = 2_000
MAX_CSV_FILES = 100
STRICT_WORKBOOK = "{http://purl.oclc.org/ooxml/spreadsheetml/main}workbook"
OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")


def guard_input(path: Path) -> None:
    """Refuse a path that is not safe to open as a register.

    Raises
    ------
    NotAWorkbookError
        With one sentence on what is wrong and what to do.
    """
    try:
        if path.is_dir():
            _guard_folder(path)
        elif path.is_file():
            _guard_workbook(path)
        else:
            raise NotAWorkbookError(f"There is no file or folder at '{path}'; check the name.")
    except OSError as error:
        place = error.filename or path
        raise NotAWorkbookError(f"'{place}' cannot be read ({error.strerror}); check that you may open it.") from error


def _guard_folder(path: Path) -> None:
    files = [file for file in path.iterdir() if file.suffix.lower() == ".csv" and file.is_file()]
    if not files:
        raise NotAWorkbookError(f"The folder '{path.name}' holds no CSV files; it needs at least Equipment.csv.")
    if len(files) > MAX_CSV_FILES:
        raise NotAWorkbookError(
            f"The folder '{path.name}' holds more than {MAX_CSV_FILES} CSV files; is it the right one?"
        )
    for file in files:
        with file.open("rb") as content:
            size = content.seek(0, os.SEEK_END)
        if size == 0:
            raise NotAWorkbookError(f"'{file.name}' is empty; delete it or fill it.")
        if size > MAX_FILE:
            raise NotAWorkbookError(f"'{file.name}' is larger than {MAX_FILE // MEGABYTE} MB; is it the right file?")


def _guard_workbook(path: Path) -> None:
    name = path.name
    size = path.stat().st_size
    if size == 0:
        raise NotAWorkbookError(f"'{name}' is empty (0 bytes); save it again from Excel.")
    if size > MAX_FILE:
        raise NotAWorkbookError(f"'{name}' is larger than {MAX_FILE // MEGABYTE} MB; is it the right file?")
    if path.suffix.lower() == ".csv":
        raise NotAWorkbookError(
            f"'{name}' is a single CSV file; put it in a folder as Equipment.csv and give the folder."
        )
    if path.suffix.lower() in {".xlsm", ".xltm", ".xlam", ".xlsb"}:
        raise NotAWorkbookError(f"'{name}' may hold macros; save it as an Excel workbook without macros (.xlsx).")
    with path.open("rb") as file:
        start = file.read(len(OLE_SIGNATURE))
        if start == OLE_SIGNATURE:
            raise NotAWorkbookError(
                f"'{name}' is an old Excel file (.xls) or is protected by a password; "
                "remove the password and save it as an Excel workbook (.xlsx)."
            )
        if not zipfile.is_zipfile(file):
            raise NotAWorkbookError(f"'{name}' is not an Excel workbook; save it as an Excel workbook (.xlsx).")
    if path.suffix.lower() != ".xlsx":
        raise NotAWorkbookError(f"'{name}' does not end in .xlsx; save it as an Excel workbook (.xlsx).")
    try:
        with zipfile.ZipFile(path) as archive:
            _guard_archive(name, archive)
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        raise NotAWorkbookError(f"'{name}' is damaged; open it in Excel and save it again.") from error


def _guard_archive(name: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise NotAWorkbookError(f"'{name}' holds more than {MAX_ENTRIES:,} parts inside; a register has far fewer.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise NotAWorkbookError(
            f"'{name}' unpacks to more than {MAX_UNPACKED // MEGABYTE} MB; delete unused rows and sheets."
        )
    for entry in entries:
        if entry.file_size > NOTABLE_ENTRY and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise NotAWorkbookError(
                f"'{name}' holds a part that unpacks to over {MAX_RATIO} times its size, as a harmful file would; "
                "copy the values into a new workbook."
            )
        if _leaves_folder(entry.filename):
            raise NotAWorkbookError(f"'{name}' holds a part whose name points outside the file; do not use it.")
        if entry.flag_bits & 1:
            raise NotAWorkbookError(f"'{name}' is protected by a password; remove the password and save it again.")
    parts = {entry.filename.lower() for entry in entries}
    if not {"[content_types].xml", "xl/workbook.xml"} <= parts:
        raise NotAWorkbookError(
            f"'{name}' is a zip file but not an Excel workbook; save it as an Excel workbook (.xlsx)."
        )
    if any(part.endswith("vbaproject.bin") or part.startswith(("xl/macrosheets/", "xl/activex/")) for part in parts):
        raise NotAWorkbookError(f"'{name}' holds macros; save it as an Excel workbook without macros (.xlsx).")
    if any(part.startswith("xl/externallinks/") for part in parts):
        raise NotAWorkbookError(
            f"'{name}' has links to other workbooks; in Excel use Data, Edit Links, Break Link, then save it again."
        )
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            with archive.open(entry) as part_file:
                _guard_xml(name, part_file)


def _leaves_folder(part: str) -> bool:
    posix = PurePosixPath(part.replace("\\", "/"))
    return posix.is_absolute() or ".." in posix.parts or ":" in part


def _guard_xml(name: str, part: IO[bytes]) -> None:
    """Read a part up to its first element: a document type, where entity bombs live, can only stand before it."""
    try:
        _, first = next(iterparse(part, events=("start",), forbid_dtd=True))
    except DefusedXmlException as error:
        raise NotAWorkbookError(f"'{name}' holds a document type, as a harmful file would; do not use it.") from error
    except (ParseError, StopIteration, EOFError, ValueError) as error:
        raise NotAWorkbookError(f"'{name}' is damaged; open it in Excel and save it again.") from error
    if first.tag == STRICT_WORKBOOK:
        raise NotAWorkbookError(
            f"'{name}' is a 'Strict Open XML' workbook; save it in Excel as the type 'Excel Workbook (.xlsx)'."
        )
