"""The business-case route of a scheme, who bears its capital and who benefits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from capitalplan.finance.bearing import cost_shares
from capitalplan.finance.dates import last_day, months_before
from capitalplan.plan.decode import Choices, Place
from capitalplan.plan.drafts import Draft
from capitalplan.plan.plan import NEW_ROOM, CaseDates, Payer
from capitalplan.register.register import Register, Scheme
from capitalplan.terms import SchemeStatus, service_name

__all__ = ["Benefits", "case_dates", "payers"]

ORDERED = frozenset({SchemeStatus.ORDERED, SchemeStatus.COMMITTED})
APPROVED = ORDERED | {SchemeStatus.FBC}


def case_dates(line: Draft, register: Register) -> CaseDates | None:
    """Status, approver and dates of a scheme; None where nothing is charged.

    Its status is that of the line of Schemes for the same machine (or site), action and option.
    """
    if line.year is None or not line.charge_gbp:
        return None
    scheme = _scheme(line, register)
    status = SchemeStatus.IDEA if scheme is None else scheme.status
    approval = next(
        (each for each in register.approvals if each.up_to_gbp is None or line.charge_gbp <= each.up_to_gbp), None
    )
    in_service_by = last_day(line.year)
    order_by = months_before(in_service_by, _months_to_order(line, register))
    case_by = order_by if approval is None else months_before(order_by, approval.months)
    return CaseDates(
        status=status,
        approver="" if approval is None else approval.approver,
        case_by=None if status in APPROVED else case_by,
        order_by=None if status in ORDERED else order_by,
        in_service_by=in_service_by,
    )


def _scheme(line: Draft, register: Register) -> Scheme | None:
    if line.scheme is not None:
        return line.scheme
    asset_id = None if line.asset is None else line.asset.asset_id
    key = (line.action, asset_id, line.site, line.option)
    found = (
        scheme
        for scheme in register.schemes
        if not scheme.is_committed and (scheme.action, scheme.asset_id, scheme.site, scheme.option) == key
    )
    return next(found, None)


def _months_to_order(line: Draft, register: Register) -> int:
    if line.option == NEW_ROOM:
        return register.settings.new_room_months
    return register.lines[service_name(line.modality, line.mobile)].order_months


def payers(line: Draft, register: Register) -> tuple[Payer, ...]:
    """Who bears the capital of a scheme, the owner last; nobody where nothing is charged."""
    if not line.charge_gbp:
        return ()
    shares = cost_shares(register, None if line.asset is None else line.asset.asset_id, line.site)
    others = [
        Payer(trust=each.trust, share=each.share, basis=each.basis, consent=each.consent)
        for each in shares
        if each.share
    ]
    rest = 1 - sum((each.share for each in others), Fraction(0))
    return (*others, *([Payer(trust=line.trust, share=rest, basis="", consent=None)] if rest else []))


class Benefits:
    """Whose patients are scanned where."""

    def __init__(self, choices: Choices) -> None:
        register = choices.columns.register
        self._start = register.settings.start_year
        self._scans: dict[Place, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for (line, home, place, year), scans in choices.flows.items():
            self._scans[line, place, year][register.sites[home].trust] += scans

    def of(self, line: Draft) -> Mapping[str, Fraction]:
        """Share of the scans done at its site in its service line and year, by trust of the patients."""
        if line.year is None:
            return {}
        name = service_name(line.modality, line.mobile)
        scans = self._scans.get((name, line.site, line.year - self._start), {})
        total = sum(scans.values(), Fraction(0))
        return {trust: part / total for trust, part in sorted(scans.items())}
