"""Small changes of limits that a user can make in the workbook: money, works, staff and travel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from capitalplan.analysis.worth.lines import NETWORK, LimitChange, LimitKind
from capitalplan.register.register import Link, Register
from capitalplan.register.resolving.workforce import productive_hours
from capitalplan.terms import StaffGroup

__all__ = ["MINUTES", "limit_changes"]

STEP_GBP = 100_000
MINUTES = 10


def limit_changes(register: Register, farther: tuple[Link, ...]) -> tuple[LimitChange, ...]:
    """List the changes asked about: money, works, staff, travel.

    A source with less than £100,000 in a year can only lose what it has, and one with nothing cannot lose any.

    Parameters
    ----------
    farther
        Links between sites if patients might travel ten minutes more.
    """
    return (*_money(register), *_works(register), *_staff(register), *_travel(register, farther))


def _money(register: Register) -> Iterator[LimitChange]:
    for number, source in enumerate(register.sources):
        for position, year in enumerate(register.settings.horizon):
            limit = source.limits_gbp[position]
            for step in (STEP_GBP, -min(STEP_GBP, limit)):
                if not step:
                    continue
                limits = (*source.limits_gbp[:position], limit + step, *source.limits_gbp[position + 1 :])
                changed = replace(source, limits_gbp=limits)
                sources = (*register.sources[:number], changed, *register.sources[number + 1 :])
                yield LimitChange(
                    kind=LimitKind.MONEY,
                    place=source.name,
                    year=year,
                    change=f"£{abs(step):,} {'more' if step > 0 else 'less'}",
                    is_more=step > 0,
                    register=replace(register, sources=sources),
                )


def _works(register: Register) -> Iterator[LimitChange]:
    settings = register.settings
    for code, site in register.sites.items():
        wider = replace(site, max_installations=site.max_installations + 1)
        changed = replace(register, sites={**register.sites, code: wider})
        yield _more(LimitKind.WORKS, code, "one more installation a year", changed)
    if settings.max_network_projects is not None:
        wider_settings = replace(settings, max_network_projects=settings.max_network_projects + 1)
        changed = replace(register, settings=wider_settings)
        yield _more(LimitKind.WORKS, NETWORK, "one more installation a year", changed)


def _staff(register: Register) -> Iterator[LimitChange]:
    for number, pool in enumerate(register.staff):
        if pool.group is StaffGroup.RADIOGRAPHER:
            wte = tuple(each + Fraction(1) for each in pool.wte)
            hours = tuple(productive_hours(each, pool.group, register.settings) for each in wte)
            larger = replace(pool, wte=wte, hours=hours)
            changed = replace(register, staff=(*register.staff[:number], larger, *register.staff[number + 1 :]))
            yield _more(LimitKind.STAFF, pool.trust or NETWORK, "one more radiographer (1.0 WTE)", changed)


def _travel(register: Register, farther: tuple[Link, ...]) -> Iterator[LimitChange]:
    if register.demand and len(register.sites) > 1:
        settings = register.settings
        longer = replace(settings, max_travel_minutes=settings.max_travel_minutes + MINUTES)
        changed = replace(register, settings=longer, links=farther)
        yield _more(LimitKind.TRAVEL, NETWORK, f"{MINUTES} more minutes of travel", changed)


def _more(kind: LimitKind, place: str, change: str, register: Register) -> LimitChange:
    return LimitChange(kind=kind, place=place, year=None, change=change, is_more=True, register=register)
