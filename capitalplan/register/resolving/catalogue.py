"""Service lines, ageing curves and catalogue options, the user's own before the defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from capitalplan.register.register import Curve, Option, ServiceLine
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.rows import Book
from capitalplan.register.schema import (
    AgeingRow,
    CatalogueRow,
    DemandRow,
    EquipmentRow,
    ModalityRow,
    SchemeRow,
    WaitingRow,
)
from capitalplan.settings import Settings
from capitalplan.terms import service_name

__all__ = ["curve_for", "planned_lines", "resolve_curves", "resolve_lines", "resolve_options"]

DEFAULT_CURVE = "default"
UNSET = "illustrative"


def planned_lines(book: Book, defaults: Book) -> set[str]:
    """Names of the service lines of the machines, of the patients and of what the Schemes sheet buys."""
    bought = {read.data.option for read in book.rows(SchemeRow)}
    catalogue = book.rows(CatalogueRow) or defaults.rows(CatalogueRow)
    return {
        *(service_name(read.data.modality, bool(read.data.mobile)) for read in book.rows(EquipmentRow)),
        *(str(read.data.modality) for read in book.rows(DemandRow)),
        *(str(read.data.modality) for read in book.rows(WaitingRow)),
        *(service_name(read.data.modality, bool(read.data.mobile)) for read in catalogue if read.data.option in bought),
    }


def resolve_lines(book: Book, defaults: Book, used: Iterable[str], ledger: Ledger) -> dict[str, ServiceLine]:
    """Merge the Modalities sheet over the default service lines, for the lines in use.

    Parameters
    ----------
    used
        Names of the service lines that the register, its demand or its catalogue mention.
    """
    ours = {_line_name(read.data): read.data for read in book.rows(ModalityRow)}
    standard = {_line_name(read.data): read.data for read in defaults.rows(ModalityRow)}
    lines = {}
    for name in sorted(set(used)):
        base = standard.get(name) or standard[name.removesuffix(" mobile")]
        own = ours.get(name)
        typed: dict[str, Any] = {field: getattr(own, field, None) for field in _LINE_FIELDS}
        missing = [field for field, value in typed.items() if value is None]
        filled = {field: getattr(base, field) if field in missing else value for field, value in typed.items()}
        if missing:
            values = ", ".join(f"{field} {_shown(filled[field])}" for field in missing)
            ledger.use(f"Modalities: {name}", values, base.source or UNSET, name)
        lines[name] = ServiceLine(
            name=name,
            modality=name.removesuffix(" mobile"),
            mobile=name.endswith(" mobile"),
            title=(own and own.name) or base.name or name,
            **filled,
        )
    return lines


def resolve_curves(book: Book, defaults: Book, ledger: Ledger) -> dict[str, Curve]:
    """Merge the Ageing sheet over the default curves, curve by curve."""
    curves = dict(sorted({**_curves(defaults), **_curves(book)}.items()))
    if DEFAULT_CURVE not in _curves(book):
        ledger.use("Ageing: default curve", "uptime, upkeep, resale and breakdowns by age", UNSET, "the whole plan")
    return curves


def curve_for(name: str | None, modality: str, curves: Mapping[str, Curve]) -> str:
    """Name of the curve a machine follows: its own, else its modality's, else the default."""
    return name or (modality if modality in curves else DEFAULT_CURVE)


def resolve_options(
    book: Book,
    defaults: Book,
    settings: Settings,
    lines: Mapping[str, ServiceLine],
    curves: Mapping[str, Curve],
    ledger: Ledger,
) -> dict[str, Option]:
    """Read the Catalogue sheet, or the default catalogue where it is absent, for the service lines in use."""
    rows = book.rows(CatalogueRow)
    own = bool(rows)
    options = {}
    for read in rows or defaults.rows(CatalogueRow):
        row = read.data
        line = lines.get(service_name(row.modality, bool(row.mobile)))
        if line is None:
            continue
        if not own:
            price = f"£{row.price_gbp:,} + works £{row.works_gbp or 0:,}, maintenance £{row.annual_maintenance_gbp:,}"
            ledger.use(f"Catalogue: {row.option}", price, row.source or UNSET, "the whole plan")
        options[row.option] = Option(
            name=row.option,
            line=line.name,
            modality=line.modality,
            mobile=line.mobile,
            description=row.description or row.option,
            capabilities=frozenset(word.casefold() for word in row.capabilities or ()),
            price_gbp=row.price_gbp,
            works_gbp=row.works_gbp or 0,
            annual_maintenance_gbp=row.annual_maintenance_gbp,
            annual_staff_gbp=row.annual_staff_gbp or 0,
            energy_mwh=line.energy_mwh if row.energy_mwh is None else row.energy_mwh,
            works_paid_before=settings.works_paid_before if row.works_paid_before is None else row.works_paid_before,
            scans_per_hour=line.scans_per_hour if row.scans_per_hour is None else row.scans_per_hour,
            hours_per_week=line.hours_per_week if row.hours_per_week is None else row.hours_per_week,
            throughput_gain=row.throughput_gain or Fraction(0),
            life_years=row.life_years,
            curve=curve_for(row.ageing_curve, line.modality, curves),
            like_for_like=bool(row.like_for_like),
            can_replace=row.can_replace is not False,
            can_add=row.can_add is not False and not line.mobile,
        )
    return dict(sorted(options.items()))


_LINE_FIELDS = (
    "growth_rate",
    "outside_price_gbp",
    "outage_weeks",
    "scans_per_hour",
    "hours_per_week",
    "life_high_use",
    "life_mid_use",
    "life_low_use",
    "high_use_over",
    "low_use_under",
    "swap_cover",
    "radiographers_per_scan_hour",
    "minutes_per_report",
    "radiographer_reporting_share",
    "energy_mwh",
    "disposal_gbp",
    "order_months",
)


def _line_name(row: ModalityRow) -> str:
    return service_name(row.modality, bool(row.mobile))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)


def _curves(book: Book) -> dict[str, Curve]:
    rows: dict[str, list[AgeingRow]] = {}
    for read in book.rows(AgeingRow):
        rows.setdefault(read.data.curve, []).append(read.data)
    curves = {}
    for name, ages in rows.items():
        ages.sort(key=lambda row: row.age)
        curves[name] = Curve(
            name=name,
            uptime=tuple(row.uptime for row in ages),
            upkeep=tuple(row.upkeep_factor for row in ages),
            resale=tuple(row.resale for row in ages),
            failure=tuple(row.failure or Fraction(0) for row in ages),
        )
    return curves
