"""What an input workbook is filled with: default settings, or the rows of an example as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from capitalplan.errors import InputError
from capitalplan.register.natural import natural_value
from capitalplan.register.reading.headers import find_headers
from capitalplan.register.reading.raw import raw_sheets
from capitalplan.register.reading.reader import default_book, read_book, settings_from
from capitalplan.register.reading.words import plain_key
from capitalplan.register.resolving.places import SHARED, trust_of_site
from capitalplan.register.schema import SHEETS, CatalogueRow, EquipmentRow, OrganisationRow, SettingRow, columns_of
from capitalplan.settings import Settings, SettingSpec, settings_specs
from capitalplan.terms import year_label

__all__ = ["Content", "blank_content", "example_content"]

RawRow = dict[str, object]

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
        rows = _of_trust(rows, trust.upper())
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


def _of_trust(rows: Mapping[str, Sequence[RawRow]], trust: str) -> dict[str, Sequence[RawRow]]:
    """Keep what belongs to a trust: its sites and whatever stands there, and what it may share with others."""

    def code(row: RawRow, field: str) -> str:
        return "".join(str(row.get(field) or "").split()).upper()

    def owner(row: RawRow) -> str:
        return code(row, "trust_code") or trust_of_site(code(row, "site_code"))

    sites = {code(row, "site_code") for row in rows.get("Sites", ()) if owner(row) == trust}
    sites |= {
        code(row, "site_code") for row in rows.get("Equipment", ()) if not rows.get("Sites") and owner(row) == trust
    }
    assets = {row.get("asset_id") for row in rows.get("Equipment", ()) if code(row, "site_code") in sites}
    schemes = {
        row.get("scheme_id")
        for row in rows.get("Schemes", ())
        if row.get("asset_id") in assets or code(row, "site_code") in sites
    }

    def is_shared(row: RawRow) -> bool:
        return (code(row, "trust_code") or None) in SHARED and not code(row, "site_code")

    def is_own(row: RawRow) -> bool:
        return code(row, "site_code") in sites or (not code(row, "site_code") and code(row, "trust_code") == trust)

    keep: dict[str, Callable[[RawRow], bool]] = {
        "Organisations": lambda row: code(row, "trust_code") == trust,
        "Sites": lambda row: code(row, "site_code") in sites,
        "Equipment": lambda row: code(row, "site_code") in sites,
        "Contracts": lambda row: code(row, "trust_code") in {"", trust},
        "Schemes": lambda row: row.get("scheme_id") in schemes,
        "Ties": lambda row: {row.get("first"), row.get("other")} <= assets | schemes,
        "Upgrades": lambda row: not row.get("asset_id") or row.get("asset_id") in assets,
        "Demand": is_own,
        "Waiting": is_own,
        "Extra capacity": lambda row: is_own(row) or is_shared(row),
        "Workforce": lambda row: is_own(row) or is_shared(row),
        "Travel": lambda row: {code(row, "from_site"), code(row, "to_site")} <= sites,
        "Funding": lambda row: is_own(row) or is_shared(row),
        "Accepted": lambda row: any(str(word) in str(row.get("place")) for word in {trust, *sites, *assets}),
    }
    return {sheet: [row for row in found if keep.get(sheet, bool)(row)] for sheet, found in rows.items()}
