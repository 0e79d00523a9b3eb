from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from capitalplan.register.issues import Severity
from capitalplan.register.read import inspect, read_register
from capitalplan.register.register import Asset, Register
from capitalplan.register.schema import EquipmentRow
from capitalplan.terms import Consent, ExtraKind, Ownership, Route, SchemeStatus, StaffGroup, TieKind
from data._tables import read_sheet
from data.make_networks import NETWORKS, make_networks

DATA = Path(__file__).parents[2] / "data"
FOLDERS = ("example_network", "one_trust", "twelve_assets", "three_assets", "five_year_machine")


@pytest.fixture(scope="module")
def example() -> Register:
    return read_register(DATA / "example_network")


def of_line(register: Register, *lines: str) -> list[Asset]:
    return [asset for asset in register.assets if asset.line in lines]


def ages(register: Register, *lines: str) -> list[int]:
    return [register.settings.start_year - asset.install_year for asset in of_line(register, *lines)]


def share(values: list[bool]) -> float:
    return sum(values) / len(values)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_reads_without_errors(folder: str) -> None:
    assert read_register(DATA / folder).assets


def test_generating_again_gives_the_committed_files(tmp_path: Path) -> None:
    make_networks(tmp_path)
    for network in NETWORKS:
        committed = {file.name: file.read_bytes() for file in (DATA / network.folder).iterdir()}
        made = {file.name: file.read_bytes() for file in (tmp_path / network.folder).iterdir()}
        assert made == committed


def test_the_example_is_a_whole_network(example: Register) -> None:
    lines = Counter(asset.line for asset in example.assets)
    assert (len(example.trusts), len(example.sites)) == (4, 12)
    assert lines == {"CT": 23, "MR": 19, "DX": 96, "DX mobile": 34, "RF": 18}


@pytest.mark.parametrize(("folder", "sites", "machines"), [("one_trust", 3, 45), ("twelve_assets", 2, 12)])
def test_the_small_networks_have_one_trust(folder: str, sites: int, machines: int) -> None:
    register = read_register(DATA / folder)
    assert (len(register.trusts), len(register.sites), len(register.assets)) == (1, sites, machines)


def test_ages_are_near_national_figures(example: Register) -> None:
    assert share([age >= 10 for age in ages(example, "CT")]) == pytest.approx(0.14, abs=0.03)
    assert share([age > 5 for age in ages(example, "CT")]) == pytest.approx(0.55, abs=0.05)
    assert share([age >= 10 for age in ages(example, "MR")]) == pytest.approx(0.34, abs=0.05)
    assert share([age <= 5 for age in ages(example, "MR")]) == pytest.approx(0.44, abs=0.05)
    assert share([age > 10 for age in ages(example, *example.lines)]) == pytest.approx(0.32, abs=0.05)
    assert max(ages(example, "MR")) == 21


def test_ct_ownership_is_near_national_figures(example: Register) -> None:
    held = [asset.ownership for asset in of_line(example, "CT")]
    assert share([how is Ownership.OWNED for how in held]) == pytest.approx(0.70, abs=0.03)
    assert share([how is Ownership.LEASE for how in held]) == pytest.approx(0.10, abs=0.03)
    assert share([how is Ownership.MANAGED_SERVICE for how in held]) == pytest.approx(0.18, abs=0.03)


@pytest.mark.parametrize(("line", "exams"), [("CT", 16_800), ("MR", 24 * 365)])
def test_throughput_is_near_national_figures(example: Register, line: str, exams: int) -> None:
    use = [asset.exams_per_year for asset in of_line(example, line)]
    assert sum(use) / len(use) == pytest.approx(exams, rel=0.05)


def test_nothing_is_installed_after_the_register_was_taken(example: Register) -> None:
    assert min(ages(example, *example.lines)) >= 1


def test_sites_of_a_trust_are_within_reach(example: Register) -> None:
    linked = {(link.from_site, link.to_site) for link in example.links}
    parted = {("QX103", "QX102"), ("QX102", "QX103")}
    together = {
        (start.code, end.code)
        for start in example.sites.values()
        for end in example.sites.values()
        if start.trust == end.trust and start.code != end.code
    }
    assert together - linked == parted
    assert any(example.sites[start].trust != example.sites[end].trust for start, end in linked)


def test_the_register_has_the_flaws_of_real_ones() -> None:
    rows = read_sheet(DATA / "example_network", EquipmentRow)
    for field in ("serial", "exams_per_year", "hours_per_week", "annual_maintenance_gbp", "replacement_cost_gbp"):
        assert 0 < sum(not row[field] for row in rows) < len(rows) / 4, field
    assert {"MR", "MRI", "DX", "X-ray"} <= {row["modality"] for row in rows}
    assert any(row["replacement_cost_gbp"].startswith("£1,") for row in rows)
    assert any(row["site_code"].endswith("\N{NO-BREAK SPACE}") for row in rows)
    shapes = {"".join("9" if sign.isdigit() else sign for sign in row["install_date"]) for row in rows}
    assert {"9999-99-99", "99/99/9999", "9999/99"} <= shapes


