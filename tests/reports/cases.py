"""Made-up registers and plans for the reports: the right shape, no solver, hostile names on request."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from capitalplan.analysis.study import Alternative, Move, NeedLine, PriceTest, Study
from capitalplan.plan.plan import (
    NEW_ROOM,
    Binding,
    Breach,
    Check,
    Flow,
    Outside,
    Plan,
    PlannedScheme,
    RunFacts,
    YearLine,
)
from capitalplan.register.register import Asset, Assumption, Contract, Register, ServiceLine, Site, Trust
from capitalplan.settings import Settings
from capitalplan.terms import Action, ContractKind, Heading, Ownership, Timing, year_label
from tests.reports.decision_cases import decided_of
from tests.reports.ledger_cases import ledger_of, worth_of
from tests.reports.money_cases import asked_study, money_register, open_sources, paid_plan, sources_of
from tests.reports.service_cases import ADDED, CURVE, served_plan, served_register

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "</script><img src=x onerror=alert(2)>",
    "Ysbyty Gwynedd, Zoë & “Ó Súilleabháin” 日本",
    "{{ 7*7 }} <b>bold</b> %{x}",
    "A" * 300,
)
SERVICE_KPIS = (
    "waiting_start", "waiting_end", "waiting_target_end", "mean_wait_weeks_end", "share_over_standard_end",
    "unmet_scans", "unscheduled_away", "extended_hours", "van_days", "outsourced_reports", "patients_moved",
    "patients_moved_between_trusts", "late_reports_end", "waiting_value_gbp", "unscheduled_value_gbp",
    "unmet_value_gbp", "late_reports_value_gbp", "left_at_end_gbp", "upgrades", "new_room_first",
)  # fmt: skip
LINES = ("CT", "MR", "DX", "US")
LIVES = {"CT": 10, "MR": 10, "DX": 10, "US": 7}
PRICES = {"CT": 750_000, "MR": 1_100_000, "DX": 180_000, "US": 70_000}
SCANS = {"CT": 11_000, "MR": 7_500, "DX": 16_000, "US": 6_000}


@dataclass(frozen=True, slots=True)
class Case:
    """A register, a plan and what stands beside it."""

    register: Register
    plan: Plan
    study: Study
    facts: RunFacts


def make_case(
    *, trusts: int = 2, sites: int = 4, assets: int = 24, hostile: bool = True, funded: bool = True, served: bool = True
) -> Case:
    """Make a case; the same arguments give the same case. ``served`` gives it lists, staff and extra capacity."""
    dice = random.Random(7)  # noqa: S311 - repeatable draws, no secrets
    settings = Settings(network_name=HOSTILE[0] if hostile else "North Pennine Imaging Network")
    names = iter(HOSTILE if hostile else ())
    trust_names = ("Alderdale University Hospitals", "Brackenfield", "Castlewick and Dunmere", "Eskside Community")
    trust_rows = {
        f"Q{i:02d}": Trust(code=f"Q{i:02d}", name=next(names, f"{trust_names[i % 4]} NHS Foundation Trust"))
        for i in range(trusts)
    }
    site_names = ("Royal Infirmary", "General Hospital", "Community Diagnostic Centre")
    site_rows = {}
    for i in range(sites):
        trust = f"Q{i % trusts:02d}"
        name = next(names, f"{trust_names[i % trusts % 4].split()[0]} {site_names[i // trusts % 3]}")
        code = f"{trust}{i:02d}"
        site_rows[code] = _site(code, trust, name, 2030 if hostile and i == sites - 1 else None)
    rows = tuple(_asset(i, list(site_rows.values()), dice, next(names, "")) for i in range(assets))
    rows = (replace(rows[0], ownership=Ownership.MANAGED_SERVICE, contract_id="M1"), *rows[1:])
    base: Counter[tuple[str, str]] = Counter()
    for row in rows:
        base[row.line, row.site] += row.exams_per_year
    demand = {
        place: tuple(round(scans * 1.045**t) for t in range(settings.years))
        for place, scans in base.items()
        if place[0] in {"CT", "MR"}
    }
    source_names = ["Operational capital", "NHS England diagnostics", "Charity"]
    if hostile:
        source_names[1] = HOSTILE[1]
    sources = sources_of(assets, settings.years, source_names)
    register = Register(
        settings=settings, trusts=trust_rows, sites=site_rows, lines={line: _line(line) for line in LINES},
        options={ADDED.name: ADDED}, curves={CURVE.name: CURVE},
        contracts={"M1": Contract(contract_id="M1", kind=ContractKind.MANAGED_SERVICE, end_year=2040,
                                  annual_charge_gbp=100_000, extension_charge_gbp=0, refresh_years=7,
                                  extension_years=0)},
        assets=rows, schemes=(), demand=demand, unscheduled={}, waiting_demand={}, waiting=(), unreported={}, extra=(),
        staff=(), ties=(), links=(), sources=sources if funded else (), capital_limits=(), revenue_limits=(),
        offers=(), tiers=(), approvals=(), cost_shares=(), challenges=(), approved=(),
        assumptions=(
            Assumption(item="Equipment: maintenance", value="9%", source="illustrative", used_for="17 machines"),
            Assumption(item="Discount rate", value="3.5%", source="HM Treasury, Green Book", used_for="whole plan"),
        ), warnings=(), left_out=(),
    )  # fmt: skip
    register = money_register(served_register(register)) if served else register
    plan = make_plan(register, funded=funded)
    study = _study(register, plan)
    if served and trusts > 1:
        study = replace(
            asked_study(study, register, plan),
            ledger=ledger_of(register, plan),
            worth=worth_of(register),
            decisions=decided_of(plan),
        )
    return Case(register, plan, study, _facts())


def make_plan(register: Register, *, funded: bool, shift: int = 0) -> Plan:
    """Renew machines oldest first while money lasts, ``shift`` years late; add one CT and one room."""
    horizon = register.settings.horizon
    left = {(s.name, year): s.limits_gbp[t] for s in register.sources for t, year in enumerate(horizon)}
    schemes = [
        _addition(register, left, option, capital, funded=funded)
        for option, capital in (("CT premium", 600_000), (NEW_ROOM, 0))
    ]
    oldest_first = sorted(register.assets, key=lambda asset: (asset.due_year, asset.asset_id))
    schemes += [_scheme(register, asset, left, funded=funded, shift=shift) for asset in oldest_first]
    schemes.sort(key=lambda s: (s.trust, s.site, s.asset_id or "~", s.year or 0))
    capacity = {
        place: tuple(round(line[0] * (1 + 0.035 * t)) for t in range(len(horizon)))
        for place, line in register.demand.items()
    }
    plan = _plan(register, tuple(schemes), capacity, funded=funded)
    return paid_plan(register, served_plan(register, plan) if register.waiting else plan)


def _addition(
    register: Register, left: dict[tuple[str, int], int], option: str, capital: int, *, funded: bool
) -> PlannedScheme:
    year = register.settings.horizon[1]
    site = next(iter(register.sites.values()))
    paid = _pay(left, open_sources(register, site.trust), year, capital, funded=funded)
    return PlannedScheme(
        scheme_id=f"ADD-{option}", asset_id=None, trust=site.trust, site=site.code, modality="CT", mobile=False,
        action=Action.ADD, year=year, option=option, route="purchase", units=1, capital_gbp=capital,
        funding=paid or {}, timing=Timing.ON_TIME, due_year=None,
        reason="CT demand outgrows capacity here.", sentence=f"Add a CT at {site.name} in {year_label(year)}.",
    )  # fmt: skip


def _pay(
    left: dict[tuple[str, int], int], names: list[str], year: int, amount: int, *, funded: bool
) -> dict[str, int] | None:
    paid: dict[str, int] = {}
    if not funded:
        return paid
    if sum(left[name, year] for name in names) < amount:
        return None
    for source in names:
        share = min(left[source, year], amount - sum(paid.values()))
        if share:
            left[source, year] -= share
            paid[source] = share
    return paid


def _scheme(
    register: Register, asset: Asset, left: dict[tuple[str, int], int], *, funded: bool, shift: int
) -> PlannedScheme:
    horizon = register.settings.horizon
    common: dict[str, Any] = {
              "asset_id": asset.asset_id, "trust": asset.trust, "site": asset.site, "modality": asset.modality,
              "mobile": False, "due_year": asset.due_year, "option": None, "year": None, "units": 0, "capital_gbp": 0,
              "funding": {}, "route": "none", "action": Action.KEEP, "scheme_id": f"S-{asset.asset_id}"}  # fmt: skip
    if asset.contract_id is not None or asset.due_year > horizon[-1]:
        why = {"timing": Timing.KEPT, "reason": "It does not reach its planned life in the plan.", "sentence": "Kept."}
        return PlannedScheme(**{**common, **why})
    for year in range(max(horizon[0], asset.due_year) + shift, horizon[-1] + 1):
        capital = round(PRICES[asset.line] * 1.45 * 1.02 ** (year - horizon[0]))
        paid = _pay(left, open_sources(register, asset.trust), year, capital, funded=funded)
        if paid is not None:
            late = year - asset.due_year
            done = {"action": Action.REPLACE, "year": year, "option": f"{asset.line} standard", "units": 1,
                    "capital_gbp": capital, "funding": paid, "route": "purchase", "committed": year == horizon[0],
                    "timing": Timing.LATE if late else Timing.ON_TIME,
                    "reason": f"Renewed {late} years after its planned life; limits leave no room before.",
                    "sentence": f"Replace {asset.asset_id} in {year_label(year)}."}  # fmt: skip
            return PlannedScheme(**{**common, **done})
    why = {"timing": Timing.NOT_FUNDED, "reason": "Every year's limit is spent on machines that save more a pound.",
           "sentence": f"{asset.asset_id} is not replaced within the plan."}  # fmt: skip
    return PlannedScheme(**{**common, **why})


def _plan(
    register: Register, schemes: tuple[PlannedScheme, ...], capacity: dict[tuple[str, str], tuple[int, ...]], *,
    funded: bool,
) -> Plan:  # fmt: skip
    settings, years, outside, flows = register.settings, [], [], []
    for t, year in enumerate(settings.horizon):
        by_source, short = Counter[str](), Counter[str]()
        for scheme in schemes:
            if scheme.year == year:
                by_source.update(scheme.funding)
        for (line, site), wanted in register.demand.items():
            missing = max(0, wanted[t] - capacity[line, site][t])
            short[line] += missing
            flows.append(Flow(line=line, from_site=site, to_site=site, year=year, scans=Fraction(wanted[t] - missing)))
            if missing:
                outside.append(Outside(line=line, site=site, year=year, scans=Fraction(missing)))
        done = {s.asset_id for s in schemes if s.action is Action.REPLACE and (s.year or 0) <= year}
        over = sum(a.due_year < year for a in register.assets if a.asset_id not in done and a.contract_id is None)
        totals = [
            {line: sum(v[t] for (at, _), v in table.items() if at == line) for line in ("CT", "MR")}
            for table in (register.demand, capacity)
        ]
        years.append(
            YearLine(
                year=year,
                firm=t < settings.firm_years,
                capital_by_source=by_source,
                capital_by_trust={},
                limit_by_source={s.name: s.limits_gbp[t] for s in register.sources},
                upkeep_gbp=1_000_000,
                running_gbp={},
                capital_real_gbp=0,
                resale_gbp=0,
                outside_gbp=0,
                extra_gbp={},
                travel_gbp=0,
                age_risk_gbp=over * 30_000,
                service_value_gbp={},
                money_value_gbp={},
                breakdowns=Fraction(0),
                demand=totals[0],
                capacity=totals[1],
                outside_scans=short,
                machines=len(register.assets),
                over_age=over,
            )
        )
    binding = [
        Binding(rule="money", place=source.name, year=line.year, amount=line.limit_by_source[source.name],
                used=line.capital_by_source.get(source.name, 0), unit="£")
        for line in years for source in register.sources
        if line.capital_by_source.get(source.name, 0) >= 0.97 * line.limit_by_source[source.name]
    ]  # fmt: skip
    outside_scans = sum(sum(line.outside_scans.values()) for line in years)
    kpis: dict[str, int | float | str] = {
        "machines_start": len(register.assets), "outside_scans": outside_scans,
        "remaining_value_gbp": 5_000_000, "age_risk_value_gbp": 34_000_000, "travel_value_gbp": 1_000_000,
        "over_age_start": sum(asset.due_year < settings.start_year for asset in register.assets),
        **dict.fromkeys(SERVICE_KPIS, 0),
    }  # fmt: skip
    return Plan(
        network=settings.network_name, funded=funded, status="optimal within 1%", objective_gbp=0,
        bound_gbp=0, gap=0.0067, gap_gbp=1_200_000, schemes=schemes, flows=tuple(flows),
        outside=tuple(outside), moves=(), extra_hours=(), vans=(), waiting=(), reports=(), staff=(), covers=(),
        capacity=capacity, years=tuple(years), kpis=kpis, sources=(), revenue=(),
        tiers=(), changes=(), flags=(), binding=tuple(binding), breaches=(),
    )  # fmt: skip


def _site(code: str, trust: str, name: str, closing: int | None) -> Site:
    return Site(
        code=code, trust=trust, name=name, latitude=None, longitude=None, opening_year=None, closing_year=closing,
        spare_rooms={}, max_new_rooms=1, max_installations=4, van_standing=True,
    )  # fmt: skip


def _asset(number: int, sites: list[Site], dice: random.Random, model: str) -> Asset:
    line = LINES[number % len(LINES)]
    site = sites[number // len(LINES) % len(sites)]
    maker, known = dice.choice((("Alpine", "Ridge 64"), ("Meridian", "Vista 1.5T"), ("Orbis", "Clarity X")))
    return Asset(
        asset_id=f"{line}-{number:03d}", site=site.code, trust=site.trust, line=line, modality=line, mobile=False,
        subtype="", manufacturer=maker, model=model or known, serial="", install_year=2026 - dice.choice(range(16)),
        ownership=Ownership.OWNED, contract_id=None, exams_per_year=SCANS[line] + dice.randrange(-1500, 1500),
        nominal_scans=Fraction(SCANS[line]), uptime_scale=Fraction(1), maintenance_gbp=PRICES[line] // 11,
        price_gbp=PRICES[line], own_price_gbp=None, own_works_gbp=None, outage_weeks=None, paid_gbp=PRICES[line],
        book_value_gbp=0, life_years=LIVES[line],
        curve="standard", capabilities=frozenset(), end_of_support_year=None, risk_score=5, risk_score_entered=False,
        lock=None, lock_year=None, earliest_year=None, latest_year=None, planned_year=None, planned_option=None,
        like_for_like=None, scans_per_hour=Fraction(3), hours_per_week=Fraction(60), upgrades=(),
    )  # fmt: skip


def _line(name: str) -> ServiceLine:
    life = LIVES[name]
    return ServiceLine(
        name=name, modality=name, mobile=False, title=name, growth_rate=Fraction(45, 1000), outside_price_gbp=150,
        outage_weeks=Fraction(8), scans_per_hour=Fraction(3), hours_per_week=Fraction(60), life_high_use=life,
        life_mid_use=life, life_low_use=life, high_use_over=10_000, low_use_under=5_000,
        swap_cover=False, radiographers_per_scan_hour=Fraction(2), minutes_per_report=Fraction(0),
        radiographer_reporting_share=Fraction(0), energy_mwh=Fraction(0), disposal_gbp=0, order_months=6,
    )  # fmt: skip


def _study(register: Register, plan: Plan) -> Study:
    need = []
    for trust in register.trusts:
        for t, year in enumerate(register.settings.horizon):
            due = [
                a
                for a in register.assets
                if a.trust == trust and (a.due_year == year or (t == 0 and a.due_year < year))
            ]
            need.append(
                NeedLine(trust=trust, year=year, machines=len(due), overdue=sum(a.due_year < year for a in due),
                         by_modality=dict(Counter(a.modality for a in due)),
                         capital_gbp=sum(round(a.price_gbp * 1.45) for a in due))
            )  # fmt: skip
    nothing = replace(
        plan, objective_gbp=plan.objective_gbp + 21_000_000,
        schemes=tuple(replace(s, action=Action.KEEP, year=None, capital_gbp=0, funding={}, units=0, payments=())
                      for s in plan.schemes if s.asset_id is not None),
        revenue=tuple(replace(line, amounts_gbp={heading: gbp for heading, gbp in line.amounts_gbp.items()
                                                 if heading is not Heading.DIVIDEND}) for line in plan.revenue),
    )  # fmt: skip
    breach = Breach(rule="money", place="Operational capital", year=2027, amount=Fraction(250_000), unit="£",
                    message="Operational capital is overspent by £250,000 in 2027/28.")  # fmt: skip
    first = register.assets[0]

    def other(shift: int) -> Plan:
        made = make_plan(register, funded=plan.funded, shift=shift)
        return replace(made, objective_gbp=plan.objective_gbp + 4_000_000 * shift)

    return Study(
        need=tuple(need),
        alternatives=(
            Alternative(name="business as usual", title="Business as usual", plan=nothing, breaches=()),
            Alternative(name="oldest first", title="Oldest first",
                        plan=other(1), breaches=()),
            Alternative(name="own plan", title="The network's own plan",
                        plan=other(2), breaches=(breach,)),
        ),
        moves=(
            Move(against="oldest first", what=first.asset_id, asset_id=first.asset_id, site=first.site, modality="CT",
                 ours="keep", theirs="replace 2027/28", why="Its contract renews it without capital.", gain_gbp=-42_000,
                 at_risk=False),
        ),
        price_tests=tuple(
            PriceTest(price=price, factor=factor, value=value, schemes_changed=changed, additions=1, replacements=11,
                      capital_gbp=9_000_000, gap=0.004, sentence=f"{changed} schemes would change.")
            for price, factor, value, changed in (
                ("Over-age price", "half", "2% a year", 6), ("Over-age price", "double", "8% a year", 9),
                ("Price of scans outside, CT", "half", "£75", 3), ("Price of scans outside, CT", "double", "£300", 2),
                ("Travel price", "half", "£7.50", 0), ("Travel price", "double", "£30", 1),
            )
        ),
    )  # fmt: skip


def _facts() -> RunFacts:
    return RunFacts(
        facts={
            "Input file": "register.xlsx",
            "Engine": "HiGHS 1.16",
            "Stopped because": "the gap asked for was reached",
        },
        checks=(
            Check(rule="each machine has one treatment", checked=24, breaches=0),
            Check(rule="money within limits", checked=27, breaches=0),
            Check(rule="patients placed", checked=216, breaches=0),
        ),
    )
