"""The least cost of a small register by looking at every plan there is.

Shares nothing with the planner: what may be chosen and what it costs comes from the re-check, the limits are tested on
sums over whole plans, and patients are placed by hand where that is plain, else by a programme of their own.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import numpy.typing as npt

from capitalplan.register.register import Register
from capitalplan.terms import ExtraKind, Lock, TieKind
from capitalplan.verify.context import Context
from tests.properties.choices import Counts, Tally, TooManyPlansError
from tests.properties.patients import needs_cover, van_at
from tests.properties.patients import patients as placing
from tests.properties.programme import Figure, Floats

__all__ = ["TooManyPlansError", "is_plain", "least_cost"]

MOST_PLANS = 150_000
"""Most plans to look at; a third of it where patients need a programme of their own."""
CLOSE_GBP = 0.01

Mask = npt.NDArray[np.bool_]


def least_cost(register: Register, *, by_programme: bool = False) -> float | None:
    """Least whole-life cost over all plans, £; None where no plan keeps every rule.

    Parameters
    ----------
    by_programme
        Place patients by the programme even where they are plain.

    Raises
    ------
    TooManyPlansError
        If there are too many plans to look at.
    """
    tally, plain = Tally(Context.of(register)), is_plain(register) and not by_programme
    plans = tally.committed_additions()
    for choices in tally.choices():
        if not len(choices):
            return None
        if len(plans) * len(choices) > (MOST_PLANS if plain else MOST_PLANS // 3):
            raise TooManyPlansError
        plans = possible(tally, (plans[:, None, :] + choices[None, :, :]).reshape(-1, plans.shape[1]))
    plans = plans[keeps_last_machines(tally, plans) & has_rooms(tally, plans) & keeps_ties(tally, plans)]
    if not len(plans):
        return None
    if plain:
        return float((plans[:, 0] + patients(tally, plans)).min())
    return cheapest(tally, plans)


def is_plain(register: Register) -> bool:
    """Whether patients go home first, then to a neighbour, then outside, and nothing else bears on them."""
    lines, sites = {line for line, _ in register.demand}, register.sites
    covered = any(needs_cover(register, line, site) for line, site in product(lines, sites))
    beside = any(extra.kind is not ExtraKind.VAN or not extra.cover_only for extra in register.extra)
    several = len(sites) > 2
    return not (several or covered or beside or register.waiting or register.unscheduled or register.staff)


# What the rules allow


def possible(tally: Tally, plans: Counts) -> Counts:
    """Plans that can still be finished: what only ever grows is within its limit."""
    keeps = np.ones(len(plans), dtype=bool)
    settings, schemes = tally.context.settings, tally.context.committed.values()
    for t in range(tally.years):
        fixed = [scheme.site for scheme in schemes if scheme.year == settings.start_year + t]
        works = {code: plans[:, tally.works.at(code)][:, t] for code in tally.register.sites}
        for code, site in tally.register.sites.items():
            keeps &= works[code] <= max(site.max_installations, fixed.count(code))
        if settings.max_network_projects is not None:
            keeps &= sum(works.values()) <= max(settings.max_network_projects, len(fixed))
        if tally.register.sources:
            keeps &= affordable(tally, plans, t)
    for code, site in tally.register.sites.items():
        keeps &= plans[:, tally.built.at(code)].sum(axis=1) <= site.max_new_rooms
    return plans[keeps]


def affordable(tally: Tally, plans: Counts, t: int) -> Mask:
    """Whether shared sources cover what each trust cannot pay of its own; committed schemes are paid first."""
    left = {source.name: source.limits_gbp[t] for source in tally.register.sources}
    owner = {source.name: source.trust for source in tally.register.sources}
    due = [s for s in tally.context.committed.values() if s.year == tally.context.year(t)]
    for scheme in sorted(due, key=lambda scheme: (scheme.source is None, scheme.scheme_id)):
        names = sorted((n for n in left if owner[n] in (None, scheme.trust)), key=lambda n: (owner[n] is None, n))
        amount = scheme.capital_gbp
        for name in names if scheme.source is None else [scheme.source]:
            part = min(amount, left[name]) if name != (scheme.source or names[-1]) else amount
            left[name] -= part
            amount -= part
    if min(left.values()) < 0:
        return np.zeros(len(plans), dtype=bool)
    shared = sum(amount for name, amount in left.items() if owner[name] is None)
    wanted = np.zeros(len(plans), dtype=np.int64)
    for trust in tally.register.trusts:
        own = sum(amount for name, amount in left.items() if owner[name] == trust)
        wanted += np.maximum(0, plans[:, tally.charge.at(trust)][:, t] - own)
    return np.asarray(wanted <= shared)


def keeps_last_machines(tally: Tally, plans: Counts) -> Mask:
    """Whether a machine stays wherever there were two or more."""
    keeps = np.ones(len(plans), dtype=bool)
    if tally.context.settings.allow_last_machine_retirement:
        return keeps
    for line, site in tally.places:
        fleet = tally.context.fleet.get((line, site), ())
        if len(fleet) < 2 or all(asset.lock is Lock.RETIRE for asset in fleet):
            continue
        for t in range(tally.years):
            if tally.context.is_open(site, t):
                keeps &= plans[:, tally.serving.at((line, site))][:, t] >= 1
    return keeps


def has_rooms(tally: Tally, plans: Counts) -> Mask:
    """Whether machines that are added or set up first have rooms."""
    keeps = np.ones(len(plans), dtype=bool)
    for line, site in tally.places:
        spare = tally.register.sites[site].spare_rooms.get(line, 0)
        keeps &= (plans[:, tally.crowd.at((line, site))] <= spare).all(axis=1)
    return keeps


def keeps_ties(tally: Tally, plans: Counts) -> Mask:
    """Whether schemes bound to each other fall as they must."""
    keeps = np.ones(len(plans), dtype=bool)
    for tie in tally.register.ties:
        first, other = plans[:, tally.first.at(tie.first)], plans[:, tally.first.at(tie.other)]
        match tie.kind:
            case TieKind.TOGETHER:
                keeps &= (first == other).all(axis=1)
            case TieKind.AFTER:
                before = np.cumsum(other, axis=1) - other
                keeps &= (first <= before).all(axis=1)
            case TieKind.APART:
                both = plans[:, tally.again.at(tie.first)] + plans[:, tally.again.at(tie.other)]
                keeps &= (both <= 1).all(axis=1)
    return keeps


def van_needed(tally: Tally, plans: Counts, line: str, site: str, t: int) -> Mask:
    """Whether a site's only machine is replaced in its own room while nothing but a van could stand in."""
    links = {(link.from_site, link.to_site) for link in tally.register.links}
    served = plans[:, tally.new.at((line, site))][:, t] >= 1
    for other in tally.register.sites:
        if (site, other) in links and tally.context.is_open(other, t):
            working = plans[:, tally.standing.at((line, other))][:, t] - plans[:, tally.swapped.at((line, other))][:, t]
            served |= working >= 1
    return np.asarray((plans[:, tally.swapped.at((line, site))][:, t] >= 1) & ~served)


