"""Small networks with round figures, so that plans can be worked out on paper.

Nothing ages, nothing is discounted or taxed, and nothing of the service side is there unless a case adds it: a CT does
1,000 scans a year for £1,000 of upkeep, a new one costs £100,000, and a scan bought outside £100.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.schema import SHEETS
from capitalplan.terms import Action, year_label
from capitalplan.workflow.planning import plan_workbook
from data._tables import Cell, Cells
from tests.folders import START_YEAR, write_folder

__all__ = [
    "HOME",
    "OTHER",
    "Rows",
    "Workbook",
    "demand",
    "events",
    "machine",
    "modality",
    "option",
    "outside",
    "planned",
    "site",
    "staff",
    "year",
]

HOME, OTHER = "QA101", "QB101"
"""Two sites, of trusts QA1 and QB1."""

Rows = Sequence[Cells]

SETTINGS: dict[str, Cell] = {
    "network_name": "Case",
    "start_year": year_label(START_YEAR),
    "firm_years": 3,
    "indicative_years": 0,
    "discount_rate": "0%",
    "inflation_rate": "0%",
    "vat_rate": "0%",
    "optimism_bias_equipment": "0%",
    "optimism_bias_works": "0%",
    "weeks_per_year": 50,
    "max_replacements": 1,
    "min_years_kept": 1,
    "over_age_price": "0%",
    "end_of_support": "must",
    "terminal_value": "none",
    "allow_new_capacity": "no",
    "first_year_share": "100%",
    "travel_share": "100%",
    "travel_price_gbp": 10,
    "new_room_first": "no",
    "swap_cover": "no",
}


class Workbook:
    """The sheets of a case.

    Parameters
    ----------
    sheets
        Rows by name of the sheet; those left out keep the single CT at ``HOME`` and its surroundings.
    settings
        Settings to change.
    """

    def __init__(self, folder: Path, sheets: dict[str, Rows] | None = None, **settings: Cell) -> None:
        rows: dict[str, Rows] = {
            "Settings": [{"setting": name, "value": value} for name, value in {**SETTINGS, **settings}.items()],
            "Sites": [site()],
            "Equipment": [machine("CT1")],
            "Catalogue": [option()],
            "Ageing": [{"curve": "default", "age": 0, "uptime": "100%", "upkeep_factor": 1, "resale": "0%"}],
            "Modalities": [modality()],
            "Demand": [demand(1000)],
            **(sheets or {}),
        }
        kinds = {kind.sheet: kind for kind in SHEETS}
        self.folder = write_folder(folder, {kinds[sheet]: each for sheet, each in rows.items()})


def planned(folder: Path, sheets: dict[str, Rows] | None = None, **settings: Cell) -> Plan:
    """Write a case, plan it to the last pound and have the plan re-checked."""
    return plan_workbook(Workbook(folder, sheets, **settings).folder, gap=0).plan


def year(position: int) -> str:
    """Label of a year of the plan."""
    return year_label(START_YEAR + position)


def site(code: str = HOME, **changes: Cell) -> Cells:
    """A site without rooms to spare, where no van can stand."""
    return {
        "site_code": code,
        "spare_rooms_ct": 0,
        "max_new_rooms": 0,
        "max_installations": 5,
        "van_standing": "no",
        **changes,
    }


def machine(asset_id: str, code: str = HOME, **changes: Cell) -> Cells:
    """A CT of 1,000 scans a year, two years old when the plan starts, for £1,000 a year."""
    return {
        "asset_id": asset_id,
        "site_code": code,
        "modality": "CT",
        "install_date": year_label(START_YEAR - 2),
        "ownership": "owned",
        "exams_per_year": 1000,
        "hours_per_week": 20,
        "scans_per_hour": 1,
        "annual_maintenance_gbp": 1000,
        "purchase_price_gbp": 0,
        "life_years": 10,
        **changes,
    }


def option(name: str = "CT standard", **changes: Cell) -> Cells:
    """A CT of 1,000 scans a year for £100,000 and £1,000 a year."""
    return {
        "option": name,
        "modality": "CT",
        "price_gbp": 100_000,
        "works_gbp": 0,
        "annual_maintenance_gbp": 1000,
        "scans_per_hour": 1,
        "hours_per_week": 20,
        "like_for_like": "yes",
        "life_years": 10,
        **changes,
    }


def modality(**changes: Cell) -> Cells:
    """CT: a radiographer a scan hour, a scan an hour, nothing to report, no outage, and £100 a scan outside."""
    return {
        "modality": "CT",
        "growth_rate": "0%",
        "outside_price_gbp": 100,
        "outage_weeks": 0,
        "scans_per_hour": 1,
        "hours_per_week": 20,
        "swap_cover": "no",
        "radiographers_per_scan_hour": 1,
        "minutes_per_report": 0,
        "radiographer_reporting_share": "0%",
        **changes,
    }


def demand(scans: int, code: str = HOME, **changes: Cell) -> Cells:
    """Scans wanted by patients of a site from the first year on."""
    return {"site_code": code, "modality": "CT", "year": year(0), "scans": scans, **changes}


def staff(group: str, wte: float, trust: str = "QA1", **changes: Cell) -> Cells:
    """Staff of a trust from the first year on."""
    return {"trust_code": trust, "staff_group": group, "year": year(0), "wte": wte, **changes}


def events(plan: Plan) -> list[tuple[str, Action, int | None]]:
    """What happens to each machine, or where one is added, with its position in the plan; what is kept is left out."""
    return [
        (_place(line), line.action, None if line.year is None else line.year - START_YEAR)
        for line in plan.schemes
        if line.action is not Action.KEEP
    ]


def outside(plan: Plan, position: int, code: str = HOME) -> Fraction:
    """Scans of a site's patients bought outside in a year."""
    found = (each.scans for each in plan.outside if (each.site, each.year) == (code, START_YEAR + position))
    return sum(found, Fraction(0))


def _place(line: PlannedScheme) -> str:
    return line.site if line.asset_id is None else line.asset_id
