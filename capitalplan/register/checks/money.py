"""Funding sources and totals: whom they can pay for at all, and years that are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from typing import Any

from capitalplan.register.checks.facts import Facts, did_you_mean
from capitalplan.register.issues import Issue, Severity
from capitalplan.register.rows import ReadRow
from capitalplan.register.schema import (
    CapitalLimitRow,
    ContractRow,
    CostShareRow,
    FundingRow,
    RevenueLimitRow,
    RouteRow,
    SchemeRow,
    SourceRow,
)
from capitalplan.terms import Action, Certainty, Modality, Purpose, Route, SchemeStatus, year_label

__all__ = ["check_money", "unknown_words"]


def check_money(facts: Facts) -> Iterator[Issue]:
    """Check sources that nobody may use, totals with years missing, and shares that are more than the whole."""
    for source in facts.book.rows(SourceRow):
        yield from _source(source, facts)
    yield from _committed(facts)
    for total in facts.book.rows(CapitalLimitRow):
        if total.data.limit_gbp is None and total.data.cash_gbp is None:
            message = "Neither a capital limit nor cash is given, so the line limits nothing."
            yield total.issue("limit_gbp", message, "Fill in one of the two, or remove the line.", Severity.WARNING)
    yield from _years(facts, CapitalLimitRow, "limit", shared=True)
    yield from _years(facts, RevenueLimitRow, "revenue limit", shared=False)
    yield from _cost_shares(facts)


def unknown_words(
    read: ReadRow[Any], field: str, known: Iterable[str] | None, where: str, *, upper: bool = False
) -> Iterator[Issue]:
    """Words of a list cell that are not known, each with the nearest that is."""
    if known is None:
        return
    names = set(known)
    for typed in getattr(read.data, field) or ():
        word = typed.upper() if upper else typed
        if word not in names:
            fix = did_you_mean(word, names) or f"Add it to {where}, or correct it here."
            yield read.issue(field, f"'{typed}' is not in {where}.", fix)


def _source(source: ReadRow[SourceRow], facts: Facts) -> Iterator[Issue]:
    row = source.data
    if facts.sources is not None and row.source not in facts.sources:
        fix = did_you_mean(row.source, facts.sources) or "Add its limits to Funding, or remove the line."
        yield source.issue("source", f"Source '{row.source}' is not in Funding.", fix)
    lists: tuple[tuple[str, Set[str], str], ...] = (
        ("modalities", set(Modality), "the modality codes"),
        ("purposes", set(Purpose), "the purposes"),
        ("routes", set(Route), "the routes"),
    )
    for field, known, where in lists:
        for typed in getattr(row, field) or ():
            word = typed.upper() if field == "modalities" else typed.casefold()
            if word not in known:
                fix = did_you_mean(word, known) or f"Type one of: {', '.join(sorted(known))}."
                yield source.issue(field, f"'{typed}' is not one of {where}.", fix)
    yield from unknown_words(source, "trusts", facts.trusts, "Organisations or Sites", upper=True)
    yield from _nobody(source, facts)


def _nobody(source: ReadRow[SourceRow], facts: Facts) -> Iterator[Issue]:
    """A source that no machine, trust or route of the register can ever draw on."""
    row = source.data
    owners = {read.data.trust_code for read in facts.book.rows(FundingRow) if read.data.source == row.source}
    own = next((code for code in owners if not facts.is_shared(code)), None)
    named = {code.upper() for code in row.trusts or ()}
    if own is not None and named and own not in named:
        message = f"Nobody may use source '{row.source}': it belongs to {own}, but its trusts leave {own} out."
        yield source.issue("trusts", message, f"Add {own} to its trusts, or clear them.")
    elif own is not None and named - {own}:
        message = f"Source '{row.source}' belongs to {own}, so only {own} may use it."
        fix = "Clear its trusts, or mark it SHARED in Funding."
        yield source.issue("trusts", message, fix, Severity.WARNING)
    planned = {read.data.modality for read in facts.machines.values()}
    wanted = {word.upper() for word in row.modalities or ()} & set(Modality)
    if (
        facts.planned is not None
        and wanted
        and not wanted & {str(each) for each in planned} & {name.removesuffix(" mobile") for name in facts.planned}
    ):
        listed = ", ".join(sorted(wanted))
        message = f"Nobody may use source '{row.source}': the register has no {listed}."
        yield source.issue("modalities", message, "Check its modalities, or clear them.")
    routes = {word.casefold() for word in row.routes or ()}
    if routes and routes <= {Route.LEASE, Route.MANAGED_SERVICE} and not _has_contracts(facts):
        listed = " and ".join(sorted(routes))
        message = f"Nobody may use source '{row.source}': it pays for {listed} only, but none is offered."
        yield source.issue("routes", message, "Add an offer to Routes, or clear its routes.")
    purposes = {word.casefold() for word in row.purposes or ()}
    adds = any(scheme.action is Action.ADD for scheme in facts.schemes.values())
    if purposes == {Purpose.NEW} and not (facts.settings.allow_new_capacity or adds):
        message = f"Nobody may use source '{row.source}': it pays for new capacity only, which the plan may not add."
        yield source.issue("purposes", message, "Clear its purposes, or set allow_new_capacity to yes.")


def _committed(facts: Facts) -> Iterator[Issue]:
    """Committed schemes whose funding is not sure enough to be counted."""
    surest = list(Certainty)
    for read in facts.book.rows(SchemeRow):
        line = next((row for row in _lines(facts) if row.source == read.data.funding_source), None)
        if line is None or read.data.status not in (SchemeStatus.ORDERED, SchemeStatus.COMMITTED):
            continue
        certainty = line.certainty or Certainty.CONFIRMED
        if surest.index(certainty) > surest.index(facts.settings.funding_certainty):
            message = f"The scheme is {read.data.status}, but its source '{line.source}' is only '{certainty}'."
            fix = "Name another source, or count such sources by the setting funding_certainty."
            yield read.issue("funding_source", message, fix)


def _lines(facts: Facts) -> Iterator[SourceRow]:
    return (read.data for read in facts.book.rows(SourceRow))


def _has_contracts(facts: Facts) -> bool:
    return facts.has(RouteRow) or facts.has(ContractRow)


def _years(facts: Facts, kind: type[CapitalLimitRow | RevenueLimitRow], what: str, *, shared: bool) -> Iterator[Issue]:
    by_trust: dict[str | None, list[ReadRow[Any]]] = defaultdict(list)
    for read in facts.book.rows(kind):
        code = read.data.trust_code
        is_network = shared and facts.is_shared(code)
        if not is_network and facts.trusts is not None and code not in facts.trusts:
            fix = did_you_mean(str(code), facts.trusts) or "Correct the trust code."
            yield read.issue("trust_code", f"Trust '{code}' is not in Organisations or Sites.", fix)
        by_trust[None if is_network else code].append(read)
    if facts.horizon is None:
        return
    for trust, reads in by_trust.items():
        given = {read.data.year for read in reads}
        missing = [year_label(year) for year in facts.horizon if year not in given]
        if missing:
            message = f"{trust or 'The network'} has no {what} for {', '.join(missing)}: nothing limits it then."
            yield reads[0].issue("year", message, "Add a line for every year that has a limit.", Severity.WARNING)
        for read in reads:
            if read.data.year not in facts.horizon:
                message = f"{year_label(read.data.year)} is outside the plan, so this {what} is not used."
                yield read.issue("year", message, "Check the year.", Severity.WARNING)


def _cost_shares(facts: Facts) -> Iterator[Issue]:
    total: dict[tuple[str | None, str | None], list[ReadRow[CostShareRow]]] = defaultdict(list)
    for read in facts.book.rows(CostShareRow):
        row = read.data
        if (row.asset_id is None) == (row.site_code is None):
            message = "A share is of one machine or of what is added at one site."
            yield read.issue("asset_id", message, "Fill in either the asset ID or the site code.")
            continue
        if row.asset_id is not None and facts.assets is not None and row.asset_id not in facts.assets:
            fix = did_you_mean(row.asset_id, facts.assets) or "Correct the asset ID."
            yield read.issue("asset_id", f"Asset ID '{row.asset_id}' is not in Equipment.", fix)
            continue
        if row.site_code is not None and facts.sites is not None and row.site_code not in facts.sites:
            fix = did_you_mean(row.site_code, facts.sites) or "Correct the site code."
            yield read.issue("site_code", f"Site code '{row.site_code}' is not in Sites.", fix)
            continue
        if facts.trusts is not None and row.trust_code not in facts.trusts:
            fix = did_you_mean(row.trust_code, facts.trusts) or "Correct the trust code."
            yield read.issue("trust_code", f"Trust '{row.trust_code}' is not in Organisations or Sites.", fix)
        if row.trust_code == _owner(row, facts):
            message = f"{row.trust_code} owns it and bears what shares leave: it needs no line."
            yield read.issue("trust_code", message, "Remove the line, or name the trust that shares the cost.")
        elif facts.has(FundingRow) and not facts.is_faulty(FundingRow, SourceRow) and not _has_money(row, facts):
            message = f"No source may pay for {row.trust_code}, so nothing it shares can be bought."
            fix = f"Give {row.trust_code} a source in Funding, or correct the trust code."
            yield read.issue("trust_code", message, fix, Severity.WARNING)
        total[row.asset_id, row.site_code].append(read)
    for (asset, site), reads in total.items():
        whole = sum(read.data.share for read in reads)
        if whole > 1:
            message = f"Shares in {asset or site} add up to {float(100 * whole):.4g}% of the cost."
            yield reads[-1].issue("share", message, "Let the shares of one thing add up to at most 100%.")


def _has_money(row: CostShareRow, facts: Facts) -> bool:
    closed = {
        line.source for line in _lines(facts) if line.trusts and row.trust_code not in map(str.upper, line.trusts)
    }
    return any(
        read.data.trust_code == row.trust_code
        or (facts.is_shared(read.data.trust_code) and read.data.source not in closed)
        for read in facts.book.rows(FundingRow)
    )


def _owner(row: CostShareRow, facts: Facts) -> str:
    machine = facts.machines.get(row.asset_id or "")
    if machine is None:
        return facts.trust_of(row.site_code or "")
    return machine.data.trust_code or facts.trust_of(machine.data.site_code)
