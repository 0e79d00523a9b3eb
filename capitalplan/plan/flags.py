"""What should be looked at before money is committed: rentals that may be leases, and shares nobody has agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from capitalplan.plan.drafts import Draft
from capitalplan.plan.plan import Flag, Payer, VanHire
from capitalplan.register.register import Register
from capitalplan.terms import Consent, ContractKind, Route, year_label

__all__ = ["flags"]

WHOLE_YEAR_DAYS = 364
"""Most days for which a van can be hired at a site in a year."""


def flags(
    drafts: Sequence[Draft], vans: Iterable[VanHire], owners: Mapping[str, tuple[Payer, ...]], register: Register
) -> tuple[Flag, ...]:
    """What should be looked at before money is committed, in order of rule, place and year.

    Parameters
    ----------
    owners
        Who bears each scheme, by its identifier.
    """
    found = [*_consents(drafts, owners)]
    if register.settings.ifrs16:
        found += [*_rentals(vans, register), *_contracts(register), *_offers(drafts)]
    return tuple(sorted(found, key=lambda flag: (flag.rule, flag.place, flag.year or 0, flag.message)))


def _rentals(vans: Iterable[VanHire], register: Register) -> Iterator[Flag]:
    """Vans hired all year round in two years running at a site."""
    least = {extra.name: WHOLE_YEAR_DAYS - extra.minimum_days for extra in register.extra}
    hired = {(van.name, van.site, van.year) for van in vans if van.days > least.get(van.name, WHOLE_YEAR_DAYS)}
    for name, site, year in sorted(hired):
        if (name, site, year + 1) in hired and (name, site, year - 1) not in hired:
            yield Flag(
                rule="maybe a lease",
                place=site,
                year=year,
                message=(
                    f"{name} is hired at {register.sites[site].name} all year round from {year_label(year)} for more "
                    "than twelve months: it may be a lease, to be charged to capital limits."
                ),
            )


def _contracts(register: Register) -> Iterator[Flag]:
    """Managed services that exist today: whether a lease is embedded in them is not known."""
    held = {asset.contract_id for asset in register.assets}
    for contract in register.contracts.values():
        if contract.kind is ContractKind.MANAGED_SERVICE and contract.contract_id in held:
            yield Flag(
                rule="maybe a lease",
                place=contract.contract_id,
                year=None,
                message=(
                    f"Managed service {contract.contract_id} may hold a lease of its machines: have its accounts "
                    "looked at before it is renewed."
                ),
            )


def _offers(drafts: Sequence[Draft]) -> Iterator[Flag]:
    """Managed services of the plan that say nothing of a lease within them."""
    for line in drafts:
        offer = line.offer
        if offer is not None and offer.route is Route.MANAGED_SERVICE and not offer.lease_gbp:
            yield Flag(
                rule="maybe a lease",
                place=line.site if line.asset is None else line.asset.asset_id,
                year=line.year,
                message=(
                    f"{line.scheme_id}: managed service {offer.name} names no lease within it; if there is one, it is "
                    "charged to capital limits when it begins."
                ),
            )


def _consents(drafts: Sequence[Draft], owners: Mapping[str, tuple[Payer, ...]]) -> Iterator[Flag]:
    """Trusts that are to bear a share and have not agreed to it."""
    for line in drafts:
        for payer in owners[line.scheme_id]:
            if payer.trust == line.trust or payer.consent is Consent.AGREED:
                continue
            said = {Consent.ASKED: "has been asked", Consent.REFUSED: "has refused"}
            yield Flag(
                rule="consent",
                place=line.site if line.asset is None else line.asset.asset_id,
                year=line.year,
                message=(
                    f"{line.scheme_id}: {payer.trust} is to bear {_percent(payer.share)} of its capital and "
                    f"{'is not said to have agreed' if payer.consent is None else said[payer.consent]}."
                ),
            )


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.4g}%"
