"""A fictional national register: copies of the example network, each of its own size and fleet, in one book.

Patients and staff stay within a network. Each network keeps the funding sources it has in the example; one fund and the
capital total are the nation's. What the example shares between all of its trusts is had by trust here, since a register
knows nothing between a trust and the whole.

Run ``python -m tests.benchmarks.national --assets 4400 --out BOOK`` in the root of the repository; ``BOOK`` is a new
workbook (``.xlsx``) or a new folder of CSV sheets.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from random import Random

from capitalplan.register.schema import (
    CapitalLimitRow,
    ExtraCapacityRow,
    FrameworkRow,
    FundingRow,
    Row,
    SettingRow,
    SourceRow,
    WorkforceRow,
)
from capitalplan.register.templates.template import Level, write_template
from capitalplan.terms import year_label
from data._example_network import EXAMPLE_NETWORK
from data._specification import START_YEAR, YEARS, Network, machine_ids
from data._tables import Cell, Cells, write_sheet
from data.make_networks import network_sheets

__all__ = ["national_sheets", "write_national"]

Sheets = Mapping[type[Row], Sequence[Cells]]

MACHINES_A_NETWORK = 200
MOST_NETWORKS = 26
NATIONAL_FUND = "National imaging fund (fictional)"
FUND_PER_MACHINE = 5_000
NAMED = ("contract_id", "scheme_id", "source", "funding_source", "offer", "framework", "name", "first", "other")
"""Fields whose values must differ between networks, unless they name a place."""
GRID, LATITUDE_STEP, LONGITUDE_STEP = 5, 0.9, 1.2


def national_sheets(assets: int, *, seed: int = 1) -> Sheets:
    """Make the sheets of a national register.

    Parameters
    ----------
    assets
        Machines in all, about 200 of them in each network; at most 26 networks.
    """
    count = min(MOST_NETWORKS, max(1, round(assets / MACHINES_A_NETWORK)))
    rows: dict[type[Row], list[Cells]] = defaultdict(list)
    for place in range(count):
        machines = assets * (place + 1) // count - assets * place // count
        for kind, found in _network_rows(place, machines, seed).items():
            rows[kind].extend(found)
    rows[SettingRow] = [
        {"setting": "network_name", "value": f"National register of {assets} machines (fictional)"},
        {"setting": "start_year", "value": year_label(START_YEAR)},
    ]
    rows[CapitalLimitRow] = _total(rows[CapitalLimitRow], ("trust_code", "year"))
    rows[SourceRow].append({"source": NATIONAL_FUND, "kind": "programme"})
    rows[FundingRow] += [
        {"source": NATIONAL_FUND, "trust_code": "SHARED", "year": year, "limit_gbp": FUND_PER_MACHINE * assets}
        for year in _years()
    ]
    return rows


def write_national(path: Path, assets: int, *, seed: int = 1) -> None:
    """Write a national register as a workbook where ``path`` ends in ``.xlsx``, else as a folder of CSV sheets.

    Raises
    ------
    EnvironmentFaultError
        If the workbook exists or cannot be written.
    FileExistsError
        If the folder exists.
    """
    if path.suffix.lower() == ".xlsx":
        with tempfile.TemporaryDirectory() as folder:
            sheets = Path(folder) / "sheets"
            write_national(sheets, assets, seed=seed)
            write_template(path, Level.STRATEGIC, example=sheets)
        return
    path.mkdir(parents=True)
    for kind, rows in national_sheets(assets, seed=seed).items():
        if rows:
            write_sheet(path, kind, rows)


def _network_rows(place: int, machines: int, seed: int) -> dict[type[Row], list[Cells]]:
    """Rows of one network, in codes and names of its own."""
    letter = chr(ord("A") + place)
    network = _sized(replace(EXAMPLE_NETWORK, seed=1_000 * seed + place), machines)
    rows: dict[type[Row], list[Cells]] = {
        kind: [_renamed(row, letter) for row in found] for kind, found in network_sheets(network)
    }
    trusts = [f"Q{letter}{code[2:]}" for code in network.trusts]
    rows[ExtraCapacityRow] = list(chain.from_iterable(_by_trust(row, rows, trusts) for row in rows[ExtraCapacityRow]))
    rows[WorkforceRow] = _staff_by_trust(rows[WorkforceRow], trusts)
    rows[SourceRow] = _sources_of(rows, trusts)
    rows[FrameworkRow] = [{**row, "trusts": ", ".join(trusts)} for row in rows[FrameworkRow]]
    return rows


def _sized(network: Network, machines: int) -> Network:
    """A network with this many machines, its places moved apart and its money as its machines; the told ones stay."""
    random = Random(network.seed)  # noqa: S311  # the same register every time; nothing secret
    places = {(place.code, line): number for place in network.places for line, number in place.machines.items()}
    told = {*network.ages, *network.facts, *(str(row.get("asset_id")) for row in network.schemes)}
    if network.service is not None:
        told |= {str(row["asset_id"]) for row in network.service.upgrades}
        told |= {str(row[field]) for row in network.service.ties for field in ("first", "other")}
    least = {
        (place.code, line): max([1, *(n for n, name in enumerate(machine_ids(place, line), start=1) if name in told)])
        for place in network.places
        for line in place.machines
    }
    before = sum(places.values())
    while (now := sum(places.values())) != machines:
        able = [key for key, number in places.items() if now < machines or number > least[key]]
        if not able:
            raise ValueError(f"a network has no fewer than {now} machines")
        places[random.choices(able, [places[key] for key in able])[0]] += 1 if now < machines else -1
    share = machines / before
    money = network.money
    return replace(
        network,
        places=tuple(
            replace(
                place,
                machines={line: places[place.code, line] for line in place.machines},
                max_installations=max(1, round(place.max_installations * share)),
            )
            for place in network.places
        ),
        limits_thousands=_scaled(network.limits_thousands, share),
        money=replace(
            money,
            capital_thousands=_scaled(money.capital_thousands, share),
            cash_thousands=_scaled(money.cash_thousands, share),
            revenue_thousands=_scaled(money.revenue_thousands, share),
        ),
    )


def _scaled(limits: Mapping[str, tuple[int, ...]], share: float) -> dict[str, tuple[int, ...]]:
    return {name: tuple(round(limit * share) for limit in by_year) for name, by_year in limits.items()}


def _renamed(row: Cells, letter: str) -> dict[str, Cell]:
    """A row in the codes of a network, its names marked by its letter, its place moved to where the network lies."""
    renamed: dict[str, Cell] = {}
    for field, value in row.items():
        text = re.sub(r"\bQX(?=\d)", f"Q{letter}", value) if isinstance(value, str) else value
        marked = field in NAMED and text == value
        renamed[field] = f"{text} {letter}" if marked else text
    number = ord(letter) - ord("A")
    if "latitude" in row:
        renamed["latitude"] = round(float(row["latitude"]) + LATITUDE_STEP * (number // GRID - 2), 2)
        renamed["longitude"] = round(float(row["longitude"]) + LONGITUDE_STEP * (number % GRID - 2), 2)
    return renamed


def _by_trust(row: Cells, rows: Sheets, trusts: Sequence[str]) -> Iterable[Cells]:
    """A line of Extra capacity for a whole network, as one for each of its trusts without a line of its own."""
    if row.get("site_code") or row.get("trust_code"):
        return [row]
    others = [each for each in rows[ExtraCapacityRow] if each is not row]
    own = {each.get("trust_code") for each in others if _is_of(each, row)}
    limit = int(row["limit"]) // len(trusts)
    return [
        {**row, "name": f"{row['name']}, {trust}", "trust_code": trust, "limit": limit}
        for trust in trusts
        if trust not in own
    ]


def _is_of(row: Cells, other: Cells) -> bool:
    return (row["kind"], row["modality"]) == (other["kind"], other["modality"])


def _staff_by_trust(rows: Iterable[Cells], trusts: Sequence[str]) -> list[Cells]:
    """Staff whom any trust of a network may use, in equal parts among its trusts."""
    parted: list[Cells] = []
    for row in rows:
        if row["trust_code"] != "SHARED":
            parted.append(row)
            continue
        part = {field: f"{float(row[field]) / len(trusts):g}" for field in ("wte", "joiners_wte") if field in row}
        parted += [{**row, **part, "trust_code": trust} for trust in trusts]
    return _total(parted, ("trust_code", "staff_group", "year"))


def _sources_of(rows: Sheets, trusts: Sequence[str]) -> list[Cells]:
    """Sources of a network: those that its trusts share may pay for no others."""
    known = {str(row["source"]): row for row in rows[SourceRow]}
    shared = {str(row["source"]) for row in rows[FundingRow] if row["trust_code"] == "SHARED"}
    return [
        {**known.get(name, {"source": name}), **({"trusts": ", ".join(trusts)} if name in shared else {})}
        for name in sorted({*known, *shared})
    ]


def _total(rows: Iterable[Cells], key: Sequence[str]) -> list[Cells]:
    """Rows of the same key as one, their numbers added up."""
    totals: dict[tuple[Cell, ...], dict[str, Cell]] = {}
    for row in rows:
        total = totals.setdefault(tuple(row[field] for field in key), {field: row[field] for field in key})
        for field in row.keys() - set(key):
            total[field] = f"{float(total.get(field, 0)) + float(row[field]):g}"
    return list(totals.values())


def _years() -> Iterable[str]:
    return (year_label(START_YEAR + year) for year in range(YEARS))


def _main(asked: argparse.Namespace) -> None:
    write_national(asked.out, asked.assets, seed=asked.seed)
    print(f"{asked.out}: a fictional national register of {asked.assets} machines, seed {asked.seed}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write a fictional national register.")
    parser.add_argument("--assets", type=int, default=4_400, help="machines in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="a new workbook (.xlsx) or folder")
    return parser.parse_args()


if __name__ == "__main__":
    _main(_arguments())
