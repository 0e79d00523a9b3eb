"""Who owns and who pays, who approves and when, prices that come with numbers, and what should be looked at."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import Register
from capitalplan.terms import service_name, year_label
from reports.figures.names import Cells, label, place_name, scheme_cells, site_name, trust_name

__all__ = ["FLAGS", "case_cells", "change_cells", "flag_cells", "payer_cells", "tier_cells"]

FLAGS = {"maybe a lease": "May be a lease", "consent": "Share not agreed"}
"""What should be looked at, as users read it."""

_OWN = "own"
_CLOSE = Fraction(1, 200)
"""Shares of patients below this are not named."""


def case_cells(register: Register, plan: Plan) -> Cells:
    """The business-case route of every scheme that is charged, the next day first."""
    due = [scheme for scheme in plan.schemes if scheme.case is not None]
    for scheme in sorted(due, key=_next_day):
        case = scheme.case
        if case is not None:
            yield (
                *scheme_cells(register, scheme),
                scheme.capital_gbp,
                str(case.status),
                case.approver,
                case.case_by,
                case.order_by,
                case.in_service_by,
            )


def _next_day(scheme: PlannedScheme) -> tuple[str, str]:
    case = scheme.case
    if case is None:
        return "", scheme.scheme_id
    return (case.case_by or case.order_by or case.in_service_by).isoformat(), scheme.scheme_id


def payer_cells(register: Register, plan: Plan) -> Cells:
    """Each trust's part in each scheme that is charged: share, its basis, consent, and what it pays."""
    for number, scheme in enumerate(plan.schemes, start=1):
        paid: Counter[str] = Counter()
        for payment in scheme.payments:
            paid[payment.trust] += payment.gbp
        for payer in scheme.payers:
            yield (
                number,
                scheme.scheme_id,
                label(scheme.year),
                scheme.asset_id or "",
                site_name(register, scheme.site),
                service_name(scheme.modality, scheme.mobile),
                trust_name(register, scheme.trust),
                trust_name(register, _host(register, scheme)),
                trust_name(register, payer.trust),
                payer.trust,
                float(payer.share),
                paid[payer.trust],
                payer.basis,
                "" if payer.consent is None else str(payer.consent),
                _patients(register, scheme),
            )


def _host(register: Register, scheme: PlannedScheme) -> str:
    return register.sites[scheme.site].trust if scheme.site in register.sites else scheme.trust


def _patients(register: Register, scheme: PlannedScheme) -> str:
    """Name whose patients are scanned there, the most first: ``own 80%, Brackenfield 20%``; empty for own alone."""
    named = sorted(scheme.benefits.items(), key=lambda each: (-each[1], each[0]))
    shown = [(trust, share) for trust, share in named if share >= _CLOSE]
    if all(trust == scheme.trust for trust, _ in shown):
        return ""
    return ", ".join(
        f"{_OWN if trust == scheme.trust else trust_name(register, trust)} {float(share):.0%}" for trust, share in shown
    )


def tier_cells(plan: Plan) -> Cells:
    """Price tiers reached, with what they take off."""
    for tier in plan.tiers:
        yield (
            tier.framework,
            tier.year,
            year_label(tier.year),
            tier.units,
            tier.from_units,
            float(tier.rebate),
            tier.rebate_gbp,
            tier.real_gbp,
        )


def flag_cells(register: Register, plan: Plan) -> Cells:
    """What should be looked at before money is committed."""
    for flag in plan.flags:
        yield FLAGS.get(flag.rule, flag.rule), place_name(register, flag.place), label(flag.year), flag.message


def change_cells(register: Register, plan: Plan, study: Study) -> Cells:
    """What differs from the approved plan, and why."""
    causes = {each.change: " ".join(each.causes) for each in study.change_causes}
    for change in plan.changes:
        yield (
            change.what,
            site_name(register, change.site),
            change.approved,
            change.planned,
            "yes" if change.firm else "",
            change.price_gbp,
            causes.get(change, ""),
        )
