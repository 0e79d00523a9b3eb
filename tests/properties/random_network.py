"""Small random networks, written as a user would write them: the same seed gives the same folder."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random

from capitalplan.register.issues import Severity
from capitalplan.register.read import inspect, read_register
from capitalplan.register.register import Register
from capitalplan.register.schema import (
    AcceptedRow,
    AgeingRow,
    CatalogueRow,
    ContractRow,
    DemandRow,
    EquipmentRow,
    FundingRow,
    ModalityRow,
    SchemeRow,
    SettingRow,
    SiteRow,
    TravelRow,
)
from capitalplan.terms import year_label
from data._tables import Cell, Cells
from tests.folders import START_YEAR, Sheets, funding_rows, write_folder
from tests.properties.random_service import Service

__all__ = ["accepted_register", "random_register", "random_sheets"]

UPTIME = (98, 96, 95, 93, 90, 86, 80, 72)
RESALE = (70, 50, 35, 20, 10, 0, 0, 0)
HOURS = 20
FULL = 52 * HOURS


def random_register(seed: int, folder: Path) -> Register:
    """Write the network of a seed, accept what is left to judgement, and read it back."""
    return accepted_register(random_sheets(seed), folder)


def accepted_register(sheets: Sheets, folder: Path) -> Register:
    """Write sheets, accept what is left to judgement, and read them back."""
    write_folder(folder, sheets)
    accepted: list[Cells] = [
        {"warning": issue.code, "place": issue.subject, "reason": "A random network."}
        for issue in inspect(folder)
        if issue.severity is Severity.JUDGEMENT
    ]
    return read_register(write_folder(folder, {AcceptedRow: accepted}))


def random_sheets(seed: int) -> Sheets:
    """Sheets of a network of up to three sites and two service lines, for three or four years.

    Every other one has a service side, and then no more than three machines and years.
    """
    return _Network(seed).sheets()


class _Network:
    def __init__(self, seed: int) -> None:
        self.draw = draw = Random(seed)  # noqa: S311 - repeatable draws, no secrets
        served = seed % 2 == 1
        self.years = draw.choice((3, 3, 3 if served else 4))
        self.lines = draw.choice((("CT",), ("CT",), ("CT", "MR")))
        self.sites: tuple[str, ...] = draw.choice((("QA101",), ("QA101", "QA102"), ("QA101", "QB101")))
        if served and draw.random() < 0.25:
            self.sites = ("QA101", "QA102", "QB101")
        self.trusts = tuple(sorted({site[:3] for site in self.sites}))
        self.machines = [self._machine(number) for number in range(draw.randint(1, 3 if served else 5))]
        self.contracts: list[Cells] = []
        self.schemes: list[Cells] = []
        for machine in self.machines:
            self._tie(machine)
        if draw.random() < 0.15:
            self._commit_addition()
        self.service: Service | None = None
        if served:
            self.service = Service(draw, self.years, self.lines, self.sites, self.machines, self.schemes)

    def sheets(self) -> Sheets:
        return {
            SettingRow: [{"setting": name, "value": value} for name, value in self._settings().items()],
            SiteRow: [self._site(code) for code in self.sites],
            EquipmentRow: self.machines,
            ContractRow: self.contracts,
            SchemeRow: self.schemes,
            CatalogueRow: self._catalogue(),
            AgeingRow: [
                {
                    "curve": "default",
                    "age": age,
                    "uptime": f"{up}%",
                    "upkeep_factor": 1 + age / 10,
                    "resale": f"{left}%",
                    "failure": age / 20,
                }
                for age, (up, left) in enumerate(zip(UPTIME, RESALE, strict=True))
            ],
            ModalityRow: [self._modality(line) for line in self.lines],
            DemandRow: self._demand(),
            TravelRow: self._travel(),
            FundingRow: self._funding(),
            **({} if self.service is None else self.service.sheets()),
        }

    def _more(self, cells: Callable[[Service], dict[str, Cell]]) -> dict[str, Cell]:
        """Cells of the service side, where there is one."""
        return {} if self.service is None else cells(self.service)

    def _maybe(self, chance: float) -> bool:
        return self.draw.random() < chance

    def _yes(self, chance: float) -> str:
        return "yes" if self._maybe(chance) else "no"

    def _year(self) -> str:
        return year_label(START_YEAR + self.draw.randrange(self.years))

    def _settings(self) -> dict[str, Cell]:
        settings: dict[str, Cell] = {
            "network_name": "Random network",
            "start_year": year_label(START_YEAR),
            "firm_years": self.years,
            "indicative_years": 0,
            "discount_rate": self.draw.choice(("0%", "3.5%")),
            "inflation_rate": self.draw.choice(("0%", "2%")),
            "max_replacements": self.draw.choice((1, 1, 2)),
            "min_years_kept": self.draw.choice((1, 2)),
            "over_age_price": self.draw.choice(("0%", "4%", "20%")),
            "risk_score_price_gbp": self.draw.choice((0, 500)),
            "terminal_value": self.draw.choice(("annuity", "annuity", "resale", "none")),
            "end_of_support": self.draw.choice(("must", "priced")),
            "allow_new_capacity": self._yes(0.8),
            "allow_retirement": self._yes(0.4),
            "allow_last_machine_retirement": self._yes(0.2),
            "first_year_share": self.draw.choice(("50%", "100%")),
            "travel_share": self.draw.choice(("0%", "15%", "50%")),
            "travel_price_gbp": self.draw.choice((5, 15, 400)),
        }
        if self._maybe(0.15):
            settings["hard_age_cap"] = self.draw.choice((8, 12))
        if self._maybe(0.2):
            settings["max_network_projects"] = self.draw.choice((1, 2))
        return {**settings, "swap_cover": "no", **self._more(Service.settings)}

    def _site(self, code: str) -> Cells:
        site: dict[str, Cell] = {
            "site_code": code,
            "spare_rooms_ct": self.draw.choice((0, 0, 1)),
            "max_new_rooms": self.draw.choice((0, 0, 1)),
            "max_installations": self.draw.choice((1, 2)),
        }
        if code != self.sites[0] and self._maybe(0.25):
            site["closing_year"] = year_label(START_YEAR + self.draw.randint(1, self.years - 1))
        elif code != self.sites[0] and self._maybe(0.2):
            site["opening_year"] = year_label(START_YEAR + 1)
        return {**site, **self._more(Service.site)}

    def _machine(self, number: int) -> dict[str, Cell]:
        machine: dict[str, Cell] = {
            "asset_id": f"M{number + 1}",
            "site_code": self.draw.choice(self.sites),
            "modality": self.draw.choice(self.lines),
            "install_date": year_label(START_YEAR - self.draw.randint(1, 10)),
            "exams_per_year": self.draw.randint(500, 1000),
            "hours_per_week": HOURS,
            "scans_per_hour": 1,
            "annual_maintenance_gbp": self.draw.randint(5, 30) * 1000,
            "life_years": self.draw.randint(5, 9),
        }
        if number % 3 == 2:
            machine["outage_weeks"] = 4
        if self._maybe(0.4):
            machine["replacement_cost_gbp"] = self.draw.randint(50, 250) * 1000
            machine["purchase_price_gbp"] = self.draw.randint(40, 200) * 1000
        if self._maybe(0.3):
            machine["risk_score"] = self.draw.randint(1, 25)
        if self._maybe(0.2):
            machine["end_of_support"] = f"{START_YEAR + self.draw.randint(0, self.years)}-03-31"
        if self._maybe(0.1):
            machine["capabilities"] = "cardiac"
        return machine

    def _tie(self, machine: dict[str, Cell]) -> None:
        """Bind a machine by a contract, a committed scheme, a lock or a window of years; most are free."""
        tie, closes = self.draw.random(), machine["site_code"] != self.sites[0]
        if tie < 0.15:
            self._lease(machine)
        elif tie < 0.25:
            machine |= {"ownership": "managed service", "contract_id": f"K-{machine['asset_id']}"}
            self._contract(machine, "managed service", self.draw.randint(2027, 2035))
        elif tie < 0.4 and not closes:
            line = machine["modality"]
            self.schemes.append(
                {
                    "scheme_id": f"S-{machine['asset_id']}",
                    "action": "replace",
                    "asset_id": machine["asset_id"],
                    "option": f"{line} plus",
                    "year": self._year(),
                    "capital_gbp": self.draw.randint(80, 200) * 1000,
                    "status": self.draw.choice(("ordered", "committed")),
                }
            )
            machine.pop("end_of_support", None)
        elif tie < 0.5 and not closes:
            machine["lock"] = self.draw.choice(("keep", "replace", "retire"))
            if machine["lock"] != "keep" and self._maybe(0.5):
                machine["lock_year"] = self._year()
        elif tie < 0.6:
            machine[self.draw.choice(("earliest_year", "latest_year"))] = self._year()

    def _lease(self, machine: dict[str, Cell]) -> None:
        machine |= {"ownership": "lease", "contract_id": f"K-{machine['asset_id']}"}
        extension = self.draw.choice((0, 1, 2))
        more: dict[str, Cell] = {"extension_years": extension} if extension else {}
        self._contract(machine, "lease", START_YEAR + self.draw.randint(0, self.years), **more)

    def _contract(self, machine: Cells, kind: str, end: int, **more: Cell) -> None:
        self.contracts.append(
            {
                "contract_id": machine["contract_id"],
                "kind": kind,
                "end_date": f"{end}-03-31",
                "annual_charge_gbp": self.draw.randint(10, 40) * 1000,
                "extension_charge_gbp": self.draw.randint(5, 30) * 1000,
                "refresh_years": self.draw.randint(3, 8),
                **more,
            }
        )

    def _commit_addition(self) -> None:
        self.schemes.append(
            {
                "scheme_id": "S-new",
                "action": "add",
                "site_code": self.sites[0],
                "option": "CT basic",
                "year": self._year(),
                "capital_gbp": self.draw.randint(80, 200) * 1000,
                "status": "committed",
            }
        )

    def _catalogue(self) -> list[Cells]:
        options: list[Cells] = []
        for line in self.lines:
            common: Cells = {
                "modality": line,
                "scans_per_hour": 1,
                "hours_per_week": HOURS,
                **self._more(Service.option),
            }
            price = self.draw.randint(60, 200)
            options.append(
                {
                    "option": f"{line} basic",
                    **common,
                    "price_gbp": price * 1000,
                    "works_gbp": self.draw.choice((0, 20_000)),
                    "annual_maintenance_gbp": 60 * price,
                    "like_for_like": "yes",
                    "can_replace": self._yes(0.9),
                }
            )
            options.append(
                {
                    "option": f"{line} plus",
                    **common,
                    "price_gbp": price * 1250,
                    "works_gbp": 30_000,
                    "annual_maintenance_gbp": 70 * price,
                    "capabilities": "cardiac",
                    "throughput_gain": self.draw.choice(("0%", "20%")),
                    "life_years": 8,
                    "can_add": self._yes(0.3),
                }
            )
        return options

    def _modality(self, line: str) -> Cells:
        return {
            "modality": line,
            "outside_price_gbp": self.draw.choice((10, 60, 200)),
            "outage_weeks": self.draw.choice((0, 8, 13)),
            **self._more(Service.modality),
        }

    def _demand(self) -> list[Cells]:
        """Scans about what the machines of a site can do, and growing."""
        rows: list[Cells] = []
        for line in self.lines:
            for site in self.sites:
                here = sum((machine["site_code"], machine["modality"]) == (site, line) for machine in self.machines)
                scans = int(FULL * (here + self.draw.choice((-0.4, -0.1, 0, 0.3, 0.9))))
                rows.append(
                    {
                        "site_code": site,
                        "modality": line,
                        "year": year_label(START_YEAR),
                        "scans": max(0, scans),
                        "growth_rate": self.draw.choice(("0%", "6%", "20%")),
                    }
                )
        return rows

    def _travel(self) -> list[Cells]:
        rows: list[Cells] = []
        for start, end in combinations(self.sites, 2):
            if not self._maybe(0.2):
                rows.append({"from_site": start, "to_site": end, "minutes": 20, "agreed": self._yes(0.9)})
        return rows

    def _funding(self) -> list[Cells]:
        if self._maybe(0.15):
            return []
        rows = funding_rows("Shared fund", "SHARED", self._limits(300))
        for trust in self.trusts:
            if self._maybe(0.7):
                rows += funding_rows(f"{trust} capital", trust, self._limits(400))
        return rows

    def _limits(self, most: int) -> list[int]:
        return [self.draw.choice((0, self.draw.randint(0, most), most)) * 1000 for _ in range(self.years)]
