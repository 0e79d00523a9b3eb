"""Whether what sources pay stays within their limits, capital limits and cash, and committed schemes are paid first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from capitalplan.plan.plan import Payment, Plan, PlannedScheme, SourceYear
from capitalplan.register.register import CapitalLimit, Source
from capitalplan.terms import Route, round_half_up, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, pounds
from capitalplan.verify.money.outlays import Outlay, bear

__all__ = ["check_limits", "paid_by_source", "short_of_minimum"]

Paid = Counter[tuple[str, int]]
"""£ cash by source and financial year."""


def paid_by_source(lines: Iterable[PlannedScheme]) -> Paid:
    """Add up what lines draw on each source in each financial year, £ cash."""
    paid: Paid = Counter()
    for line in lines:
        for payment in line.payments:
            paid[payment.source, payment.year] += payment.gbp
    return paid


def short_of_minimum(context: Context, plan: Plan) -> dict[tuple[str, int], int]:
    """By how much less than its minimum each source pays, by name and position; only what is above nought."""
    paid, short = paid_by_source(plan.schemes), {}
    for source in context.register.sources:
        for t in range(context.years):
            missing = _minimum(source, t) - paid[source.name, context.year(t)]
            if missing > 0:
                short[source.name, t] = missing
    return short


def check_limits(context: Context, plan: Plan, outlays: Sequence[Outlay], findings: Findings) -> None:
    """Require sources within their limits with what they carry over, totals kept, and committed schemes paid first."""
    committed = [line for line in plan.schemes if line.committed and line.scheme_id in context.committed]
    _check_sources(context, plan, committed, findings)
    for limit in context.register.capital_limits:
        _check_totals(context, plan, limit, committed, findings)
    if context.register.sources:
        _check_committed(context, outlays, findings)


def _minimum(source: Source, t: int) -> int:
    return round_half_up(source.minimum_share * source.limits_gbp[t])


def _check_sources(context: Context, plan: Plan, committed: Sequence[PlannedScheme], findings: Findings) -> None:
    stated: dict[tuple[str, int], SourceYear] = {}
    for each in plan.sources:
        key = (each.source, each.year)
        message = f"{each.source} stands twice in {year_label(each.year)}, or is no source of the register."
        known = each.source in {source.name for source in context.register.sources}
        known = known and context.position(each.year) is not None and key not in stated
        findings.require("money", known, message, place=each.source, year=each.year)
        stated[key] = each
    paid, fixed = paid_by_source(plan.schemes), paid_by_source(committed)
    for source in context.register.sources:
        carried = 0
        for t, year in enumerate(context.settings.horizon):
            line, key = stated.get((source.name, year)), (source.name, year)
            left = 0 if line is None else line.carried_out_gbp
            right = _source_year(context, source, t, paid=paid[key], carried=(carried, left))
            message = f"The figures of {source.name} in {year_label(year)} are not those recomputed."
            findings.require("money", line == right, message, place=source.name, year=year)
            _check_carried(context, source, t, left, findings)
            _check_limit(right, fixed[key], findings)
            carried = left


def _source_year(context: Context, source: Source, t: int, *, paid: int, carried: tuple[int, int]) -> SourceYear:
    limit, minimum = source.limits_gbp[t], _minimum(source, t)
    return SourceYear(
        source=source.name,
        year=context.year(t),
        limit_gbp=limit,
        planned_limit_gbp=round_half_up((1 + context.over_programming(t)) * limit),
        carried_in_gbp=carried[0],
        paid_gbp=paid,
        carried_out_gbp=carried[1],
        minimum_gbp=minimum,
        short_gbp=max(0, minimum - paid),
    )


def _check_limit(line: SourceYear, committed: int, findings: Findings) -> None:
    planned, carried, left = line.planned_limit_gbp, line.carried_in_gbp, line.carried_out_gbp
    kept = f" and keeps {pounds(left)}" if left else ""
    most = f"{pounds(planned)} with {pounds(carried)} from the year before" if carried else pounds(planned)
    message = f"{line.source} pays {pounds(line.paid_gbp)}{kept} in {year_label(line.year)}; its limit is {most}."
    over = line.paid_gbp - committed + left - max(0, planned - committed) - carried
    findings.require("money", over <= 0, message, place=line.source, year=line.year, amount=over, unit="£")


def _check_carried(context: Context, source: Source, t: int, left: int, findings: Findings) -> None:
    year = context.year(t)
    most = math.floor(source.carry_share * source.limits_gbp[t]) if t + 1 < context.years else 0
    message = f"{source.name} carries {pounds(left)} out of {year_label(year)}; at most {pounds(most)} may be."
    findings.require("money", 0 <= left <= most, message, place=source.name, year=year, amount=left - most, unit="£")


def _check_totals(
    context: Context, plan: Plan, limit: CapitalLimit, committed: Sequence[PlannedScheme], findings: Findings
) -> None:
    """Check the capital limit and the cash of a trust, or of the network."""
    sources = [source for source in context.register.sources if limit.trust in (None, source.trust)]
    place = plan.network if limit.trust is None else limit.trust
    using = {source.name for source in sources if source.uses_capital_limit}
    without = {source.name for source in sources if not source.brings_cash}

    def uses(payment: Payment) -> bool:
        return payment.source in using

    def takes_cash(payment: Payment) -> bool:
        return payment.source in without and payment.route is Route.PURCHASE

    for t in range(context.years):
        capital = limit.limits_gbp[t]
        if capital is not None:
            most = round_half_up((1 + context.over_programming(t)) * capital)
            _check_total(context, plan, committed, uses, (place, "capital limit", t, most), findings)
        cash = limit.cash_gbp[t]
        if cash is not None:
            _check_total(context, plan, committed, takes_cash, (place, "cash", t, cash), findings)


def _check_total(
    context: Context,
    plan: Plan,
    committed: Sequence[PlannedScheme],
    counts: Callable[[Payment], bool],
    limit: tuple[str, str, int, int],
    findings: Findings,
) -> None:
    place, what, t, most = limit
    year = context.year(t)

    def paid(lines: Iterable[PlannedScheme]) -> int:
        return sum(p.gbp for line in lines for p in line.payments if p.year == year and counts(p))

    used, allowed = paid(plan.schemes), max(most, paid(committed))
    message = f"{place} uses {pounds(used)} of its {what} in {year_label(year)}; it is {pounds(allowed)}."
    over = used - allowed
    findings.require("money", over <= 0, message, place=place, year=year, amount=over, unit="£")


def _check_committed(context: Context, outlays: Sequence[Outlay], findings: Findings) -> None:
    """Pay committed schemes again, year by year, and require the plan to have paid them so."""
    fixed = sorted((o for o in outlays if o.scheme is not None), key=lambda outlay: outlay.line.scheme_id)
    named = [outlay for outlay in fixed if outlay.scheme is not None and outlay.scheme.source is not None]
    free = [outlay for outlay in fixed if outlay.scheme is not None and outlay.scheme.source is None]
    borne = {outlay.line.scheme_id: bear(context, outlay) for outlay in fixed}
    for t, year in enumerate(context.settings.horizon):
        left = {
            source.name: round_half_up((1 + context.over_programming(t)) * source.limits_gbp[t])
            for source in context.register.sources
        }
        for outlay in (*named, *free):
            line, name = outlay.line, None if outlay.scheme is None else outlay.scheme.source
            due: Counter[str] = Counter()
            for (at, route, trust), amount in borne[line.scheme_id].items():
                if at == t:
                    order = [name] if name is not None else _order(context, line, trust, route)
                    _draw(left, order, amount, due)
            paid = Counter({p.source: 0 for p in line.payments})
            for payment in line.payments:
                paid[payment.source] += payment.gbp if payment.year == year else 0
            for source in sorted({*due, *paid}):
                what = f"What {source} pays first for the committed scheme {line.scheme_id} in {year_label(year)}"
                findings.equal("money", what, paid[source], due[source], place=source, year=year)


def _order(context: Context, line: PlannedScheme, trust: str, route: Route) -> list[str]:
    """Sources that may pay a trust's part: its own first, then shared ones, each in order of name."""
    may = [s for s in context.register.sources if s.may_pay(trust, line.modality, line.purpose, route)]
    return [source.name for source in sorted(may, key=lambda source: (source.trust is None, source.name))]


def _draw(left: dict[str, int], order: Sequence[str], amount: int, due: Counter[str]) -> None:
    """Draw an amount on sources in order; what exceeds them all is charged to the last."""
    for number, name in enumerate(order):
        last = number + 1 == len(order)
        part = amount if last else min(amount, max(0, left.get(name, 0)))
        left[name] = left.get(name, 0) - part
        due[name] += part
        amount -= part
