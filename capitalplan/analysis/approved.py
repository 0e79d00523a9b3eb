"""The approved plan that a later one is to stay close to, as lines and as the JSON a run keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from capitalplan.errors import RunFolderError
from capitalplan.plan.encode import plain
from capitalplan.plan.plan import NEW_ROOM, Plan
from capitalplan.register.register import ApprovedLine, Register
from capitalplan.terms import Action, parse_year, year_label

__all__ = ["approved_from_json", "approved_lines", "approved_to_json", "with_approved"]

_SCHEMA_VERSION = "1"
_COMPARED = (Action.REPLACE, Action.RETIRE, Action.UPGRADE, Action.ADD)
_ADAPTER = TypeAdapter(tuple[ApprovedLine, ...])


def approved_lines(plan: Plan) -> tuple[ApprovedLine, ...]:
    """Lines of a plan that a later one is to stay close to: what is bought, retired and upgraded, committed or not."""
    return tuple(
        ApprovedLine(
            asset_id=line.asset_id,
            site=line.site,
            action=line.action,
            option=line.option,
            offer=line.offer,
            year=line.year,
            units=line.units if line.asset_id is None else 1,
            new_room_first=line.new_room_first,
        )
        for line in plan.schemes
        if line.action in _COMPARED and line.option != NEW_ROOM and line.year is not None
    )


def with_approved(register: Register, lines: Sequence[ApprovedLine]) -> Register:
    """Take approved lines into a register; those of machines and sites it no longer has are left out."""
    assets = {asset.asset_id for asset in register.assets}
    kept = (
        line for line in lines if (line.site in register.sites if line.asset_id is None else line.asset_id in assets)
    )
    return replace(register, approved=tuple(kept))


def approved_to_json(lines: Sequence[ApprovedLine]) -> dict[str, Any]:
    """Write approved lines as one object, years as users read them."""
    rows = [{**plain(line, str), "year": year_label(line.year)} for line in lines]
    return {"schema_version": _SCHEMA_VERSION, "lines": rows}


def approved_from_json(data: Mapping[str, Any]) -> tuple[ApprovedLine, ...]:
    """Read what ``approved_to_json`` wrote.

    Raises
    ------
    RunFolderError
        If it was written in another format, or cannot be read.
    """
    if data.get("schema_version") != _SCHEMA_VERSION:
        raise RunFolderError(
            f"approved.json is in format {data.get('schema_version')}; this version of capitalplan reads format "
            f"{_SCHEMA_VERSION}."
        )
    try:
        return _ADAPTER.validate_python([{**row, "year": parse_year(row["year"])} for row in data["lines"]])
    except ValidationError as error:
        raise RunFolderError(f"approved.json is damaged: {error.errors()[0]['msg']}.") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RunFolderError(f"approved.json is damaged or incomplete: {error}.") from error
