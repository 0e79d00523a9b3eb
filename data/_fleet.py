"""Makes the machines of a fictional network: ages, use and prices near national figures, then a register's flaws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from capitalplan.register.schema import AgeingRow, CatalogueRow
from capitalplan.terms import financial_year, service_name, year_label
from data._specification import START_YEAR, YEARS, Network, Place, machine_ids
from data._tables import Cell, Cells, read_sheet

__all__ = ["Machine", "make_machines", "roughen"]

DEFAULTS_FOLDER = Path(__file__).parent / "defaults"
CONTRACT_REFRESH_AGE = 10
OWN_PLAN_SHARE = 0.5
SCORED_SHARE = 0.3
WEEKS = 52

NO_SERIAL_SHARE = 0.12
NO_EXAMS_SHARE = 0.03
NO_HOURS_SHARE = 0.05
NO_MAINTENANCE_SHARE = 0.10
NO_PRICE_SHARE = 0.15
COMMON_NAME_SHARE = 0.3
POUND_SIGN_SHARE = 0.25
HARD_SPACE_SHARE = 0.03
OTHER_DATE_SHARE = 0.35

COMMON_NAMES = {"MR": "MRI", "DX": "X-ray"}
HARD_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What machines of a service line are like.

    Attributes
    ----------
    ages
        Ages at the start of the plan, evenly spaced through the fleet; other fleets take the same shares.
    hours, scans_per_hour
        Staffed hours a week and scans an hour to choose from.
    utilisation
        Lowest and highest share of working time that is used.
    own_plan_age
        Age at which the trusts' own plan renews a machine.
    subtypes
        Kinds to choose from.
    """

    ages: tuple[int, ...]
    hours: tuple[float, ...]
    scans_per_hour: tuple[float, ...]
    utilisation: tuple[float, float]
    own_plan_age: int
    subtypes: tuple[str, ...]


