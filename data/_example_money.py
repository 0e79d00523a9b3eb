"""Money of the example network, all invented: sources, totals, offers, a framework, a shared cost and a challenge."""

from __future__ import annotations

from data._specification import Money
from data._tables import Cells

__all__ = ["LIMITS_THOUSANDS", "MONEY", "OWNERS"]

LIMITS_THOUSANDS = {
    "QX1 operational capital": (3_200, 2_900, 3_000, 3_100, 2_800, 2_800, 2_900, 2_900, 3_000),
    "QX2 operational capital": (4_100, 1_800, 1_900, 1_900, 1_800, 1_900, 1_900, 2_000, 2_000),
    "QX3 operational capital": (900, 1_000, 900, 1_000, 900, 900, 900, 1_000, 1_000),
    "QX4 operational capital": (1_900, 1_800, 1_700, 1_900, 1_700, 1_700, 1_800, 1_800, 1_800),
    "Network diagnostics fund": (1_500, 3_000, 2_000, 1_500, 1_200, 1_200, 1_200, 1_200, 1_200),
    "Dunmere scanner appeal": (0, 250, 250, 250, 0, 0, 0, 0, 0),
    "Regional growth bid": (0, 0, 2_000, 2_000, 2_000, 0, 0, 0, 0),
}
OWNERS = {f"{trust} operational capital": trust for trust in ("QX1", "QX2", "QX3", "QX4")} | {
    "Dunmere scanner appeal": "QX4"
}

SOURCES: tuple[Cells, ...] = (
    {"source": "QX1 operational capital", "kind": "operational capital", "carry_forward": "0%"},
    {"source": "QX2 operational capital", "kind": "operational capital", "brings_cash": "no"},
    {"source": "QX4 operational capital", "kind": "operational capital", "minimum_use": "50%"},
    {"source": "Network diagnostics fund", "kind": "programme", "modalities": "CT, MR, RF"},
    {
        "source": "Dunmere scanner appeal", "kind": "charity", "uses_capital_limit": "no", "donated": "yes",
        "modalities": "CT, MR, DX", "routes": "purchase",
    },
    {"source": "Regional growth bid", "kind": "programme", "certainty": "bid", "purposes": "new"},
)  # fmt: skip

ROUTES: tuple[Cells, ...] = (
    {
        "offer": "CT lease, 7 years", "route": "lease", "option": "CT standard", "trusts": "QX1, QX2",
        "term_years": 7, "lease_gbp": 120_000, "rate": "5.5%", "at_end": "return",
        "beyond": "charges to the end of the term", "first_year": "2028/29", "source": "illustrative",
    },
    {
        "offer": "MR managed service, 10 years", "route": "managed service", "option": "MR 1.5T", "trusts": "QX4",
        "term_years": 10, "lease_gbp": 115_000, "service_gbp": 90_000, "rate": "5.5%",
        "refresh_years": 10, "beyond": "charges to the end of the term", "first_year": "2027/28",
        "source": "illustrative",
    },
)  # fmt: skip

FRAMEWORKS: tuple[Cells, ...] = (
    {
        "framework": "Network MRI framework", "options": "MR 3T", "from_units": 2, "rebate": "4%",
        "source": "illustrative",
    },
)  # fmt: skip

COST_SHARES: tuple[Cells, ...] = (
    {
        "site_code": "QX104", "trust_code": "QX2", "share": "20%", "basis": "share of patients expected",
        "consent": "asked",
    },
)  # fmt: skip

CHALLENGES: tuple[Cells, ...] = (
    {
        "name": "Brindle Vale CT offer", "supplier": "Fictional Imaging Services", "trust_code": "QX2",
        "modality": "CT", "start_year": "2028/29", "term_years": 7, "annual_charge_gbp": 1_050_000,
        "embedded_lease_gbp": 450_000, "refresh_years": 8, "covers": "Maintenance, works and training",
    },
)  # fmt: skip

MONEY = Money(
    sources=SOURCES,
    capital_thousands={"SHARED": (11_500, 10_400, 9_400, 9_300, 8_300, 8_400, 8_600, 8_800, 8_900)},
    cash_thousands={"QX2": (4_100, 1_700, 1_800, 1_800, 1_700, 1_800, 1_800, 1_900, 1_900)},
    revenue_thousands={"QX3": (7_000, 7_100, 7_200, 7_300, 7_400, 7_500, 7_600, 7_700, 7_800)},
    routes=ROUTES,
    frameworks=FRAMEWORKS,
    cost_shares=COST_SHARES,
    challenges=CHALLENGES,
)
