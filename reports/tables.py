"""From a plan to tidy tables: the only source of figures for every report.

Columns have the names of ``reports.style.COLUMNS``. Money is whole pounds, scans are scans a year, shares fractions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import pandas as pd

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme, RunFacts
from capitalplan.register.register import Register
from capitalplan.terms import Action, Timing, service_name, year_label
from reports import beside
from reports.fleet import Machine, fleet_at_start, fleet_in
from reports.plain import LIMITS, RULES, assumption_cells
from reports.style import BANDS, CHECK, FUNDING, OK, pounds

__all__ = ["ALL_YEARS", "NO_SOURCE", "ROOM", "Tables", "make_tables", "not_renewed", "typical_scanner_gbp"]

NO_SOURCE = "no source given"
"""Column for capital without any funding source, in a statement of need."""

ALL_YEARS = "all years"
"""Year shown for a limit over the whole plan."""

ROOM = "new room"
"""Action shown for a line that builds rooms."""

Cells = Iterable[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Every table of the reports.

    Attributes
    ----------
    schemes
        The plan line by line, one column ``funding: <source>`` for each funding source.
    years
        Need, limit and spend by year, all sources together.
    spend
        Limit, spend and committed spend by year and source.
    trust_spend
        Spend by trust and year.
    activity
        Machines replaced and added by year and service line.
    not_funded
        Machines that reach their planned life within the plan and are not renewed.
    capacity
        Capacity and demand by service line, site and year, with scans moved and bought outside.
    ages
        Machines by age band at the start and in the last year: all, by modality and by trust.
    comparison, costs
        The plan beside other ways of planning, and how the whole-life cost of each is made up.
    moved, moves, price_tests
        What is treated differently elsewhere, counted and one by one; what halving or doubling a price changes.
    need
        Unlimited need by trust and year.
    assumptions, binding, breaches, checks, facts
        Defaults used; limits that hold the plan back; rules other ways break; the re-check; how the run came about.
    """

    schemes: pd.DataFrame
    years: pd.DataFrame
    spend: pd.DataFrame
    trust_spend: pd.DataFrame
    activity: pd.DataFrame
    not_funded: pd.DataFrame
    capacity: pd.DataFrame
    ages: pd.DataFrame
    comparison: pd.DataFrame
    costs: pd.DataFrame
    moved: pd.DataFrame
    moves: pd.DataFrame
    price_tests: pd.DataFrame
    need: pd.DataFrame
    assumptions: pd.DataFrame
    binding: pd.DataFrame
    breaches: pd.DataFrame
    checks: pd.DataFrame
    facts: pd.DataFrame

    @property
    def acted(self) -> pd.DataFrame:
        """Lines of the plan in which something happens."""
        return self.schemes[self.schemes["action"] != str(Action.KEEP)]

    @property
    def added(self) -> pd.DataFrame:
        """Lines of the plan that add machines or rooms."""
        return self.schemes[self.schemes["action"].isin([str(Action.ADD), ROOM])]


def make_tables(register: Register, plan: Plan, study: Study, facts: RunFacts) -> Tables:
    """Make every table from a plan and what stands beside it."""
    sources = _sources(plan)
    return Tables(
        schemes=_frame(
            "asset_id trust_name site_name line machine action year_label option capital_gbp timing reason sentence "
            "due_label units route committed scheme_id trust site year",
            _scheme_cells(register, plan, sources),
            [FUNDING + source for source in sources],
        ),
        years=_frame("year year_label firm need_gbp limit_gbp spent_gbp headroom_gbp", _year_cells(plan, study)),
        spend=_frame(
            "year year_label source firm limit_gbp spent_gbp committed_gbp headroom_gbp", _spend_cells(plan, sources)
        ),
        trust_spend=_frame(
            "trust trust_name year year_label capital_gbp",
            (
                (code, trust.name, line.year, year_label(line.year), line.capital_by_trust.get(code, 0))
                for code, trust in register.trusts.items()
                for line in plan.years
            ),
        ),
        activity=_frame("year year_label line action machines", _activity_cells(plan)),
        not_funded=_frame(
            "asset_id trust_name site_name line machine due_label life_at_end price_gbp reason",
            _not_funded_cells(register, plan),
        ).sort_values("life_at_end", ascending=False, kind="stable", ignore_index=True),
        capacity=_frame(
            "line site site_name year year_label demand capacity balance sent received outside",
            _capacity_cells(register, plan),
        ),
        ages=_frame("moment way group band machines share target verdict", _age_cells(register, plan)),
        comparison=_frame(
            "alternative whole_life_gbp difference_gbp capital_gbp replacements additions unmet_scans over_age kept",
            beside.comparison_cells(register, plan, study),
        ),
        costs=_frame(
            "alternative cash_cost_gbp remaining_gbp age_risk_gbp travel_gbp whole_life_gbp",
            beside.cost_cells(plan, study),
        ),
        moved=_frame(
            "alternative moved renewed_here renewed_there otherwise added_otherwise left_over_age gain_gbp",
            beside.moved_cells(study),
        ),
        moves=_frame(
            "way what line site_name ours theirs gain_gbp at_risk why", beside.move_cells(register, study)
        ),
        price_tests=_frame(
            "price value factor schemes_changed replacements additions capital_gbp gap sentence",
            beside.price_cells(study.price_tests),
        ),
        need=_frame(
            "trust trust_name year year_label machines overdue need_gbp",
            (
                (line.trust, _trust_name(register, line.trust), line.year, year_label(line.year), line.machines,
                 line.overdue, line.capital_gbp)
                for line in study.need
            ),
        ),
        assumptions=_frame(
            "item value source used_for where_changed", assumption_cells(register)
        ),
        binding=_frame(
            "rule place year_label amount used",
            (
                (LIMITS.get(limit.rule, limit.rule), _place(register, limit.place), _label(limit.year) or ALL_YEARS,
                 _in_unit(limit.amount, limit.unit), _in_unit(limit.used, limit.unit))
                for limit in plan.binding
            ),
        ),
        breaches=_frame("alternative message", beside.breach_cells(register, study)),
        checks=_frame(
            "rule checked not_kept verdict",
            ((RULES.get(c.rule, c.rule), c.checked, c.breaches, CHECK if c.breaches else OK) for c in facts.checks),
        ),
        facts=_frame("fact value", facts.facts.items()),
    )  # fmt: skip


