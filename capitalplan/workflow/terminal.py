"""Tables on standard output."""

from __future__ import annotations

from rich.console import Console

__all__ = ["table_console"]

WIDTH_OF_A_FILE = 180


def table_console() -> Console:
    """Make a console as wide as the terminal; wide enough for whole figures where the output is a file or a pipe."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH_OF_A_FILE
    return console
