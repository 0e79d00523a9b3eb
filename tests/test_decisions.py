"""The log of decisions only grows: what is changed, moved, removed or cut off is found, and where."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from capitalplan.analysis.approved import approved_lines
from capitalplan.decisions import LOG, Decision, Ruling, Treatment, append, clean, read_log, standing, to_object
from capitalplan.errors import RunFolderError
from capitalplan.terms import Action
from tests.verify.whole_plan import PLAN, REPLACE

SEAL = "5ea1"
PLANNED = Treatment(
    action=Action.REPLACE, option="CT standard", offer=None, year=2027, units=1, new_room_first=False, capital_gbp=1769
)
DEFERRED = replace(PLANNED, year=2029, capital_gbp=None)


def decision(who: str = "A. Lead", **changes: object) -> Decision:
    given: dict[str, object] = {
        "when": "2026-11-24T15:50:34+00:00",
        "who": who,
        "ruling": Ruling.DEFER,
        "why": "The room is not free before.",
        "run": SEAL,
        "scheme_id": REPLACE.scheme_id,
        "asset_id": REPLACE.asset_id,
        "site": REPLACE.site,
        "planned": PLANNED,
        "decided": DEFERRED,
    }
    return Decision(**{**given, **changes})  # type: ignore[arg-type]  # what is given is of mixed kinds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for who in ("First", "Second", "Third"):
        append(tmp_path, SEAL, decision(who))
    return tmp_path


def lines(folder: Path) -> list[bytes]:
    return (folder / LOG).read_bytes().splitlines(keepends=True)


def test_what_is_recorded_is_read(folder: Path) -> None:
    log = read_log(folder, SEAL)
    assert log.decisions == (decision("First"), decision("Second"), decision("Third"))
    assert (log.broken, log.lines) == ((), 3)


def edited(found: list[bytes]) -> list[bytes]:
    return [found[0], found[1].replace(b"Second", b"Sec0nd"), found[2]]


def edited_with_its_hash(found: list[bytes]) -> list[bytes]:
    """The second line forged whole, by somebody who knows how lines are made."""
    place = json.loads(found[1])["previous"]
    return [found[0], forged(place, "Sec0nd"), found[2]]


def forged(previous: str, who: str) -> bytes:
    content = {**to_object(decision(who)), "previous": previous}
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    content["hash"] = hashlib.sha256(plain.encode()).hexdigest()
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


EDITS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "an entry edited": (edited, "line 2 (Sec0nd, 2026-11-24T15:50:34+00:00) was changed"),
    "an entry edited and hashed again": (edited_with_its_hash, "line 3 (Third, 2026-11-24T15:50:34+00:00) does not"),
    "the last edited and hashed again": (
        lambda found: [*found[:2], forged(json.loads(found[2])["previous"], "Th1rd")],
        "line 3 (Th1rd, 2026-11-24T15:50:34+00:00) is not the line that decisions.head was written for",
    ),
    "the first removed": (lambda found: found[1:], "line 1 (Second, "),
    "one removed": (lambda found: [found[0], found[2]], "line 2 (Third, "),
    "the last removed": (lambda found: found[:2], "had 3 lines and has 2"),
    "all removed": (lambda _: [], "had 3 lines and has 0"),
    "two moved": (lambda found: [found[0], found[2], found[1]], "line 2 (Third, "),
    "spaces put in": (lambda found: [found[0].replace(b'":', b'": '), *found[1:]], "line 1 (First, "),
    "no JSON": (lambda found: [found[0], b"\xff{\n", found[2]], "line 2 was changed: it can no longer be read"),
    "nested too deep": (lambda found: [b"[" * 100_000 + b"\n", *found[1:]], "line 1 was changed"),
    "an empty line": (lambda found: [found[0], b"\n", *found[1:]], "line 2 was changed"),
    "another ruling": (lambda found: [found[0].replace(b'"defer"', b'"burn"'), *found[1:]], "line 1 was changed"),
    "an escape put in": (lambda found: [found[0].replace(b"First", b"\\u001b[2J"), *found[1:]], "line 1 was changed"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_changed_log_says_where_and_takes_no_more(name: str, folder: Path) -> None:
    change, told = EDITS[name]
    (folder / LOG).write_bytes(b"".join(change(lines(folder))))
    before = (folder / LOG).read_bytes()
    broken = read_log(folder, SEAL).broken
    assert any(told in fault for fault in broken), broken
    with pytest.raises(RunFolderError, match="Nothing was recorded"):
        append(folder, SEAL, decision("Fourth"))
    assert (folder / LOG).read_bytes() == before


def test_a_log_of_another_run_is_refused(folder: Path) -> None:
    assert "line 1 (First, " in read_log(folder, "another seal").broken[0]


def test_a_head_removed_is_missed(folder: Path) -> None:
    (folder / "decisions.head").unlink()
    assert read_log(folder, SEAL).broken == ("decisions.head, which says how decisions.jsonl ends, was removed.",)


def test_half_an_entry_is_told_and_put_aside(folder: Path) -> None:
    half = forged(read_log(folder, SEAL).last, "Fourth")[:-40]
    with (folder / LOG).open("ab") as handle:
        handle.write(half)
    log = read_log(folder, SEAL)
    assert (len(log.decisions), len(log.broken)) == (3, 1)
    assert "line 4 is half an entry" in log.broken[0]
    after = append(folder, SEAL, decision("Fifth"))
    assert ([each.who for each in after.decisions], after.broken) == (["First", "Second", "Third", "Fifth"], ())
    assert (folder / "decisions cut off.txt").read_bytes() == half + b"\n"


def test_a_crash_before_the_head_is_written_loses_nothing(folder: Path) -> None:
    head = (folder / "decisions.head").read_bytes()
    append(folder, SEAL, decision("Fourth"))
    (folder / "decisions.head").write_bytes(head)
    assert read_log(folder, SEAL).broken == ()
    assert append(folder, SEAL, decision("Fifth")).lines == 5


def test_two_who_decide_at_once_are_both_kept(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from capitalplan.decisions import append\n"
        "from tests.test_decisions import SEAL, decision\n"
        "for number in range(5): append(Path(sys.argv[1]), SEAL, decision(f'{sys.argv[2]} {number}'))"
    )
    root = Path(__file__).parents[1]
    both = [subprocess.Popen([sys.executable, "-c", code, tmp_path, who], cwd=root) for who in ("A", "B")]
    assert [each.wait() for each in both] == [0, 0]
    log = read_log(tmp_path, SEAL)
    assert log.broken == ()
    assert {each.who for each in log.decisions} == {f"{who} {number}" for who in "AB" for number in range(5)}


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\x1b[31m", "a\u202eb", "a\u2028b", "a\ud800", "x" * 1001])
def test_text_that_is_not_kept(text: str) -> None:
    with pytest.raises(ValueError, match="The reason"):
        clean(text, "reason", 1000)
    with pytest.raises(ValueError, match="The reason"):
        decision(why=text)


def test_text_that_is_kept() -> None:
    assert clean("  Zoe\u0308 O\u2019Neill =1+1 <b> ", "name", 200) == "Zoë O\u2019Neill =1+1 <b>"


def test_the_last_decision_on_a_scheme_counts() -> None:
    note, rejected = decision(ruling=Ruling.NOTE, decided=PLANNED), decision(ruling=Ruling.REJECT, decided=None)
    assert standing([decision(), rejected, note]) == (rejected,)


@pytest.mark.parametrize(
    ("made", "years"),
    [
        ([], [2027]),
        ([decision()], [2029]),
        ([decision(ruling=Ruling.REJECT, decided=None)], []),
        ([decision(ruling=Ruling.REJECT, decided=None), decision()], [2029]),
        ([decision(ruling=Ruling.APPROVE, decided=PLANNED)], [2027]),
        ([decision(planned=replace(PLANNED, year=2026))], [2029]),
        ([decision(run="earlier", planned=DEFERRED, decided=replace(DEFERRED, year=2028)), decision()], [2029]),
    ],
    ids=["none", "deferred", "rejected", "the last", "approved", "not followed before", "of two runs"],
)
def test_the_approved_plan_is_the_plan_as_decided(made: list[Decision], years: list[int]) -> None:
    lines = approved_lines(PLAN, made)
    assert [line.year for line in lines if line.asset_id == REPLACE.asset_id] == years
    others = [line for line in approved_lines(PLAN) if line.asset_id != REPLACE.asset_id]
    assert [line for line in lines if line.asset_id != REPLACE.asset_id] == others