def typical_scanner_gbp(plan: Plan) -> float | None:
    """Median capital charged for a CT or MR scanner that the plan buys, £ cash; None where it buys neither."""
    prices = [
        scheme.capital_gbp / scheme.units
        for scheme in plan.schemes
        if scheme.units and scheme.capital_gbp and scheme.modality in {"CT", "MR"} and scheme.option != NEW_ROOM
    ]
    return median(prices) if prices else None


def not_renewed(plan: Plan) -> str:
    """Say of a machine that is due and not renewed; without limits it cannot be for want of funds."""
    return str(Timing.NOT_FUNDED) if plan.funded else "not renewed"


def _frame(names: str, cells: Cells, more: Iterable[str] = ()) -> pd.DataFrame:
    return pd.DataFrame(list(cells), columns=[*names.split(), *more], dtype=object)


def _label(year: int | None) -> str:
    return "" if year is None else year_label(year)


def _site_name(register: Register, code: str) -> str:
    return register.sites[code].name if code in register.sites else code


def _trust_name(register: Register, code: str) -> str:
    return register.trusts[code].name if code in register.trusts else code


def _place(register: Register, place: str) -> str:
    return f"{_site_name(register, place)} ({place})" if place in register.sites else place


def _in_unit(amount: int, unit: str) -> str:
    return pounds(amount) if unit == "£" else f"{amount:,} {unit}"


def _sources(plan: Plan) -> list[str]:
    named = {source for line in plan.years for source in (*line.limit_by_source, *line.capital_by_source)}
    return sorted(named) if plan.funded else [NO_SOURCE]


def _funding(plan: Plan, scheme: PlannedScheme) -> Mapping[str, int]:
    return scheme.funding if plan.funded else {NO_SOURCE: scheme.capital_gbp}


def _scheme_cells(register: Register, plan: Plan, sources: list[str]) -> Cells:
    machines = {
        asset.asset_id: " ".join(filter(None, (asset.manufacturer, asset.model))) or asset.subtype
        for asset in register.assets
    }
    for scheme in plan.schemes:
        funding = _funding(plan, scheme)
        yield (
            scheme.asset_id or "",
            _trust_name(register, scheme.trust),
            _site_name(register, scheme.site),
            service_name(scheme.modality, scheme.mobile),
            machines.get(scheme.asset_id or "", ""),
            ROOM if scheme.option == NEW_ROOM else str(scheme.action),
            _label(scheme.year),
            scheme.option or "",
            scheme.capital_gbp,
            not_renewed(plan) if scheme.timing is Timing.NOT_FUNDED else str(scheme.timing),
            scheme.reason,
            scheme.sentence,
            _label(scheme.due_year),
            scheme.units,
            scheme.route,
            "yes" if scheme.committed else "",
            scheme.scheme_id,
            scheme.trust,
            scheme.site,
            scheme.year,
            *(funding.get(source, 0) for source in sources),
        )


def _year_cells(plan: Plan, study: Study) -> Cells:
    need: Counter[int] = Counter()
    for line in study.need:
        need[line.year] += line.capital_gbp
    for year in plan.years:
        limit = sum(year.limit_by_source.values()) if plan.funded else None
        spent = sum(year.capital_by_trust.values())
        yield (
            year.year,
            year_label(year.year),
            _firmness(plan, year.firm),
            need[year.year],
            limit,
            spent,
            None if limit is None else limit - spent,
        )


