"""Every payment, what it counts against, and the limits: sources, capital limits and cash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from capitalplan.plan.plan import Payment, Plan, PlannedScheme
from capitalplan.register.register import Register
from capitalplan.settings import Settings
from capitalplan.terms import Route, round_half_up, service_name, year_label
from reports.figures.names import Cells, site_name, trust_name

__all__ = ["CAPITAL", "CASH", "NETWORK", "SHARED", "YES", "limit_cells", "payment_cells", "source_cells"]

CAPITAL, CASH = "capital limit", "cash"
NETWORK = "the network"
SHARED = "shared"
YES = "yes"


@dataclass(frozen=True, slots=True)
class _Paid:
    """A payment with its scheme and what it counts against: whose source it is, capital limits, cash of its trust."""

    number: int
    scheme: PlannedScheme
    payment: Payment
    owner: str | None
    uses_limit: bool
    takes_cash: bool

    def counts(self, total: str, trust: str | None) -> bool:
        """Whether it counts against the capital limit, or the cash, of a trust or of the network."""
        uses = self.uses_limit if total == CAPITAL else self.takes_cash
        return uses and trust in (None, self.owner)


def _paid(register: Register, plan: Plan) -> Iterator[_Paid]:
    sources = {source.name: source for source in register.sources}
    for number, scheme in enumerate(plan.schemes, start=1):
        for payment in scheme.payments:
            source = sources.get(payment.source)
            purchase = payment.route is Route.PURCHASE
            yield _Paid(
                number,
                scheme,
                payment,
                None if source is None else source.trust,
                source is not None and source.uses_capital_limit,
                source is not None and purchase and not source.brings_cash,
            )


def payment_cells(register: Register, plan: Plan) -> Cells:
    """Every payment: for what, when, by whom, from which source, and what it counts against."""
    known = {source.name for source in register.sources}
    for paid in _paid(register, plan):
        scheme, payment = paid.scheme, paid.payment
        yield (
            paid.number,
            scheme.scheme_id,
            scheme.asset_id or "",
            site_name(register, scheme.site),
            payment.year,
            year_label(payment.year),
            payment.trust,
            trust_name(register, payment.trust),
            payment.source,
            (paid.owner or SHARED) if payment.source in known else "",
            service_name(scheme.modality, scheme.mobile),
            str(scheme.purpose),
            str(payment.route),
            YES if scheme.committed else "",
            YES if paid.uses_limit else "",
            YES if paid.takes_cash else "",
            payment.gbp,
        )


def source_cells(register: Register, plan: Plan) -> Cells:
    """Every funding source in every year: limit, carry, use, minimum use, and the outturn expected with slippage."""
    sources = {source.name: source for source in register.sources}
    firm = {line.year: "firm" if line.firm else "indicative" for line in plan.years}
    committed: Counter[tuple[str, int]] = Counter()
    for paid in _paid(register, plan):
        if paid.scheme.committed:
            committed[paid.payment.source, paid.payment.year] += paid.payment.gbp
    before: dict[str, int] = {}
    slips = register.settings.slippage_share
    for line in plan.sources:
        source = sources[line.source]
        free = max(line.planned_limit_gbp, committed[line.source, line.year])
        yield (
            line.source,
            trust_name(register, source.trust) if source.trust is not None else SHARED,
            str(source.certainty),
            line.year,
            year_label(line.year),
            firm[line.year],
            line.limit_gbp,
            line.planned_limit_gbp,
            line.carried_in_gbp,
            line.paid_gbp,
            committed[line.source, line.year],
            line.carried_out_gbp,
            free + line.carried_in_gbp - line.paid_gbp - line.carried_out_gbp,
            line.minimum_gbp,
            line.short_gbp,
            round_half_up((1 - slips) * line.paid_gbp + slips * before.get(line.source, 0)),
        )
        before[line.source] = line.paid_gbp


def limit_cells(register: Register, plan: Plan) -> Cells:
    """Capital limits and cash of the network and of trusts, year by year: two totals, each beside what counts in it."""
    paid = list(_paid(register, plan))
    for line in register.capital_limits:
        for total, limits in ((CAPITAL, line.limits_gbp), (CASH, line.cash_gbp)):
            used: Counter[int] = Counter()
            committed: Counter[int] = Counter()
            for each in paid:
                if each.counts(total, line.trust):
                    used[each.payment.year] += each.payment.gbp
                    committed[each.payment.year] += each.payment.gbp if each.scheme.committed else 0
            for position, (year, limit) in enumerate(zip(register.settings.horizon, limits, strict=True)):
                if limit is None:
                    continue
                planned = _planned(limit, position, register.settings) if total == CAPITAL else limit
                yield (
                    total,
                    line.trust or "",
                    NETWORK if line.trust is None else trust_name(register, line.trust),
                    year,
                    year_label(year),
                    limit,
                    planned,
                    committed[year],
                    used[year],
                    max(planned, committed[year]) - used[year],
                )


def _planned(limit: int, position: int, settings: Settings) -> int:
    """The most that may be promised of a limit, over-programming in it."""
    firm = position < settings.firm_years
    return round_half_up(
        (1 + (settings.over_programming_firm if firm else settings.over_programming_indicative)) * limit
    )
