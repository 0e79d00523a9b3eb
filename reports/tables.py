"""From a plan to tidy tables: the only source of figures for every report.

Columns have the names of ``reports.columns.COLUMNS``. Money is whole pounds, scans are scans a year, shares fractions.
The cells of each topic are made in ``reports.figures``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Plan, RunFacts
from capitalplan.register.register import Register
from capitalplan.terms import Action, year_label
from reports.columns import FUNDING
from reports.figures import extra, limits, money, patients, schemes, staff, ways
from reports.figures.decided import decision_table
from reports.figures.frames import frame, lean
from reports.figures.names import trust_name
from reports.figures.schemes import ROOM
from reports.ledger_tables import LedgerTables, make_ledger_tables
from reports.money_tables import MoneyTables, make_money_tables
from reports.plain import RULES, assumption_cells
from reports.style import CHECK, OK

__all__ = ["Tables", "make_tables"]

_PRICED = "waiting_gbp unscheduled_gbp unmet_gbp late_gbp under_use_gbp revenue_over_gbp changes_gbp"
"""Columns of prices on what is not cash that few plans have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Every table of the reports; one on something the plan does not have is empty.

    Columns on service beside machines are left out where they hold nothing.

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
    cost_years
        Every cost of every year, real £ ex VAT: cash, its sum, its sum discounted; then judgements.
    activity
        Machines replaced and added by year and service line.
    not_funded
        Machines that reach their planned life within the plan and are not renewed.
    capacity
        Capacity and demand by service line, site and year, with scans done beside machines, moved and bought outside.
    waiting, waiting_lines, missed
        Waiting lists against target and standard: by site, by service line from the start on, and those over target.
    waiting_rule, turnaround_rule
        The diagnostic standard, and the time allowed from scan to report, in words.
    staff, staff_groups, added_staff
        WTE needed beside WTE in post by trust, for all trusts together, and what added machines need.
    reports
        Reports by maker and backlog by trust, service line and year.
    extra
        Extended hours, vans, outside providers and outsourced reporting by place and year.
    cover
        Who stands in while the only machine of a site is replaced.
    patients_moved
        Patients scanned at other sites: by pair of trusts, and within trusts in total.
    use
        Scans a machine beside the band of use by which lives were planned.
    ages
        Machines by age band at the start and in the last year: all, by modality and by trust.
    comparison, costs
        The plan beside other ways of planning, and how the whole-life cost of each is made up.
    moved, moves, price_tests
        What is treated differently elsewhere, counted and one by one; what halving or doubling a price changes.
    need
        Unlimited need by trust and year.
    binding, binding_places
        Limits that hold the plan back, by year, and all years of a place together.
    passed, passed_places
        Rules of service that the plan passes at a price, by year, and all years of a place together.
    assumptions, breaches, checks, facts
        Defaults used; rules other ways break; the re-check; how the run came about.
    decisions
        What was decided on earlier plans, and whether this one follows it.
    ledger
        Why each machine and addition is treated as it is, and what a little more of each limit is worth.
    money
        Payments, limits, revenue, the bridge, who pays, and what was asked for beside the plan.
    """

    schemes: pd.DataFrame
    years: pd.DataFrame
    spend: pd.DataFrame
    trust_spend: pd.DataFrame
    cost_years: pd.DataFrame
    activity: pd.DataFrame
    not_funded: pd.DataFrame
    capacity: pd.DataFrame
    waiting: pd.DataFrame
    waiting_lines: pd.DataFrame
    missed: pd.DataFrame
    waiting_rule: str
    turnaround_rule: str
    staff: pd.DataFrame
    staff_groups: pd.DataFrame
    added_staff: pd.DataFrame
    reports: pd.DataFrame
    extra: pd.DataFrame
    cover: pd.DataFrame
    patients_moved: pd.DataFrame
    use: pd.DataFrame
    ages: pd.DataFrame
    comparison: pd.DataFrame
    costs: pd.DataFrame
    moved: pd.DataFrame
    moves: pd.DataFrame
    price_tests: pd.DataFrame
    need: pd.DataFrame
    assumptions: pd.DataFrame
    binding: pd.DataFrame
    binding_places: pd.DataFrame
    passed: pd.DataFrame
    passed_places: pd.DataFrame
    breaches: pd.DataFrame
    checks: pd.DataFrame
    facts: pd.DataFrame
    decisions: pd.DataFrame
    ledger: LedgerTables
    money: MoneyTables

    @property
    def moved_by_year(self) -> pd.DataFrame:
        """Patients scanned at other sites, a column for each year."""
        rows = ["from_trust", "to_trust", "line"]
        wide = self.patients_moved.astype({"scans": float}).pivot_table(
            index=rows, columns="year_label", values="scans", aggfunc="sum", sort=False, fill_value=0.0
        )
        return wide.reindex(columns=list(self.years["year_label"]), fill_value=0.0).reset_index()

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
    sources = money.sources_of(plan)
    return Tables(
        schemes=lean(frame(
            "asset_id trust_name site_name line machine action year_label option offer how capital_gbp rebate_gbp "
            "timing reason sentence due_label units route committed scheme_id trust site year number",
            schemes.scheme_cells(register, plan, sources),
            [FUNDING + source for source in sources],
        ), "how offer rebate_gbp"),
        years=frame("year year_label firm need_gbp limit_gbp spent_gbp headroom_gbp", money.year_cells(plan, study)),
        spend=frame(
            "year year_label source firm limit_gbp spent_gbp committed_gbp headroom_gbp",
            money.spend_cells(plan, sources),
        ),
        trust_spend=frame("trust trust_name year year_label capital_gbp", money.trust_spend_cells(register, plan)),
        cost_years=lean(frame(
            "year year_label capital_real_gbp upkeep_gbp outside_gbp hours_gbp vans_gbp outsourced_gbp resale_gbp "
            "cash_gbp discount_factor discounted_gbp travel_gbp age_risk_gbp waiting_gbp unscheduled_gbp unmet_gbp "
            "late_gbp under_use_gbp revenue_over_gbp changes_gbp",
            money.cost_year_cells(register, plan),
        ), f"hours_gbp vans_gbp outsourced_gbp {_PRICED}"),
        activity=frame("year year_label line action machines", schemes.activity_cells(plan)),
        not_funded=frame(
            "asset_id trust_name site_name line machine due_label life_at_end price_gbp reason",
            schemes.not_funded_cells(register, plan),
        ).sort_values("life_at_end", ascending=False, kind="stable", ignore_index=True),
        capacity=lean(frame(
            "line site site_name year year_label demand capacity balance extra_scans sent received outside",
            patients.capacity_cells(register, plan),
        ), "extra_scans"),
        waiting=frame(
            "line site site_name year year_label waiting list_target list_standard over_target mean_weeks share_over "
            "verdict",
            patients.waiting_cells(register, plan),
        ),
        waiting_lines=frame(
            "line year year_label waiting list_target list_standard mean_weeks share_over",
            patients.waiting_line_cells(register, plan),
        ),
        missed=frame(
            "line site site_name years_missed most_over waiting list_target mean_weeks share_over in_words",
            patients.missed_cells(register, plan),
        ),
        waiting_rule=patients.waiting_rule(register),
        turnaround_rule=staff.turnaround_rule(register),
        staff=frame(
            "staff_group trust trust_name year year_label staff_hours wte_needed wte_in_post wte_left",
            staff.staff_cells(register, plan),
        ),
        staff_groups=frame(
            "staff_group year year_label wte_needed wte_in_post", staff.staff_group_cells(register, plan)
        ),
        added_staff=frame(
            "year_label trust_name site_name line option units full_scans radiographer_wte reporting_wte",
            staff.added_staff_cells(register, plan),
        ),
        reports=frame(
            "trust trust_name line year year_label backlog_before scans_done radiologist radiographer outsourced "
            "backlog backlog_allowed late_reports backlog_days",
            staff.report_cells(register, plan),
        ),
        extra=frame(
            "kind name line place year year_label quantity unit scans extra_gbp", extra.extra_cells(register, plan)
        ),
        cover=frame(
            "year_label trust_name site_name line asset_id machine cover cover_by outage_weeks",
            extra.cover_cells(register, plan),
        ),
        patients_moved=frame(
            "from_trust to_trust line year year_label scans", patients.moved_patient_cells(register, plan)
        ),
        use=frame(
            "line site site_name machines_start exams_each band_planned life_planned scans_each band_implied "
            "life_implied use_verdict",
            patients.use_cells(register, plan),
        ),
        ages=frame("moment way group band machines share target verdict", schemes.age_cells(register, plan)),
        comparison=lean(frame(
            "alternative whole_life_gbp difference_gbp capital_gbp replacements additions unmet_scans waiting_end "
            "late_end over_age kept",
            ways.comparison_cells(register, plan, study),
        ), "waiting_end late_end"),
        costs=lean(frame(
            "alternative cash_cost_gbp remaining_gbp age_risk_gbp travel_gbp waiting_gbp left_at_end_gbp "
            "unscheduled_gbp unmet_gbp late_gbp under_use_gbp revenue_over_gbp changes_gbp whole_life_gbp",
            ways.cost_cells(plan, study),
        ), f"left_at_end_gbp {_PRICED}"),
        moved=frame(
            "alternative moved renewed_here renewed_there otherwise added_otherwise left_over_age gain_gbp",
            ways.moved_cells(study),
        ),
        moves=frame("way what line site_name ours theirs gain_gbp at_risk why", ways.move_cells(register, study)),
        price_tests=frame(
            "price value factor schemes_changed replacements additions capital_gbp gap sentence",
            ways.price_cells(study.price_tests),
        ),
        need=frame(
            "trust trust_name year year_label machines overdue need_gbp",
            (
                (line.trust, trust_name(register, line.trust), line.year, year_label(line.year), line.machines,
                 line.overdue, line.capital_gbp)
                for line in study.need
            ),
        ),
        assumptions=frame("item value source used_for where_changed", assumption_cells(register)),
        binding=frame("rule place year_label amount used sentence", limits.binding_cells(register, plan)),
        binding_places=frame("rule place years amount used sentence", limits.binding_place_cells(register, plan)),
        passed=frame("rule place year_label over_by unit sentence", limits.passed_cells(register, plan)),
        passed_places=frame("rule place years most_by unit", limits.passed_place_cells(register, plan)),
        breaches=frame("alternative message", ways.breach_cells(register, study)),
        checks=frame(
            "rule checked not_kept verdict",
            ((RULES.get(c.rule, c.rule), c.checked, c.breaches, CHECK if c.breaches else OK) for c in facts.checks),
        ),
        facts=frame("fact value", facts.facts.items()),
        decisions=decision_table(study.decisions),
        ledger=make_ledger_tables(register, plan, study),
        money=make_money_tables(register, plan, study),
    )  # fmt: skip
