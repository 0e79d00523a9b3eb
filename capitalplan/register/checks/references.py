"""Every name that points to another row must find it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import Any

from capitalplan.register.checks.facts import Facts, did_you_mean
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import (
    CatalogueRow,
    ContractRow,
    DemandRow,
    EquipmentRow,
    ExtraCapacityRow,
    FundingRow,
    OrganisationRow,
    Row,
    SchemeRow,
    SiteRow,
    TieRow,
    TravelRow,
    UpgradeRow,
    WaitingRow,
    WorkforceRow,
    columns_of,
)

__all__ = ["check_references"]

_TRUST_SHAPE = re.compile(r"[A-Z0-9]{3}")
_SITE_SHAPE = re.compile(r"[A-Z0-9]{5}")


def check_references(facts: Facts) -> Iterator[Issue]:
    """Unknown trusts, sites, contracts, options, curves, machines and funding sources, with the nearest known name."""
    has_sites, has_trusts = facts.has(SiteRow), facts.has(OrganisationRow)
    sites = (facts.sites, "Sites" if has_sites else "Equipment")
    trusts = (facts.trusts if has_trusts else None, "Organisations")
    options, curves = (facts.options, "Catalogue"), (facts.curves, "Ageing")
    references: tuple[tuple[type[Row], str, tuple[Set[str] | None, str]], ...] = (
        (EquipmentRow, "site_code", sites),
        (EquipmentRow, "trust_code", trusts),
        (EquipmentRow, "contract_id", (facts.contracts if facts.has(ContractRow) else None, "Contracts")),
        (EquipmentRow, "ageing_curve", curves),
        (SiteRow, "trust_code", trusts),
        (SchemeRow, "asset_id", (facts.assets, "Equipment")),
        (SchemeRow, "site_code", sites),
        (SchemeRow, "option", options),
        (SchemeRow, "funding_source", (facts.sources if facts.has(FundingRow) else None, "Funding")),
        (CatalogueRow, "ageing_curve", curves),
        (TravelRow, "from_site", sites),
        (TravelRow, "to_site", sites),
    )
    for kind, field, (known, where) in references:
        for read in facts.book.rows(kind):
            yield from _unknown(read, field, known, where)
    yield from _service_references(facts, sites)
    for machine in facts.book.rows(EquipmentRow):
        if machine.data.planned_option != "retire":
            yield from _unknown(machine, "planned_option", *options)
    for contract in facts.book.rows(ContractRow):
        yield from _unknown(contract, "trust_code", *trusts, Severity.WARNING)
    yield from _trust_or_shared(FundingRow, facts)
    if has_trusts:
        yield from _unknown_derived_trusts(facts)
    yield from _odd(facts.book.rows(SiteRow) or facts.book.rows(EquipmentRow), "site_code", _SITE_SHAPE, "five")
    yield from _odd(facts.book.rows(OrganisationRow), "trust_code", _TRUST_SHAPE, "three")


def _service_references(facts: Facts, sites: tuple[Set[str] | None, str]) -> Iterator[Issue]:
    for place in (DemandRow, WaitingRow):
        for read in facts.book.rows(place):
            yield from _unknown(read, "site_code", *sites)
            yield from _unknown_trust(read, facts)
    for extra in facts.book.rows(ExtraCapacityRow):
        yield from _unknown(extra, "site_code", *sites)
    for shareable in (ExtraCapacityRow, WorkforceRow):
        yield from _trust_or_shared(shareable, facts)
    for upgrade in facts.book.rows(UpgradeRow):
        yield from _unknown(upgrade, "asset_id", facts.assets, "Equipment")
    for tie in facts.book.rows(TieRow):
        for field in ("first", "other"):
            yield from _unknown(tie, field, facts.replaceable, "Equipment or Schemes")


def _trust_or_shared(kind: type[Row], facts: Facts) -> Iterator[Issue]:
    """Unknown trusts on a sheet whose lines may be about all of them."""
    reads: tuple[ReadRow[Any], ...] = facts.book.rows(kind)
    for read in reads:
        if not facts.is_shared(read.data.trust_code):
            yield from _unknown_trust(read, facts)


def _unknown_trust(read: ReadRow[Any], facts: Facts) -> Iterator[Issue]:
    where = "Organisations" if facts.has(OrganisationRow) else "Sites or Equipment"
    yield from _unknown(read, "trust_code", facts.trusts, where)


def _unknown(
    read: ReadRow[Any], field: str, known: Set[str] | None, where: str, severity: Severity = Severity.ERROR
) -> Iterator[Issue]:
    value = getattr(read.data, field)
    if value is None or known is None or value in known:
        return
    title = columns_of(type(read.data))[field].title
    near = did_you_mean(value, known)
    fix = near or f"Add it to {where}, or correct it here."
    yield read.issue(field, f"{title} '{value}' is not in {where}.", fix, severity)


def _unknown_derived_trusts(facts: Facts) -> Iterator[Issue]:
    for site in facts.book.rows(SiteRow):
        trust = facts.trust_of(site.data.site_code)
        if site.data.trust_code is None and facts.trusts is not None and trust not in facts.trusts:
            message = f"Trust '{trust}', taken from the site code, is not in Organisations."
            yield site.issue("site_code", message, "Fill in its trust code, or add the trust.", Severity.WARNING)


def _odd(reads: Sequence[ReadRow[Any]], field: str, shape: re.Pattern[str], length: str) -> Iterator[Issue]:
    odd = {code: read for read in reversed(reads) if not shape.fullmatch(code := getattr(read.data, field))}
    if odd:
        code, first = list(odd.items())[-1]
        some = f"'{code}' does" if len(odd) == 1 else f"{len(odd)} codes, '{code}' among them, do"
        message = f"{some} not look like an ODS code of {length} letters and digits."
        yield first.issue(field, message, "Check it; a code of your own will do.", Severity.WARNING)
