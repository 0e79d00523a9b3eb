"""A copy of a CSV folder with some cells changed, every other row as it stands, byte for byte."""

from __future__ import annotations

import codecs
import csv
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from capitalplan.register.reading.guards import guard_input
from capitalplan.register.reading.raw import csv_text
from capitalplan.register.sheet_changes import SheetChanges

__all__ = ["write_csv_copy"]


def write_csv_copy(source: Path, target: Path, changes: Sequence[SheetChanges]) -> None:
    """Copy the CSV files of a folder, those with changes in UTF-8, the mark parting cells kept.

    Raises
    ------
    NotAWorkbookError
        If the original is not safe to open.
    OSError
        If the copy cannot be written; then nothing of it is left.
    """
    guard_input(source)
    by_name = {change.name: change for change in changes}
    target.mkdir(parents=True)
    try:
        for file in sorted(source.iterdir()):
            change = by_name.get(file.stem)
            if file.suffix.lower() != ".csv":
                continue
            if change is None:
                shutil.copyfile(file, target / file.name)
            else:
                content = file.read_bytes()
                mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
                found = csv_text(content)
                edited = "".join(_edited(found.text, found.delimiter, change))
                (target / file.name).write_bytes(mark + edited.encode("utf-8"))
        for change in changes:
            if change.is_new:
                made = "".join(_edited("", ",", change))
                (target / f"{change.name}.csv").write_bytes(made.encode("utf-8"))
    except OSError:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _edited(text: str, delimiter: str, change: SheetChanges) -> Iterator[str]:
    """Rows of the changed file, line ends included."""
    end, number = "\n", 0
    for number, (record, values) in enumerate(_records(text, delimiter), start=1):
        cells = {place: value.text for (row, place), value in change.cells.items() if row == number}
        if number == change.header:
            end = "\r\n" if record.endswith("\r\n") else "\n"
            cells |= change.new_headers
        if number in change.removed:
            continue
        if cells:
            yield _written(_with(values, cells), delimiter, end)
        else:
            yield record if record.endswith(("\n", "\r")) else record + end
    if number < change.header:
        yield _written(_with([], change.new_headers), delimiter, end)
    for row in change.added:
        yield _written(_with([], {place: value.text for place, value in row.items()}), delimiter, end)


def _records(text: str, delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """Each row as it stands in the file, and its cells."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    for values in csv.reader(lines(), delimiter=delimiter):
        yield "".join(taken), values
        taken.clear()


def _with(values: Sequence[str], cells: Mapping[int, str]) -> list[str]:
    width = max(len(values), 1 + max(cells, default=-1))
    return [cells.get(place, values[place] if place < len(values) else "") for place in range(width)]


def _written(values: Sequence[str], delimiter: str, end: str) -> str:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter, lineterminator=end).writerow(values)
    return made.getvalue()
