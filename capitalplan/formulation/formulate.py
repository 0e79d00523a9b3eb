"""From the Register to the mixed-integer problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from capitalplan.formulation.blocks import column_blocks, column_owners, column_years
from capitalplan.formulation.names import slug
from capitalplan.formulation.objective import constant_gbp, costs
from capitalplan.formulation.problem import Problem
from capitalplan.formulation.rows import RowBlock
from capitalplan.formulation.rules.choice import last_machine_rows, one_schedule_rows
from capitalplan.formulation.rules.cover import carried_rows, presence_rows
from capitalplan.formulation.rules.extra import (
    hours_rows,
    outside_rows,
    outsourced_rows,
    van_cover_rows,
    van_limit_rows,
    van_rows,
)
from capitalplan.formulation.rules.fairness import capital_spread_rows, unmet_spread_rows
from capitalplan.formulation.rules.money import capital_rows, cash_rows, minimum_rows, paid_rows, source_rows
from capitalplan.formulation.rules.reporting import (
    backlog_rows,
    radiologist_rows,
    reporting_radiographer_rows,
    share_rows,
    shared_radiologist_rows,
    shared_reporting_radiographer_rows,
    turnaround_rows,
)
from capitalplan.formulation.rules.revenue import revenue_rows
from capitalplan.formulation.rules.rooms import new_room_rows, room_rows
from capitalplan.formulation.rules.rounding import rounding_rows
from capitalplan.formulation.rules.service import balance_rows, capacity_rows, travel_rows, unscheduled_rows
from capitalplan.formulation.rules.stability import stability_rows
from capitalplan.formulation.rules.tiers import (
    counted_rows,
    forced_rows,
    had_rows,
    least_rows,
    most_rows,
    one_tier_rows,
)
from capitalplan.formulation.rules.ties import tie_rows
from capitalplan.formulation.rules.waiting import growth_rows, target_rows
from capitalplan.formulation.rules.workforce import radiographer_rows, shared_radiographer_rows
from capitalplan.formulation.rules.works import network_works_rows, site_works_rows
from capitalplan.formulation.tiers import YearTier
from capitalplan.formulation.variables import Columns, build_columns
from capitalplan.register.register import Offer, Register

__all__ = ["Formulation", "formulate"]

THOUSAND = 1000.0

RULES = (
    one_schedule_rows,
    last_machine_rows,
    tie_rows,
    balance_rows,
    capacity_rows,
    travel_rows,
    unscheduled_rows,
    growth_rows,
    target_rows,
    paid_rows,
    source_rows,
    minimum_rows,
    capital_rows,
    cash_rows,
    room_rows,
    new_room_rows,
    site_works_rows,
    network_works_rows,
    hours_rows,
    van_rows,
    van_cover_rows,
    van_limit_rows,
    outside_rows,
    outsourced_rows,
    presence_rows,
    carried_rows,
    radiographer_rows,
    shared_radiographer_rows,
    backlog_rows,
    share_rows,
    turnaround_rows,
    radiologist_rows,
    reporting_radiographer_rows,
    shared_radiologist_rows,
    shared_reporting_radiographer_rows,
    revenue_rows,
    unmet_spread_rows,
    capital_spread_rows,
    stability_rows,
    one_tier_rows,
    least_rows,
    most_rows,
    counted_rows,
    had_rows,
    forced_rows,
    rounding_rows,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formulation:
    """A problem and what its columns stand for.

    Attributes
    ----------
    problem
        The arrays an engine solves.
    columns
        What each column means.
    constant_gbp
        Cost of what is fixed, £, to be added to the problem's objective.
    """

    problem: Problem
    columns: Columns
    constant_gbp: int


def formulate(register: Register, *, prune: bool = True, lifted: frozenset[str] = frozenset()) -> Formulation:
    """Build the problem of a register.

    Parameters
    ----------
    prune
        Whether to leave out schedules that another one is at least as good as; see ``docs/model.md``.
    lifted
        Names of rules that take no schedule off a menu; see ``eligibility``.
    """
    columns = build_columns(register, prune=prune, lifted=lifted)
    blocks = [rule(columns) for rule in RULES]
    count = columns.starts["end"]
    integer = np.zeros(count, dtype=bool)
    integer[: columns.starts["arcs"]] = True
    upper = np.full(count, np.inf)
    upper[: columns.starts["additions"]] = 1
    upper[columns.starts["additions"] : columns.starts["rooms"]] = [each.limit for each in columns.additions]
    upper[columns.starts["rooms"] : columns.starts["hires"]] = [each.site.max_new_rooms for each in columns.rooms]
    upper[columns.starts["hires"] : columns.starts["tiers"]] = [each.most for each in columns.provision.hires]
    upper[columns.starts["tiers"] : columns.starts["arcs"]] = 1
    upper[columns.starts["carries"] : columns.starts["shorts"]] = [
        each.most_gbp / THOUSAND for each in columns.purses.carries
    ]
    problem = Problem(
        costs=costs(columns),
        matrix=_matrix(blocks, count),
        lower=np.zeros(count),
        upper=upper,
        row_lower=np.concatenate([block.lower for block in blocks]),
        row_upper=np.concatenate([block.upper for block in blocks]),
        integer=integer,
        column_names=_names(columns),
        row_names=tuple(name for block in blocks for name in block.names),
        row_rule=tuple(block.rule for block in blocks for _ in block.names),
        column_block=column_blocks(columns),
        column_owner=column_owners(columns),
        column_year=column_years(columns),
    )
    return Formulation(problem=problem, columns=columns, constant_gbp=constant_gbp(columns))


def _matrix(blocks: list[RowBlock], columns: int) -> sp.csc_array:
    sizes = [len(block.names) for block in blocks]
    offsets = np.cumsum([0, *sizes])
    row = np.concatenate([block.row + offset for block, offset in zip(blocks, offsets[:-1], strict=True)])
    column = np.concatenate([block.column for block in blocks])
    value = np.concatenate([block.value for block in blocks])
    return sp.csc_array((value, (row, column)), shape=(int(offsets[-1]), columns))


def _names(columns: Columns) -> tuple[str, ...]:
    horizon = columns.register.settings.horizon
    provision, tiers = columns.provision, columns.tiers
    lists = [f"{slug(each.waiting.line)}.{each.waiting.site}.{horizon[each.year]}" for each in provision.lists]
    backlogs = [f"{slug(each.line)}.{slug(each.trust)}.{horizon[each.year]}" for each in provision.backlogs]
    names = [
        f"y.{slug(menu.asset.asset_id)}.{choice}" for menu in columns.table.menus for choice in range(len(menu.events))
    ]
    names += [
        f"n.{each.site.code}.{slug(each.option.name)}.{_by_offer(each.machine.offer)}{horizon[each.year]}"
        for each in columns.additions
    ]
    names += [f"room.{each.site.code}.{each.modality}.{horizon[each.year]}" for each in columns.rooms]
    names += [f"v.{slug(each.extra.line)}.{each.site.code}.{horizon[each.year]}" for each in provision.hires]
    names += [f"tier.{_tier(each, horizon)}" for each in tiers.reached]
    names += [f"f.{slug(arc.line)}.{arc.from_site}.{arc.to_site}.{horizon[arc.year]}" for arc in columns.arcs]
    names += [f"x.{slug(each.line)}.{each.site}.{horizon[each.year]}" for each in columns.shortfalls]
    names += [
        f"rebate.{slug(tiers.counted[each.counted].name)}.{_tier(tiers.reached[each.reached], horizon)}"
        for each in tiers.rebates
    ]
    names += _purse_names(columns)
    names += [
        f"e.{slug(each.extra.line)}.{each.site}.{_rate(each.scans_per_hour)}.{horizon[each.year]}"
        for each in provision.hours
    ]
    names += [f"g.{slug(each.line)}.{each.site}.{horizon[each.year]}" for each in provision.on_vans]
    names += [f"b.{name}" for name in lists] + [f"over.{name}" for name in lists]
    names += [f"away.{slug(each.line)}.{each.site}.{horizon[each.year]}" for each in provision.away]
    names += [f"unmet.{slug(each.extra.name)}.{horizon[each.year]}" for each in provision.unmet]
    names += [
        f"done.{slug(each.line)}.{slug(each.trust)}.{slug(each.group or 'outsourced')}.{horizon[each.year]}"
        for each in provision.reported
    ]
    names += [f"r.{name}" for name in backlogs] + [f"late.{name}" for name in backlogs]
    names += [f"draw.{slug(each.group)}.{slug(each.trust)}.{horizon[each.year]}" for each in provision.draws]
    names += [f"over_revenue.{slug(each.trust)}.{horizon[each.year]}" for each in columns.over_revenue]
    names += [f"lowest.{each}" for each in columns.spreads]
    names += [f"{kind}.{each.addition}" for kind in ("more", "fewer") for each in columns.deviations]
    return tuple(names)


def _purse_names(columns: Columns) -> list[str]:
    purses, horizon, labels = columns.purses, columns.register.settings.horizon, columns.borne.labels
    return [
        *(f"pay.{slug(each.source.name)}.{slug(labels[each.payer])}.{horizon[each.year]}" for each in purses.payments),
        *(f"carry.{slug(each.source.name)}.{horizon[each.year]}" for each in purses.carries),
        *(f"short.{slug(each.source.name)}.{horizon[each.year]}" for each in purses.shorts),
    ]


def _tier(reach: YearTier, horizon: Sequence[int]) -> str:
    return f"{slug(reach.tier.framework)}.{reach.tier.from_units}.{horizon[reach.year]}"


def _by_offer(offer: Offer | None) -> str:
    return "" if offer is None else f"{slug(offer.name)}."


def _rate(scans_per_hour: Fraction) -> str:
    return f"{scans_per_hour.numerator}_{scans_per_hour.denominator}"
