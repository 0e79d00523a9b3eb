"""Two small fictional networks: one trust's register of 45 machines, and one of twelve that is planned in a blink."""

from __future__ import annotations

from data._specification import Network, Place

__all__ = ["ONE_TRUST", "TWELVE_ASSETS"]

ONE_TRUST = Network(
    folder="one_trust",
    name="Elmsdale Hospitals (fictional)",
    seed=45,
    trusts={"QX5": "Elmsdale Hospitals (fictional)"},
    places=(
        Place(
            code="QX501", name="Elmsdale General Hospital", latitude=52.62, longitude=-0.98,
            machines={"CT": 3, "MR": 3, "DX": 12, "DX mobile": 6, "RF": 3},
            spare_rooms={"CT": 1}, max_new_rooms=2, max_installations=4,
        ),
        Place(
            code="QX502", name="Fallow Green Hospital", latitude=52.71, longitude=-0.86,
            machines={"CT": 2, "MR": 1, "DX": 7, "DX mobile": 2, "RF": 2}, spare_rooms={"MR": 1},
        ),
        Place(
            code="QX503", name="Gorsebank Community Hospital", latitude=52.58, longitude=-0.80,
            machines={"DX": 3, "DX mobile": 1}, max_installations=1,
        ),
    ),
    ages={"QX501-CT-02": 4},
    facts={
        "QX501-CT-01": {"capabilities": "cardiac"},
        "QX501-CT-02": {"ownership": "lease", "contract_id": "LEASE-501"},
        "QX501-MR-01": {"subtype": "3T", "capabilities": "3T"},
    },
    contracts=(
        {
            "contract_id": "LEASE-501", "kind": "lease", "trust_code": "QX5", "start_date": "2022-04-01",
            "end_date": "2029-03-31", "annual_charge_gbp": 135_000,
            "extension_years": 3, "extension_charge_gbp": 95_000,
        },
    ),
    demand_over_exams={"CT": 1.05, "MR": 1.03, "DX": 1.01, "RF": 1.0},
    limits_thousands={
        "QX5 operational capital": (2_000, 1_900, 1_900, 2_000, 1_800, 1_800, 1_900, 1_900, 2_000),
        "Regional diagnostics fund": (800, 1_000, 800, 800, 500, 500, 500, 500, 500),
    },
    owners={"QX5 operational capital": "QX5"},
)  # fmt: skip

TWELVE_ASSETS = Network(
    folder="twelve_assets",
    name="Foxley Hospitals (fictional)",
    seed=10,
    trusts={"QX6": "Foxley Hospitals (fictional)"},
    places=(
        Place(
            code="QX601", name="Foxley Hospital", latitude=52.20, longitude=-1.90,
            machines={"CT": 3, "MR": 2, "DX": 3, "DX mobile": 1, "RF": 1}, spare_rooms={"CT": 1}, max_installations=2,
        ),
        Place(
            code="QX602", name="Hollin Bridge Hospital", latitude=52.27, longitude=-1.78,
            machines={"CT": 1, "DX": 1}, max_installations=1,
        ),
    ),
    ages={
        "QX601-CT-01": 9,
        "QX601-CT-02": 4,
        "QX601-CT-03": 2,
        "QX601-MR-01": 11,
        "QX601-MR-02": 5,
        "QX601-DX-01": 6,
        "QX602-CT-01": 7,
        "QX602-DX-01": 12,
    },
    facts={
        "QX601-CT-02": {"ownership": "lease", "contract_id": "LEASE-601"},
        "QX601-DX-01": {"ownership": "managed service", "contract_id": "MES-601"},
        "QX602-CT-01": {"notes": "The only CT at Hollin Bridge"},
    },
    contracts=(
        {
            "contract_id": "LEASE-601", "kind": "lease", "trust_code": "QX6", "start_date": "2022-04-01",
            "end_date": "2029-03-31", "annual_charge_gbp": 135_000,
            "extension_years": 3, "extension_charge_gbp": 95_000,
        },
        {
            "contract_id": "MES-601", "kind": "managed service", "trust_code": "QX6", "start_date": "2020-04-01",
            "end_date": "2035-03-31", "annual_charge_gbp": 37_500, "refresh_years": 10,
        },
    ),
    demand_over_exams={"CT": 1.08, "MR": 1.03, "DX": 1.01, "RF": 1.0},
    limits_thousands={
        "QX6 operational capital": (500, 500, 600, 500, 500, 500, 500, 500, 500),
        "Regional diagnostics fund": (1_300, 300, 1_900, 300, 1_300, 300, 300, 300, 300),
    },
    owners={"QX6 operational capital": "QX6"},
)  # fmt: skip
