"""What every line is charged, who pays, and whether limits hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.terms import OVER_LIMIT, Action, year_label
from capitalplan.verify.additions import Addition
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, pounds
from capitalplan.verify.holdings import Holding
from capitalplan.verify.machines import extension_charge
from capitalplan.verify.schedules import Schedule

__all__ = ["Charge", "check_money", "list_charges", "spent_by_source"]

Charge = tuple[PlannedScheme, int]
"""A line of the plan and what it is charged to capital limits, £ cash, recomputed."""


def list_charges(
    context: Context,
    schedules: Mapping[str, Schedule],
    holdings: Mapping[str, Holding],
    additions: Sequence[Addition],
) -> list[Charge]:
    """Recompute the charge of every line that could be read."""
    charges: list[Charge] = [(addition.line, addition.charge) for addition in additions]
    for name, schedule in schedules.items():
        charged = iter(stint.machine.charge for stint in holdings[name].stints[1:])
        lease = context.contract(schedule.asset)
        for line in schedule.lines:
            amount = 0
            if line.action in (Action.UPGRADE, Action.REPLACE):
                amount = next(charged)
            elif line.action is Action.EXTEND and lease is not None and schedule.extended is not None:
                amount = extension_charge(context, lease, schedule.extended)
            charges.append((line, amount))
    return charges


def check_money(context: Context, plan: Plan, charges: Iterable[Charge], findings: Findings) -> None:
    """Require charges to the pound, eligible funding that adds up, limits kept and committed schemes paid first."""
    for line, amount in charges:
        what = f"The capital of {line.scheme_id}"
        findings.equal("money", what, line.capital_gbp, amount, place=line.site, year=line.year)
    funded = bool(context.register.sources)
    message = "The plan says it is held to limits, but none were given." if plan.funded else "The plan ignores limits."
    findings.require("money", plan.funded == funded, message, place=plan.network)
    for line in plan.schemes:
        _check_total(line, findings)
        if funded:
            _check_sources(context, line, findings)
    _check_limits(context, plan, findings)
    _check_committed(context, plan, findings)


def spent_by_source(lines: Iterable[PlannedScheme]) -> dict[tuple[str, int | None], int]:
    """Add up what lines draw on each source in each financial year, £ cash."""
    spent: Counter[tuple[str, int | None]] = Counter()
    for line in lines:
        for name, amount in line.funding.items():
            spent[name, line.year] += amount
    return dict(spent)


def _check_total(line: PlannedScheme, findings: Findings) -> None:
    total = sum(line.funding.values())
    message = f"The funding of {line.scheme_id} adds up to {pounds(total)}, its capital is {pounds(line.capital_gbp)}."
    holds = total == line.capital_gbp
    findings.require(
        "money", holds, message, place=line.site, year=line.year, amount=total - line.capital_gbp, unit="£"
    )


def _check_sources(context: Context, line: PlannedScheme, findings: Findings) -> None:
    scheme = context.committed.get(line.scheme_id) if line.committed else None
    named = None if scheme is None else scheme.source
    eligible = {source.name for source in context.register.sources if source.trust in (None, line.trust)}
    if named is not None:
        eligible = {named}
    for name, amount in line.funding.items():
        message = (
            f"{line.scheme_id} costs {pounds(amount)} more than {line.trust} can pay in that year."
            if name == OVER_LIMIT
            else f"{line.scheme_id} of {line.trust} may not draw {pounds(amount)} on {name}."
        )
        holds = amount == 0 or (amount > 0 and name in eligible)
        findings.require("money", holds, message, place=name, year=line.year, amount=amount, unit="£")


def _check_limits(context: Context, plan: Plan, findings: Findings) -> None:
    spent = spent_by_source(plan.schemes)
    for source in context.register.sources:
        for t, limit in enumerate(source.limits_gbp):
            year = context.year(t)
            amount = spent.get((source.name, year), 0)
            message = f"{source.name} pays {pounds(amount)} in {year_label(year)}; its limit is {pounds(limit)}."
            over = amount - limit
            findings.require("money", over <= 0, message, place=source.name, year=year, amount=over, unit="£")


def _check_committed(context: Context, plan: Plan, findings: Findings) -> None:
    """Require a committed scheme without a named source to leave none before the one it draws on unspent.

    The order among committed schemes is free, so what counts is that committed schemes together use up a source of
    the trust, or an earlier shared one, before any of them draws on a later one.
    """
    committed = [line for line in plan.schemes if line.committed and line.scheme_id in context.committed]
    spent = spent_by_source(committed)
    for line in committed:
        t = context.position(line.year)
        if t is None or context.committed[line.scheme_id].source is not None:
            continue
        own = [source for source in context.register.sources if source.trust == line.trust]
        shared = sorted((s for s in context.register.sources if s.trust is None), key=lambda source: source.name)
        drawn = [i for i, source in enumerate(shared) if line.funding.get(source.name)]
        before = own + shared[: drawn[-1]] if drawn else []
        for source in before:
            left = source.limits_gbp[t] - spent.get((source.name, line.year), 0)
            message = (
                f"The committed scheme {line.scheme_id} draws on {shared[drawn[-1]].name} while "
                f"{pounds(left)} of {source.name} is free."
            )
            findings.require("money", left <= 0, message, place=source.name, year=line.year, amount=left, unit="£")
