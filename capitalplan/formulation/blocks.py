"""Which block and which organisation each column belongs to, for engines that take a problem apart.

A block is a service line in one network. Trusts are of one network where they share patients (travel, a van or another
provider with a limit), staff (a pool any trust may use) or a tie between machines; money, rooms and installations are
shared between blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.formulation.variables import Columns
from capitalplan.register.register import Register
from capitalplan.terms import ExtraKind

__all__ = ["block_numbers", "column_blocks", "column_owners", "column_years"]

Numbers = npt.NDArray[np.int32]


def block_numbers(register: Register) -> dict[tuple[str, str], int]:
    """Number of the block of each (service line, trust): lines in order of name, network after network."""
    trusts, lines = sorted(register.trusts), sorted(register.lines)
    network = _networks(register, trusts)
    return {
        (line, trust): int(network[k]) * len(lines) + number
        for k, trust in enumerate(trusts)
        for number, line in enumerate(lines)
    }


def _networks(register: Register, trusts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Number of each trust's network, in order of its first trust, shape ``(n_trusts,)``."""
    number = {trust: k for k, trust in enumerate(trusts)}
    pairs = [(number[one], number[other]) for together in _together(register) for one, other in pairwise(together)]
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    joined = sp.coo_array((np.ones(len(one)), (one, other)), shape=(len(trusts), len(trusts)))
    label = sp.csgraph.connected_components(joined, directed=False)[1]
    _, first, network = np.unique(label, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[network], dtype=np.int64)


def _together(register: Register) -> Iterator[list[str]]:
    """Trusts that share patients, staff or a tie."""
    horizon = register.settings.horizon
    of_site = {code: site.trust for code, site in register.sites.items()}
    for link in register.links:
        yield [of_site[link.from_site], of_site[link.to_site]]
    for extra in register.extra:
        is_barred = extra.kind is ExtraKind.OUTSIDE and not all(map(extra.is_offered, horizon))
        if extra.limit is not None or is_barred:
            yield [of_site.get(place, place) for place in extra.places]
    if any(pool.trust is None for pool in register.staff):
        yield list(register.trusts)
    of_name = {asset.asset_id: asset.trust for asset in register.assets}
    of_name |= {scheme.scheme_id: scheme.trust for scheme in register.committed if scheme.asset_id is None}
    for tie in register.ties:
        yield [of_name[tie.first], of_name[tie.other]]


def column_blocks(columns: Columns) -> Numbers:
    """Number of each column's block; -1 for rooms, money and staff, which blocks share."""
    number = block_numbers(columns.register)
    of_site = {code: site.trust for code, site in columns.register.sites.items()}
    provision, tiers = columns.provision, columns.tiers
    schedules = np.array([number[menu.asset.line, menu.asset.trust] for menu in columns.table.menus])
    lists = [number[each.waiting.line, of_site[each.waiting.site]] for each in provision.lists]
    backlogs = [number[each.line, each.trust] for each in provision.backlogs]
    added = [number[each.option.line, each.site.trust] for each in columns.additions]
    deviating = [added[each.addition] for each in columns.deviations]
    counted = [number[each.option.line, each.trust] for each in tiers.counted]
    of_counted = dict(zip(map(id, tiers.counted), counted, strict=True))
    return np.concatenate(
        [
            schedules[columns.table.asset_of],
            added,
            _nobody(columns.rooms),
            [number[each.extra.line, each.site.trust] for each in provision.hires],
            [_only([of_counted[id(each)] for each in tiers.counting(reach)]) for reach in tiers.reached],
            [number[arc.line, of_site[arc.from_site]] for arc in columns.arcs],
            [number[each.line, of_site[each.site]] for each in columns.shortfalls],
            [counted[each.counted] for each in tiers.rebates],
            _nobody(columns.purses.payments, columns.purses.carries, columns.purses.shorts),
            [number[each.extra.line, of_site[each.site]] for each in provision.hours],
            [number[each.line, of_site[each.site]] for each in provision.on_vans],
            lists,
            lists,
            [number[each.line, of_site[each.site]] for each in provision.away],
            [number[each.extra.line, of_site[each.extra.places[0]]] for each in provision.unmet],
            [number[each.line, each.trust] for each in provision.reported],
            backlogs,
            backlogs,
            _nobody(provision.draws, columns.over_revenue, columns.spreads),
            deviating,
            deviating,
        ]
    ).astype(np.int32)


def column_owners(columns: Columns) -> Numbers:
    """Number of the trust each column belongs to; patients belong to the trust of their home site, -1 for nobody's."""
    register, provision, tiers = columns.register, columns.provision, columns.tiers
    number = {trust: k for k, trust in enumerate(sorted(register.trusts))}
    of_site = {code: number[site.trust] for code, site in register.sites.items()}
    schedules = np.array([number[menu.asset.trust] for menu in columns.table.menus])[columns.table.asset_of]
    lists = [of_site[each.waiting.site] for each in provision.lists]
    backlogs = [number[each.trust] for each in provision.backlogs]
    deviating = [of_site[columns.additions[each.addition].site.code] for each in columns.deviations]
    return np.concatenate(
        [
            schedules,
            [of_site[each.site.code] for each in columns.additions],
            [of_site[each.site.code] for each in columns.rooms],
            [of_site[each.site.code] for each in provision.hires],
            [_only([number[each.trust] for each in tiers.counting(reach)]) for reach in tiers.reached],
            [of_site[arc.from_site] for arc in columns.arcs],
            [of_site[each.site] for each in columns.shortfalls],
            [number[tiers.counted[each.counted].trust] for each in tiers.rebates],
            [number[columns.borne.classes[each.payer].trust] for each in columns.purses.payments],
            _nobody(columns.purses.carries, columns.purses.shorts),
            [of_site[each.site] for each in provision.hours],
            [of_site[each.site] for each in provision.on_vans],
            lists,
            lists,
            [of_site[each.site] for each in provision.away],
            np.full(len(provision.unmet), -1),
            [number[each.trust] for each in provision.reported],
            backlogs,
            backlogs,
            [number[each.trust] for each in provision.draws],
            [number[each.trust] for each in columns.over_revenue],
            _nobody(columns.spreads),
            deviating,
            deviating,
        ]
    ).astype(np.int32)


def column_years(columns: Columns) -> Numbers:
    """Year (position) in which each whole-number column first changes something, -1 for all others."""
    schedules = [events[0].year if events else -1 for menu in columns.table.menus for events in menu.events]
    return np.concatenate(
        [
            schedules,
            [each.year for each in columns.additions],
            [each.year for each in columns.rooms],
            [each.year for each in columns.provision.hires],
            [each.year for each in columns.tiers.reached],
            np.full(columns.starts["end"] - columns.starts["arcs"], -1),
        ]
    ).astype(np.int32)


def _nobody(*blocks: Sequence[object]) -> Numbers:
    """Number of nobody for each column of some blocks."""
    return np.full(sum(len(block) for block in blocks), -1, dtype=np.int32)


def _only(numbers: list[int]) -> int:
    """The number that all of them are, -1 where they differ."""
    return numbers[0] if len(set(numbers)) == 1 else -1
