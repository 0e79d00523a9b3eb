"""The example network: four fictional trusts, twelve sites, 190 machines.

Limits and demand are set so that money binds in most years, due machines stay unfunded, and new capacity still pays.
"""

from __future__ import annotations

from data._example_money import LIMITS_THOUSANDS, MONEY, OWNERS
from data._specification import Network, Place, Service, machine_ids
from data._tables import Cells

__all__ = ["EXAMPLE_NETWORK"]

DEMAND_OVER_EXAMS = {"CT": 1.06, "MR": 1.04, "DX": 1.01, "RF": 1.0}
PLACES = (
    Place(
        code="QX101", name="Aldermoor Royal Infirmary", latitude=53.08, longitude=-1.52,
        machines={"CT": 4, "MR": 3, "DX": 12, "DX mobile": 6, "RF": 3},
        spare_rooms={"CT": 1}, max_installations=5,
    ),
    Place(
        code="QX102", name="Thornley Park Hospital", latitude=53.17, longitude=-1.41,
        machines={"CT": 3, "MR": 3, "DX": 10, "DX mobile": 3, "RF": 2},
        spare_rooms={"MR": 1}, max_installations=4,
    ),
    Place(
        code="QX103", name="Aldermoor Children's Hospital", latitude=53.09, longitude=-1.50,
        machines={"CT": 1, "MR": 1, "DX": 7, "DX mobile": 2, "RF": 1}, van_standing="no",
    ),
    Place(
        code="QX104", name="Aldermoor Community Diagnostic Centre", latitude=53.12, longitude=-1.46,
        machines={}, spare_rooms={"CT": 2, "MR": 1, "DX": 1}, opening_year="2027/28",
    ),
    Place(
        code="QX201", name="Brindle Vale Hospital", latitude=53.28, longitude=-1.28,
        machines={"CT": 3, "MR": 2, "DX": 11, "DX mobile": 4, "RF": 2},
        spare_rooms={"CT": 1}, max_new_rooms=2, max_installations=4,
    ),
    Place(
        code="QX202", name="Wexcombe General Hospital", latitude=53.36, longitude=-1.40,
        machines={"CT": 2, "MR": 2, "DX": 8, "DX mobile": 3, "RF": 2},
    ),
    Place(
        code="QX203", name="Marl Lane Community Hospital", latitude=53.22, longitude=-1.30,
        machines={"CT": 1, "DX": 5, "DX mobile": 1},
    ),
    Place(
        code="QX301", name="Castlewick Hospital", latitude=52.93, longitude=-1.22,
        machines={"CT": 3, "MR": 3, "DX": 11, "DX mobile": 4, "RF": 2}, max_installations=4,
    ),
    Place(
        code="QX302", name="Pennant Hill Hospital", latitude=52.86, longitude=-1.36,
        machines={"CT": 2, "MR": 1, "DX": 8, "DX mobile": 3, "RF": 2},
        spare_rooms={"CT": 1}, max_new_rooms=2,
    ),
    Place(
        code="QX303", name="Eastholm Community Hospital", latitude=52.98, longitude=-1.10,
        machines={"DX": 4, "DX mobile": 1},
    ),
    Place(
        code="QX401", name="Dunmere General Hospital", latitude=52.78, longitude=-1.62,
        machines={"CT": 3, "MR": 3, "DX": 12, "DX mobile": 4, "RF": 3},
        spare_rooms={"CT": 1, "DX": 1}, max_new_rooms=2, max_installations=4,
    ),
    Place(
        code="QX402", name="Larkfield Hospital", latitude=52.90, longitude=-1.70,
        machines={"CT": 1, "MR": 1, "DX": 8, "DX mobile": 3, "RF": 1},
    ),
)  # fmt: skip

MANAGED = {"ownership": "managed service", "contract_id": "MES-301"}
MANAGED_MACHINES = (
    *(
        asset_id
        for place in PLACES
        if place.code == "QX301"
        for line in place.machines
        for asset_id in machine_ids(place, line)
    ),
    "QX302-CT-01",
)

