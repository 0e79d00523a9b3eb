"""A small sound workbook, and a way to write it with one's own cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import openpyxl
import pytest

Sheets: TypeAlias = dict[str, list[list[object]]]


@pytest.fixture
def sheets() -> Sheets:
    years = [f"{year}/{year % 100 + 1}" for year in range(2026, 2030)]
    return {
        "Settings": [
            ["Setting", "Value", "Unit"],
            ["start_year", "2026/27", ""],
            ["firm_years", 4, "years"],
            ["indicative_years", 0, "years"],
            ["discount_rate", 0.035, ""],
        ],
        "Sites": [
            ["Site code", "Trust code", "Site name", "Latitude", "Longitude", "Opening year", "Closing year"],
            ["RAA01", "RAA", "North", 53.1, -1.2, None, None],
            ["RAA02", "RAA", "South", 53.0, -1.3, None, "2028/29"],
        ],
        "Equipment": [
            ["Asset ID", "Site code", "Modality", "Installed", "Ownership", "Contract ID", "Exams a year",
             "Staffed hours a week", "Uptime (%)", "Replacement price (£)", "Serial number", "Lock", "Lock year",
             "Not before", "Not after", "Scans an hour", "Contract end", "End of support"],
            ["CT1", "RAA01", "CT", dt.date(2016, 5, 1), "owned", None, 12000, 80, 0.97, 800000, "S1", None, None,
             None, None, 3, None, None],
            ["CT2", "RAA01", "CT", dt.date(2020, 5, 1), "owned", None, 11000, 80, 0.98, 800000, "S2", None, None,
             None, None, 3, None, None],
            ["MR1", "RAA02", "MRI", "2018/19", "managed service", "M1", 6000, 70, "97%", "£1.2m", "S3", None, None,
             None, None, 2, None, None],
            ["DX1", "RAA02", "X-ray", 2015, "purchased", None, 9000, 60, None, "180k", "S4", None, None,
             None, None, 6, None, None],
        ],
        "Contracts": [
            ["Contract ID", "Kind", "Start", "End", "Charge (£ a year per machine)"],
            ["M1", "MES", dt.date(2018, 4, 1), dt.date(2033, 3, 31), 150000],
        ],
        "Schemes": [
            ["Scheme ID", "Action", "Asset ID", "Site code", "Option", "Year", "Capital (£ cash)", "Status"],
            ["S-1", "replace", "CT1", None, "CT new", "2026/27", 1100000, "ordered"],
        ],
        "Catalogue": [
            ["Option", "Modality", "Price (£)", "Maintenance (£ a year)"],
            ["CT new", "CT", 800000, 60000],
            ["MR new", "MR", 1200000, 90000],
            ["DX new", "DX", 180000, 12000],
        ],
        "Ageing": [
            ["Curve", "Age (years)", "Uptime (%)", "Upkeep (times)", "Resale (% of price)"],
            ["mine", 0, "98%", 1, "80%"],
            ["mine", 1, "97%", 1.1, "60%"],
            ["mine", 2, "96%", 1.2, "40%"],
        ],
        "Demand": [["Site code", "Modality", "Year", "Scans"], ["RAA01", "CT", "2026/27", 24000]],
        "Travel": [["From site", "To site", "Minutes"], ["RAA01", "RAA02", 25]],
        "Funding": [["Source", "Trust code", "Year", "Limit (£ cash)"], *(["Own", "RAA", y, 900000] for y in years)],
    }  # fmt: skip


@pytest.fixture
def write_book(tmp_path: Path) -> Callable[[Sheets], Path]:
    def write(content: Sheets, name: str = "book.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in content.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / name
        book.save(path)
        return path

    return write