def _firmness(plan: Plan, firm: bool) -> str:
    if not plan.funded:
        return "not given"
    return "firm" if firm else "indicative"


def _spend_cells(plan: Plan, sources: list[str]) -> Cells:
    committed: Counter[tuple[int | None, str]] = Counter()
    for scheme in plan.schemes:
        if scheme.committed:
            for source, amount in _funding(plan, scheme).items():
                committed[scheme.year, source] += amount
    for line in plan.years:
        spent = line.capital_by_source if plan.funded else {NO_SOURCE: sum(line.capital_by_trust.values())}
        for source in sources:
            limit = line.limit_by_source.get(source, 0) if plan.funded else None
            paid = spent.get(source, 0)
            left = None if limit is None else limit - paid
            firm = _firmness(plan, line.firm)
            yield line.year, year_label(line.year), source, firm, limit, paid, committed[line.year, source], left


def _activity_cells(plan: Plan) -> Cells:
    done: Counter[tuple[str, str, int]] = Counter()
    for scheme in plan.schemes:
        if scheme.year is not None and scheme.option != NEW_ROOM and scheme.action in {Action.REPLACE, Action.ADD}:
            done[service_name(scheme.modality, scheme.mobile), str(scheme.action), scheme.year] += scheme.units
    pairs = sorted({(line, action) for line, action, _ in done}, key=lambda pair: (pair[0], pair[1] == "add"))
    for line, action in pairs:
        for year in plan.years:
            yield year.year, year_label(year.year), line, action, done[line, action, year.year]


def _not_funded_cells(register: Register, plan: Plan) -> Cells:
    assets = {asset.asset_id: asset for asset in register.assets}
    last = register.settings.horizon[-1]
    for scheme in plan.schemes:
        if scheme.timing is Timing.NOT_FUNDED and scheme.asset_id is not None:
            asset = assets[scheme.asset_id]
            yield (
                asset.asset_id,
                _trust_name(register, asset.trust),
                _site_name(register, asset.site),
                asset.line,
                " ".join(filter(None, (asset.manufacturer, asset.model))) or asset.subtype,
                year_label(asset.due_year),
                last - asset.due_year,
                asset.price_gbp,
                scheme.reason,
            )


def _capacity_cells(register: Register, plan: Plan) -> Cells:
    sent: dict[tuple[str, str, int], float] = defaultdict(float)
    received: dict[tuple[str, str, int], float] = defaultdict(float)
    for flow in plan.flows:
        if flow.from_site != flow.to_site:
            sent[flow.line, flow.from_site, flow.year] += float(flow.scans)
            received[flow.line, flow.to_site, flow.year] += float(flow.scans)
    outside: dict[tuple[str, str, int], float] = defaultdict(float)
    for line in plan.outside:
        outside[line.line, line.site, line.year] += float(line.scans)
    horizon = register.settings.horizon
    nothing = (0,) * len(horizon)
    for name, site in sorted({*plan.capacity, *register.demand}):
        can, wanted = plan.capacity.get((name, site), nothing), register.demand.get((name, site), nothing)
        for year, capacity, demand in zip(horizon, can, wanted, strict=True):
            place = (name, site, year)
            moved = (round(flows[place]) for flows in (sent, received, outside))
            label = year_label(year)
            yield name, site, _site_name(register, site), year, label, demand, capacity, capacity - demand, *moved


def _age_cells(register: Register, plan: Plan) -> Cells:
    last = register.settings.horizon[-1]
    moments = (("at the start", fleet_at_start(register)), (f"in {year_label(last)}", fleet_in(register, plan, last)))
    for moment, fleet in moments:
        yield from _bands(moment, "all", "All machines", fleet)
        for modality in sorted({machine.modality for machine in fleet}):
            yield from _bands(moment, "modality", modality, [m for m in fleet if m.modality == modality])
        for code, trust in register.trusts.items():
            yield from _bands(moment, "trust", trust.name, [m for m in fleet if m.trust == code])


def _bands(moment: str, way: str, group: str, fleet: list[Machine]) -> Iterator[tuple[Any, ...]]:
    """Count machines by the age bands of the COCIR and ESR golden rules, each beside its rule."""
    counts = Counter(BANDS[0] if m.age < 5 else BANDS[1] if m.age <= 10 else BANDS[2] for m in fleet)
    for band, target, most in zip(BANDS, ("at least 60%", "at most 30%", "at most 10%"), (None, 0.3, 0.1), strict=True):
        share = counts[band] / len(fleet) if fleet else 0.0
        kept = share >= 0.6 if most is None else share <= most
        yield moment, way, group, band, counts[band], share, target, "met" if kept else "not met"