CONTRACTS: tuple[Cells, ...] = (
    {
        "contract_id": "MES-301", "kind": "managed service", "trust_code": "QX3",
        "supplier": "Fictional Imaging Services", "start_date": "2021-04-01",
        "end_date": "2036-03-31", "annual_charge_gbp": 37_500, "refresh_years": 10,
    },
    {
        "contract_id": "LEASE-102", "kind": "lease", "trust_code": "QX1", "supplier": "Fictional Leasing",
        "start_date": "2022-04-01", "end_date": "2029-03-31", "annual_charge_gbp": 135_000,
        "extension_years": 3, "extension_charge_gbp": 95_000,
    },
    {
        "contract_id": "LEASE-201", "kind": "lease", "trust_code": "QX2", "supplier": "Fictional Leasing",
        "start_date": "2023-04-01", "end_date": "2030-03-31", "annual_charge_gbp": 135_000,
    },
    {
        "contract_id": "LEASE-202", "kind": "lease", "trust_code": "QX2", "supplier": "Fictional Leasing",
        "start_date": "2025-04-01", "end_date": "2032-03-31", "annual_charge_gbp": 165_000, "extension_years": 2,
    },
)  # fmt: skip

AGES = {
    "QX101-CT-01": 8,
    "QX101-CT-02": 10,
    "QX102-CT-01": 4,
    "QX102-MR-01": 11,
    "QX201-CT-02": 3,
    "QX201-MR-01": 14,
    "QX202-CT-01": 9,
    "QX202-MR-02": 1,
    "QX203-DX-01": 14,
    "QX402-RF-01": 10,
    "QX401-CT-02": 1,
    "QX401-MR-01": 21,
    "QX401-RF-02": 13,
}
FACTS: dict[str, Cells] = {
    **dict.fromkeys(MANAGED_MACHINES, MANAGED),
    "QX301-MR-01": {**MANAGED, "subtype": "3T", "capabilities": "3T"},
    "QX301-CT-01": {**MANAGED, "capabilities": "cardiac"},
    "QX101-CT-01": {"capabilities": "cardiac"},
    "QX101-CT-02": {"end_of_support": "2027-03-31"},
    "QX101-CT-03": {"net_book_value_gbp": 710_000},
    "QX101-MR-01": {"subtype": "3T", "capabilities": "3T", "replacement_cost_gbp": 1_400_000},
    "QX102-CT-01": {"ownership": "lease", "contract_id": "LEASE-102"},
    "QX102-DX-02": {"end_of_support": "2028/29"},
    "QX102-MR-02": {"enabling_works_gbp": 900_000, "notes": "First floor: the roof has to come off"},
    "QX103-CT-01": {"uptime": "93%"},
    "QX201-CT-01": {"capabilities": "cardiac", "waive_capabilities": "yes"},
    "QX201-CT-02": {"ownership": "lease", "contract_id": "LEASE-201"},
    "QX202-CT-01": {"end_of_support": "31/03/2028", "net_book_value_gbp": 95_000},
    "QX202-MR-02": {"ownership": "lease", "contract_id": "LEASE-202"},
    "QX203-DX-01": {"end_of_support": "2027-12-31"},
    "QX401-CT-02": {"ownership": "charity", "lock": "keep", "notes": "Bought by the scanner appeal"},
    "QX401-MR-01": {"end_of_support": "2019-12-31", "risk_score": 20, "net_book_value_gbp": 0,
                    "planned_year": "2026/27",
                    "notes": "Parts no longer made"},
    "QX401-MR-02": {"subtype": "3T", "capabilities": "3T", "replacement_cost_gbp": 1_400_000,
                    "net_book_value_gbp": 85_000},
    "QX401-DXM-02": {"lock": "replace", "lock_year": "2028/29", "planned_year": "2028/29"},
    "QX402-RF-01": {"end_of_support": "2030-09-30"},
}  # fmt: skip

SCHEMES: tuple[Cells, ...] = (
    {
        "scheme_id": "S-01", "action": "replace", "asset_id": "QX201-MR-01", "option": "MR 1.5T", "year": "2026/27",
        "capital_gbp": 2_040_000, "status": "ordered", "funding_source": "QX2 operational capital",
    },
    {
        "scheme_id": "S-02", "action": "add", "site_code": "QX104", "option": "CT standard", "year": "2027/28",
        "capital_gbp": 1_470_000, "paid_before_gbp": 220_000, "status": "committed",
        "funding_source": "Network diagnostics fund",
    },
    {
        "scheme_id": "S-03", "action": "add", "site_code": "QX401", "option": "MR 3T", "year": "2029/30",
        "capital_gbp": 4_100_000, "status": "OBC",
    },
    {
        "scheme_id": "S-04", "action": "replace", "asset_id": "QX401-MR-01", "option": "MR 1.5T", "year": "2027/28",
        "capital_gbp": 2_250_000, "status": "FBC",
    },
    {
        "scheme_id": "S-05", "action": "add", "site_code": "QX302", "option": "CT standard", "year": "2031/32",
        "capital_gbp": 1_900_000, "status": "idea",
    },
)  # fmt: skip

