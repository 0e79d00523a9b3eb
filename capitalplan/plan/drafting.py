"""All lines of a plan in order: machines, additions, rooms and committed additions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from capitalplan.finance.bearing import Bill
from capitalplan.formulation.accounts import added_stint
from capitalplan.formulation.additions import Addition, FixedAddition, Room
from capitalplan.plan.decode import Choices
from capitalplan.plan.drafts import Draft, asset_lines, committed_bills, rebate_bills
from capitalplan.plan.plan import NEW_ROOM
from capitalplan.plan.rebates import Rebates
from capitalplan.register.register import Register
from capitalplan.terms import Action, Route, Timing, year_label

__all__ = ["draft_lines"]


def draft_lines(choices: Choices, rebates: Rebates) -> list[Draft]:
    """Lines of a plan in order of trust, site, modality, machine and year."""
    drafts = [draft for menu, chosen in choices.schedules for draft in asset_lines(menu, chosen, choices, rebates)]
    drafts += _added_lines(choices, rebates)
    return sorted(
        drafts,
        key=lambda draft: (
            draft.trust,
            draft.site,
            draft.modality,
            draft.asset is None,
            "" if draft.asset is None else draft.asset.asset_id,
            draft.year or 0,
            draft.scheme_id,
        ),
    )


def _added_lines(choices: Choices, rebates: Rebates) -> Iterator[Draft]:
    register = choices.columns.register
    for addition, count in choices.additions:
        yield _addition(addition, count, register, rebates)
    for room, count in choices.rooms:
        yield _room(room, count, register)
    for fixed in choices.columns.fixed:
        yield _committed(fixed, register)


def _addition(addition: Addition, count: int, register: Register, rebates: Rebates) -> Draft:
    horizon, option, stint = register.settings.horizon, addition.option, added_stint(addition)
    year, offer = horizon[addition.year], addition.machine.offer
    rebate = rebates.on(stint, addition.site.trust)
    off = 0 if rebate is None else rebate.money.present_value_gbp
    by = "" if offer is None else f" by {offer.name}"
    bills = (
        Bill(year=horizon[position], route=route, gbp=int(charge[position]), units=count)
        for route, charge in addition.charge.items()
        for position in np.flatnonzero(charge).tolist()
    )
    return Draft(
        scheme_id=f"{addition.site.code} add {option.name}{by} {year_label(year)}",
        trust=addition.site.trust,
        site=addition.site.code,
        modality=option.modality,
        mobile=option.mobile,
        action=Action.ADD,
        year=year,
        option=option.name,
        route=str(Route.PURCHASE if offer is None else offer.route),
        units=count,
        bills=(*bills, *rebate_bills(rebate, year, count)),
        timing=Timing.ON_TIME,
        own_cost_gbp=count * (addition.present_value - off),
        offer=offer,
        rebate=rebate,
        stint=stint,
    )


def _room(room: Room, count: int, register: Register) -> Draft:
    horizon = register.settings.horizon
    year = horizon[room.year]
    return Draft(
        scheme_id=f"{room.site.code} {NEW_ROOM} {room.modality} {year_label(year)}",
        trust=room.site.trust,
        site=room.site.code,
        modality=room.modality,
        mobile=False,
        action=Action.ADD,
        year=year,
        option=NEW_ROOM,
        route=str(Route.PURCHASE),
        units=count,
        bills=tuple(
            Bill(year=horizon[position], route=Route.PURCHASE, gbp=int(room.charge[position]), units=count)
            for position in np.flatnonzero(room.charge).tolist()
        ),
        timing=Timing.ON_TIME,
        own_cost_gbp=count * room.present_value,
        room=room,
    )


def _committed(fixed: FixedAddition, register: Register) -> Draft:
    scheme = fixed.scheme
    option, site = register.options[scheme.option], register.sites[scheme.site]
    return Draft(
        scheme_id=scheme.scheme_id,
        trust=site.trust,
        site=site.code,
        modality=option.modality,
        mobile=option.mobile,
        action=Action.ADD,
        year=scheme.year,
        option=option.name,
        route="committed",
        units=1,
        bills=committed_bills(scheme, register),
        timing=Timing.ON_TIME,
        own_cost_gbp=fixed.present_value,
        scheme=scheme,
        stint=added_stint(fixed),
    )
