"""The workbook, sheet by sheet: one row class a sheet, the one source for reader, template, guides and JSON Schema.

A field's ``Column`` says how its cell is read, what users see in the header and the note, and what is allowed.
Cells are turned into strict types by ``capitalplan.register.reading.converters`` before a row class sees them.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated

from capitalplan.register.catalogue_rows import AgeingRow, CatalogueRow, ModalityRow
from capitalplan.register.columns import MOST_GBP, SITE, TRUST, Column, Row, columns_of
from capitalplan.register.equipment_row import EquipmentRow
from capitalplan.register.money_rows import (
    ApprovalRow,
    CapitalLimitRow,
    ChallengeRow,
    CostShareRow,
    FrameworkRow,
    FundingRow,
    RevenueLimitRow,
    RouteRow,
    SourceRow,
)
from capitalplan.register.scenario_rows import ScenarioRow
from capitalplan.register.service_rows import (
    AcceptedRow,
    DemandRow,
    ExtraCapacityRow,
    TieRow,
    UpgradeRow,
    WaitingRow,
    WorkforceRow,
)
from capitalplan.terms import Action, ContractKind, SchemeStatus

__all__ = [
    "SHEETS",
    "AcceptedRow",
    "AgeingRow",
    "ApprovalRow",
    "CapitalLimitRow",
    "CatalogueRow",
    "ChallengeRow",
    "Column",
    "ContractRow",
    "CostShareRow",
    "DemandRow",
    "EquipmentRow",
    "ExtraCapacityRow",
    "FrameworkRow",
    "FundingRow",
    "ModalityRow",
    "OrganisationRow",
    "RevenueLimitRow",
    "RouteRow",
    "Row",
    "ScenarioRow",
    "SchemeRow",
    "SettingRow",
    "SiteRow",
    "SourceRow",
    "TieRow",
    "TravelRow",
    "UpgradeRow",
    "WaitingRow",
    "WorkforceRow",
    "columns_of",
]


class SettingRow(Row):
    """A line of the Settings sheet."""

    sheet = "Settings"
    about = "Horizon, rates, prices and policies. A setting left out keeps its default."
    key = ("setting",)
    basic = True

    setting: Annotated[str, Column("text", "Setting", "Name of the setting.", basic=True)]
    value: Annotated[object, Column("raw", "Value", "Its value; blank keeps the default.", basic=True)] = None
    unit: Annotated[str | None, Column("text", "Unit", "For information.", basic=True)] = None
    note: Annotated[str | None, Column("text", "Meaning and source", "For information.", basic=True)] = None


class OrganisationRow(Row):
    """A line of the Organisations sheet."""

    sheet = "Organisations"
    about = "The trusts of the network. Without it, trusts are named by the first three characters of their sites."
    key = ("trust_code",)

    trust_code: Annotated[str, Column("code", "Trust code", TRUST, aliases=("trust_ods", "trust", "ods code"))]
    name: Annotated[str | None, Column("text", "Trust name", "Name shown in reports.", aliases=("organisation",))] = (
        None
    )


class SiteRow(Row):
    """A line of the Sites sheet."""

    sheet = "Sites"
    about = "Where machines stand. Without it, sites come from Equipment, with no spare rooms and one new room each."
    key = ("site_code",)
    basic = True

    site_code: Annotated[str, Column("code", "Site code", SITE, aliases=("site_ods", "site", "ods code"), basic=True)]
    trust_code: Annotated[
        str | None,
        Column("code", "Trust code", TRUST + " Blank: the first three characters of the site code.",
               aliases=("trust_ods", "trust"), basic=True),
    ] = None  # fmt: skip
    name: Annotated[str | None, Column("text", "Site name", "Name shown in reports.", basic=True)] = None
    latitude: Annotated[
        Fraction | None,
        Column("number", "Latitude", "Decimal degrees; used for travel where Travel has no minutes.",
               low=49, high=61, basic=True),
    ] = None  # fmt: skip
    longitude: Annotated[
        Fraction | None, Column("number", "Longitude", "Decimal degrees.", low=-9, high=3, basic=True)
    ] = None
    opening_year: Annotated[
        int | None, Column("year", "Opening year", "First year the site is open. Blank: open already.")
    ] = None
    closing_year: Annotated[
        int | None, Column("year", "Closing year", "First year the site is no longer open. Blank: stays open.")
    ] = None
    spare_rooms_ct: Annotated[
        int | None, Column("whole", "Spare CT rooms", "Rooms standing empty today.", low=0, high=50, basic=True)
    ] = None
    spare_rooms_mr: Annotated[
        int | None, Column("whole", "Spare MR rooms", "Rooms standing empty today.", low=0, high=50, basic=True)
    ] = None
    spare_rooms_dx: Annotated[
        int | None, Column("whole", "Spare X-ray rooms", "DX rooms standing empty today.", low=0, high=50, basic=True)
    ] = None
    spare_rooms_rf: Annotated[
        int | None, Column("whole", "Spare RF rooms", "Fluoroscopy rooms standing empty today.", low=0, high=50)
    ] = None
    max_new_rooms: Annotated[
        int | None,
        Column("whole", "Most new rooms", "Rooms of any kind that could be built here over the plan. Blank: 1.",
               low=0, high=50, basic=True),
    ] = None  # fmt: skip
    max_installations: Annotated[
        int | None,
        Column("whole", "Most installations a year",
               "Machines the site can install in one year. Blank: 15% of its machines, at least 1.", low=0, high=200,
               aliases=("works limit",), basic=True),
    ] = None  # fmt: skip
    van_standing: Annotated[
        bool | None, Column("yes_no", "Van standing", "Whether a mobile van can stand there. Blank: yes.")
    ] = None


class ContractRow(Row):
    """A line of the Contracts sheet."""

    sheet = "Contracts"
    about = "Leases, managed services and PFI. The plan keeps its hands off a contract until it ends."
    key = ("contract_id",)

    contract_id: Annotated[str, Column("text", "Contract ID", "Unique.")]
    kind: Annotated[ContractKind, Column("choice", "Kind", choices=tuple(ContractKind))]
    trust_code: Annotated[str | None, Column("code", "Trust code", "Holder of the contract; for information.")] = None
    supplier: Annotated[str | None, Column("text", "Supplier", "For information.")] = None
    start_date: Annotated[dt.date | None, Column("date", "Start", "For information.")] = None
    end_date: Annotated[dt.date, Column("date", "End", "Last day of the contract.", aliases=("contract end",))]
    annual_charge_gbp: Annotated[
        int,
        Column(
            "pounds", "Charge (£ a year per machine)", "Rent or unitary charge, ex VAT, today.", low=0, high=MOST_GBP
        ),
    ]
    refresh_years: Annotated[
        int | None,
        Column("whole", "Refreshed every (years)", "Age at which the contract renews a machine. Blank: planned life.",
               low=1, high=30),
    ] = None  # fmt: skip
    extension_years: Annotated[
        int | None, Column("whole", "Extension (years)", "Years a lease may be extended. Blank: none.", low=0, high=15)
    ] = None
    extension_charge_gbp: Annotated[
        int | None,
        Column(
            "pounds", "Charge in extension (£ a year)", "Per machine, ex VAT. Blank: as before.", low=0, high=MOST_GBP
        ),
    ] = None


class SchemeRow(Row):
    """A line of the Schemes sheet."""

    sheet = "Schemes"
    about = "Schemes already decided. Ordered and committed schemes are charged first and never moved."
    key = ("scheme_id",)

    scheme_id: Annotated[str, Column("text", "Scheme ID", "Unique.")]
    action: Annotated[
        Action, Column("choice", "Action", "'replace' a machine or 'add' one.", choices=(Action.REPLACE, Action.ADD))
    ]
    asset_id: Annotated[str | None, Column("text", "Asset ID", "The machine replaced; blank for an addition.")] = None
    site_code: Annotated[str | None, Column("code", "Site code", "Site of an addition.", aliases=("site",))] = None
    option: Annotated[str, Column("text", "Option", "What is bought: an option of Catalogue.")]
    year: Annotated[int, Column("year", "Year", "Year of commissioning, in which it is charged.")]
    capital_gbp: Annotated[
        int,
        Column("pounds", "Capital (£ cash)", "Whole scheme, VAT included.", low=0, high=MOST_GBP, aliases=("cost",)),
    ]
    paid_before_gbp: Annotated[
        int | None,
        Column("pounds", "Paid the year before (£ cash)", "The part of it paid in the year before. Blank: none.", low=0,
               high=MOST_GBP),
    ] = None  # fmt: skip
    status: Annotated[
        SchemeStatus,
        Column("choice", "Status", "Ordered and committed are kept as they are; earlier stages are not fixed.",
               choices=tuple(SchemeStatus)),
    ]  # fmt: skip
    funding_source: Annotated[
        str | None, Column("text", "Funding source", "Blank: the trust's own limit first, then shared sources.")
    ] = None
    notes: Annotated[str | None, Column("text", "Notes", "For information.")] = None


class TravelRow(Row):
    """A line of the Travel sheet."""

    sheet = "Travel"
    about = "Which sites may scan each other's patients. Without it, sites of one trust within reach by road."
    key = ("from_site", "to_site")

    from_site: Annotated[str, Column("code", "From site", "Where the patients belong.")]
    to_site: Annotated[str, Column("code", "To site", "Where they may be scanned.")]
    minutes: Annotated[
        Fraction | None, Column("number", "Minutes", "By road. Blank: from the coordinates.", low=0, high=600)
    ] = None
    agreed: Annotated[
        bool | None, Column("yes_no", "Agreed", "Yes: may be used, across trusts too; no: may not. Blank: yes.")
    ] = None


SHEETS: tuple[type[Row], ...] = (
    SettingRow,
    OrganisationRow,
    SiteRow,
    EquipmentRow,
    ContractRow,
    SchemeRow,
    TieRow,
    CatalogueRow,
    UpgradeRow,
    AgeingRow,
    ModalityRow,
    DemandRow,
    WaitingRow,
    ExtraCapacityRow,
    WorkforceRow,
    TravelRow,
    FundingRow,
    SourceRow,
    CapitalLimitRow,
    RevenueLimitRow,
    RouteRow,
    FrameworkRow,
    CostShareRow,
    ApprovalRow,
    ChallengeRow,
    AcceptedRow,
    ScenarioRow,
)
"""Row classes in the order of their sheets in the workbook."""
