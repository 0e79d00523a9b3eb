"""Write the fictional networks; the same folders come out every time.

Run ``python -m data.make_networks`` in the root of the repository, with another folder as argument to write there.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from capitalplan.register.schema import (
    ContractRow,
    DemandRow,
    EquipmentRow,
    OrganisationRow,
    Row,
    SchemeRow,
    SettingRow,
    SiteRow,
    TravelRow,
)
from capitalplan.terms import year_label
from data._example_network import EXAMPLE_NETWORK
from data._fleet import Machine, make_machines, roughen
from data._money import money_sheets
from data._service import demand_rows, service_sheets
from data._small_networks import ONE_TRUST, TWELVE_ASSETS
from data._specification import START_YEAR, Network, Place
from data._tables import Cells, write_sheet

__all__ = ["NETWORKS", "make_networks", "network_sheets"]

NETWORKS = (EXAMPLE_NETWORK, ONE_TRUST, TWELVE_ASSETS)


def make_networks(root: Path) -> None:
    """Write a folder of CSV sheets for each network of ``NETWORKS`` under ``root``."""
    for network in NETWORKS:
        folder = root / network.folder
        folder.mkdir(parents=True, exist_ok=True)
        for kind, rows in network_sheets(network):
            if rows:
                write_sheet(folder, kind, rows)


def network_sheets(network: Network) -> Iterator[tuple[type[Row], list[Cells]]]:
    """Make the sheets of a network, each with its rows; those of which it says nothing have none."""
    random = Random(network.seed)  # noqa: S311  # the same fleet every time; nothing secret
    machines = make_machines(network, random)
    yield (
        SettingRow,
        [
            {"setting": "network_name", "value": network.name},
            {"setting": "start_year", "value": year_label(START_YEAR)},
        ],
    )
    yield OrganisationRow, [{"trust_code": code, "name": name} for code, name in network.trusts.items()]
    yield SiteRow, [_site(place) for place in network.places]
    yield EquipmentRow, [roughen(machine, random) for machine in machines]
    yield ContractRow, list(network.contracts)
    yield SchemeRow, list(network.schemes)
    demand = _demand(network, machines)
    yield DemandRow, demand_rows(network, demand)
    yield from service_sheets(network, demand)
    yield TravelRow, list(network.travel)
    yield from money_sheets(network)


def _site(place: Place) -> Cells:
    spare = {f"spare_rooms_{modality.lower()}": rooms for modality, rooms in place.spare_rooms.items()}
    return {
        "site_code": place.code,
        "trust_code": place.trust,
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "opening_year": place.opening_year,
        "max_new_rooms": place.max_new_rooms,
        "max_installations": place.max_installations,
        **({"van_standing": place.van_standing} if place.van_standing else {}),
        **spare,
    }


def _demand(network: Network, machines: list[Machine]) -> dict[tuple[str, str], int]:
    """Scans wanted in the first year by site and service line, from the exams of all its machines."""
    exams = Counter[tuple[str, str]]()
    for machine in machines:
        exams[machine.site, machine.line] += machine.exams
    return {
        (place.code, line): 10 * round(exams[place.code, line] * factor / 10)
        for place in network.places
        for line, factor in network.demand_over_exams.items()
        if line in place.machines
    }


if __name__ == "__main__":
    make_networks(Path(*sys.argv[1:2]) if sys.argv[1:] else Path(__file__).parent)
