"""``plan.json``: a plan as plain JSON and back, without loss.

Years are written as users read them (``2027/28``), days as ``2027-03-31``, exact amounts as decimals of three places,
or as a fraction (``10/3``) where these do not hold them, and the capacity of each service line and site as a row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter, ValidationError

from capitalplan.errors import RunFolderError
from capitalplan.plan.plan import SCHEMA_VERSION, Plan
from capitalplan.register.register import Assumption
from capitalplan.terms import parse_year, year_label

__all__ = ["from_json", "plain", "to_json"]

_YEAR_FIELDS = frozenset({"year", "due_year"})
_LISTS_WITH_YEARS = (
    "schemes",
    "flows",
    "outside",
    "moves",
    "extra_hours",
    "vans",
    "waiting",
    "reports",
    "staff",
    "covers",
    "years",
    "sources",
    "revenue",
    "tiers",
    "flags",
    "binding",
    "breaches",
)
_ADAPTER = TypeAdapter(Plan)


def to_json(plan: Plan, assumptions: Iterable[Assumption] = ()) -> dict[str, Any]:
    """Write a plan as the object that ``plan.json`` holds.

    Parameters
    ----------
    plan
        The plan; money in whole pounds, scans a year.
    assumptions
        The defaults the register was filled with, listed beside the plan for its readers.
    """
    content = plain(plan, _exact)
    for name in _LISTS_WITH_YEARS:
        content[name] = [_convert_years(row, year_label) for row in content[name]]
    content["capacity"] = [
        {"line": line, "site": site, "scans": list(scans)} for (line, site), scans in plan.capacity.items()
    ]
    defaults = [plain(assumption, str) for assumption in assumptions]
    return {"schema_version": SCHEMA_VERSION, **content, "assumptions": defaults}


def from_json(data: Mapping[str, Any]) -> Plan:
    """Read the object that ``plan.json`` holds; keys it does not know are left aside.

    Raises
    ------
    RunFolderError
        If it was written in another format, or is not a whole plan.
    """
    version = data.get("schema_version")
    if version != SCHEMA_VERSION:
        found = "names no format" if version is None else f"is in format {version}"
        raise RunFolderError(
            f"plan.json {found}; this version of capitalplan reads format {SCHEMA_VERSION}. "
            "Plan again from the input, or use the version that wrote it."
        )
    try:
        content = {item.name: data[item.name] for item in fields(Plan)}
        for name in _LISTS_WITH_YEARS:
            content[name] = [_convert_years(row, parse_year) for row in content[name]]
        content["capacity"] = {(row["line"], row["site"]): row["scans"] for row in content["capacity"]}
        return _ADAPTER.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RunFolderError(f"plan.json is damaged at {place}: {first['msg']}.") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RunFolderError(f"plan.json is damaged or incomplete: {error}.") from error


def plain(value: Any, fraction: Callable[[Fraction], str]) -> Any:
    """Turn frozen data into what JSON can hold.

    Data classes become objects, sets become sorted lists, and a mapping whose keys are tuples becomes a list of rows:
    the parts of the key, then the value.

    Parameters
    ----------
    value
        Data classes, mappings, tuples, sets, enums, fractions, days and what JSON holds itself.
    fraction
        How an exact fraction is written.
    """
    if is_dataclass(value):
        return {item.name: plain(getattr(value, item.name), fraction) for item in fields(value)}
    if isinstance(value, Mapping):
        if any(isinstance(key, tuple) for key in value):
            return sorted([*key, plain(item, fraction)] for key, item in value.items())
        return {str(key): plain(item, fraction) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, fraction) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return fraction(value) if isinstance(value, Fraction) else value


def _exact(amount: Fraction) -> str:
    if 1000 % amount.denominator:
        return str(amount)
    whole, thousandths = divmod(abs(amount.numerator) * (1000 // amount.denominator), 1000)
    return f"{'-' if amount < 0 else ''}{whole}.{thousandths:03d}"


def _convert_years(row: Mapping[str, Any], convert: Callable[[Any], Any]) -> dict[str, Any]:
    """Convert the years of a row, and of the payments within it."""
    converted = {}
    for key, value in row.items():
        if key == "payments":
            converted[key] = [_convert_years(payment, convert) for payment in value]
        else:
            converted[key] = convert(value) if key in _YEAR_FIELDS and value is not None else value
    return converted
