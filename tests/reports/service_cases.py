"""The service side of a made-up case: lists, staff, reporting, vans and hours that add up, without a solver."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from capitalplan.plan.plan import (
    Binding,
    Breach,
    Cover,
    ExtraHours,
    Flow,
    Moved,
    Plan,
    Reports,
    StaffUse,
    VanHire,
    Waiting,
)
from capitalplan.register.register import (
    Curve,
    ExtraCapacity,
    Option,
    Register,
    StaffPool,
    Upgrade,
    WaitingList,
)
from capitalplan.terms import (
    Action,
    CoverKind,
    ExtraKind,
    StaffGroup,
    Timing,
    queue_factor,
    round_half_up,
    year_label,
)

__all__ = ["ADDED", "CURVE", "VAN", "served_plan", "served_register"]

ADDED = Option(
    name="CT premium", line="CT", modality="CT", mobile=False, description="", capabilities=frozenset(),
    price_gbp=900_000, works_gbp=100_000, annual_maintenance_gbp=60_000, annual_staff_gbp=0,
    scans_per_hour=Fraction(3), hours_per_week=Fraction(60), throughput_gain=Fraction(0), life_years=None,
    curve="standard", like_for_like=False, can_replace=True, can_add=True, energy_mwh=Fraction(0),
    works_paid_before=Fraction(0),
)  # fmt: skip
FLAT = (Fraction(1), Fraction(95, 100))
CURVE = Curve(name="standard", uptime=FLAT, upkeep=FLAT, resale=FLAT, failure=FLAT)

VAN = '=cmd|"/c calc"!A1 van <img src=x onerror=alert(3)>'
"""Name of the van on offer: one that must stay text."""

HOURS, OUTSIDE, REPORTING = "Extended hours, CT", "Northern Imaging Ltd, CT", "Night reporting, CT"
UPGRADE = "Tube & detector <upgrade>"
MOVED, VAN_DAYS, VAN_SCANS, EXTRA = Fraction(120), 40, Fraction(600), Fraction("400.5")


def served_register(register: Register) -> Register:
    """Add lists, staff, reporting and extra capacity for CT; MR has lists alone."""
    years, start = register.settings.years, register.settings.start_year
    settings = register.settings
    waiting_demand = {place: tuple(scans * 6 // 10 for scans in line) for place, line in register.demand.items()}
    share = settings.waiting_standard_weeks / 52 / queue_factor(settings.waiting_breach_share)
    lists = []
    for (line, site), scans in sorted(waiting_demand.items()):
        standard = tuple(round_half_up(each * share) for each in scans)
        lists.append(WaitingList(line=line, site=site, start=4 * standard[0], standard=standard, targets=standard))
    trusts, sites = tuple(register.trusts), tuple(register.sites)

    def offer(kind: ExtraKind, name: str, price: int, limit: int, places: tuple[str, ...]) -> ExtraCapacity:
        van = kind is ExtraKind.VAN
        return ExtraCapacity(
            name=name, kind=kind, line="CT", places=places, price_gbp=price, limit=Fraction(limit),
            scans_per_day=20 if van else 0, minimum_days=10 if van else 1, crewed=van, cover_only=False,
            first_year=None, last_year=None,
        )  # fmt: skip

    lines = {
        name: replace(line, swap_cover=True, minutes_per_report=Fraction(10),
                      radiographer_reporting_share=Fraction(1, 4))
        for name, line in register.lines.items()
    }  # fmt: skip
    upgrade = Upgrade(name=UPGRADE, cost_gbp=90_000, years_gained=2, throughput_gain=Fraction(0), first_year=None,
                      last_year=None)  # fmt: skip
    pools = [
        StaffPool(group=StaffGroup.RADIOGRAPHER, trust=trust, wte=(Fraction(12),) * years, hours=(18_720,) * years)
        for trust in trusts
    ]
    shared = StaffPool(group=StaffGroup.RADIOLOGIST, trust=None, wte=(Fraction(15),) * years, hours=(16_088,) * years)
    kept = next(a for a in register.assets if a.contract_id is None and a.due_year > start + years - 1)
    assets = tuple(replace(a, upgrades=(upgrade,)) if a is kept else a for a in register.assets)
    return replace(
        register,
        lines=lines,
        assets=assets,
        unscheduled={place: tuple(scans // 10 for scans in line) for place, line in register.demand.items()},
        waiting_demand=waiting_demand,
        waiting=tuple(lists),
        unreported={("CT", trusts[0]): 300},
        extra=(
            offer(ExtraKind.HOURS, HOURS, 120, 20, sites),
            offer(ExtraKind.VAN, VAN, 2_500, 300, sites),
            offer(ExtraKind.OUTSIDE, OUTSIDE, 170, 900, sites),
            offer(ExtraKind.REPORTING, REPORTING, 25, 5_000, trusts),
        ),
        staff=(*pools, shared),
    )


def served_plan(register: Register, plan: Plan) -> Plan:
    """Add what serves patients to a plan, with figures that add up."""
    horizon, first, second = register.settings.horizon, *tuple(register.sites)[:2]
    trusts = tuple(register.trusts)
    upgraded = next(a for a in register.assets if a.upgrades)
    schemes = tuple(
        replace(s, action=Action.UPGRADE, year=horizon[2], option=UPGRADE, route="upgrade", timing=Timing.EARLY,
                reason="It gains two years for little money.", sentence=f"Upgrade {s.asset_id}.")
        if s.asset_id == upgraded.asset_id else s
        for s in plan.schemes
    )  # fmt: skip
    replaced = [s for s in schemes if s.action is Action.REPLACE]
    first_room = next((s for s in replaced if s.modality != "CT"), None)
    schemes = tuple(replace(s, new_room_first=True) if s is first_room else s for s in schemes)
    sites = Counter((a.line, a.site) for a in register.assets)
    swaps = [s for s in replaced if s.modality == "CT" and sites["CT", s.site] == 1][:1]
    waiting = tuple(_list(register, each.line, each.site, t) for each in register.waiting for t in range(len(horizon)))
    reports = _reports(register)
    served = replace(
        plan,
        schemes=schemes,
        flows=(
            *plan.flows,
            *(Flow(line="CT", from_site=first, to_site=second, year=year, scans=MOVED) for year in horizon),
        ),
        moves=tuple(
            Moved(line="CT", from_trust=register.sites[first].trust, to_trust=register.sites[second].trust, year=year,
                  scans=MOVED)
            for year in horizon
            if register.sites[first].trust != register.sites[second].trust
        ),
        extra_hours=tuple(
            ExtraHours(line="CT", site=first, scans_per_hour=Fraction(3), year=year, hours=EXTRA) for year in horizon
        ),
        vans=tuple(
            VanHire(name=VAN, line="CT", site=swap.site, year=swap.year or 0, days=VAN_DAYS, scans=VAN_SCANS)
            for swap in swaps
        ),
        waiting=waiting,
        reports=reports,
        staff=tuple(
            StaffUse(group=str(group), trust=trust, year=year, hours=Fraction(wte * 1560), wte=float(wte),
                     own_hours=own)
            for group, wte, own in ((StaffGroup.RADIOGRAPHER, 13, 18_720), (StaffGroup.RADIOLOGIST, 7, 0),
                                    (StaffGroup.REPORTING_RADIOGRAPHER, 2, None))
            for trust in trusts
            for year in horizon
        ),
        covers=tuple(
            Cover(asset_id=swap.asset_id or "", line="CT", site=swap.site, year=swap.year or 0, kind=str(kind),
                  place=place)
            for swap in swaps
            for kind, place in ((CoverKind.VAN, VAN), (CoverKind.NEIGHBOUR, second))
        ),
        binding=(
            *plan.binding,
            *(Binding(rule="workforce", place=trusts[0], year=year, amount=61_200, used=61_200,
                      unit="radiographer hours") for year in horizon[2:4]),
            Binding(rule="reporting", place="network", year=horizon[0], amount=16_088, used=16_088,
                    unit="radiologist hours"),
            Binding(rule="extra", place=VAN, year=horizon[0], amount=300, used=300, unit="van days"),
        ),
        breaches=(
            *(Breach(rule="waiting", place=f"{w.line} at {w.site}", year=w.year, amount=w.patients - w.target,
                     unit="patients", message=f"{w.line} at {w.site}: the list is over its target.")
              for w in waiting if w.patients > w.target),
            Breach(rule="unmet", place=OUTSIDE, year=horizon[0], amount=Fraction(55), unit="scans",
                   message=f"55 scans in {year_label(horizon[0])} are beyond what {OUTSIDE} offers."),
        ),
    )  # fmt: skip
    return _with_money(register, served)


def _list(register: Register, line: str, site: str, t: int) -> Waiting:
    """A list that falls by a tenth of its start a year and stays over target in MR."""
    given = next(each for each in register.waiting if (each.line, each.site) == (line, site))
    least = Fraction(given.targets[t]) * (2 if line == "MR" else 1)
    patients = max(least, Fraction(given.start) * (9 - t) / 10)
    demand = register.waiting_demand[line, site][t]
    weeks = float(patients * 52 / demand)
    return Waiting(line=line, site=site, year=register.settings.horizon[t], patients=patients, target=given.targets[t],
                   mean_weeks=weeks, share_over=2.718281828459045 ** (-6 / weeks))  # fmt: skip


def _reports(register: Register) -> tuple[Reports, ...]:
    made = []
    for trust in register.trusts:
        backlog = Fraction(register.unreported.get(("CT", trust), 0))
        for t, year in enumerate(register.settings.horizon):
            needed = Fraction(sum(scans[t] for (line, site), scans in register.demand.items()
                                  if line == "CT" and register.sites[site].trust == trust))  # fmt: skip
            radiographer, outsourced = needed / 4, Fraction(500)
            radiologist = max(Fraction(0), needed + backlog - radiographer - outsourced - 200 * t)
            backlog = backlog + needed - radiographer - outsourced - radiologist
            made.append(Reports(line="CT", trust=trust, year=year, needed=needed, radiologist=radiologist,
                                radiographer=radiographer, outsourced=outsourced, backlog=backlog))  # fmt: skip
    return tuple(made)


def _with_money(register: Register, plan: Plan) -> Plan:
    """Put a price on everything bought beside machines, and make the key figures of it."""
    prices = {each.name: each.price_gbp for each in register.extra}
    years = []
    for line in plan.years:
        hours = sum((each.hours for each in plan.extra_hours if each.year == line.year), Fraction(0))
        days = Fraction(sum(each.days for each in plan.vans if each.year == line.year))
        reports = sum((each.outsourced for each in plan.reports if each.year == line.year), Fraction(0))
        amounts = {HOURS: hours, VAN: days, REPORTING: reports}
        spent = {name: round_half_up(amount * prices[name]) for name, amount in amounts.items() if amount}
        outside = sum(
            (each.scans * register.outside_price(each.line, each.site) for each in plan.outside
             if each.year == line.year), Fraction(0)
        )  # fmt: skip
        values = {"waiting": 50_000, "unscheduled away": 0, "unmet": 16_500, "late reports": 0}
        years.append(replace(line, extra_gbp=spent, service_value_gbp=values, outside_gbp=round_half_up(outside)))
    last = [each for each in plan.waiting if each.year == register.settings.horizon[-1]]
    moved = sum((flow.scans for flow in plan.flows if flow.from_site != flow.to_site), Fraction(0))
    figures: dict[str, int | float | str] = {
        "waiting_start": sum(each.start for each in register.waiting),
        "waiting_end": round_half_up(sum((each.patients for each in last), Fraction(0))),
        "waiting_target_end": sum(each.target for each in last),
        "mean_wait_weeks_end": 3.25,
        "share_over_standard_end": 0.14,
        "unmet_scans": 55,
        "extended_hours": round_half_up(sum((each.hours for each in plan.extra_hours), Fraction(0))),
        "van_days": sum(each.days for each in plan.vans),
        "outsourced_reports": round_half_up(sum((each.outsourced for each in plan.reports), Fraction(0))),
        "patients_moved": round_half_up(moved),
        "patients_moved_between_trusts": round_half_up(sum((each.scans for each in plan.moves), Fraction(0))),
        "waiting_value_gbp": 380_000,
        "unmet_value_gbp": 120_000,
        "left_at_end_gbp": 90_000,
        "upgrades": 1,
        "new_room_first": 1,
    }
    return replace(plan, years=tuple(years), kpis={**plan.kpis, **figures})
