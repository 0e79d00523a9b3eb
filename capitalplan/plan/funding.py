"""Who pays: payments of every line in whole pounds, found from the charges alone, and what each source is left with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from capitalplan.finance.bearing import cost_shares
from capitalplan.finance.classes import Classes, PayerClass
from capitalplan.finance.committed import committed_payments
from capitalplan.finance.limits import Limits
from capitalplan.plan.drafts import Draft
from capitalplan.plan.payments import Split, split_payments
from capitalplan.plan.plan import Payment, SourceYear
from capitalplan.register.register import Register
from capitalplan.terms import OVER_LIMIT, UNFUNDED, Action, Purpose, Route

__all__ = ["Funding", "fund"]

Claims = dict[tuple[PayerClass, int], list[tuple[int, Route, int]]]
"""Amounts to be paid by class and year (position), in order of the lines: number of the line, route, £ cash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Who pays for a plan.

    Attributes
    ----------
    payments
        Of each line, in the order of the lines; they add up to what its bills add up to.
    sources
        Every source in every year, in order of name and year.
    """

    payments: tuple[tuple[Payment, ...], ...]
    sources: tuple[SourceYear, ...]


def fund(drafts: Sequence[Draft], register: Register) -> Funding:
    """Find who pays for the lines of a plan.

    Committed schemes are paid first, as ``capitalplan.finance.committed`` has it. The others are paid class by class;
    within a class and year, lines are paid in their order, each source in turn. What no source can pay goes under
    ``OVER_LIMIT``: plans made within the limits have none.

    Raises
    ------
    SolverError
        If the payments found do not keep the limits to the pound.
    """
    committed = {scheme.scheme_id: paid for scheme, paid in committed_payments(register).items()}
    payments: list[list[Payment]] = [list(committed[line.scheme_id]) if line.committed else [] for line in drafts]
    classes = Classes.of(register)
    claims = _claims(drafts, classes)
    carried: Mapping[tuple[str, int], int] = {}
    if register.sources:
        due = {key: sum(gbp for _, _, gbp in parts) for key, parts in claims.items()}
        split = split_payments(due, classes.limits, register)
        carried = split.carried
        _share_out(claims, split, register, payments)
    else:
        for (payer, position), parts in claims.items():
            year = register.settings.horizon[position]
            for number, route, gbp in parts:
                payments[number].append(Payment(year=year, trust=payer.trust, source=UNFUNDED, route=route, gbp=gbp))
    return Funding(
        payments=tuple(tuple(sorted(paid, key=lambda each: each.year)) for paid in payments),
        sources=_source_years(payments, carried, classes.limits, register),
    )


def _claims(drafts: Sequence[Draft], classes: Classes) -> Claims:
    claims: Claims = defaultdict(list)
    start = classes.register.settings.start_year
    for number, line in enumerate(drafts):
        if line.committed:
            continue
        shares = cost_shares(classes.register, None if line.asset is None else line.asset.asset_id, line.site)
        purpose = Purpose.NEW if line.action is Action.ADD else Purpose.REPLACEMENT
        total: dict[tuple[int, str, Route], int] = defaultdict(int)
        for bill in line.bills:
            for trust, gbp in bill.borne(line.trust, shares).items():
                total[bill.year - start, trust, bill.route] += gbp
        for (position, trust, route), gbp in total.items():
            if gbp:
                claims[classes.find(trust, line.modality, purpose, route), position].append((number, route, gbp))
    return claims


def _share_out(claims: Claims, split: Split, register: Register, payments: list[list[Payment]]) -> None:
    """Pay the lines of each class in their order, each source in turn."""
    for (payer, position), parts in claims.items():
        year = register.settings.horizon[position]
        purse = {name: split.paid.get((payer, name, position), 0) for name in (*payer.sources, OVER_LIMIT)}
        for number, route, gbp in parts:
            due = gbp
            for name, left in purse.items():
                part = min(due, left)
                if part:
                    payments[number].append(Payment(year=year, trust=payer.trust, source=name, route=route, gbp=part))
                    purse[name] -= part
                    due -= part


def _source_years(
    payments: Sequence[Sequence[Payment]],
    carried: Mapping[tuple[str, int], int],
    limits: Limits,
    register: Register,
) -> tuple[SourceYear, ...]:
    paid: dict[tuple[str, int], int] = defaultdict(int)
    for each in (payment for line in payments for payment in line):
        paid[each.source, each.year] += each.gbp
    return tuple(
        SourceYear(
            source=source.name,
            year=year,
            limit_gbp=source.limits_gbp[position],
            planned_limit_gbp=limits.planned[source.name][position],
            carried_in_gbp=carried.get((source.name, position - 1), 0),
            paid_gbp=paid[source.name, year],
            carried_out_gbp=carried.get((source.name, position), 0),
            minimum_gbp=(minimum := limits.minimum[source.name][position]),
            short_gbp=max(0, minimum - paid[source.name, year]),
        )
        for source in register.sources
        for position, year in enumerate(register.settings.horizon)
    )