def test_the_example_has_something_of_everything_to_plan_around(example: Register) -> None:
    horizon = example.settings.horizon
    assert {scheme.action for scheme in example.committed} == {"replace", "add"}
    assert {asset.lock for asset in example.assets} == {"keep", "replace", None}
    assert any(contract.extension_years and contract.end_year in horizon for contract in example.contracts.values())
    assert Counter(asset.contract_id for asset in example.assets)["MES-301"] in range(20, 31)
    ends = [asset.end_of_support_year for asset in example.assets if asset.end_of_support_year in horizon]
    assert len(set(ends)) >= 3
    assert {"3T", "CARDIAC"} <= {word.upper() for asset in example.assets for word in asset.capabilities}
    assert sum(asset.planned_year is not None for asset in example.assets) > 50
    assert {source.trust for source in example.sources} == {*example.trusts, None}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_folder_asks_for_a_judgement(folder: str) -> None:
    assert {issue.severity for issue in inspect(DATA / folder)} <= {Severity.WARNING}


def test_the_example_has_something_of_everything_on_patients_and_staff(example: Register) -> None:
    assert {each.kind for each in example.extra} == set(ExtraKind)
    assert {tie.kind for tie in example.ties} == set(TieKind)
    assert sum(len(asset.upgrades) for asset in example.assets) == 2
    assert {pool.group for pool in example.staff} == set(StaffGroup)
    assert {pool.trust for pool in example.staff} == {*example.trusts, None}
    assert {each.line for each in example.waiting} == {"CT", "MR"}
    assert {example.sites[each.site].trust for each in example.waiting} == set(example.trusts)
    assert all(each.targets[0] < each.start for each in example.waiting)
    assert not example.sites["QX103"].van_standing
    alone = Counter((asset.line, asset.site) for asset in of_line(example, "CT"))
    assert sum(count == 1 for count in alone.values()) >= 3


def test_the_example_has_money_of_every_kind(example: Register) -> None:
    assert any(source.donated and not source.uses_capital_limit for source in example.sources)
    assert any(not source.brings_cash for source in example.sources)
    assert any(source.modalities for source in example.sources)
    assert any(source.minimum_share for source in example.sources)
    assert any("is a bid" in line for line in example.left_out)
    assert {limit.trust for limit in example.capital_limits} == {None, "QX2"}
    assert {limit.trust for limit in example.revenue_limits} == {"QX3"}
    assert {offer.route for offer in example.offers} == {Route.LEASE, Route.MANAGED_SERVICE}
    assert {offer.option for offer in example.offers} == {"CT standard", "MR 1.5T"}
    assert len(example.tiers) == 1
    assert [(share.site, share.consent) for share in example.cost_shares] == [("QX104", Consent.ASKED)]
    assert len(example.challenges[0].assets) == 5
    assert {SchemeStatus.IDEA, SchemeStatus.OBC, SchemeStatus.FBC} <= {scheme.status for scheme in example.schemes}
    assert any(scheme.paid_before_gbp for scheme in example.committed)


def test_the_capital_limit_of_the_example_leaves_what_is_committed(example: Register) -> None:
    network = next(limit for limit in example.capital_limits if limit.trust is None)
    for t, year in enumerate(example.settings.horizon):
        counted = sum(source.limits_gbp[t] for source in example.sources if source.uses_capital_limit)
        committed = sum(
            (scheme.capital_gbp - scheme.paid_before_gbp) * (scheme.year == year)
            + scheme.paid_before_gbp * (scheme.year == year + 1)
            for scheme in example.committed
        )
        assert committed < (network.limits_gbp[t] or 0) < counted


@pytest.mark.parametrize("folder", ["one_trust", "twelve_assets"])
def test_the_small_networks_say_nothing_of_money_beyond_limits(folder: str) -> None:
    register = read_register(DATA / folder)
    assert (register.capital_limits, register.revenue_limits, register.offers, register.tiers) == ((), (), (), ())
    assert (register.cost_shares, register.challenges, register.approved) == ((), (), ())


@pytest.mark.parametrize("folder", ["one_trust", "twelve_assets"])
def test_the_small_networks_say_nothing_of_patients_and_staff(folder: str) -> None:
    register = read_register(DATA / folder)
    assert (register.waiting, register.staff, register.ties, register.unscheduled) == ((), (), (), {})
    assert all(each.cover_only for each in register.extra)


def test_staff_of_the_example_are_a_little_more_than_the_first_year_takes(example: Register) -> None:
    def hours(*groups: StaffGroup) -> int:
        return sum(pool.hours[0] for pool in example.staff if pool.group in groups)

    scanning, reporting = 0.0, 0.0
    for (name, _), scans in example.demand.items():
        line = example.lines[name]
        scanning += scans[0] * float(line.radiographers_per_scan_hour / line.scans_per_hour)
        reporting += scans[0] * float(line.minutes_per_report / 60)
    assert hours(StaffGroup.RADIOGRAPHER) / scanning == pytest.approx(1.07, abs=0.01)
    reporters = hours(StaffGroup.RADIOLOGIST, StaffGroup.REPORTING_RADIOGRAPHER)
    assert reporters / reporting == pytest.approx(1.02, abs=0.01)
    grown = [pool.wte[-1] / pool.wte[0] for pool in example.staff]
    assert all(float(growth) == pytest.approx(1.03**8, abs=0.03) for growth in grown)
