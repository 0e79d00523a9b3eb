"""Small random networks with money of every kind, written as a user would write them.

The same seed gives the same folder. No more than three machines, three years and two trusts: every plan can be looked
at. What other families of networks are for is left out: waiting lists, staff, vans, closing sites, upgrades.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from capitalplan.analysis.approved import with_approved
from capitalplan.register.register import ApprovedLine, Register
from capitalplan.register.schema import (
    AgeingRow,
    CapitalLimitRow,
    CatalogueRow,
    ContractRow,
    CostShareRow,
    DemandRow,
    EquipmentRow,
    FrameworkRow,
    FundingRow,
    ModalityRow,
    RevenueLimitRow,
    RouteRow,
    SchemeRow,
    SettingRow,
    SiteRow,
    SourceRow,
    TravelRow,
)
from capitalplan.terms import Action, year_label
from data._tables import Cell, Cells
from tests.folders import START_YEAR, Sheets
from tests.properties.random_funding import Funding
from tests.properties.random_network import accepted_register

__all__ = ["random_money"]

UPTIME, RESALE = (98, 94, 90, 84, 76), (60, 35, 15, 5, 0)
HOURS = 20
SCANS = 52 * HOURS


def random_money(seed: int, folder: Path) -> Register:
    """Write the network of a seed and read it back, with an approved plan in every third."""
    network = _Network(seed)
    register = accepted_register(network.sheets(), folder)
    return with_approved(register, network.approved()) if network.draw.random() < 0.35 else register


class _Network:
    def __init__(self, seed: int) -> None:
        self.draw = draw = Random(seed)  # noqa: S311 - repeatable draws, no secrets
        self.years = draw.choice((2, 3, 3))
        self.lines: tuple[str, ...] = draw.choice((("CT",), ("CT",), ("CT", "MR")))
        self.sites: tuple[str, ...] = draw.choice((("QA101",), ("QA101", "QB101"), ("QA101", "QB101")))
        self.trusts = tuple(code[:3] for code in self.sites)
        self.grows = draw.random() < 0.6
        self.machines = [self._machine(number) for number in range(draw.choice((1, 2, 2, 3)))]
        self.prices = {line: draw.randint(60, 200) for line in self.lines}
        self.contracts: list[Cells] = []
        self.schemes: list[Cells] = []
        self.offers = [self._offer(number) for number in range(draw.choice((0, 1, 1, 2)))]
        self.funding = Funding(
            draw,
            self.years,
            self.trusts,
            modality=str(self.machines[0]["modality"]),
            routes=sorted({str(offer["route"]) for offer in self.offers}),
            grows=self.grows,
        )
        self._bind()

    def sheets(self) -> Sheets:
        settings = [{"setting": name, "value": value} for name, value in self._settings().items()]
        ageing: list[Cells] = [
            {"curve": "default", "age": age, "uptime": f"{up}%", "upkeep_factor": 1 + age / 4, "resale": f"{left}%"}
            for age, (up, left) in enumerate(zip(UPTIME, RESALE, strict=True))
        ]
        return {
            SettingRow: settings,
            SiteRow: [self._site(code) for code in self.sites],
            EquipmentRow: self.machines,
            ContractRow: self.contracts,
            SchemeRow: self.schemes,
            CatalogueRow: self._catalogue(),
            AgeingRow: ageing,
            ModalityRow: [self._modality(line) for line in self.lines],
            DemandRow: [self._demand(line, code) for line in self.lines for code in self.sites],
            TravelRow: self._travel(),
            RouteRow: self.offers,
            FundingRow: self.funding.limits(),
            SourceRow: self.funding.about(),
            CapitalLimitRow: self.funding.totals(),
            RevenueLimitRow: self.funding.revenue(),
            FrameworkRow: self._framework(),
            CostShareRow: self._shares(),
        }

    def approved(self) -> list[ApprovedLine]:
        """Machines replaced, and one added, in years drawn by chance."""
        lines = [
            self._approved(str(each["asset_id"]), str(each["site_code"]), str(each["modality"]))
            for each in self.machines
            if self._maybe(0.7)
        ]
        return [*lines, self._approved(None, self.sites[0], "CT")] if self.grows and self._maybe(0.5) else lines

    def _approved(self, asset_id: str | None, code: str, line: str) -> ApprovedLine:
        return ApprovedLine(
            asset_id=asset_id,
            site=code,
            action=Action.ADD if asset_id is None else Action.REPLACE,
            option=f"{line} basic",
            offer=None,
            year=START_YEAR + self.draw.randrange(self.years),
            units=1,
        )

    def _maybe(self, chance: float) -> bool:
        return self.draw.random() < chance

    def _yes(self, chance: float) -> str:
        return "yes" if self._maybe(chance) else "no"

    def _year(self) -> str:
        return year_label(START_YEAR + self.draw.randrange(self.years))

    def _settings(self) -> dict[str, Cell]:
        choice, firm = self.draw.choice, self.draw.randint(1, self.years)
        settings: dict[str, Cell] = {
            "network_name": "Random money",
            "start_year": year_label(START_YEAR),
            "firm_years": firm,
            "indicative_years": self.years - firm,
            "discount_rate": choice(("0%", "3.5%")),
            "inflation_rate": choice(("0%", "2%", "7%")),
            "vat_rate": choice(("0%", "20%")),
            "max_replacements": choice((1, 1, 2)) if len(self.machines) < 3 and len(self.offers) < 2 else 1,
            "min_years_kept": choice((1, 2)),
            "over_age_price": choice(("0%", "10%")),
            "terminal_value": choice(("annuity", "annuity", "resale", "none")),
            "allow_new_capacity": "yes" if self.grows else "no",
            "first_year_share": choice(("50%", "100%")),
            "travel_share": choice(("0%", "15%", "50%")),
            "travel_price_gbp": 15,
            "new_room_first": "no",
            "swap_cover": "no",
            "works_paid_before": choice(("0%", "30%")),
            "ifrs16": self._yes(0.75),
            "lease_rate": choice(("4.75%", "0%")),
            "months_in_first_year": choice((12, 12, 5, 0)),
            "energy_price_gbp_per_mwh": choice((0, 250)),
            "new_room_months": choice((0, 11, 12)),
            "under_use_price": choice(("50%", "100%", "300%")),
            "revenue_price": choice(("30%", "100%", "400%")),
            "over_programming_firm": choice(("0%", "0%", "15%")),
            "over_programming_indicative": choice(("0%", "30%")),
            "funding_certainty": choice(("confirmed", "confirmed", "bid")),
            "change_price_gbp": choice((1000, 15_000)),
            "firm_change_price_gbp": choice((20_000, 150_000)),
        }
        if self._maybe(0.2):
            settings["plan_date"] = choice((f"{START_YEAR}-06-30", f"{START_YEAR}-07-01", f"{START_YEAR}-12-01"))
        if len(self.sites) > 1 and self._maybe(0.3):
            settings["fair_unmet_spread"] = choice(("0%", "5%", "20%"))
        if len(self.sites) > 1 and self._maybe(0.3):
            settings["fair_capital_spread"] = choice(("10%", "30%", "70%"))
        if self._maybe(0.2):
            settings["optimism_bias_rooms"] = "40%"
        return settings

    def _site(self, code: str) -> Cells:
        return {
            "site_code": code,
            "spare_rooms_ct": self.draw.choice((0, 1)) if self.grows else 0,
            "max_new_rooms": self.draw.choice((0, 0, 1)) if self.grows else 0,
            "max_installations": self.draw.choice((1, 2, 3)),
        }

    def _machine(self, number: int) -> dict[str, Cell]:
        age = self.draw.randint(1, 9)
        machine: dict[str, Cell] = {
            "asset_id": f"M{number + 1}",
            "site_code": self.sites[number % len(self.sites)],
            "modality": self.draw.choice(self.lines),
            "install_date": year_label(START_YEAR - age),
            "ownership": self.draw.choice(("owned", "owned", "charity")),
            "exams_per_year": self.draw.randint(500, 1000),
            "hours_per_week": HOURS,
            "scans_per_hour": 1,
            "annual_maintenance_gbp": self.draw.randint(5, 60) * 1000,
            "life_years": self.draw.randint(3, 9),
            "purchase_price_gbp": self.draw.randint(40, 200) * 1000,
        }
        if self._maybe(0.5):
            machine["net_book_value_gbp"] = self.draw.randint(0, 90) * 777
        if self._maybe(0.3):
            machine["replacement_cost_gbp"] = self.draw.randint(60, 200) * 1000
        if self._maybe(0.2):
            machine["enabling_works_gbp"] = self.draw.randint(0, 40) * 1000
        return machine

    def _bind(self) -> None:
        """Bind one of the machines by a lease, a committed scheme or a lock; most are free."""
        machine, drawn = self.machines[0], self.draw.random()
        if drawn < 0.2:
            machine |= {"ownership": "lease", "contract_id": "K"}
            contract: dict[str, Cell] = {
                "contract_id": "K",
                "kind": "lease",
                "end_date": f"{START_YEAR + self.draw.randint(0, self.years)}-03-31",
                "annual_charge_gbp": self.draw.randint(10, 40) * 1000,
            }
            if self._maybe(0.7):
                contract["extension_years"] = self.draw.choice((1, 2))
                contract["extension_charge_gbp"] = self.draw.randint(5, 30) * 1000
            self.contracts.append(contract)
        elif drawn < 0.4:
            self._commit(machine)
        elif drawn < 0.55:
            machine |= {"lock": "replace", "lock_year": self._year()}

    def _commit(self, machine: Cells) -> None:
        capital = self.draw.randint(80, 200) * 1000
        scheme: dict[str, Cell] = {
            "scheme_id": "S1",
            "action": "replace",
            "asset_id": machine["asset_id"],
            "option": f"{machine['modality']} plus",
            "year": self._year(),
            "capital_gbp": capital,
            "status": "ordered",
        }
        if self._maybe(0.5):
            scheme["paid_before_gbp"] = capital * 3 // 10
        sure = self.funding.sure()
        if sure and self._maybe(0.4):
            scheme["funding_source"] = self.draw.choice(sure)
        self.schemes.append(scheme)

    def _catalogue(self) -> list[Cells]:
        options: list[Cells] = []
        for line, price in self.prices.items():
            common: Cells = {"modality": line, "scans_per_hour": 1, "hours_per_week": HOURS}
            basic: dict[str, Cell] = {
                "option": f"{line} basic",
                **common,
                "price_gbp": price * 1000,
                "works_gbp": self.draw.choice((0, 20_000)),
                "annual_maintenance_gbp": 60 * price,
                "annual_staff_gbp": self.draw.choice((0, 9000)),
                "like_for_like": "yes",
            }
            plus: dict[str, Cell] = {
                "option": f"{line} plus",
                **common,
                "price_gbp": price * 1250,
                "works_gbp": 30_000,
                "annual_maintenance_gbp": 40 * price,
                "energy_mwh": 10,
                "works_paid_before": self.draw.choice(("0%", "60%")),
                "throughput_gain": self.draw.choice(("0%", "20%")),
                "life_years": 8,
                "can_add": "no",
            }
            options += [basic, plus]
        return options

    def _modality(self, line: str) -> Cells:
        return {
            "modality": line,
            "outside_price_gbp": self.draw.choice((40, 100, 200)),
            "outage_weeks": self.draw.choice((0, 13)),
            "energy_mwh": 40,
            "disposal_gbp": self.draw.choice((0, 4000)),
            "order_months": 9,
        }

    def _demand(self, line: str, code: str) -> Cells:
        """Scans about what the machines of a site can do, and growing."""
        here = sum((each["site_code"], each["modality"]) == (code, line) for each in self.machines)
        scans = int(SCANS * (here + self.draw.choice((-0.4, -0.1, 0.2, 0.6))))
        return {
            "site_code": code,
            "modality": line,
            "year": year_label(START_YEAR),
            "scans": max(0, scans),
            "growth_rate": self.draw.choice(("0%", "10%")),
        }

    def _travel(self) -> list[Cells]:
        if len(self.sites) == 1:
            return []
        agreed = self._yes(0.5)
        pairs = (self.sites, self.sites[::-1])
        return [{"from_site": a, "to_site": b, "minutes": 20, "agreed": agreed} for a, b in pairs]

    # Money

    def _offer(self, number: int) -> Cells:
        line = self.draw.choice(self.lines)
        managed, price = self._maybe(0.4), self.prices[line]
        yearly = price * self.draw.choice((60, 110, 170, 240))
        offer: dict[str, Cell] = {
            "offer": f"Offer {number + 1}",
            "route": "managed service" if managed else "lease",
            "option": f"{line} basic",
            "term_years": self.draw.choice((1, 2, 3, 5)),
            "extension_years": self.draw.choice((0, 0, 1)),
            "lease_gbp": yearly // 4 * self.draw.choice((0, 1)) if managed else yearly,
            "rate": self.draw.choice(("", "6%")),
            "paid": self.draw.choice(("advance", "arrears")),
            "indexed": self._yes(0.5),
            "maintenance_included": self._yes(0.5),
            "works_included": self._yes(0.3),
            "at_end": self.draw.choice(("renew", "return")),
            "beyond": self.draw.choice(("charges inside the plan", "charges to the end of the term")),
        }
        if managed:
            offer |= {"service_gbp": yearly, "refresh_years": self.draw.choice((1, 2, 6))}
            if self._maybe(0.3):
                offer |= {"per_scan_gbp": 3, "contract_scans": 900}
        if self._maybe(0.3):
            offer[self.draw.choice(("first_year", "last_year"))] = self._year()
        if self._maybe(0.2):
            offer["trusts"] = self.draw.choice(self.trusts)
        return offer

    def _framework(self) -> list[Cells]:
        if self._maybe(0.6):
            return []
        common: dict[str, Cell] = {"framework": "Framework", "options": f"{self.lines[0]} basic"}
        if self._maybe(0.5):
            common["options"] = f"{self.lines[0]} basic, {self.lines[-1]} plus"
        if self._maybe(0.3):
            common["trusts"] = self.trusts[0]
        if self._maybe(0.3):
            common["first_year"] = self._year()
        tiers: list[Cells] = [{**common, "from_units": 2, "rebate": self.draw.choice(("7%", "30%"))}]
        if self._maybe(0.5):
            tiers.append({**common, "from_units": 3, "rebate": "40%"})
        elif self._maybe(0.4):
            tiers.append({**common, "from_units": 1, "to_units": 1, "rebate": "3%"})
        return tiers

    def _shares(self) -> list[Cells]:
        if len(self.trusts) == 1 or self._maybe(0.6):
            return []
        rows: list[Cells] = []
        for machine in self.machines:
            other = next(trust for trust in self.trusts if trust != str(machine["site_code"])[:3])
            if self._maybe(0.5):
                rows.append(
                    {"asset_id": machine["asset_id"], "trust_code": other, "share": f"{self.draw.randint(1, 80)}%"}
                )
        if self.grows and self._maybe(0.5):
            rows.append({"site_code": self.sites[0], "trust_code": self.trusts[1], "share": "25%"})
        return rows
