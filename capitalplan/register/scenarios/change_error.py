"""What is wrong with a line of the Scenarios sheet."""

from __future__ import annotations

__all__ = ["ChangeError", "did_you_mean"]


class ChangeError(ValueError):
    """A change that cannot be made.

    Attributes
    ----------
    field
        Column of the Scenarios sheet that is wrong.
    message, fix
        What is wrong and what to type instead, a sentence each.
    """

    def __init__(self, field: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.fix = fix


def did_you_mean(near: str | None, otherwise: str) -> str:
    """The fix of a word that is not known: the nearest one that is, or what else may be done."""
    return f"Did you mean '{near}'?" if near else otherwise
