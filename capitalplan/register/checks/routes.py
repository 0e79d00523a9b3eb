"""Leases, managed services, price tiers and approvals: whole, and not at odds with the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from capitalplan.register.checks.facts import Facts, did_you_mean
from capitalplan.register.checks.money import unknown_words
from capitalplan.register.checks.spans import check_offer
from capitalplan.register.issues import Issue
from capitalplan.register.resolving.money import share_years
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import ApprovalRow, ChallengeRow, FrameworkRow, RouteRow
from capitalplan.terms import ContractEnd, Route, year_label

__all__ = ["check_routes"]


def check_routes(facts: Facts) -> Iterator[Issue]:
    """Check offers, tiers, approvers and suppliers' challenges."""
    for offer in facts.book.rows(RouteRow):
        yield from _offer(offer, facts)
    yield from _tiers(facts)
    yield from _approvals(facts)
    for challenge in facts.book.rows(ChallengeRow):
        yield from _challenge(challenge, facts)


def _offer(offer: ReadRow[RouteRow], facts: Facts) -> Iterator[Issue]:
    row = offer.data
    if facts.options is not None and row.option not in facts.options:
        fix = did_you_mean(row.option, facts.options) or "Add it to Catalogue, or correct it here."
        yield offer.issue("option", f"Option '{row.option}' is not in Catalogue.", fix)
    yield from unknown_words(offer, "trusts", facts.trusts, "Organisations or Sites", upper=True)
    if row.lease_gbp is None and row.service_gbp is None and row.per_scan_gbp is None:
        yield offer.issue("lease_gbp", "The offer has no charge.", "Fill in the lease part, the service part or both.")
    elif row.route is Route.LEASE and not row.lease_gbp:
        yield offer.issue("lease_gbp", "A lease has no rent.", "Fill in its rent as the lease part.")
    if (row.per_scan_gbp is None) != (row.contract_scans is None):
        given = "contract_scans" if row.per_scan_gbp is None else "per_scan_gbp"
        message = "A charge a scan is counted at contract volume: one is given without the other."
        yield offer.issue(given, message, "Fill in both, or clear both.")
    if row.route is Route.MANAGED_SERVICE and row.refresh_years is None:
        message = "A managed service has no refresh promise."
        yield offer.issue("refresh_years", message, "Fill in the age at which it renews its machine.")
    yield from check_offer(offer, facts)
    if facts.horizon is not None:
        yield from _ends(offer, facts.horizon)


def _ends(offer: ReadRow[RouteRow], horizon: range) -> Iterator[Issue]:
    """Terminal rules that a contract needs: for an end inside the plan, and for one beyond it."""
    row = offer.data
    first = max(horizon[0], row.first_year or horizon[0])
    last = min(horizon[-1], row.last_year or horizon[-1])
    years = row.term_years + (row.extension_years or 0)

    def outlasts(begun: int) -> bool:
        left = horizon[-1] + 1 - begun
        return left < years or (row.at_end is ContractEnd.RENEW and left % years != 0)

    long = next((begun for begun in range(last, first - 1, -1) if outlasts(begun)), None)
    if row.beyond is None and long is not None:
        renewed = " and renewed" if horizon[-1] + 1 - long >= years else ""
        message = (
            f"A contract of {years} years begun in {year_label(long)}{renewed} outlasts the plan, and nothing says "
            "which of its charges count then."
        )
        yield offer.issue("beyond", message, "Choose 'charges inside the plan' or 'charges to the end of the term'.")
    if row.at_end is None and first <= last and first + years <= horizon[-1]:
        message = (
            f"A contract of {years} years begun in {year_label(first)} ends inside the plan, and nothing says how."
        )
        yield offer.issue("at_end", message, "Choose 'renew' or 'return'.")


def _tiers(facts: Facts) -> Iterator[Issue]:
    tiers: dict[str, list[ReadRow[FrameworkRow]]] = defaultdict(list)
    for read in facts.book.rows(FrameworkRow):
        tiers[read.data.framework].append(read)
        yield from unknown_words(read, "options", facts.options, "Catalogue")
        yield from unknown_words(read, "trusts", facts.trusts, "Organisations or Sites", upper=True)
        row = read.data
        if row.to_units is not None and row.to_units < row.from_units:
            yield read.issue("to_units", "The tier ends before it begins.", "Correct one of the two numbers.")
        yield from check_offer(read, facts)
    for name, reads in tiers.items():
        yield from _ladder(name, sorted(reads, key=lambda read: read.data.from_units))


