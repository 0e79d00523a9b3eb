"""Ways of making the twelve-asset network impossible, each as a folder of CSV files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from capitalplan.register.schema import (
    CapitalLimitRow,
    EquipmentRow,
    FundingRow,
    ModalityRow,
    OrganisationRow,
    Row,
    SchemeRow,
    SettingRow,
    SiteRow,
    SourceRow,
    TieRow,
    TravelRow,
)
from capitalplan.terms import year_label
from data._tables import Cells, read_sheet, write_sheet
from tests.folders import START_YEAR, copy_network

__all__ = ["WAYS", "change_machines", "impossible_network"]

FUND, OWN = "Regional diagnostics fund", "QX6 operational capital"
YEARS = [year_label(START_YEAR + t) for t in range(9)]


def change_machines(folder: Path, changes: Mapping[str, Cells]) -> None:
    rows = read_sheet(folder, EquipmentRow)
    write_sheet(folder, EquipmentRow, [{**row, **changes.get(row["asset_id"], {})} for row in rows])


def locked(year: str) -> Cells:
    return {"lock": "replace", "lock_year": year}


def limits(folder: Path, limit: Callable[[dict[str, str]], str | int]) -> None:
    rows = read_sheet(folder, FundingRow)
    write_sheet(folder, FundingRow, [{**row, "limit_gbp": limit(row)} for row in rows])


def settings(folder: Path, **values: str) -> None:
    typed = [{"setting": name, "value": value} for name, value in values.items()]
    write_sheet(folder, SettingRow, [*read_sheet(folder, SettingRow), *typed])


def sheet(folder: Path, kind: type[Row], rows: Sequence[Cells]) -> None:
    write_sheet(folder, kind, rows)


def money_for_a_lock(folder: Path) -> None:
    change_machines(folder, {"QX601-MR-01": locked("2027/28")})


def nothing_for_a_committed_scheme(folder: Path) -> None:
    committed: Cells = {"scheme_id": "S1", "action": "replace", "asset_id": "QX601-MR-01", "option": "MR 1.5T",
                 "year": "2028/29", "capital_gbp": 2_000_000, "status": "ordered", "funding_source": FUND}  # fmt: skip
    sheet(folder, SchemeRow, [committed])
    limits(folder, lambda row: 0 if (row["source"], row["year"]) == (FUND, "2028/29") else row["limit_gbp"])


def nobody_to_pay_a_committed_scheme(folder: Path) -> None:
    """Both sources may only pay for new machines."""
    nothing_for_a_committed_scheme(folder)
    rows = read_sheet(folder, SchemeRow)
    sheet(folder, SchemeRow, [{**row, "funding_source": ""} for row in rows])
    sheet(folder, SourceRow, [{"source": source, "purposes": "new"} for source in (FUND, OWN)])


def works_for_locks(folder: Path) -> None:
    names = ("QX601-DX-02", "QX601-DX-03", "QX601-RF-01")
    change_machines(folder, dict.fromkeys(names, locked("2028/29")))


def projects_for_locks(folder: Path) -> None:
    change_machines(folder, dict.fromkeys(("QX601-DX-02", "QX602-DX-01"), locked("2028/29")))
    settings(folder, max_network_projects="1")


def tie_against_dates(folder: Path) -> None:
    change_machines(folder, {"QX601-DX-02": {"latest_year": "2027/28"}, "QX602-DX-01": {"earliest_year": "2028/29"}})
    sheet(folder, TieRow, [{"first": "QX601-DX-02", "tie": "together", "other": "QX602-DX-01"}])


def lock_against_latest_year(folder: Path) -> None:
    change_machines(folder, {"QX601-DX-02": {"lock": "keep", "latest_year": "2029/30"}})


def support_without_money(folder: Path) -> None:
    change_machines(
        folder,
        {
            "QX601-MR-01": {"end_of_support": "2026-03-31"},
            "QX601-CT-01": {"end_of_support": "2027-03-31"},
            "QX601-RF-01": {"end_of_support": "2027-03-31"},
        },
    )


def support_without_a_successor(folder: Path) -> None:
    """Nothing in the catalogue can take its place, and the last machine stays."""
    change_machines(folder, {"QX601-RF-01": {"capabilities": "unheard of", "end_of_support": "2029-03-31"}})


def no_cover_for_a_lock(folder: Path) -> None:
    """No van, no neighbour, no room: the only CT of its site is locked to replace."""
    change_machines(folder, {"QX602-CT-01": locked("2029/30")})
    bare: Cells = {"van_standing": "no", "max_new_rooms": 0, "spare_rooms_ct": ""}
    sheet(folder, SiteRow, [{**row, **bare} for row in read_sheet(folder, SiteRow)])
    sheet(folder, TravelRow, [{"from_site": "QX601", "to_site": "QX602", "agreed": "no"}])
    sheet(folder, ModalityRow, [{"modality": "CT", "swap_cover": "yes"}])


def last_machines_locked_to_retire(folder: Path) -> None:
    """Two go by their locks, the third is not supported and nothing can take its place."""
    retired: Cells = {"lock": "retire", "lock_year": "2028/29"}
    change_machines(
        folder,
        {
            "QX601-MR-01": retired,
            "QX601-MR-02": {"capabilities": "unheard of", "end_of_support": "2029-03-31"},
        },
    )
    settings(folder, allow_retirement="yes")


def hard_age_cap(folder: Path) -> None:
    settings(folder, hard_age_cap="8")


def capital_limit_of_the_network(folder: Path) -> None:
    change_machines(folder, {"QX601-DX-02": locked("2027/28")})
    sheet(folder, CapitalLimitRow, [{"trust_code": "SHARED", "year": year, "limit_gbp": 100_000} for year in YEARS])


def cash_of_the_trust(folder: Path) -> None:
    change_machines(folder, {"QX601-DX-02": locked("2028/29")})
    sheet(folder, SourceRow, [{"source": OWN, "brings_cash": "no"}, {"source": FUND, "purposes": "new"}])
    sheet(folder, CapitalLimitRow, [{"trust_code": "QX6", "year": year, "cash_gbp": 100_000} for year in YEARS])


def fairness_bound(folder: Path) -> None:
    """The one machine of QX7 is renewed by its contract, QX6 has a committed scheme: nothing can make them alike."""
    change_machines(folder, {"QX601-DX-01": {"trust_code": "QX7"}})
    scheme: Cells = {"scheme_id": "S1", "action": "replace", "asset_id": "QX601-DX-02", "option": "DX room",
                     "year": "2028/29", "capital_gbp": 400_000, "status": "ordered"}  # fmt: skip
    sheet(folder, SchemeRow, [scheme])
    sheet(folder, OrganisationRow, [*read_sheet(folder, OrganisationRow), {"trust_code": "QX7", "name": "Other"}])
    settings(folder, fair_capital_spread="1%", allow_new_capacity="no")


def halves_of_machines(folder: Path) -> None:
    """An X-ray room must go in the first two years, and each of them has money for most of one, none for a whole."""
    change_machines(folder, {"QX601-DX-02": {"latest_year": "2027/28"}})
    limits(folder, lambda row: 0 if row["source"] == OWN else 300_000)


WAYS = (
    money_for_a_lock,
    nothing_for_a_committed_scheme,
    nobody_to_pay_a_committed_scheme,
    works_for_locks,
    projects_for_locks,
    tie_against_dates,
    lock_against_latest_year,
    support_without_money,
    support_without_a_successor,
    no_cover_for_a_lock,
    last_machines_locked_to_retire,
    hard_age_cap,
    capital_limit_of_the_network,
    cash_of_the_trust,
    fairness_bound,
    halves_of_machines,
)


def impossible_network(way: Callable[[Path], None], folder: Path) -> Path:
    """The network made impossible in one way."""
    copy = copy_network("twelve_assets", folder / way.__name__)
    way(copy)
    return copy
