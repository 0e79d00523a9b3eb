"""Machines with every blank filled in, each filling entered in the ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from statistics import median_low

from capitalplan.register.register import Asset, Contract, Curve, Option, ServiceLine, Site
from capitalplan.register.resolving.catalogue import curve_for
from capitalplan.register.resolving.ledger import Ledger
from capitalplan.register.resolving.upgrades import offered_upgrades
from capitalplan.register.rows import Book, ReadRow
from capitalplan.register.schema import ContractRow, EquipmentRow
from capitalplan.settings import Settings
from capitalplan.terms import ContractKind, Ownership, financial_year, round_half_up, service_name

__all__ = ["by_asset", "first_year_after", "like_for_like", "resolve_assets", "resolve_contracts"]

ILLUSTRATIVE = "illustrative"
HEAVY = frozenset({"CT", "MR", "RF", "XA", "PT", "NM"})
HOURS_IN_A_WEEK = 168
HELD = {
    Ownership.LEASE: ContractKind.LEASE,
    Ownership.MANAGED_SERVICE: ContractKind.MANAGED_SERVICE,
    Ownership.PFI: ContractKind.PFI,
}


def first_year_after(day: dt.date) -> int:
    """First financial year not wholly covered by something whose last day is ``day``."""
    return financial_year(day + dt.timedelta(days=1))


def resolve_contracts(book: Book, settings: Settings, ledger: Ledger) -> dict[str, Contract]:
    """Read Contracts, and make one for each machine that is said to be held by a contract which is not there.

    Such a contract runs to the machine's contract end, or else throughout the plan, and its charge is not known: the
    plan keeps its hands off all the same.
    """
    contracts = {}
    for read in book.rows(ContractRow):
        row = read.data
        contracts[row.contract_id] = Contract(
            contract_id=row.contract_id,
            kind=row.kind,
            end_year=first_year_after(row.end_date),
            annual_charge_gbp=row.annual_charge_gbp,
            extension_charge_gbp=(
                row.annual_charge_gbp if row.extension_charge_gbp is None else row.extension_charge_gbp
            ),
            refresh_years=row.refresh_years,
            extension_years=(row.extension_years or 0) if row.kind is ContractKind.LEASE else 0,
        )
    for equipment in (machine.data for machine in by_asset(book)):
        if equipment.contract_id not in contracts and equipment.ownership in HELD:
            ledger.use("Contracts: charge", "not given, counted as £0", "not known", equipment.asset_id)
            if equipment.contract_end is None:
                ledger.use("Contracts: end", "not given, runs throughout the plan", "not known", equipment.asset_id)
            own = _own_contract_id(equipment)
            contracts[own] = Contract(
                contract_id=own,
                kind=HELD[equipment.ownership],
                end_year=(
                    settings.horizon[-1] + 1
                    if equipment.contract_end is None
                    else first_year_after(equipment.contract_end)
                ),
                annual_charge_gbp=0,
                extension_charge_gbp=0,
                refresh_years=None,
                extension_years=0,
            )
    return dict(sorted(contracts.items()))


def resolve_assets(
    book: Book,
    settings: Settings,
    sites: Mapping[str, Site],
    lines: Mapping[str, ServiceLine],
    options: Mapping[str, Option],
    curves: Mapping[str, Curve],
    contracts: Mapping[str, Contract],
    ledger: Ledger,
) -> tuple[Asset, ...]:
    """Fill every blank of Equipment; see ``docs/input.md`` for what each blank becomes."""
    rows = by_asset(book)
    typical = _typical_exams(rows, settings, lines, curves)
    filler = _Filler(book, settings, lines, options, curves, contracts, typical, ledger)
    return tuple(filler.fill(read.data, sites[read.data.site_code].trust) for read in rows)


def by_asset(book: Book) -> tuple[ReadRow[EquipmentRow], ...]:
    """Rows of Equipment in order of asset, so that the order of the sheet changes nothing."""
    return tuple(sorted(book.rows(EquipmentRow), key=lambda read: read.data.asset_id))


class _Filler:
    def __init__(
        self,
        book: Book,
        settings: Settings,
        lines: Mapping[str, ServiceLine],
        options: Mapping[str, Option],
        curves: Mapping[str, Curve],
        contracts: Mapping[str, Contract],
        typical: Mapping[str, int],
        ledger: Ledger,
    ) -> None:
        self.book = book
        self.settings = settings
        self.lines = lines
        self.options = options
        self.curves = curves
        self.contracts = contracts
        self.typical = typical
        self.ledger = ledger

    def fill(self, row: EquipmentRow, site_trust: str) -> Asset:
        settings, line = self.settings, self.lines[service_name(row.modality, bool(row.mobile))]
        contract = self.contracts.get(row.contract_id or "") or self.contracts.get(_own_contract_id(row))
        curve = self.curves[curve_for(row.ageing_curve, line.modality, self.curves)]
        installed = financial_year(row.install_date)
        age = max(0, settings.start_year - installed)
        uptime = curve.at(curve.uptime, age)
        exams = self._exams(row, line)
        capabilities = frozenset() if row.waive_capabilities else frozenset(map(str.casefold, row.capabilities or ()))
        option = like_for_like(capabilities, line, self.options)
        price = self._price(row, option)
        life = self._life(row, line, exams)
        unsupported = None if row.end_of_support is None else first_year_after(row.end_of_support)
        ownership = (row.ownership or Ownership.OWNED) if contract is None else Ownership(str(contract.kind))
        nominal = self._nominal(row, line, exams, uptime)
        rate, hours = self._pace(row, line, nominal)
        return Asset(
            asset_id=row.asset_id,
            site=row.site_code,
            trust=row.trust_code or site_trust,
            line=line.name,
            modality=line.modality,
            mobile=line.mobile,
            subtype=row.subtype or "",
            manufacturer=row.manufacturer or "",
            model=row.model or "",
            serial=row.serial or "",
            install_year=installed,
            ownership=ownership,
            contract_id=None if contract is None else contract.contract_id,
            exams_per_year=exams,
            nominal_scans=nominal,
            scans_per_hour=rate,
            hours_per_week=hours,
            uptime_scale=Fraction(1) if row.uptime is None or not uptime else row.uptime / uptime,
            maintenance_gbp=self._maintenance(row, option, age),
            price_gbp=price,
            like_for_like=None if option is None else option.name,
            own_price_gbp=row.replacement_cost_gbp,
            own_works_gbp=row.enabling_works_gbp,
            outage_weeks=row.outage_weeks,
            paid_gbp=price if row.purchase_price_gbp is None else row.purchase_price_gbp,
            book_value_gbp=self._book_value(row, ownership, price, age, life),
            life_years=life,
            curve=curve.name,
            capabilities=capabilities,
            end_of_support_year=unsupported,
            risk_score=self._risk(row, line, age, life, unsupported),
            risk_score_entered=row.risk_score is not None,
            lock=row.lock,
            lock_year=row.lock_year,
            earliest_year=row.earliest_year,
            latest_year=row.latest_year,
            upgrades=() if ownership in HELD else offered_upgrades(self.book, row),
            planned_year=row.planned_year,
            planned_option=row.planned_option,
        )

    def _exams(self, row: EquipmentRow, line: ServiceLine) -> int:
        if row.exams_per_year is not None:
            return row.exams_per_year
        exams = self.typical[line.name]
        self.ledger.use(f"Equipment: exams a year, {line.name}", f"{exams:,}", ILLUSTRATIVE, row.asset_id)
        return exams

    def _nominal(self, row: EquipmentRow, line: ServiceLine, exams: int, uptime: Fraction) -> Fraction:
        weeks = self.settings.weeks_per_year
        measured = row.uptime or uptime or Fraction(1)
        if row.hours_per_week and row.scans_per_hour:
            return row.scans_per_hour * row.hours_per_week * weeks
        if row.hours_per_week:
            self.ledger.use(
                f"Equipment: scans an hour, {line.name}",
                f"{float(line.scans_per_hour):g}, or what today's exams need if more",
                ILLUSTRATIVE,
                row.asset_id,
            )
            return max(line.scans_per_hour * row.hours_per_week * weeks, exams / measured)
        share = self.settings.target_utilisation
        self.ledger.use(
            "Equipment: capacity", f"today's exams are {float(share):.0%} of it", ILLUSTRATIVE, row.asset_id
        )
        return exams / share / measured

    def _pace(self, row: EquipmentRow, line: ServiceLine, nominal: Fraction) -> tuple[Fraction, Fraction]:
        """Scans an hour and staffed hours a week behind the nominal scans of a year."""
        weeks = self.settings.weeks_per_year
        if row.hours_per_week:
            return row.scans_per_hour or nominal / (row.hours_per_week * weeks), row.hours_per_week
        rate = row.scans_per_hour or line.scans_per_hour
        return rate, min(Fraction(HOURS_IN_A_WEEK), nominal / (rate * weeks)) if rate else Fraction(0)

    def _price(self, row: EquipmentRow, option: Option | None) -> int:
        if row.replacement_cost_gbp is not None:
            return row.replacement_cost_gbp
        if option is None:
            return 0
        self.ledger.use(
            "Equipment: replacement price", f"{option.name}: £{option.price_gbp:,}", "Catalogue", row.asset_id
        )
        return option.price_gbp

    def _maintenance(self, row: EquipmentRow, option: Option | None, age: int) -> int:
        if row.annual_maintenance_gbp is not None:
            return row.annual_maintenance_gbp
        if option is None:
            return 0
        curve = self.curves[option.curve]
        new = curve.at(curve.upkeep, 0)
        factor = curve.at(curve.upkeep, age) / new if new else Fraction(1)
        self.ledger.use(
            "Equipment: maintenance",
            f"{option.name}: £{option.annual_maintenance_gbp:,} when new, at its age",
            "Catalogue and Ageing",
            row.asset_id,
        )
        return round_half_up(option.annual_maintenance_gbp * factor)

    def _book_value(self, row: EquipmentRow, ownership: Ownership, price: int, age: int, life: int) -> int:
        if ownership in HELD:
            return 0
        if row.net_book_value_gbp is not None:
            return row.net_book_value_gbp
        self.ledger.use("Equipment: net book value", "straight line from the price paid", ILLUSTRATIVE, row.asset_id)
        paid = price if row.purchase_price_gbp is None else row.purchase_price_gbp
        return round_half_up(Fraction(paid * max(0, life - age), life))

    def _life(self, row: EquipmentRow, line: ServiceLine, exams: int) -> int:
        if row.life_years is not None:
            return row.life_years
        life = line.life(exams)
        self.ledger.use(f"Equipment: planned life, {line.name}", f"{life} years by use", "Modalities", row.asset_id)
        return life

    def _risk(self, row: EquipmentRow, line: ServiceLine, age: int, life: int, unsupported: int | None) -> int:
        if row.risk_score is not None:
            return row.risk_score
        likelihood = 1 + sum(Fraction(age, life) >= share for share in _AGE_STEPS)
        if unsupported is not None and unsupported <= self.settings.start_year:
            likelihood = min(5, likelihood + 1)
        score = likelihood * (4 if line.modality in HEAVY else 3)
        self.ledger.use(
            "Equipment: risk score", "likelihood from age and support, times impact", ILLUSTRATIVE, row.asset_id
        )
        return score


_AGE_STEPS = (Fraction(1, 2), Fraction(4, 5), Fraction(1), Fraction(13, 10))


def like_for_like(capabilities: frozenset[str], line: ServiceLine, options: Mapping[str, Option]) -> Option | None:
    """Option that stands for replacing like with like: of the line, able, the standard one first, then the cheapest."""
    able = [
        option
        for option in options.values()
        if option.line == line.name and option.can_replace and capabilities <= option.capabilities
    ]
    return min(able, key=lambda option: (not option.like_for_like, option.price_gbp, option.name), default=None)


def _own_contract_id(row: EquipmentRow) -> str:
    return f"contract of {row.asset_id}"


def _typical_exams(
    rows: tuple[ReadRow[EquipmentRow], ...],
    settings: Settings,
    lines: Mapping[str, ServiceLine],
    curves: Mapping[str, Curve],
) -> dict[str, int]:
    """Median exams a year of the register's machines of a line; a new machine at target use if none is known."""
    known = defaultdict(list)
    for read in rows:
        if read.data.exams_per_year is not None:
            known[service_name(read.data.modality, bool(read.data.mobile))].append(read.data.exams_per_year)
    typical = {}
    for name, line in lines.items():
        curve = curves[curve_for(None, line.modality, curves)]
        full = line.scans_per_hour * line.hours_per_week * settings.weeks_per_year * curve.uptime[0]
        typical[name] = median_low(known[name]) if known[name] else round_half_up(full * settings.target_utilisation)
    return typical
