"""What an input workbook is filled with: default settings, or the rows of an example as they were typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from capitalplan.errors import InputError
from capitalplan.register.natural import natural_value
from capitalplan.register.reading.headers import find_headers
from capitalplan.register.reading.raw import raw_sheets
from capitalplan.register.reading.reader import default_book, read_book, settings_from
from capitalplan.register.reading.words import plain_key
from capitalplan.register.schema import SHEETS, CatalogueRow, EquipmentRow, OrganisationRow, SettingRow, columns_of
from capitalplan.register.templates.of_trust import RawRow, rows_of_trust
from capitalplan.settings import Settings, SettingSpec, settings_specs
from capitalplan.terms import year_label

__all__ = ["Content", "blank_content", "example_content"]

BASIC_SETTINGS = frozenset({
    "network_name", "start_year", "firm_years", "indicative_years", "discount_rate", "inflation_rate", "vat_rate",
    "allow_new_capacity", "allow_retirement", "max_travel_minutes",
})  # fmt: skip

WORDS = frozenset({"text", "code", "choice", "list", "yes_no"})


@dataclass(frozen=True, slots=True)
class Content:
    """Rows by sheet name, each a value by field name.

    Attributes
    ----------
    years
        Financial years of the plan, as users read them.
    default_options
        Options of the default catalogue.
    """

    rows: Mapping[str, Sequence[RawRow]]
    years: tuple[str, ...]
    default_options: tuple[str, ...]


def blank_content(trust: str | None, basic: bool) -> Content:
    """Settings with their defaults, and the trust where one is named."""
    specs = [spec for spec in settings_specs() if spec.name in BASIC_SETTINGS or not basic]
    rows: dict[str, Sequence[RawRow]] = {SettingRow.sheet: [_setting_row(spec) for spec in specs]}
    if trust is not None:
        rows[OrganisationRow.sheet] = [{"trust_code": trust.upper()}]
    return _content(rows, Settings())


def example_content(folder: Path, trust: str | None) -> Content:
    """Rows of a CSV folder as typed, of one trust where it is named; settings it leaves out get their defaults."""
    rows: dict[str, Sequence[RawRow]] = {}
    kinds = {plain_key(kind.sheet): kind for kind in SHEETS}
    for raw in raw_sheets(folder):
        kind = kinds.get(plain_key(raw.name))
        if kind is None:
            continue
        headers = find_headers(raw, kind)
        columns = columns_of(kind)
        rows[kind.sheet] = [
            {
                name: _typed(values[place], columns[name].kind)
                for place, name in headers.fields.items()
                if place < len(values)
            }
            for number, values in raw.rows
            if headers.row is not None and number > headers.row
        ]
    if trust is not None:
        rows = rows_of_trust(rows, trust.upper())
        if not rows.get(EquipmentRow.sheet):
            raise InputError(
                f"The example has no machines of the trust '{trust.upper()}'; leave out --trust or --example."
            )
    typed = {plain_key(str(row.get("setting", ""))): row for row in rows.get(SettingRow.sheet, ())}
    rows[SettingRow.sheet] = [
        _setting_row(spec) | {"value": typed[plain_key(spec.name)].get("value")}
        if plain_key(spec.name) in typed
        else _setting_row(spec)
        for spec in settings_specs()
    ]
    return _content(rows, settings_from(read_book(folder)))


def _typed(value: object, kind: str) -> object:
    return str(value) if kind in WORDS else natural_value(str(value))


def _content(rows: Mapping[str, Sequence[RawRow]], settings: Settings) -> Content:
    options = tuple(read.data.option for read in default_book().rows(CatalogueRow))
    return Content(rows, tuple(map(year_label, settings.horizon)), options)


def _setting_row(spec: SettingSpec) -> RawRow:
    value = spec.default
    if spec.kind == "year" and value is not None:
        value = year_label(value)
    if isinstance(value, Fraction):
        value = float(value)
    return {
        "setting": spec.name,
        "value": value,
        "unit": spec.unit,
        "note": f"{spec.meaning}. Source: {spec.source}.",
    }
