"""Tiny registers and plans, built field by field, with figures that can be worked out on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from capitalplan.plan.plan import CaseDates, Payer, Payment, Plan, PlannedScheme, RevenueLine, SourceYear
from capitalplan.register.register import (
    Asset,
    Contract,
    Curve,
    Link,
    Option,
    Register,
    Scheme,
    ServiceLine,
    Site,
    Source,
    Trust,
)
from capitalplan.settings import Settings
from capitalplan.terms import (
    UNFUNDED,
    Action,
    Certainty,
    ContractKind,
    Heading,
    Ownership,
    Route,
    SchemeStatus,
    Timing,
    service_name,
    year_label,
)

TRUST, SITE_A, SITE_B = "R0A", "R0A01", "R0A02"

UPTIME = ("1", "0.98", "0.96", "0.94", "0.9", "0.88", "0.85", "0.8")
UPKEEP = ("1", "1", "1.2", "1.2", "2", "2.5", "3", "4")
RESALE = ("0.6", "0.5", "0.4", "0.3", "0.2", "0.1", "0.05", "0")
CURVE = Curve(
    name="default",
    uptime=tuple(map(Fraction, UPTIME)),
    upkeep=tuple(map(Fraction, UPKEEP)),
    resale=tuple(map(Fraction, RESALE)),
    failure=(Fraction(0),),
)


def settings(**changes: Any) -> Settings:
    """Four years from 2026/27, no discounting, 10% inflation, 20% VAT, 10% and 20% optimism bias."""
    values: dict[str, Any] = {
        "network_name": "Small network",
        "start_year": 2026,
        "firm_years": 3,
        "indicative_years": 1,
        "discount_rate": Fraction(0),
        "inflation_rate": Fraction(1, 10),
        "vat_rate": Fraction(1, 5),
        "optimism_bias_equipment": Fraction(1, 10),
        "optimism_bias_works": Fraction(1, 5),
        "over_age_price": Fraction(1, 10),
        "weeks_per_year": Fraction(50),
        "min_years_kept": 2,
        "allow_retirement": True,
        "travel_share": Fraction(1, 10),
        "travel_price_gbp": 15,
        "new_room_first": False,
        "new_room_months": 0,
    }
    return Settings(**{**values, **changes})


def asset(asset_id: str = "CT1", **changes: Any) -> Asset:
    """An owned CT scanner at site A, four years old when the plan starts, due in 2027/28, £160 in the books."""
    values: dict[str, Any] = {
        "asset_id": asset_id,
        "site": SITE_A,
        "trust": TRUST,
        "line": "CT",
        "modality": "CT",
        "mobile": False,
        "subtype": "",
        "manufacturer": "",
        "model": "",
        "serial": "",
        "install_year": 2022,
        "ownership": Ownership.OWNED,
        "contract_id": None,
        "exams_per_year": 900,
        "nominal_scans": Fraction(1000),
        "scans_per_hour": Fraction(2),
        "hours_per_week": Fraction(10),
        "uptime_scale": Fraction(1),
        "maintenance_gbp": 100,
        "price_gbp": 1000,
        "like_for_like": "CT standard",
        "own_price_gbp": None,
        "own_works_gbp": None,
        "outage_weeks": None,
        "paid_gbp": 800,
        "book_value_gbp": 160,
        "life_years": 5,
        "curve": "default",
        "capabilities": frozenset(),
        "end_of_support_year": None,
        "risk_score": 10,
        "risk_score_entered": False,
        "lock": None,
        "lock_year": None,
        "earliest_year": None,
        "latest_year": None,
        "upgrades": (),
        "planned_year": None,
        "planned_option": None,
    }
    return Asset(**{**values, **changes})


def option(name: str = "CT standard", **changes: Any) -> Option:
    """A CT scanner for £1,000 with works for £200; added, it does 1,000 scans a year when new."""
    values: dict[str, Any] = {
        "name": name,
        "line": "CT",
        "modality": "CT",
        "mobile": False,
        "description": "",
        "capabilities": frozenset({"cardiac"}),
        "price_gbp": 1000,
        "works_gbp": 200,
        "annual_maintenance_gbp": 90,
        "annual_staff_gbp": 0,
        "energy_mwh": Fraction(0),
        "works_paid_before": Fraction(0),
        "scans_per_hour": Fraction(2),
        "hours_per_week": Fraction(10),
        "throughput_gain": Fraction(0),
        "life_years": None,
        "curve": "default",
        "like_for_like": True,
        "can_replace": True,
        "can_add": True,
    }
    return Option(**{**values, **changes})


def line(modality: str, **changes: Any) -> ServiceLine:
    """A service line with a planned life of 5 years at mid use and a quarter of a year lost to a replacement."""
    values: dict[str, Any] = {
        "name": service_name(modality, mobile=False),
        "modality": modality,
        "mobile": False,
        "title": modality,
        "growth_rate": Fraction(0),
        "outside_price_gbp": 100,
        "outage_weeks": Fraction(13),
        "scans_per_hour": Fraction(2),
        "hours_per_week": Fraction(10),
        "life_high_use": 4,
        "life_mid_use": 5,
        "life_low_use": 6,
        "high_use_over": 2000,
        "low_use_under": 500,
        "swap_cover": False,
        "radiographers_per_scan_hour": Fraction(1),
        "minutes_per_report": Fraction(0),
        "radiographer_reporting_share": Fraction(0),
        "energy_mwh": Fraction(0),
        "disposal_gbp": 0,
        "order_months": 0,
    }
    return ServiceLine(**{**values, **changes})


def site(code: str, **changes: Any) -> Site:
    """A site with one spare CT room that may install two machines a year."""
    values: dict[str, Any] = {
        "code": code,
        "trust": TRUST,
        "name": code,
        "latitude": None,
        "longitude": None,
        "opening_year": None,
        "closing_year": None,
        "spare_rooms": {"CT": 1},
        "max_new_rooms": 1,
        "max_installations": 2,
        "van_standing": False,
    }
    return Site(**{**values, **changes})


def contract(kind: ContractKind, **changes: Any) -> Contract:
    """A contract to the end of 2026/27 for £50 a year, to be extended by two years at £60, renewing at age 5."""
    values: dict[str, Any] = {
        "contract_id": "K",
        "kind": kind,
        "end_year": 2027,
        "annual_charge_gbp": 50,
        "extension_charge_gbp": 60,
        "refresh_years": 5,
        "extension_years": 2,
    }
    return Contract(**{**values, **changes})


def scheme(scheme_id: str, **changes: Any) -> Scheme:
    """A committed replacement of CT1 in 2027/28 for £2,000 cash."""
    values: dict[str, Any] = {
        "scheme_id": scheme_id,
        "action": Action.REPLACE,
        "asset_id": "CT1",
        "site": SITE_A,
        "trust": TRUST,
        "line": "CT",
        "option": "CT standard",
        "year": 2027,
        "capital_gbp": 2000,
        "paid_before_gbp": 0,
        "status": SchemeStatus.COMMITTED,
        "source": None,
    }
    return Scheme(**{**values, **changes})


def register(*assets: Asset, **changes: Any) -> Register:
    """A register of two linked sites of one trust, without demand or limits unless given."""
    values: dict[str, Any] = {
        "settings": settings(),
        "trusts": {TRUST: Trust(code=TRUST, name="Trust")},
        "sites": {code: site(code) for code in (SITE_A, SITE_B)},
        "lines": {modality: line(modality) for modality in ("CT", "MG")},
        "options": {"CT standard": option()},
        "curves": {"default": CURVE},
        "contracts": {},
        "assets": assets,
        "schemes": (),
        "demand": {},
        "unscheduled": {},
        "waiting_demand": {},
        "waiting": (),
        "unreported": {},
        "extra": (),
        "staff": (),
        "ties": (),
        "links": (
            Link(from_site=SITE_A, to_site=SITE_B, minutes=Fraction(10)),
            Link(from_site=SITE_B, to_site=SITE_A, minutes=Fraction(10)),
        ),
        "sources": (),
        "capital_limits": (),
        "revenue_limits": (),
        "offers": (),
        "tiers": (),
        "approvals": (),
        "cost_shares": (),
        "challenges": (),
        "approved": (),
        "assumptions": (),
        "warnings": (),
        "left_out": (),
    }
    return Register(**{**values, **changes})


def row(action: Action, year: int | None = None, *, of: Asset | None = None, **changes: Any) -> PlannedScheme:
    """A line of a plan for a machine, or without one at site A; the parts that follow from others are filled in."""
    bought = changes.get("option", "CT standard" if action in (Action.REPLACE, Action.ADD) else None)
    committed = changes.get("committed", False)
    routes = {Action.EXTEND: "lease extension"} | dict.fromkeys(
        (Action.REPLACE, Action.ADD), "committed" if committed else "purchase"
    )
    capital, when = changes.get("capital_gbp", 0), "" if year is None else year_label(year)
    trust = changes.get("trust", TRUST)
    funding = changes.get("funding", {"Trust limit": capital} if capital else {})
    route = Route.LEASE if action is Action.EXTEND else Route.PURCHASE
    place = changes.get("site", of.site if of else SITE_A)
    said = (
        str(action),
        f"{of.modality} machine {of.asset_id}" if of else "",
        bought,
        place,
        when,
        f"£{capital:,}" if capital else "",
    )
    values: dict[str, Any] = {
        "scheme_id": f"{of.asset_id if of else 'new'} {action} {when} {bought or ''}".strip(),
        "asset_id": of.asset_id if of else None,
        "trust": trust,
        "site": of.site if of else SITE_A,
        "modality": of.modality if of else "CT",
        "mobile": False,
        "action": action,
        "year": year,
        "option": bought,
        "route": routes.get(action, "none"),
        "units": 1 if action in (Action.REPLACE, Action.ADD) else 0,
        "capital_gbp": capital,
        "funding": funding,
        "payments": () if year is None else pay(year, trust, funding, route),
        "payers": (Payer(trust=trust, share=Fraction(1), basis="", consent=None),) if capital else (),
        "case": case(year, committed=committed) if capital and year is not None else None,
        "timing": Timing.ON_TIME if of is None else Timing.KEPT,
        "due_year": of.due_year if of else None,
        "reason": "",
        "sentence": " ".join(filter(None, said)),
    }
    return PlannedScheme(**{**values, **changes})


def pay(year: int, trust: str, funding: Mapping[str, int], route: Route = Route.PURCHASE) -> tuple[Payment, ...]:
    """What a trust pays from its sources in a year."""
    return tuple(
        Payment(year=year, trust=trust, source=source, route=route, gbp=gbp) for source, gbp in funding.items()
    )


def source_year(source: str, year: int, limit: int, paid: int = 0, **changes: Any) -> SourceYear:
    """A source that carries nothing over and need not be used."""
    values: dict[str, Any] = {
        "source": source,
        "year": year,
        "limit_gbp": limit,
        "planned_limit_gbp": limit,
        "carried_in_gbp": 0,
        "paid_gbp": paid,
        "carried_out_gbp": 0,
        "minimum_gbp": 0,
        "short_gbp": 0,
    }
    return SourceYear(**{**values, **changes})


def revenue(trust: str, year: int, amounts: Mapping[Heading, int], **changes: Any) -> RevenueLine:
    """The revenue statement of a trust without a limit and without leases."""
    values: dict[str, Any] = {
        "trust": trust,
        "year": year,
        "amounts_gbp": amounts,
        "limit_gbp": None,
        "over_gbp": 0,
        "lease_rents_gbp": 0,
    }
    return RevenueLine(**{**values, **changes})


def unfunded(line: PlannedScheme, capital: int) -> PlannedScheme:
    """The line charged so much, where no limits were given."""
    route = Route.LEASE if line.action is Action.EXTEND else Route.PURCHASE
    funding = {UNFUNDED: capital} if capital else {}
    payments = pay(line.year or 2026, line.trust, funding, route)
    return replace(line, capital_gbp=capital, funding=funding, payments=payments)


def case(year: int, *, committed: bool = False, **changes: Any) -> CaseDates:
    """A scheme that nobody has to approve and that is in use as soon as it is ordered."""
    day = dt.date(year + 1, 3, 31)
    values: dict[str, Any] = {
        "status": SchemeStatus.COMMITTED if committed else SchemeStatus.IDEA,
        "approver": "",
        "case_by": None if committed else day,
        "order_by": None if committed else day,
        "in_service_by": day,
    }
    return CaseDates(**{**values, **changes})


def plan(*schemes: PlannedScheme, **changes: Any) -> Plan:
    """A plan of these lines, with no figures unless given."""
    values: dict[str, Any] = {
        "network": "Small network",
        "funded": False,
        "status": "optimal",
        "objective_gbp": 0,
        "bound_gbp": None,
        "gap": None,
        "gap_gbp": None,
        "schemes": schemes,
        "flows": (),
        "outside": (),
        "moves": (),
        "extra_hours": (),
        "vans": (),
        "waiting": (),
        "reports": (),
        "staff": (),
        "covers": (),
        "capacity": {},
        "years": (),
        "kpis": {},
        "sources": (),
        "revenue": (),
        "tiers": (),
        "changes": (),
        "flags": (),
        "binding": (),
        "breaches": (),
    }
    return Plan(**{**values, **changes})


def with_assets(base: Register, changes: Mapping[str, Mapping[str, Any]]) -> Register:
    """Change fields of some machines."""
    return replace(base, assets=tuple(replace(a, **changes.get(a.asset_id, {})) for a in base.assets))


def with_settings(base: Register, **changes: Any) -> Register:
    """Change some settings."""
    return replace(base, settings=replace(base.settings, **changes))


def with_site(base: Register, code: str, **changes: Any) -> Register:
    """Change fields of a site."""
    return replace(base, sites={**base.sites, code: replace(base.sites[code], **changes)})


def limits(name: str, trust: str | None, amount: int, **changes: Any) -> Source:
    """A funding source with the same limit in all four years, for anything its trust, or every trust, buys."""
    values: dict[str, Any] = {
        "name": name,
        "trust": trust,
        "limits_gbp": (amount,) * 4,
        "trusts": frozenset({TRUST} if trust is None else {trust}),
        "modalities": frozenset(),
        "purposes": frozenset(),
        "routes": frozenset(),
        "uses_capital_limit": True,
        "brings_cash": True,
        "donated": False,
        "certainty": Certainty.CONFIRMED,
        "carry_share": Fraction(0),
        "minimum_share": Fraction(0),
    }
    return Source(**{**values, **changes})