PROFILES = {
    "CT": Profile(
        ages=(1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 9, 10, 11, 13),
        hours=(119, 126, 133, 140),
        scans_per_hour=(3.2, 3.4, 3.6, 3.8),
        utilisation=(0.64, 0.74),
        own_plan_age=10,
        subtypes=("64 slice", "128 slice"),
    ),
    "MR": Profile(
        ages=(1, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 21),
        hours=(98, 105, 112),
        scans_per_hour=(1.9, 2.0, 2.1, 2.2),
        utilisation=(0.77, 0.85),
        own_plan_age=10,
        subtypes=("1.5T",),
    ),
    "DX": Profile(
        ages=(1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 7, 7, 8, 8, 9, 10, 11, 11, 12, 13, 14, 15, 17, 19),
        hours=(45, 50, 60),
        scans_per_hour=(4.5, 5, 5.5),
        utilisation=(0.75, 0.86),
        own_plan_age=12,
        subtypes=("ceiling mounted", "floor mounted"),
    ),
    "DX mobile": Profile(
        ages=(1, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16),
        hours=(60, 70, 84),
        scans_per_hour=(1, 1.2),
        utilisation=(0.70, 0.85),
        own_plan_age=12,
        subtypes=("mobile DR",),
    ),
    "RF": Profile(
        ages=(1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 11, 12, 12, 13, 14, 16),
        hours=(35, 37.5, 40),
        scans_per_hour=(1.1, 1.2, 1.3),
        utilisation=(0.72, 0.86),
        own_plan_age=10,
        subtypes=("remote controlled", "conventional"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Like-for-like prices by service line, and the default ageing curve by age, as the product ships them."""

    prices: Mapping[str, int]
    uptime: tuple[float, ...]
    upkeep: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine: its row without flaws, and its place and use for the demand of the site."""

    site: str
    line: str
    exams: int
    cells: Mapping[str, Cell]


def make_machines(network: Network, random: Random) -> list[Machine]:
    """Make every machine of a network, in order of site, service line and number."""
    ages = _deal_ages(network, random)
    defaults = _defaults()
    return [
        _make_machine(network, place, line, asset_id, age=ages[asset_id], defaults=defaults, random=random)
        for place in network.places
        for line in place.machines
        for asset_id in machine_ids(place, line)
    ]


def roughen(machine: Machine, random: Random) -> Cells:
    """Give a row the flaws of a register kept by people: gaps, common names, other ways to write dates and money."""
    cells = dict(machine.cells)
    gaps = {
        "serial": NO_SERIAL_SHARE,
        "exams_per_year": NO_EXAMS_SHARE,
        "hours_per_week": NO_HOURS_SHARE,
        "annual_maintenance_gbp": NO_MAINTENANCE_SHARE,
        "replacement_cost_gbp": NO_PRICE_SHARE,
    }
    for field, share in gaps.items():
        if random.random() < share:
            del cells[field]
    modality = str(cells["modality"])
    if random.random() < COMMON_NAME_SHARE:
        cells["modality"] = COMMON_NAMES.get(modality, modality)
    if "replacement_cost_gbp" in cells and random.random() < POUND_SIGN_SHARE:
        cells["replacement_cost_gbp"] = f"£{cells['replacement_cost_gbp']:,}"
    if random.random() < HARD_SPACE_SHARE:
        cells["site_code"] = f"{cells['site_code']}{HARD_SPACE}"
    if random.random() < OTHER_DATE_SHARE:
        day = dt.date.fromisoformat(str(cells["install_date"]))
        year = year_label(financial_year(day))
        cells["install_date"] = random.choice((f"{day:%d/%m/%Y}", f"{day:%d %b %Y}", year))
    return cells


def _defaults() -> Defaults:
    curve = read_sheet(DEFAULTS_FOLDER, AgeingRow)
    return Defaults(
        prices={
            service_name(row["modality"], row["mobile"] == "yes"): int(row["price_gbp"])
            for row in read_sheet(DEFAULTS_FOLDER, CatalogueRow)
            if row["like_for_like"] == "yes"
        },
        uptime=tuple(float(row["uptime"].rstrip("%")) / 100 for row in curve),
        upkeep=tuple(float(row["upkeep_factor"]) for row in curve),
    )


def _deal_ages(network: Network, random: Random) -> dict[str, int]:
    """Ages of the whole fleet: those with a story as told, contracted machines young, all others by chance."""
    ages = dict(network.ages)
    for line, profile in PROFILES.items():
        every = [asset_id for place in network.places for asset_id in machine_ids(place, line)]
        pool = [profile.ages[(2 * k + 1) * len(profile.ages) // (2 * len(every))] for k in range(len(every))]
        told = [asset_id for asset_id in every if asset_id in ages]
        for asset_id in told:
            _take_nearest(pool, ages[asset_id])
        dealt = [asset_id for asset_id in every if asset_id not in ages]
        contracted = [asset_id for asset_id in dealt if "contract_id" in network.facts.get(asset_id, {})]
        young = random.sample([age for age in pool if age < CONTRACT_REFRESH_AGE], len(contracted))
        for age in young:
            _take_nearest(pool, age)
        random.shuffle(pool)
        ages |= zip(contracted, young, strict=True)
        ages |= zip((asset_id for asset_id in dealt if asset_id not in contracted), pool, strict=True)
    return ages


def _take_nearest(pool: list[int], age: int) -> None:
    distances = [abs(other - age) for other in pool]
    del pool[distances.index(min(distances))]


def _make_machine(
    network: Network, place: Place, line: str, asset_id: str, *, age: int, defaults: Defaults, random: Random
) -> Machine:
    profile = PROFILES[line]
    install_year = START_YEAR - age
    hours, pace = random.choice(profile.hours), random.choice(profile.scans_per_hour)
    exams = 10 * round(pace * hours * WEEKS * defaults.uptime[age] * random.uniform(*profile.utilisation) / 10)
    price = 5_000 * round(defaults.prices[line] * random.uniform(0.94, 1.08) / 5_000)
    maintenance = 100 * round(0.08 * price * defaults.upkeep[age] / 100)
    maker = random.choice("ABCD")
    number = random.randrange(10_000, 100_000)
    cells: dict[str, Cell] = {
        "asset_id": asset_id,
        "site_code": place.code,
        "modality": line.removesuffix(" mobile"),
        "install_date": (dt.date(install_year, 4, 1) + dt.timedelta(days=random.randrange(365))).isoformat(),
        "mobile": "yes" if line.endswith(" mobile") else "",
        "room": f"Room {asset_id[-2:]}",
        "subtype": random.choice(profile.subtypes),
        "manufacturer": f"Maker {maker}",
        "model": f"{maker}{asset_id[6:8]} {install_year % 100:02d}",
        "serial": f"{maker}{number}",
        "ownership": "owned",
        "exams_per_year": exams,
        "hours_per_week": hours,
        "scans_per_hour": pace,
        "annual_maintenance_gbp": maintenance,
        "replacement_cost_gbp": price,
        "purchase_price_gbp": 5_000 * round(0.9 * price / 5_000),
        "condition": min(5, 1 + age // 4),
    }
    own_plan_year = max(START_YEAR, install_year + profile.own_plan_age) + random.randrange(3)
    if random.random() < OWN_PLAN_SHARE and own_plan_year < START_YEAR + YEARS:
        cells["planned_year"] = year_label(own_plan_year)
    if random.random() < SCORED_SHARE:
        cells["risk_score"] = min(25, 4 + age + random.randrange(4))
    facts = network.facts.get(asset_id, {})
    if "contract_id" in facts:
        cells.pop("planned_year", None)
        del cells["purchase_price_gbp"]
    return Machine(site=place.code, line=line, exams=exams, cells={**cells, **facts})
