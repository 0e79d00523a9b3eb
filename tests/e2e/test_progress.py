"""Lines of progress as a desk sees them, before there is a plan or a bound too."""

from __future__ import annotations

import math
import signal

import pytest

from capitalplan.cli.terminal import solve_options
from capitalplan.solution import Progress


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Progress(1.0, None, math.inf), "1.0 s  no plan yet"),
        (Progress(1.0, None, -math.inf), "1.0 s  no plan yet"),
        (Progress(2.0, 1200.0, 1194.0), "2.0 s  best £1,200,000  bound £1,194,000  gap 0.50%"),
    ],
)
def test_progress_without_a_plan_or_a_bound(line: Progress, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    handler = signal.getsignal(signal.SIGINT)
    try:
        tell = solve_options(0.01, None).on_progress
    finally:
        signal.signal(signal.SIGINT, handler)
    assert tell is not None
    tell(line)
    assert capsys.readouterr().err.strip() == said