def _ladder(name: str, reads: list[ReadRow[FrameworkRow]]) -> Iterator[Issue]:
    for number, read in enumerate(reads):
        row = read.data
        first = reads[0].data
        if (frozenset(row.options), frozenset(row.trusts or ())) != (
            frozenset(first.options),
            frozenset(first.trusts or ()),
        ):
            message = f"Tiers of '{name}' are not all for the same options and trusts."
            yield read.issue("options", message, "Use one list for all of its tiers, or name the frameworks apart.")
        for higher in reads[number + 1 :]:
            if not share_years(row, higher.data):
                continue
            start, end = higher.data.from_units, row.to_units
            if start == row.from_units or (end is not None and end >= start):
                message = f"Tiers of '{name}' overlap from {start} machines on."
                yield higher.issue(
                    "from_units", message, f"Start it above {end or start}, or correct row {read.number}."
                )
            elif end is not None and end + 1 < start:
                message = f"No tier of '{name}' covers {end + 1} to {start - 1} machines, although fewer earn a rebate."
                yield higher.issue(
                    "from_units", message, f"Start it at {end + 1}, or leave the end of row {read.number} blank."
                )
            if higher.data.rebate < row.rebate:
                message = f"Buying more earns less: {_percent(higher.data.rebate)} after {_percent(row.rebate)}."
                yield higher.issue("rebate", message, "Check the two rebates.")
            break


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.4g}%"


def _approvals(facts: Facts) -> Iterator[Issue]:
    reads = facts.book.rows(ApprovalRow)
    by_limit: dict[int | None, ReadRow[ApprovalRow]] = {}
    for read in reads:
        other = by_limit.setdefault(read.data.up_to_gbp, read)
        if other is not read:
            what = "any capital" if read.data.up_to_gbp is None else f"up to £{read.data.up_to_gbp:,}"
            message = f"'{other.data.approver}' in row {other.number} approves {what} too."
            yield read.issue("up_to_gbp", message, "Give every approver a limit of its own.")
    if reads and None not in by_limit:
        message = "Nobody approves a scheme above the largest limit."
        yield reads[-1].issue("up_to_gbp", message, "Leave the limit of the last approver blank.")


def _challenge(challenge: ReadRow[ChallengeRow], facts: Facts) -> Iterator[Issue]:
    row = challenge.data
    if row.trust_code is not None and facts.trusts is not None and row.trust_code not in facts.trusts:
        fix = did_you_mean(row.trust_code, facts.trusts) or "Correct the trust code."
        yield challenge.issue("trust_code", f"Trust '{row.trust_code}' is not in Organisations or Sites.", fix)
    if row.site_code is not None and facts.sites is not None and row.site_code not in facts.sites:
        fix = did_you_mean(row.site_code, facts.sites) or "Correct the site code."
        yield challenge.issue("site_code", f"Site code '{row.site_code}' is not in Sites.", fix)
    yield from unknown_words(challenge, "asset_ids", facts.assets, "Equipment")
    if (row.embedded_lease_gbp or 0) > row.annual_charge_gbp:
        message = "The embedded lease is more than the whole charge."
        yield challenge.issue("embedded_lease_gbp", message, "Correct one of the two amounts.")
    if facts.horizon is not None and row.start_year not in facts.horizon:
        message = f"{year_label(row.start_year)} is outside the plan."
        yield challenge.issue("start_year", message, "Choose a year of the plan.")
    owned = [read.data for read in facts.machines.values() if facts.holding(read.data) is None]
    scope = [
        machine
        for machine in owned
        if (row.trust_code is None or (machine.trust_code or facts.trust_of(machine.site_code)) == row.trust_code)
        and (row.site_code is None or machine.site_code == row.site_code)
        and (row.modality is None or machine.modality == row.modality)
        and (row.asset_ids is None or machine.asset_id in row.asset_ids)
    ]
    if facts.assets is not None and facts.machines and not scope:
        message = f"'{row.name}' would take over no owned machine of the register."
        yield challenge.issue("name", message, "Widen its trust, site, modality or asset IDs.")
