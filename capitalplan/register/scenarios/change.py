"""One change of a scenario: what is changed, in which rows, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from capitalplan.register.reading.words import nearest, plain_key
from capitalplan.register.scenarios.change_error import ChangeError, did_you_mean
from capitalplan.register.scenarios.where import Condition, field_of, read_conditions
from capitalplan.register.schema import SHEETS, Column, Row, ScenarioRow, SettingRow, columns_of
from capitalplan.register.typed import cell_column
from capitalplan.settings import settings_specs

__all__ = ["Change", "How", "read_change", "setting_change"]

_KINDS: dict[str, type[Row]] = {plain_key(kind.sheet): kind for kind in SHEETS if kind is not ScenarioRow}
_SCALABLE = frozenset({"pounds", "whole", "number", "share"})
_SHIFTABLE = _SCALABLE | {"year", "date", "day_or_year"}
_LONG_DECIMALS = re.compile(r"(\d\.\d\d)\d+")
"""Decimals that are cut off where a change is told."""
_WORDS = "Type set, scale, shift or remove."


class How(StrEnum):
    """What is done to a cell, or to a row."""

    SET = "set"
    SCALE = "scale"
    SHIFT = "shift"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change as it is made.

    Attributes
    ----------
    kind
        Row class of the sheet.
    where
        Conditions that the rows meet, all of them; none: every row.
    field
        Field that is changed; None: the rows themselves are removed.
    value
        As typed; empty where something is removed.
    """

    kind: type[Row]
    where: tuple[Condition, ...]
    field: str | None
    how: How
    value: str = ""

    @property
    def setting(self) -> str:
        """Name of the setting it changes; empty on any other sheet."""
        return str(self.where[0].values[0]) if self.kind is SettingRow else ""

    @property
    def words(self) -> str:
        """The change as a phrase: ``Funding, Limit (£ cash), Trust code = QX1: scale by 90%``."""
        what = "rows removed" if self.field is None else columns_of(self.kind)[self.field].title
        place = [self.setting] if self.setting else [what, *(each.words(self.kind) for each in self.where)]
        if self.field is None:
            return f"{self.kind.sheet}, {', '.join(place)}"
        done = "left blank" if self.how is How.REMOVE else f"{self.how} {'to' if self.how is How.SET else 'by'}"
        value = _LONG_DECIMALS.sub(r"\1", self.value)
        return f"{self.kind.sheet}, {', '.join(place)}: {done} {value}".rstrip()


def setting_change(name: str, value: str) -> Change:
    """Set a setting, or leave it blank where the value is empty."""
    how = How.SET if value else How.REMOVE
    return Change(
        kind=SettingRow, where=(Condition(field="setting", values=(name,)),), field="value", how=how, value=value
    )


def read_change(row: ScenarioRow) -> Change | None:
    """Read the change of a line; None where the line only names a scenario.

    Raises
    ------
    ChangeError
        If it names a sheet, column or kind of change that does not exist, or lacks something.
    """
    if row.table is None:
        if row.column or row.change or row.value or row.rows:
            raise ChangeError("table", "The line changes something but names no sheet.", "Type the sheet's name.")
        return None
    kind = _KINDS.get(plain_key(row.table))
    if kind is None:
        near = nearest(row.table, (known.sheet for known in _KINDS.values()))
        raise ChangeError("table", f"There is no sheet '{row.table}'.", did_you_mean(near, "Type the name of a sheet."))
    how = _how(row)
    if kind is SettingRow:
        where = _setting(row)
        _refuse_if_no_amount(cell_column(kind, "value", str(where[0].values[0])), how)
        return Change(kind=kind, where=where, field="value", how=how, value=_value(row, how))
    field = None if row.column is None else field_of(kind, row.column, "column")
    if field is None and how is not How.REMOVE:
        raise ChangeError(
            "column", f"The line does not say which column of {kind.sheet} it changes.", "Type its header."
        )
    if field is not None:
        _refuse_if_no_amount(columns_of(kind)[field], how)
    where = read_conditions(row.rows or "", kind)
    return Change(kind=kind, where=where, field=field, how=how, value=_value(row, how))


def _refuse_if_no_amount(column: Column, how: How) -> None:
    if how is How.SCALE and column.kind not in _SCALABLE:
        raise ChangeError("change", f"{column.title} is no amount, so it cannot be scaled.", "Use 'set' or 'shift'.")
    if how is How.SHIFT and column.kind not in _SHIFTABLE:
        message = f"{column.title} is no amount, year or date, so it cannot be shifted."
        raise ChangeError("change", message, "Use 'set'.")


def _how(row: ScenarioRow) -> How:
    if row.change is None:
        raise ChangeError("change", "The line does not say what is to be done.", _WORDS)
    word = plain_key(row.change)
    if word not in set(How):
        raise ChangeError(
            "change", f"'{row.change}' is no change that can be made.", did_you_mean(nearest(row.change, How), _WORDS)
        )
    return How(word)


def _value(row: ScenarioRow, how: How) -> str:
    if how is How.REMOVE and row.value is not None:
        raise ChangeError("value", "What is removed has no value.", "Leave the value blank, or type 'set'.")
    if how is not How.REMOVE and row.value is None:
        purpose = "set it to" if how is How.SET else f"{how} it by"
        raise ChangeError("value", f"There is no value to {purpose}.", "Type a value.")
    return row.value or ""


def _setting(row: ScenarioRow) -> tuple[Condition, ...]:
    if row.column is None:
        raise ChangeError("column", "The line does not say which setting it changes.", "Type the setting's name.")
    if row.rows is not None:
        raise ChangeError("rows", "A setting has no rows.", "Leave Rows blank and type the setting's name in Column.")
    names = {plain_key(spec.name): spec.name for spec in settings_specs()}
    name = names.get(plain_key(row.column))
    if name is None:
        near = nearest(row.column, names.values())
        raise ChangeError(
            "column", f"'{row.column}' is not a setting.", did_you_mean(near, "The template lists every setting.")
        )
    return (Condition(field="setting", values=(name,)),)
