"""Whether every charge is borne and paid as it should be, from sources that may pay for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from capitalplan.plan.plan import Payment, Plan, PlannedScheme
from capitalplan.register.register import Source
from capitalplan.terms import OVER_LIMIT, UNFUNDED, Route, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, pounds
from capitalplan.verify.money.outlays import Outlay, bear

__all__ = ["check_payments"]


def check_payments(context: Context, plan: Plan, outlays: Sequence[Outlay], findings: Findings) -> None:
    """Require charges to the pound, paid in full by the trusts that bear them from sources that may pay."""
    funded = bool(context.register.sources)
    message = "The plan says it is held to limits, but none were given." if plan.funded else "The plan ignores limits."
    findings.require("money", plan.funded == funded, message, place=plan.network)
    for outlay in outlays:
        _check_borne(context, outlay, findings)
    for line in plan.schemes:
        _check_totals(line, findings)
        for payment in line.payments:
            _check_source(context, line, payment, findings)


def _check_borne(context: Context, outlay: Outlay, findings: Findings) -> None:
    """Check what a line is charged in all, and what each trust pays in each year by each route."""
    line, borne = outlay.line, bear(context, outlay)
    what = f"The capital of {line.scheme_id}"
    findings.equal("money", what, line.capital_gbp, sum(borne.values()), place=line.site, year=line.year)
    due = {(context.year(t), route, trust): amount for (t, route, trust), amount in borne.items()}
    paid: Counter[tuple[int, Route, str]] = Counter()
    for payment in line.payments:
        paid[payment.year, payment.route, payment.trust] += payment.gbp
    for key in sorted({*due, *paid}):
        year, route, trust = key
        what = f"What {trust} pays for {line.scheme_id} in {year_label(year)} ({route})"
        findings.equal("money", what, paid[key], due.get(key, 0), place=trust, year=year)


def _check_totals(line: PlannedScheme, findings: Findings) -> None:
    by_source: Counter[str] = Counter()
    for payment in line.payments:
        by_source[payment.source] += payment.gbp
    for what, total in (("funding", sum(line.funding.values())), ("payments", sum(by_source.values()))):
        out = total - line.capital_gbp
        message = (
            f"The {what} of {line.scheme_id} adds up to {pounds(total)}, its capital is {pounds(line.capital_gbp)}."
        )
        findings.require("money", out == 0, message, place=line.site, year=line.year, amount=out, unit="£")
    for source in sorted({*by_source, *line.funding}):
        what = f"The funding of {line.scheme_id} by {source}"
        found = line.funding.get(source, 0)
        findings.equal("money", what, found, by_source[source], place=source, year=line.year)


def _check_source(context: Context, line: PlannedScheme, payment: Payment, findings: Findings) -> None:
    message = (
        f"{line.scheme_id} costs {pounds(payment.gbp)} more than {payment.trust} can pay in {year_label(payment.year)}."
        if payment.source == OVER_LIMIT
        else f"{line.scheme_id} of {payment.trust} may not draw {pounds(payment.gbp)} on {payment.source}."
    )
    holds = payment.gbp > 0 and _may_pay(context, line, payment)
    findings.require("money", holds, message, place=payment.source, year=payment.year, amount=payment.gbp, unit="£")


def _may_pay(context: Context, line: PlannedScheme, payment: Payment) -> bool:
    if not context.register.sources:
        return payment.source == UNFUNDED
    scheme = context.committed.get(line.scheme_id) if line.committed else None
    if scheme is not None and scheme.source is not None:
        return payment.source == scheme.source
    return any(_is_open(source, line, payment) for source in context.register.sources)


def _is_open(source: Source, line: PlannedScheme, payment: Payment) -> bool:
    named = source.name == payment.source
    return named and source.may_pay(payment.trust, line.modality, line.purpose, payment.route)
