"""What a book names: trusts, sites, machines, options, curves, contracts and sources, for references to point to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from capitalplan.register.issues import Severity
from capitalplan.register.reading.words import nearest
from capitalplan.register.register import ServiceLine
from capitalplan.register.resolving.catalogue import planned_lines, resolve_lines
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.resolving.places import SHARED, resolve_links, resolve_sites, trust_of_site
from capitalplan.register.rows import Book, R, ReadRow
from capitalplan.register.schema import (
    AgeingRow,
    CatalogueRow,
    ContractRow,
    DemandRow,
    EquipmentRow,
    FundingRow,
    ModalityRow,
    OrganisationRow,
    Row,
    SchemeRow,
    SettingRow,
    SiteRow,
    WaitingRow,
    WorkforceRow,
)
from capitalplan.settings import Settings
from capitalplan.terms import ContractKind, Ownership, StaffGroup, service_name

__all__ = ["REPORTERS", "Facts", "did_you_mean"]

REPORTERS = (StaffGroup.RADIOLOGIST, StaffGroup.REPORTING_RADIOGRAPHER)
_HORIZON_SETTINGS = frozenset({"start_year", "firm_years", "indicative_years"})


@dataclass(frozen=True)
class Facts:
    """A book with its defaults, asked what exists.

    A set of known names includes the names of rows dropped for faults of their own, so that one fault is told once.
    It is None where the sheet that holds the names cannot be read at all: then nothing is called unknown.

    Attributes
    ----------
    book, defaults
        The user's rows and the packaged default Catalogue, Ageing and Modalities.
    settings
        The settings of the book.
    """

    book: Book
    defaults: Book
    settings: Settings

    @cached_property
    def horizon(self) -> range | None:
        """Financial years of the plan; None where the settings that fix them have faults."""
        if self.book.dropped_keys.get(SettingRow.sheet, frozenset()) & _HORIZON_SETTINGS:
            return None
        return range(self.settings.start_year, self.settings.start_year + self.settings.years)

    def has(self, kind: type[Row]) -> bool:
        """Whether the user's book says anything on a sheet, be it faulty."""
        return bool(self.book.rows(kind) or self.book.dropped_keys.get(kind.sheet)) or self._is_unreadable(kind)

    def is_faulty(self, *kinds: type[Row]) -> bool:
        """Whether reading any of these sheets found an error, so that what they say as a whole is not known."""
        sheets = {kind.sheet for kind in kinds}
        return any(issue.sheet in sheets and issue.severity is Severity.ERROR for issue in self.book.issues)

    def _is_unreadable(self, kind: type[Row]) -> bool:
        if self.book.rows(kind) or self.book.dropped_keys.get(kind.sheet):
            return False
        return any(issue.sheet == kind.sheet and issue.severity is Severity.ERROR for issue in self.book.issues)

    def _names(self, kind: type[R], name: Callable[[R], str]) -> Set[str] | None:
        if self._is_unreadable(kind):
            return None
        dropped = self.book.dropped_keys.get(kind.sheet, frozenset())
        return {name(read.data) for read in self.book.rows(kind)} | dropped

    @cached_property
    def sites(self) -> Set[str] | None:
        """Sites of the Sites sheet; without it, sites of the machines."""
        if self.has(SiteRow):
            return self._names(SiteRow, lambda row: row.site_code)
        if self.book.dropped_keys.get(EquipmentRow.sheet):
            return None
        return self._names(EquipmentRow, lambda row: row.site_code)

    @cached_property
    def site_rows(self) -> Mapping[str, SiteRow]:
        """Good rows of the Sites sheet by code."""
        return {read.data.site_code: read.data for read in self.book.rows(SiteRow)}

    @cached_property
    def trusts(self) -> Set[str] | None:
        """Trusts of the Organisations sheet; without it, trusts that sites and machines name."""
        if self.has(OrganisationRow):
            return self._names(OrganisationRow, lambda row: row.trust_code)
        if self.sites is None:
            return None
        owners = {read.data.trust_code for read in self.book.rows(EquipmentRow)}
        return {self.trust_of(site) for site in self.sites} | {owner for owner in owners if owner}

    def trust_of(self, site: str) -> str:
        """Trust that holds a site."""
        row = self.site_rows.get(site)
        return (row.trust_code if row is not None else None) or trust_of_site(site)

    def sites_of(self, trust: str) -> tuple[str, ...]:
        """Sites that a trust holds."""
        return tuple(sorted(site for site in self.sites or () if self.trust_of(site) == trust))

    @cached_property
    def links(self) -> Mapping[str, Set[str]]:
        """Sites to which patients of each site may go."""
        sites = resolve_sites(self.book, Ledger())
        reached: dict[str, set[str]] = {code: set() for code in sites}
        for link in resolve_links(self.book, sites, self.settings, Ledger()):
            reached[link.from_site].add(link.to_site)
        return reached

    @cached_property
    def lines(self) -> Mapping[str, ServiceLine]:
        """Every service line, the user's Modalities before the default ones."""
        rows = (*self.defaults.rows(ModalityRow), *self.book.rows(ModalityRow))
        used = {service_name(read.data.modality, bool(read.data.mobile)) for read in rows}
        return resolve_lines(self.book, self.defaults, used, Ledger())

    @cached_property
    def planned(self) -> Set[str] | None:
        """Names of the service lines that are planned."""
        is_faulty = self.is_faulty(EquipmentRow, DemandRow, WaitingRow, SchemeRow, CatalogueRow)
        return None if is_faulty else planned_lines(self.book, self.defaults)

    @cached_property
    def has_reporters(self) -> bool:
        """Whether Workforce says who reports, so that reports are counted."""
        staff = self.book.rows(WorkforceRow)
        return self.is_faulty(WorkforceRow) or any(read.data.staff_group in REPORTERS for read in staff)

    @cached_property
    def schemes(self) -> Mapping[str, SchemeRow]:
        """Good rows of Schemes by scheme ID."""
        return {read.data.scheme_id: read.data for read in self.book.rows(SchemeRow)}

    @cached_property
    def replaceable(self) -> Set[str] | None:
        """What Ties may name: machines and schemes."""
        schemes = self._names(SchemeRow, lambda row: row.scheme_id)
        return None if self.assets is None or schemes is None else self.assets | schemes

    @cached_property
    def assets(self) -> Set[str] | None:
        """Machines of the register."""
        return self._names(EquipmentRow, lambda row: row.asset_id)

    @cached_property
    def machines(self) -> Mapping[str, ReadRow[EquipmentRow]]:
        """Good rows of Equipment by asset ID."""
        return {read.data.asset_id: read for read in self.book.rows(EquipmentRow)}

    @cached_property
    def option_rows(self) -> Mapping[str, CatalogueRow]:
        """Options by name: the user's Catalogue, or the default one where there is none."""
        book = self.book if self.has(CatalogueRow) else self.defaults
        return {read.data.option: read.data for read in book.rows(CatalogueRow)}

    @cached_property
    def options(self) -> Set[str] | None:
        """Names of the options."""
        if self.has(CatalogueRow):
            return self._names(CatalogueRow, lambda row: row.option)
        return set(self.option_rows)

    @cached_property
    def curves(self) -> Set[str] | None:
        """Ageing curves, the default ones included."""
        own = self._names(AgeingRow, lambda row: row.curve)
        return None if own is None else own | {read.data.curve for read in self.defaults.rows(AgeingRow)}

    @cached_property
    def contracts(self) -> Set[str] | None:
        """Contracts of the Contracts sheet."""
        return self._names(ContractRow, lambda row: row.contract_id)

    @cached_property
    def contract_rows(self) -> Mapping[str, ContractRow]:
        """Good rows of Contracts by contract ID."""
        return {read.data.contract_id: read.data for read in self.book.rows(ContractRow)}

    @cached_property
    def sources(self) -> Set[str] | None:
        """Funding sources."""
        return self._names(FundingRow, lambda row: row.source)

    @staticmethod
    def is_shared(trust_code: str | None) -> bool:
        """Whether a trust code in Funding, Workforce or Extra capacity stands for all trusts."""
        return trust_code in SHARED

    def holding(self, row: EquipmentRow) -> ContractKind | None:
        """Kind of contract that holds a machine; None where it is planned as owned."""
        contract = self.contract_rows.get(row.contract_id or "")
        if contract is not None:
            return contract.kind
        held = row.ownership not in {None, Ownership.OWNED, Ownership.CHARITY}
        return ContractKind(str(row.ownership)) if held else None


def did_you_mean(word: str, known: Set[str]) -> str:
    """Fix for an unknown name: the nearest known one, or that it must be added."""
    near = nearest(word, known)
    return f"Did you mean '{near}'?" if near else ""
