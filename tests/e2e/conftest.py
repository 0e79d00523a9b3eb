"""One small network planned once by the command line, and a quick way to run commands within the test's process."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from capitalplan import cli
from capitalplan.register.templates.template import Level, write_template
from capitalplan.resources import data_path
from tests.e2e.command import Ended, run_command


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workbook of the twelve-asset network."""
    path = tmp_path_factory.mktemp("given") / "Foxley register.xlsx"
    write_template(path, Level.NETWORK, example=data_path("twelve_assets"))
    return path


@pytest.fixture(scope="session")
def planned(book: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Run folder of that workbook, price tests included, and how the command ended; not to be changed."""
    folder = tmp_path_factory.mktemp("planned") / "run"
    return folder, run_command("plan", book, "--out", folder)


@pytest.fixture
def run(planned: tuple[Path, Ended], tmp_path: Path) -> Path:
    """Copy of that run folder, to be changed at will."""
    return Path(shutil.copytree(planned[0], tmp_path / "run"))


@pytest.fixture
def capitalplan(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Ended]]:
    """Run a command in this process."""
    handler = signal.getsignal(signal.SIGINT)

    def call(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["capitalplan", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, said.out, said.err)

    yield call
    signal.signal(signal.SIGINT, handler)
