"""The approved plan that a later one is to stay close to, as lines and as the JSON a run keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from capitalplan.decisions import Decision, Treatment, standing
from capitalplan.errors import RunFolderError
from capitalplan.plan.encode import plain
from capitalplan.plan.plan import NEW_ROOM, Plan
from capitalplan.register.register import ApprovedLine, Register
from capitalplan.terms import Action, parse_year, year_label

__all__ = ["approved_from_json", "approved_lines", "approved_to_json", "with_approved"]

_SCHEMA_VERSION = "1"
_COMPARED = (Action.REPLACE, Action.RETIRE, Action.UPGRADE, Action.ADD)
_ADAPTER = TypeAdapter(tuple[ApprovedLine, ...])


def approved_lines(plan: Plan, decisions: Iterable[Decision] = ()) -> tuple[ApprovedLine, ...]:
    """Lines of a plan that a later one is to stay close to: what is bought, retired and upgraded, committed or not.

    Parameters
    ----------
    decisions
        What was decided on the plan, and on plans before it: the lines are those of the plan as decided. The last
        decision on a scheme counts.
    """
    lines = [
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
    ]
    for decision in standing(decisions):
        _apply(decision, lines)
    return tuple(lines)


def _apply(decision: Decision, lines: list[ApprovedLine]) -> None:
    """Put what was decided in the place of what was planned.

    In the plan decided on, that is the scheme's own line. A later plan that does not follow the decision may hold
    another in its place: the first line of the machine, or of the option at the site.
    """
    planned, decided = (_line(decision, each) for each in (decision.planned, decision.decided))
    if planned in lines:
        place = lines.index(planned)
    elif decided in lines:
        return
    else:
        place = next((number for number, line in enumerate(lines) if _is_about(decision, line)), len(lines))
    lines[place : place + 1] = [] if decided is None else [decided]


def _line(decision: Decision, treatment: Treatment | None) -> ApprovedLine | None:
    """The line a treatment makes; None where nothing is bought, retired or upgraded."""
    if treatment is None or treatment.action not in _COMPARED or treatment.year is None:
        return None
    return ApprovedLine(
        asset_id=decision.asset_id,
        site=decision.site,
        action=treatment.action,
        option=treatment.option,
        offer=treatment.offer,
        year=treatment.year,
        units=treatment.units,
        new_room_first=treatment.new_room_first,
    )


def _is_about(decision: Decision, line: ApprovedLine) -> bool:
    if decision.asset_id is not None:
        return line.asset_id == decision.asset_id
    treatment = decision.planned or decision.decided
    option = None if treatment is None else treatment.option
    return line.asset_id is None and (line.site, line.option) == (decision.site, option)


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
