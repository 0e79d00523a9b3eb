"""From a template to a verified plan, as a user does it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capitalplan.resources import data_path
from tests.e2e.command import Ended, run_command
from tests.e2e.every_part import write_network
from tests.folders import copy_network

Command = Callable[..., Ended]

WINDOW = re.compile(r"20\d\d/\d\d")


def test_a_template_can_be_planned_from(tmp_path: Path, capitalplan: Command) -> None:
    path = tmp_path / "register.xlsx"
    assert capitalplan("template", path, "--level", "network", "--example").code == 0
    checked = capitalplan("validate", path)
    assert (checked.code, checked.err) == (0, "")
    assert "0 errors" in checked.out
    need = capitalplan("need", path)
    assert need.code == 0
    assert "190 machines" in need.out
    assert "not a funded plan" in need.out


def test_a_template_is_never_written_over_a_book(book: Path, capitalplan: Command) -> None:
    before = book.read_bytes()
    ended = capitalplan("template", book, "--level", "network")
    assert ended.code == 6
    assert "nothing was overwritten" in ended.err
    assert book.read_bytes() == before


def test_need_shows_every_figure_whole(book: Path, capitalplan: Command) -> None:
    said, told = capitalplan("need", book).out, json.loads(capitalplan("need", book, "--json").out)
    assert "…" not in said
    assert {f"£{line['capital_gbp']:,}" for line in told["need"]} - set(re.findall(r"£[\d,]+", said)) == set()
    assert {line["year"] for line in told["need"]} <= set(WINDOW.findall(said))
    assert len(told["need"]) == 9
    assert sum(line["machines"] for line in told["need"]) > 0
    assert all(each["source"] for each in told["assumptions"])


def test_need_shows_the_staff_that_demand_needs(tmp_path: Path, capitalplan: Command) -> None:
    network = write_network(tmp_path / "network")
    said, told = capitalplan("need", network).out, json.loads(capitalplan("need", network, "--json").out)
    found = {(line["group"], line["trust"], line["year"]): line for line in told["staff"]}
    own = found["radiographer", "QA1", "2026/27"]
    assert (own["wte_needed"], own["wte_in_post"]) == (2500 / 1950, 1)
    assert found["radiographer", "QA1", "today"]["wte_needed"] == 2000 / 1950
    assert found["radiographer", "any trust", "2026/27"] == {
        "group": "radiographer",
        "trust": "any trust",
        "year": "2026/27",
        "wte_needed": pytest.approx(2500 / 1950 - 1),
        "wte_in_post": 0.05,
    }
    assert "1.3 (1.0)" in said


def test_the_outcome_tells_of_waiting_staff_and_cover(tmp_path: Path, capitalplan: Command) -> None:
    network = write_network(tmp_path / "network")
    said = capitalplan("plan", network, "--no-price-tests", "--gap", "0", "--out", tmp_path / "run").out
    plan = json.loads((tmp_path / "run" / "plan.json").read_text(encoding="utf-8"))
    end, target = plan["kpis"]["waiting_end"], plan["kpis"]["waiting_target_end"]
    assert f"Waiting lists go from 300 patients to {end:,} against a target of {target:,}" in said
    assert "Not kept, at a price: waiting lists over target (3 places and years)" in said
    assert "scans beyond what outside providers can do" in said
    assert re.search(r"Staff hold the plan back: radiographers of QA1.* in 20", said)
    assert "; radiologists of QA1 in 2026/27 to 2028/29; reporting radiographers of the shared pool in 20" in said
    assert "under the same limits (which does not keep all rules: ties)" in said
    assert "Sites with one machine are kept going while it is replaced: 1 by a mobile van." in said
    assert " and 1 upgrade from 2026/27" in said


def test_the_sensitivity_of_a_plan_is_a_table(capitalplan: Command, tmp_path: Path) -> None:
    network = write_network(tmp_path / "network")
    ended = capitalplan("sensitivity", network, "--gap", "0")
    assert ended.code == 0, ended.err
    assert "testing planned life, one year longer" in ended.err
    for curve in ("uptime", "upkeep", "failure", "resale", "planned life"):
        assert len([line for line in ended.out.splitlines() if line.startswith(f"│ {curve}")]) == 2
    assert "nothing changes: a breakdown has no price" in ended.out


def test_a_plan_is_a_folder_with_all_its_parts(planned: tuple[Path, Ended], book: Path) -> None:
    folder, ended = planned
    assert ended.code == 0, ended.err
    assert {path.name for path in folder.iterdir()} == {
        "input", "manifest.json", "plan.json", "proof.json", "plan.html", "plan.xlsx"
    }  # fmt: skip
    assert (folder / "input" / "original" / book.name).read_bytes() == book.read_bytes()
    assert [path.name for path in folder.parent.iterdir()] == ["run"]


def test_the_outcome_is_on_one_stream_and_progress_on_the_other(planned: tuple[Path, Ended]) -> None:
    folder, ended = planned
    what, value, *_, where = ended.out.splitlines()
    assert re.search(r"\d+ replacements? and \d+ .*2026/27 to 2034/35 for £[\d,]+ of capital", what)
    assert re.search(r"within £[\d,]+ \(\d\.\d\d%\) of the best possible", value)
    assert str(folder / "plan.html") in where
    assert "planning" in ended.err
    assert "gap" in ended.err


def schemes(folder: Path) -> list[dict[str, Any]]:
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = plan["schemes"]
    return rows


def test_every_machine_has_a_row_that_says_what_when_and_why(planned: tuple[Path, Ended]) -> None:
    rows = schemes(planned[0])
    equipment = (data_path("twelve_assets") / "Equipment.csv").read_text(encoding="utf-8").splitlines()[1:]
    machines = {line.split(",")[0] for line in equipment}
    assert len(machines) == 12
    assert {row["asset_id"] for row in rows if row["asset_id"]} == machines
    for row in rows:
        assert {"year", "option", "capital_gbp", "funding", "timing"} <= row.keys()
        assert row["reason"].endswith(".")
        assert row["sentence"].endswith(".")
        assert sum(row["funding"].values()) == row["capital_gbp"]
        bought = row["action"] in {"replace", "add"}
        assert (row["option"] is not None) == bought
        assert (row["capital_gbp"] > 0) == bought
        assert row["year"] is None or WINDOW.fullmatch(row["year"])
    assert {"replace", "add", "keep"} <= {row["action"] for row in rows}


def test_limits_hold_to_the_pound(planned: tuple[Path, Ended]) -> None:
    plan = json.loads((planned[0] / "plan.json").read_text(encoding="utf-8"))
    for year in plan["years"]:
        paid: dict[str, int] = {}
        for row in schemes(planned[0]):
            if row["year"] == year["year"]:
                for source, amount in row["funding"].items():
                    paid[source] = paid.get(source, 0) + amount
        assert all(amount <= year["limit_by_source"][source] for source, amount in paid.items())


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["validate", "BOOK"], {"errors", "warnings", "issues"}),
        (["need", "BOOK"], {"need", "fleet", "staff", "assumptions"}),
        (["plan", "BOOK", "--no-price-tests", "--out", "NEW"], {"status", "objective_gbp", "bound_gbp", "gap", "run"}),
        (["sensitivity", "BOOK", "--gap", "0.2"], {"network", "objective_gbp", "gap", "tests"}),
        (["verify", "RUN"], {"ok", "checks", "changed_core", "changed_views", "breaches"}),
        (["doctor"], {"engines", "libraries", "capitalplan"}),
    ],
)
def test_json_is_one_object_and_nothing_else(
    words: list[str], keys: set[str], book: Path, planned: tuple[Path, Ended], tmp_path: Path
) -> None:
    places = {"BOOK": book, "RUN": planned[0], "NEW": tmp_path / "new"}
    ended = run_command(*(places.get(word, word) for word in words), "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["schema_version"] == "1"
    assert keys <= told.keys()


def test_the_same_register_gives_the_same_plan(planned: tuple[Path, Ended], book: Path, tmp_path: Path) -> None:
    assert run_command("plan", book, "--no-price-tests", "--out", tmp_path / "again").code == 0
    assert (tmp_path / "again" / "plan.json").read_bytes() == (planned[0] / "plan.json").read_bytes()


def test_a_csv_folder_gives_the_plan_of_its_workbook(
    planned: tuple[Path, Ended], tmp_path: Path, capitalplan: Command
) -> None:
    folder = copy_network("twelve_assets", tmp_path / "network")
    assert capitalplan("plan", folder, "--no-price-tests", "--out", tmp_path / "run").code == 0
    assert schemes(tmp_path / "run") == schemes(planned[0])


def test_an_own_plan_is_costed_and_its_faults_named(book: Path, tmp_path: Path, capitalplan: Command) -> None:
    ended = capitalplan("plan", book, "--no-price-tests", "--evaluate", "--out", tmp_path / "run")
    assert ended.code == 0
    assert re.search(r"The lead's own plan costs £[\d,]+, £[\d,]+ more than this plan\.", ended.out)


@pytest.mark.parametrize("engine", ["cbc", "scip"])
def test_a_second_engine_agrees(engine: str, book: Path, tmp_path: Path) -> None:
    ended = run_command(
        "plan", book, "--no-price-tests", "--gap", "0", "--cross-check", engine, "--out", tmp_path / "run", "--json"
    )
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["gap"] == 0
    assert "agrees" in told["cross_check"]
    assert f"£{told['objective_gbp']:,}" in told["cross_check"]


def test_doctor_lists_the_engines(capitalplan: Command) -> None:
    ended = capitalplan("doctor")
    assert ended.code == 0
    found = dict(line.split(maxsplit=1) for line in ended.out.splitlines() if line.startswith("  "))
    assert {"highs", "scip", "cp-sat", "cbc", "browser", "python"} <= found.keys()
    assert re.fullmatch(r"[\d.]+", found["highs"])
