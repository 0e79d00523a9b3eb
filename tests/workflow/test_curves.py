"""What the study of the ageing curves tells its reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from capitalplan.solution import SolveOptions
from capitalplan.workflow.curves import show, study_curves
from tests.service.cases import Workbook, machine


def test_a_single_replacement_is_told_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = Workbook(tmp_path / "case", {"Equipment": [machine("CT1", lock="replace")]}).folder
    study = study_curves(book, SolveOptions(gap=0))
    show(study)
    assert "1 replacement, 0 additions, capital of £100,000" in capsys.readouterr().out
    assert study.exit_code == 0
