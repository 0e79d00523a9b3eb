"""When there is no plan: which hard rules would have to give, where, when and by how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from capitalplan.finance.committed import committed_payments
from capitalplan.finance.limits import NETWORK, Limits
from capitalplan.formulation.charges import Borne
from capitalplan.formulation.elastic import broken_rows, elastic, rows_that_may_give
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.names import slug
from capitalplan.formulation.variables import Columns, Spread
from capitalplan.plan.plan import Breach
from capitalplan.register.register import Register
from capitalplan.solution import SolveOptions, Solver
from capitalplan.terms import OVER_LIMIT, TieKind, year_label

__all__ = ["commitments_over_limit", "least_breaches", "no_schedule_left"]

SEARCH = SolveOptions(gap=0.05, node_limit=2_000)
"""Stops by gap and nodes, never by the clock, so that the same breaches are told every time."""
SWAP_COVER = "swap cover"
HELP = (
    "a mobile van for it in Extra capacity, minutes to a site with another in Travel, a spare room in Sites, or "
    "swap_cover set to no in Settings or Modalities would help"
)

A_MACHINE = 500.0
A_SHARE = 50_000.0
WEIGHTS = MappingProxyType(
    {
        ("money", "paid"): 1.01,
        ("money", "source"): 1.0,
        ("money", "capital"): 1.0,
        ("money", "cash"): 1.0,
        ("fairness", "unmet"): A_SHARE,
        ("fairness", "capital"): A_SHARE,
        ("works", "works"): A_MACHINE,
        ("rooms", "rooms"): A_MACHINE,
        ("rooms", "new_rooms"): A_MACHINE,
        ("choice", "last_machine"): A_MACHINE,
        ("ties", "together"): A_MACHINE,
        ("ties", "after"): A_MACHINE,
        ("ties", "not_the_same_year"): A_MACHINE,
        ("cover", "presence"): A_MACHINE,
        ("extra", "van_days"): 5.0,
    }
)
"""What a unit of each kind of row counts, £ thousand: a machine too many or a room too few about as much as a scanner
costs, a van day what it costs, a hundredth of a difference between trusts a scanner. A limit that is too low is told
sooner than the charge it keeps from being paid. All other rows are about patients,
reports and staff, or priced, and never have to give: what the network cannot do is bought outside, waits or is late, at
a price."""

UNITS = MappingProxyType({"works": "installation", "rooms": "room", "new_rooms": "room", "van_days": "day"})
LIMITS = MappingProxyType(
    {"works": "installations", "rooms": "rooms", "new_rooms": "new rooms", "van_days": "van days"}
)
TIED = MappingProxyType(
    {
        TieKind.TOGETHER: "replaced in the same year",
        TieKind.AFTER: "replaced one after the other",
        TieKind.APART: "replaced in different years",
    }
)


def commitments_over_limit(register: Register) -> list[Breach]:
    """Funding sources that committed schemes exceed by themselves, and trusts that have none to pay them from.

    Capital limits and cash are raised to what is committed, and so never exceeded by it.
    """
    limits = Limits.of(register)
    over: Counter[tuple[str, int]] = Counter()
    for source in register.sources:
        for position, year in enumerate(register.settings.horizon):
            missing = limits.committed[source.name][position] - limits.planned[source.name][position]
            if missing > 0:
                over[source.name, year] = missing
    for payments in committed_payments(register).values():
        for payment in payments:
            if payment.source == OVER_LIMIT:
                over[payment.trust, payment.year] += payment.gbp
    why = "committed schemes alone exceed it"
    return [_money("capital limit", place, year, amount, why) for (place, year), amount in over.items()]


def no_schedule_left(formulation: Formulation) -> list[Breach]:
    """Machines for which locks, contracts, dates, policies and want of cover leave nothing that may be done."""
    table = formulation.columns.table
    reasons: dict[str, list[str]] = {}
    uncovered = set()
    for removal in table.removals:
        reasons.setdefault(removal.asset_id, []).append(removal.detail)
        if removal.rule == SWAP_COVER:
            uncovered.add(removal.asset_id)
    breaches = []
    for menu in table.menus:
        name = menu.asset.asset_id
        if menu.events:
            continue
        why = "; ".join(reasons.get(name, ["no option in the catalogue can replace it"]))
        cover = f" {HELP[0].upper()}{HELP[1:]}." if name in uncovered else ""
        breaches.append(
            Breach(
                rule="cover" if name in uncovered else "choice",
                place=name,
                year=None,
                amount=Fraction(1),
                unit="machines",
                message=f"Nothing may be done with {name}, and it may not be kept: {why}.{cover}",
            )
        )
    return breaches


def least_breaches(formulation: Formulation, solver: Solver) -> list[Breach]:
    """Smallest breach of the hard rules, found by solving with those that may have to give elastic.

    A tie that cannot be kept is told once, whatever the years in which it is broken.
    """
    plain = rows_that_may_give(formulation.problem, is_fair=bool(formulation.columns.spreads))
    twin = elastic(plain, WEIGHTS, least_breach=True)
    solution = solver(twin, SEARCH)
    if solution.values is None:
        return []
    breaches: dict[str, Breach] = {}
    spreads: dict[str, float] = {}
    for row, amount in broken_rows(plain, solution.values, WEIGHTS):
        name = plain.row_names[row]
        if plain.row_rule[row] == "fairness":
            kind = name.partition(".")[0]
            spreads[kind] = max(amount, spreads.get(kind, 0.0))
            continue
        breach = _breach(plain.row_rule[row], name, amount, formulation.columns)
        breaches.setdefault(breach.message, breach)
    return [*breaches.values(), *(_spread(kind, amount, formulation.columns) for kind, amount in spreads.items())]


def _breach(rule: str, row: str, amount: float, columns: Columns) -> Breach:
    register = columns.register
    kind, _, rest = row.partition(".")
    where, _, last = rest.rpartition(".")
    year = int(last) if where and last.isdigit() else None
    named = rest if year is None else where
    when = "" if year is None else f" in {year_label(year)}"
    if rule == "ties":
        return _tie(int(named.partition(".")[0]), register)
    if kind == "paid":
        return _unpaid(named, year, round(amount * 1000), columns.borne)
    place = _place(named, _places(kind, register))
    if rule == "money":
        limit = "cash" if kind == "cash" else "capital limit"
        return _money(limit, place, year, round(amount * 1000), "the plan cannot do with less")
    number = Fraction(max(1, round(amount)))
    unit = f"{UNITS.get(kind, 'machine')}{'' if number == 1 else 's'}"
    if rule == "cover":
        message = f"Nobody can stand in for {place} while it is replaced{when}: {HELP}."
    elif rule == "choice":
        line = named.rpartition(".")[2]
        message = f"The last {line} machine at {place} would have to go{when}, and one of them must stay."
    else:
        at = "of" if kind == "van_days" else "at"
        message = f"The limit on {LIMITS[kind]} {at} {place}{when} is too low by {number} {unit}."
    return Breach(rule=rule, place=place, year=year, amount=number, unit=unit, message=message)


def _places(kind: str, register: Register) -> Mapping[str, str]:
    """Names that rows of a kind may begin with, as they are written there and as users know them."""
    names = {
        "source": [source.name for source in register.sources],
        "capital": [*register.trusts, NETWORK],
        "cash": [*register.trusts, NETWORK],
        "presence": [asset.asset_id for asset in register.assets],
        "van_days": [extra.name for extra in register.extra],
    }.get(kind, list(register.sites))
    return {slug(name): name for name in names}


def _place(named: str, places: Mapping[str, str]) -> str:
    """Longest of the names that a row's name begins with; the row's own words where it is none of them."""
    found = [plain for plain in places if named == plain or named.startswith(f"{plain}.")]
    return places[max(found, key=len)] if found else named


def _tie(number: int, register: Register) -> Breach:
    tie = register.ties[number]
    return Breach(
        rule="ties",
        place=tie.first,
        year=None,
        amount=Fraction(1),
        unit="tie",
        message=f"{tie.first} and {tie.other} cannot be {TIED[tie.kind]}, as the sheet Ties asks, "
        "within the locks, dates, cover and limits there are.",
    )


def _unpaid(label: str, year: int | None, amount: int, borne: Borne) -> Breach:
    """Charges of a trust that the sources which may pay them do not hold."""
    payer = borne.classes[[slug(each) for each in borne.labels].index(label)]
    if not payer.sources:
        return _money("capital limit", payer.trust, year, amount, "no funding source may pay for what is charged")
    several = sum(each.trust == payer.trust for each in borne.classes) > 1
    why = f"only {_and(payer.sources)} may pay, and " if several else ""
    return _money("capital limit", payer.trust, year, amount, f"{why}the plan cannot do with less")


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _spread(kind: str, amount: float, columns: Columns) -> Breach:
    """A bound on the difference between trusts that is too tight, by about so much."""
    what = "scans bought outside" if kind == Spread.UNMET else "capital against the value of fleets"
    return Breach(
        rule="fairness",
        place=columns.register.settings.network_name,
        year=None,
        amount=Fraction(amount).limit_denominator(10_000),
        unit="share",
        message=f"Trusts cannot be as alike in {what} as asked: the bound on their difference is too tight by about "
        f"{amount:.2%}.",
    )


def _money(limit: str, place: str, year: int | None, amount: int, why: str) -> Breach:
    when = "" if year is None else f" in {year_label(year)}"
    whose = "the network" if place == NETWORK else place
    return Breach(
        rule="money",
        place=place,
        year=year,
        amount=Fraction(amount),
        unit="£",
        message=f"The {limit} of {whose}{when} is too low by £{amount:,}: {why}.",
    )