TRAVEL: tuple[Cells, ...] = (
    {"from_site": "QX102", "to_site": "QX203", "minutes": 22, "agreed": "yes"},
    {"from_site": "QX203", "to_site": "QX104", "minutes": 35, "agreed": "yes"},
    {"from_site": "QX302", "to_site": "QX401", "minutes": 38, "agreed": "yes"},
    {"from_site": "QX103", "to_site": "QX102", "agreed": "no"},
)

EXTRA: tuple[Cells, ...] = (
    {
        "kind": "extended hours", "name": "Late MR at Aldermoor", "modality": "MR", "site_code": "QX101",
        "price_gbp": 160, "limit": 28, "first_year": "2027/28",
    },
    {
        "kind": "extended hours", "name": "Weekend CT at Dunmere", "modality": "CT", "trust_code": "QX4",
        "price_gbp": 150, "limit": 14,
    },
    {
        "kind": "mobile van", "name": "Network MR van", "modality": "MR", "price_gbp": 4_300, "limit": 150,
        "scans_per_day": 24, "minimum_days": 5, "crewed": "yes",
    },
    {
        "kind": "outside provider", "name": "Independent MR", "modality": "MR", "price_gbp": 250, "limit": 15_000,
    },
    {
        "kind": "outside provider", "name": "Castlewick independent MR", "modality": "MR", "trust_code": "QX3",
        "price_gbp": 240, "limit": 5_000,
    },
    {
        "kind": "outsourced reporting", "name": "Evening CT reports", "modality": "CT", "trust_code": "QX2",
        "price_gbp": 42, "limit": 6_000,
    },
    {
        "kind": "outsourced reporting", "name": "Evening MR reports", "modality": "MR", "trust_code": "QX2",
        "price_gbp": 42, "limit": 2_000,
    },
)  # fmt: skip

UPGRADES: tuple[Cells, ...] = (
    {
        "name": "Tube and detector", "asset_id": "QX402-CT-01", "cost_gbp": 190_000, "years_gained": 3,
        "last_year": "2028/29", "notes": "The only CT at Larkfield",
    },
    {
        "name": "New electronics", "asset_id": "QX103-MR-01", "cost_gbp": 380_000, "years_gained": 4,
        "throughput_gain": "10%", "first_year": "2027/28", "last_year": "2031/32",
        "notes": "The only MR at the Children's Hospital; the magnet stays",
    },
)  # fmt: skip

TIES: tuple[Cells, ...] = (
    {"first": "QX103-CT-01", "tie": "not the same year", "other": "QX103-MR-01", "notes": "One lift for both"},
    {"first": "QX202-DX-03", "tie": "together", "other": "QX202-DX-08", "notes": "Neighbouring rooms, one contract"},
    {"first": "QX101-CT-01", "tie": "after", "other": "S-02", "notes": "Once the new centre takes its patients"},
)

SERVICE = Service(
    extra=EXTRA,
    upgrades=UPGRADES,
    ties=TIES,
    class_shares={"QX4": {"CT": (0.42, 0.52), "MR": (0.15, 0.78)}},
    weeks_waiting={"QX1": 3.8, "QX2": 4.2, "QX3": 3.2, "QX4": 4.8},
    reach_by={"QX1": 2028, "QX2": 2029, "QX3": 2028, "QX4": 2029},
    lists_by_trust=("QX2",),
    days_unreported={"QX1": 9, "QX2": 10, "QX3": 7, "QX4": 12},
    staff_margin={"radiographer": 1.07, "radiologist": 1.02},
    shared_share={"radiographer": 0.04, "radiologist": 0},
    radiographer_reports=0.16,
    recruitment=0.03,
)

EXAMPLE_NETWORK = Network(
    folder="example_network",
    name="Midmere Imaging Network (fictional)",
    seed=2026,
    trusts={
        "QX1": "Aldermoor Hospitals (fictional)",
        "QX2": "Brindle Vale Hospitals (fictional)",
        "QX3": "Castlewick Hospitals (fictional)",
        "QX4": "Dunmere Hospitals (fictional)",
    },
    places=PLACES,
    ages=AGES,
    facts=FACTS,
    contracts=CONTRACTS,
    schemes=SCHEMES,
    travel=TRAVEL,
    demand_over_exams=DEMAND_OVER_EXAMS,
    limits_thousands=LIMITS_THOUSANDS,
    owners=OWNERS,
    money=MONEY,
    service=SERVICE,
)
