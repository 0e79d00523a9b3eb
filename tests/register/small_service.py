"""A register of two trusts with CT and MR at three sites, to which sheets of the service side are added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from capitalplan.register.read import read_register
from capitalplan.register.register import Register
from capitalplan.register.schema import SHEETS
from capitalplan.terms import year_label
from data._tables import Cell, Cells
from tests.folders import START_YEAR, write_folder

__all__ = ["EAST", "NORTH", "SOUTH", "machine", "service_folder", "service_register", "year"]

NORTH, SOUTH, EAST = "QA101", "QA102", "QB101"
"""Two sites of trust QA1 and one of QB1."""


def service_folder(folder: Path, sheets: Mapping[str, Sequence[Cells]] | None = None, **settings: Cell) -> Path:
    """Write four years from 2026/27, growth of 10% a year, and whatever sheets are given."""
    values: dict[str, Cell] = {
        "start_year": year_label(START_YEAR),
        "firm_years": 4,
        "indicative_years": 0,
        "weeks_per_year": 50,
        **settings,
    }
    rows: dict[str, Sequence[Cells]] = {
        "Settings": [{"setting": name, "value": value} for name, value in values.items()],
        "Sites": [{"site_code": code} for code in (NORTH, SOUTH, EAST)],
        "Equipment": [
            machine("CT1", NORTH, exams_per_year=6000),
            machine("CT2", SOUTH, exams_per_year=3000),
            machine("CT3", EAST, exams_per_year=1000),
            machine("MR1", NORTH, modality="MR", exams_per_year=4000),
        ],
        "Modalities": [{"modality": modality, "growth_rate": "10%"} for modality in ("CT", "MR")],
        **(sheets or {}),
    }
    kinds = {kind.sheet: kind for kind in SHEETS}
    return write_folder(folder, {kinds[sheet]: each for sheet, each in rows.items()})


def service_register(folder: Path, sheets: Mapping[str, Sequence[Cells]] | None = None, **settings: Cell) -> Register:
    """Write the folder and read it back."""
    return read_register(service_folder(folder, sheets, **settings))


def machine(asset_id: str, code: str, **changes: Cell) -> Cells:
    """A CT of 2020/21."""
    return {
        "asset_id": asset_id,
        "site_code": code,
        "modality": "CT",
        "install_date": "2020/21",
        "serial": asset_id,
        **changes,
    }


def year(position: int) -> str:
    """Label of a year of the plan."""
    return year_label(START_YEAR + position)
