"""A made-up ledger and worth of limits, fitting the made-up plans: estimates, exact prices, choices that are closed."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from capitalplan.analysis.ledger.lines import ForcedPrice, Forcing, LedgerEntry, LimitPrice
from capitalplan.analysis.price import Basis, Price
from capitalplan.analysis.worth.lines import NETWORK, LimitKind, LimitWorth
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import Register
from capitalplan.terms import Timing, year_label

__all__ = ["ledger_of", "worth_of"]

CLOSED = "a contract holds it until 2040/41"


def ledger_of(register: Register, plan: Plan) -> tuple[LedgerEntry, ...]:
    """Make an entry of each machine, of each addition of the plan, and of one refused addition a site."""
    dice = random.Random(11)  # noqa: S311 - repeatable draws, no secrets
    last: dict[str, PlannedScheme] = {}
    first: dict[str, PlannedScheme] = {}
    for scheme in plan.schemes:
        if scheme.asset_id is not None:
            last[scheme.asset_id] = scheme
            first.setdefault(scheme.asset_id, scheme)
    machines = [_machine(register, first[name], last[name].timing, dice) for name in first]
    made = [
        _addition(scheme.trust, scheme.site, scheme.option or "", scheme.year, dice)
        for scheme in plan.schemes
        if scheme.asset_id is None and scheme.option != NEW_ROOM
    ]
    refused = [_addition(site.trust, site.code, "MR 3T premium", None, dice) for site in register.sites.values()]
    return (*machines, *made, *refused)


def _machine(register: Register, scheme: PlannedScheme, timing: Timing, dice: random.Random) -> LedgerEntry:
    done = "kept" if scheme.year is None else f"{scheme.action} {year_label(scheme.year)}"
    asset = next(each for each in register.assets if each.asset_id == scheme.asset_id)
    horizon = register.settings.horizon
    option = f"{asset.line} standard"
    if asset.contract_id is not None:
        closed = ForcedPrice(
            forcing=Forcing.IN, year=None, option=None, offer=None, action="", closed_by=CLOSED,
            price=Price(basis=Basis.ESTIMATE, is_impossible=True),
        )  # fmt: skip
        forced: tuple[ForcedPrice, ...] = (closed,)
        why = f"{asset.asset_id} is left as it is: {CLOSED}."
    elif scheme.year is None:
        limits = _limits(register, horizon[1], dice)
        inside = _forced(Forcing.IN, horizon[1], option, None, "replace", dice, limits)
        forced = (_forced(Forcing.OTHERWISE, horizon[1], option, None, "replace", dice, limits), inside)
        why = (
            f"Not funded: replacing it in {year_label(horizon[1])} would cost the network {inside.price.words()}, "
            "because money of that year is short."
        )
    else:
        choices = [(Forcing.OTHERWISE, scheme.year + 1), (Forcing.OUT, None), (Forcing.EARLIER, scheme.year - 1),
                   (Forcing.LATER, scheme.year + 1)]  # fmt: skip
        forced = tuple(
            _forced(how, year, option if year else None, None, "replace" if year else "keep", dice,
                    _limits(register, year, dice) if year else ())
            for how, year in choices
        )  # fmt: skip
        why = f"Leaving it out would cost the network {forced[1].price.words()}."
    return LedgerEntry(
        asset_id=asset.asset_id, option=None, offer=None, trust=asset.trust, site=asset.site, modality=asset.modality,
        decided=done, year=scheme.year, timing=timing, forced=forced, sentence=why,
    )  # fmt: skip


def _addition(trust: str, site: str, option: str, year: int | None, dice: random.Random) -> LedgerEntry:
    how = Forcing.IN if year is None else Forcing.OUT
    then = None if year else 2029
    forced = _forced(how, then, option if then else None, "Lease 7 years" if then else None,
                     "add" if then else "", dice, ())  # fmt: skip
    return LedgerEntry(
        asset_id=None, option=option, offer="Lease 7 years", trust=trust, site=site, modality=option[:2],
        decided="not added" if year is None else f"added {year_label(year)}", year=year, timing=None, forced=(forced,),
        sentence=f"{'Adding' if year is None else 'Leaving out'} it would cost the network {forced.price.words()}.",
    )  # fmt: skip


def _forced(
    forcing: Forcing, year: int | None, option: str | None, offer: str | None, action: str, dice: random.Random,
    limits: tuple[LimitPrice, ...],
) -> ForcedPrice:  # fmt: skip
    return ForcedPrice(
        forcing=forcing, year=year, option=option, offer=offer, action=action, price=_price(dice),
        scans_outside=dice.choice((None, 0, 1_240, -35)), patients_waiting=dice.choice((None, 0, 410)),
        over_age_years=dice.choice((0, 1, 3, -2)), breakdowns=dice.choice((None, Fraction(1, 3), Fraction(-1, 7))),
        limits=limits,
    )  # fmt: skip


def _price(dice: random.Random) -> Price:
    low, more = dice.randrange(0, 90_000), dice.randrange(1_000, 250_000)
    kind = dice.randrange(6)
    if kind == 0:
        return Price(basis=Basis.ESTIMATE, low_gbp=low, estimate_gbp=low + more // 3)
    if kind == 1:
        return Price(basis=Basis.EXACT, low_gbp=low, high_gbp=low, estimate_gbp=low)
    if kind == 2:
        return Price(basis=Basis.EXACT, low_gbp=-more, high_gbp=low + 1, estimate_gbp=(low - more) // 2)
    return Price(basis=Basis.ESTIMATE, low_gbp=low, high_gbp=low + more, estimate_gbp=low + more // 2)


def _limits(register: Register, year: int, dice: random.Random) -> tuple[LimitPrice, ...]:
    if not register.sources:
        return ()
    source, site = register.sources[0].name, next(iter(register.sites))
    return (
        LimitPrice(rule="money", place=source, year=year, gbp=dice.randrange(10_000, 90_000)),
        LimitPrice(rule="works", place=site, year=year, gbp=dice.randrange(1_000, 9_000)),
        LimitPrice(rule="workforce", place=NETWORK, year=None, gbp=-dice.randrange(1_000, 9_000)),
    )


def worth_of(register: Register) -> tuple[LimitWorth, ...]:
    """Make what more and less of each source, works, staff and travel is worth."""
    dice = random.Random(13)  # noqa: S311 - repeatable draws, no secrets
    found = []
    for source in register.sources:
        for year in register.settings.horizon:
            saved = dice.choice((0, 0, dice.randrange(1_000, 90_000)))
            found.append(
                LimitWorth(kind=LimitKind.MONEY, place=source.name, year=year, change="£100,000 more", is_more=True,
                           price=Price(basis=Basis.ESTIMATE, high_gbp=2 * saved, estimate_gbp=saved))
            )  # fmt: skip
            found.append(
                LimitWorth(kind=LimitKind.MONEY, place=source.name, year=year, change="£100,000 less", is_more=False,
                           price=Price(basis=Basis.ESTIMATE, low_gbp=saved, estimate_gbp=saved + saved // 9))
            )  # fmt: skip
    if found:
        exact = Price(basis=Basis.EXACT, low_gbp=4_321, high_gbp=4_321, estimate_gbp=4_321)
        none = Price(basis=Basis.ESTIMATE, is_impossible=True)
        found[0] = replace(found[0], price=exact)
        found[3] = replace(found[3], change="£40,000 less")
        found[1] = replace(found[1], price=none)
    site, trust = next(iter(register.sites)), next(iter(register.trusts))
    kinds = (
        (LimitKind.WORKS, site, None, "one more installation a year", 7_000),
        (LimitKind.WORKS, NETWORK, None, "one more installation a year", 0),
        (LimitKind.STAFF, trust, None, "one more radiographer (1.0 WTE)", 31_000),
        (LimitKind.STAFF, NETWORK, None, "one more radiographer (1.0 WTE)", 2_000),
        (LimitKind.TRAVEL, NETWORK, None, "10 more minutes of travel", 19_000),
    )
    found += [
        LimitWorth(kind=kind, place=place, year=year, change=change, is_more=True,
                   price=Price(basis=Basis.ESTIMATE, high_gbp=gbp * 2, estimate_gbp=gbp))
        for kind, place, year, change, gbp in kinds
    ]  # fmt: skip
    return tuple(found)