# Where patients go


def patients(tally: Tally, plans: Counts) -> Floats:
    """Cost of scans outside and patients moved, in a plain register of at most two sites.

    Home first: a patient scanned at home costs nothing, so no other use of that time is better. Who is left goes to
    the other site while it has time and the journey is worth it, and else outside.
    """
    context, register = tally.context, tally.register
    settings, sites = context.settings, tuple(register.sites)
    links = {(link.from_site, link.to_site) for link in register.links}
    cost = np.zeros(len(plans))
    for line, t in product(sorted(context.served), range(tally.years)):
        price = register.lines[line].outside_price_gbp
        demand = {site: register.demand.get((line, site), (0,) * tally.years)[t] for site in sites}
        time = {site: plans[:, tally.capacity.at((line, site))][:, t] for site in sites}
        for home in sites:
            left = np.maximum(0, demand[home] - time[home]).astype(float)
            moved = np.zeros(len(plans))
            for away in sites:
                reachable = (home, away) in links and context.is_open(away, t)
                if reachable and settings.travel_price_gbp < price:
                    share = float(settings.travel_share * Fraction(demand[home]))
                    most = share + plans[:, tally.lost.at((line, home))][:, t]
                    idle = np.maximum(0, time[away] - demand[away])
                    moved = np.minimum(left, idle)
                    moved = np.minimum(moved, most) if context.is_open(home, t) else moved
            discount = float(context.discount[t])
            cost += discount * (price * (left - moved) + settings.travel_price_gbp * moved)
    return cost


def cheapest(tally: Tally, plans: Counts) -> float | None:
    """Least cost over plans, patients placed by the programme; None where patients can be placed under no plan.

    Every solve gives a lower bound on the cost of every plan: only those are solved that could still be cheapest.
    """
    programme = placing(tally.register, tally.rates)
    figures = np.column_stack([figure_of(tally, plans, each) for each in programme.figures])
    floor, relaxed = plans[:, 0].astype(float), np.zeros(len(plans), dtype=bool)
    for line, site, t in product(sorted(tally.context.served), tally.register.sites, range(tally.years)):
        if needs_cover(tally.register, line, site) and van_at(tally.register, line, site, t) is None:
            floor[van_needed(tally, plans, line, site, t)] = math.inf
    best = math.inf
    while floor[plan := int(floor.argmin())] < best - CLOSE_GBP:
        found = None if relaxed[plan] else programme.bound(figures[plan])
        if found is None:
            best, floor[plan] = min(best, plans[plan, 0] + programme.least_cost(figures[plan])), math.inf
            continue
        cost, worth = found
        floor, relaxed[plan] = np.maximum(floor, plans[:, 0] + worth[0] + figures @ worth[1:]), True
        if not programme.is_whole.any():
            best, floor[plan] = min(best, plans[plan, 0] + cost), math.inf
    return None if math.isinf(best) else best


def figure_of(tally: Tally, plans: Counts, figure: Figure) -> Floats:
    """One figure that patients depend on, for every plan."""
    kind, line, site, _, t = figure
    if kind == "van needed":
        return van_needed(tally, plans, line, site, t).astype(float)
    return plans[:, tally.column(figure)].astype(float)
