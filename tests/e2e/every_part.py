"""A network of three trusts that uses every part of the model, with every limit tight.

Nothing ages or is discounted: a CT does 1,000 scans a year, a new one costs £100,000, a scan outside £100.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from data._tables import Cell, Cells
from tests.folders import START_YEAR, funding_rows
from tests.service.cases import HOME, OTHER, Workbook, demand, machine, modality, option, site, staff, year

__all__ = ["HOME", "OTHER", "SECOND", "Change", "Sheets", "write_approved", "write_network"]

SECOND = "QC101"
"""A third site, of trust QC1."""

Sheets = dict[str, list[dict[str, Cell]]]
Change = Callable[[Sheets], None]

SETTINGS: dict[str, Cell] = {
    "allow_new_capacity": "yes",
    "swap_cover": "yes",
    "new_room_first": "yes",
    "travel_share": "10%",
    "hard_age_cap": 10,
    "hours_per_wte": "37.5",
    "radiographer_productive_share": "100%",
    "reporting_productive_share": "100%",
    "waiting_price_gbp": 20,
    "late_report_price_gbp": 30,
    "under_use_price": "1%",
    "revenue_price": "1%",
    "works_paid_before": "50%",
    "energy_price_gbp_per_mwh": 100,
    "plan_date": f"{START_YEAR}-06-30",
    "fair_unmet_spread": "14%",
    "fair_capital_spread": "200%",
    "change_price_gbp": 10,
    "firm_change_price_gbp": 20,
}


def write_network(folder: Path, change: Change = lambda _: None) -> Path:
    """Write the network, changed if asked for."""
    sheets: Sheets = {name: [dict(row) for row in rows] for name, rows in _sheets().items()}
    change(sheets)
    given: dict[str, list[Cells]] = {name: list(rows) for name, rows in sheets.items() if name != "Settings"}
    changed = {str(row["setting"]): row["value"] for row in sheets["Settings"]}
    return Workbook(folder, dict(given), **changed).folder


def write_approved(folder: Path) -> Path:
    """Write the network whose plan was approved: nothing was too old, so that DX1 was kept."""

    def without_cap(sheets: Sheets) -> None:
        sheets["Settings"] = [row for row in sheets["Settings"] if row["setting"] != "hard_age_cap"]

    return write_network(folder, without_cap)


def _sheets() -> dict[str, list[Cells]]:
    return {
        "Settings": [{"setting": name, "value": value} for name, value in SETTINGS.items()],
        "Sites": [
            site(max_installations=1),
            site(SECOND, van_standing="yes"),
            site(OTHER, van_standing="yes"),
        ],
        "Equipment": [
            machine("CT1", earliest_year=year(1), latest_year=year(1)),
            machine("CT2"),
            machine("CT3", SECOND, latest_year=year(1)),
            machine("CT4", OTHER, earliest_year=year(9)),
            machine("DX1", SECOND, modality="DX", exams_per_year=0, install_date="2017/18", life_years=12),
        ],
        "Catalogue": [
            option(can_add="no", works_gbp=10_000),
            option("CT small", price_gbp=30_000, can_replace="no", like_for_like="no"),
            option("DX room", modality="DX", price_gbp=20_000, life_years=12),
        ],
        "Modalities": [
            modality(
                outage_weeks=13,
                swap_cover="yes",
                minutes_per_report=30,
                radiographer_reporting_share="20%",
                energy_mwh=10,
                disposal_gbp=500,
                order_months=9,
            ),
            modality(modality="DX", order_months=15),
        ],
        "Demand": [
            demand(500, HOME, demand_class="unscheduled"),
            demand(100, HOME, demand_class="waiting list"),
            demand(1900, HOME, demand_class="planned"),
            demand(1400, SECOND),
            demand(600, OTHER),
        ],
        "Travel": [{"from_site": HOME, "to_site": OTHER, "minutes": 20}],
        "Waiting": [{"site_code": HOME, "modality": "CT", "list_start": 300, "unreported": 50}],
        "Extra capacity": [
            {"kind": "extended hours", "modality": "CT", "price_gbp": 20, "limit": 2},
            {"kind": "mobile van", "name": "Van", "modality": "CT", "price_gbp": 100, "scans_per_day": 10,
             "minimum_days": 5, "cover_only": "yes"},
            {"kind": "outside provider", "name": "Provider", "modality": "CT", "price_gbp": 100, "limit": 250},
            {"kind": "outsourced reporting", "name": "Outsourcer", "modality": "CT", "price_gbp": 10, "limit": 50},
        ],
        "Workforce": [
            staff("radiographer", 1, "QA1"),
            staff("radiographer", 1, "QB1"),
            staff("radiographer", 1, "QC1"),
            staff("radiographer", 0.05, "SHARED"),
            staff("radiologist", 0.38, "QA1"),
            staff("radiologist", 0.3, "QB1"),
            staff("radiologist", 0.5, "QC1"),
            staff("reporting radiographer", 0.1, "SHARED"),
        ],
        "Accepted": [
            {"warning": "staff-below-activity", "place": "QA1 reporters", "reason": "They are being recruited."}
        ],
        "Upgrades": [
            {"name": "Faster CT", "asset_id": "CT4", "cost_gbp": 100, "throughput_gain": "10%", "first_year": year(1)}
        ],
        "Ties": [{"first": "CT1", "tie": "not the same year", "other": "CT3"}],
        "Funding": [
            *funding_rows("Capital", "SHARED", [225_000, 225_000, 2000]),
            *funding_rows("Gift", "SHARED", [2_000] * 3),
            *funding_rows("Own", "QB1", [120_000] * 3),
        ],
        "Sources": [
            {"source": "Capital", "carry_forward": "10%"},
            {"source": "Gift", "uses_capital_limit": "no", "donated": "yes", "purposes": "replacement",
             "routes": "purchase", "minimum_use": "100%"},
            {"source": "Own", "brings_cash": "no"},
        ],
        "Capital limits": [
            {"trust_code": trust, "year": year(t), "limit_gbp": 400_000, "cash_gbp": cash}
            for trust, cash in (("SHARED", ""), ("QB1", 20_000)) for t in range(3)
        ],
        "Revenue limits": [{"trust_code": "QC1", "year": year(t), "limit_gbp": 40_000} for t in range(3)],
        "Routes": [
            {"offer": "CT lease", "route": "lease", "option": "CT standard", "trusts": "QC1", "term_years": 5,
             "lease_gbp": 20_000, "beyond": "charges inside the plan"},
            {"offer": "DX service", "route": "managed service", "option": "DX room", "trusts": "QC1", "term_years": 3,
             "lease_gbp": 1000, "service_gbp": 3000, "refresh_years": 3,
             "beyond": "charges to the end of the term"},
        ],
        "Frameworks": [
            {"framework": "CTs", "options": "CT standard", "from_units": 1, "rebate": "5%"},
            {"framework": "CTs", "options": "CT standard", "from_units": 2, "rebate": "10%"},
        ],
        "Cost shares": [
            {"asset_id": "CT1", "trust_code": "QB1", "share": "20%", "basis": "share of patients", "consent": "agreed"}
        ],
        "Schemes": [
            {"scheme_id": "S1", "action": "add", "site_code": OTHER, "option": "DX room", "year": year(1),
             "capital_gbp": 24_000, "paid_before_gbp": 6000, "status": "committed", "funding_source": "Own"},
            {"scheme_id": "S2", "action": "replace", "asset_id": "CT1", "option": "CT standard", "year": year(1),
             "capital_gbp": 110_000, "status": "OBC"},
        ],
    }  # fmt: skip
