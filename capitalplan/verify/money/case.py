"""The business-case route of every scheme, who bears it and who benefits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from capitalplan.plan.plan import NEW_ROOM, CaseDates, Payer, Plan, PlannedScheme
from capitalplan.register.register import Scheme
from capitalplan.terms import SchemeStatus, service_name
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings
from capitalplan.verify.money.outlays import Outlay, bear

__all__ = ["check_cases"]

DECIDED = (SchemeStatus.FBC, SchemeStatus.COMMITTED, SchemeStatus.ORDERED)
PLACED = (SchemeStatus.COMMITTED, SchemeStatus.ORDERED)

Patients = Mapping[tuple[str, str, int], Mapping[str, Fraction]]
"""Scans done for the patients of each trust, by service line, site where they are done, and financial year."""


def check_cases(context: Context, plan: Plan, outlays: Sequence[Outlay], findings: Findings) -> None:
    """Require the dates, approver, payers and benefits of every scheme to be those of the register and the patients."""
    patients = _patients(context, plan)
    for outlay in outlays:
        for holds, message in _facts(context, patients, outlay):
            line = outlay.line
            findings.require("case", holds, f"{line.scheme_id}: {message}.", place=line.site, year=line.year)


def _facts(context: Context, patients: Patients, outlay: Outlay) -> Iterator[tuple[bool, str]]:
    line, charged = outlay.line, sum(bear(context, outlay).values())
    payers = _payers(context, outlay) if charged else ()
    stated = tuple(payer for payer in line.payers if payer.share)
    yield stated == payers, "who bears its capital is not what the register says"
    yield _benefits(patients, line) == dict(line.benefits), "who benefits is not as its patients say"
    right = _case(context, outlay, charged) if charged else None
    yield line.case == right, f"its business-case route is not {_said(right)}"


def _said(case: CaseDates | None) -> str:
    if case is None:
        return "none"
    return (
        f"{case.status}, {case.approver or 'nobody'} to approve, case by {case.case_by}, order by {case.order_by}, in "
        f"service by {case.in_service_by}"
    )


def _payers(context: Context, outlay: Outlay) -> tuple[Payer, ...]:
    shares = context.cost_shares(outlay.line.asset_id, outlay.line.site)
    others = [Payer(trust=s.trust, share=s.share, basis=s.basis, consent=s.consent) for s in shares if s.share]
    rest = 1 - sum((payer.share for payer in others), Fraction(0))
    owner = [Payer(trust=outlay.owner, share=rest, basis="", consent=None)] if rest else []
    return (*others, *owner)


def _patients(context: Context, plan: Plan) -> Patients:
    patients: dict[tuple[str, str, int], defaultdict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for flow in plan.flows:
        if flow.from_site in context.register.sites:
            trust = context.register.sites[flow.from_site].trust
            patients[flow.line, flow.to_site, flow.year][trust] += flow.scans
    return patients


def _benefits(patients: Patients, line: PlannedScheme) -> dict[str, Fraction]:
    service = service_name(line.modality, line.mobile)
    scans = {} if line.year is None else patients.get((service, line.site, line.year), {})
    total = sum(scans.values(), Fraction(0))
    return {trust: part / total for trust, part in scans.items() if part}


def _scheme(context: Context, outlay: Outlay) -> Scheme | None:
    """The scheme of the register that a line is: the committed one, or one of the same machine or addition."""
    if outlay.scheme is not None:
        return outlay.scheme
    line = outlay.line
    for scheme in context.register.schemes:
        same = (scheme.action, scheme.asset_id, scheme.site) == (line.action, line.asset_id, line.site)
        if not scheme.is_committed and same and scheme.option == line.option:
            return scheme
    return None


def _case(context: Context, outlay: Outlay, charged: int) -> CaseDates | None:
    line, t = outlay.line, context.position(outlay.line.year)
    if t is None:
        return None
    scheme, day = _scheme(context, outlay), context.last_day(t)
    status = SchemeStatus.IDEA if scheme is None else scheme.status
    approval = next(
        (each for each in context.register.approvals if each.up_to_gbp is None or charged <= each.up_to_gbp), None
    )
    service = context.register.lines.get(service_name(line.modality, line.mobile))
    if line.option == NEW_ROOM:
        months = context.settings.new_room_months
    else:
        months = 0 if service is None else service.order_months
    order_by = context.months_before(day, months)
    case_by = context.months_before(order_by, 0 if approval is None else approval.months)
    return CaseDates(
        status=status,
        approver="" if approval is None else approval.approver,
        case_by=None if status in DECIDED else case_by,
        order_by=None if status in PLACED else order_by,
        in_service_by=day,
    )
