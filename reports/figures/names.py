"""Names and labels that users read in place of codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from capitalplan.plan.plan import PlannedScheme
from capitalplan.register.register import Asset, Register
from capitalplan.terms import service_name, year_label

__all__ = ["Cells", "label", "machine_name", "place_name", "scheme_cells", "site_name", "trust_name"]

Cells = Iterable[tuple[Any, ...]]
"""Rows of a table."""


def label(year: int | None) -> str:
    """Write a financial year, nothing where there is none."""
    return "" if year is None else year_label(year)


def site_name(register: Register, code: str) -> str:
    """Name of a site, its code where the register does not know it."""
    return register.sites[code].name if code in register.sites else code


def trust_name(register: Register, code: str) -> str:
    """Name of a trust, its code where the register does not know it."""
    return register.trusts[code].name if code in register.trusts else code


def place_name(register: Register, place: str) -> str:
    """Name and code of a site or trust; any other place as it is."""
    if place in register.sites:
        return f"{register.sites[place].name} ({place})"
    return f"{register.trusts[place].name} ({place})" if place in register.trusts else place


def machine_name(asset: Asset) -> str:
    """Maker and model of a machine, its subtype where neither is known."""
    return " ".join(filter(None, (asset.manufacturer, asset.model))) or asset.subtype


def scheme_cells(register: Register, scheme: PlannedScheme) -> tuple[str, ...]:
    """Year, trust, site, machine, service line, action and option of a scheme."""
    return (
        label(scheme.year),
        trust_name(register, scheme.trust),
        site_name(register, scheme.site),
        scheme.asset_id or "",
        service_name(scheme.modality, scheme.mobile),
        str(scheme.action),
        scheme.option or "",
    )
