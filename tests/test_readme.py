"""What the README tells people to type does what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from capitalplan.runs import read_run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block.strip() for block in re.findall(r"^```bash\n(.*?)^```", README, re.DOTALL | re.MULTILINE)]
COMMANDS = [
    [shlex.split(part) for part in re.split(r"&&|\n", block) if part.split()[0] == "capitalplan"] for block in BLOCKS
]


def test_the_first_command_needs_nothing_but_python() -> None:
    assert BLOCKS[0].startswith("python3 -m venv .venv && . .venv/bin/activate && pip install . && ")
    windows = re.search(r"^```powershell\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert windows is not None
    assert windows[1].strip().rpartition("; ")[2].replace("\\", "/") == shlex.join(COMMANDS[0][0])


def test_the_second_command_is_the_one_that_is_checked() -> None:
    checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert f"second='{BLOCKS[1]}'" in checks


def test_its_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("commands", [block for block in COMMANDS if block], ids=lambda block: block[0][1])
def test_its_commands_run(commands: list[list[str]], tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    for command in commands:
        result = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout + result.stderr
    runs = list((tmp_path / "out").iterdir())
    assert [read_run(run).changed_core for run in runs] == [()]
    assert (runs[0] / "plan.html").is_file()
    assert (runs[0] / "plan.xlsx").is_file()


@pytest.mark.long
def test_its_python_runs(tmp_path: Path) -> None:
    example = re.search(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    assert example is not None
    book = ROOT / "data" / "one_trust"
    code = example[1].replace('"register.xlsx"', repr(str(book))) + "assert solution.has_plan\n"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, result.stderr
