"""What is done with machines, line by line and counted: schemes, installations, what is not renewed, ages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from capitalplan.plan.plan import NEW_ROOM, Plan
from capitalplan.register.register import Register
from capitalplan.terms import Action, Timing, service_name, year_label
from reports.figures.fleet import Machine, fleet_at_start, fleet_in
from reports.figures.names import Cells, label, machine_name, site_name, trust_name
from reports.style import BANDS

__all__ = [
    "NOT_RENEWED",
    "ROOM",
    "activity_cells",
    "age_cells",
    "not_funded_cells",
    "not_renewed",
    "scheme_cells",
]

ROOM = "new room"
"""Action shown for a line that builds rooms."""

NOT_RENEWED = (str(Timing.NOT_FUNDED), "not renewed")
"""Said of machines that are due and not renewed: in a funded plan, and without limits."""

_NEW_ROOM_FIRST = "new room first"


def not_renewed(plan: Plan) -> str:
    """Say of a machine that is due and not renewed; without limits it cannot be for want of funds."""
    return NOT_RENEWED[0] if plan.funded else NOT_RENEWED[1]


def scheme_cells(register: Register, plan: Plan, sources: list[str]) -> Cells:
    """The plan line by line."""
    machines = {asset.asset_id: machine_name(asset) for asset in register.assets}
    for number, scheme in enumerate(plan.schemes, start=1):
        yield (
            scheme.asset_id or "",
            trust_name(register, scheme.trust),
            site_name(register, scheme.site),
            service_name(scheme.modality, scheme.mobile),
            machines.get(scheme.asset_id or "", ""),
            ROOM if scheme.option == NEW_ROOM else str(scheme.action),
            label(scheme.year),
            scheme.option or "",
            scheme.offer or "",
            _NEW_ROOM_FIRST if scheme.new_room_first else "",
            scheme.capital_gbp,
            scheme.rebate_gbp,
            not_renewed(plan) if scheme.timing is Timing.NOT_FUNDED else str(scheme.timing),
            scheme.reason,
            scheme.sentence,
            label(scheme.due_year),
            scheme.units,
            scheme.route,
            "yes" if scheme.committed else "",
            scheme.scheme_id,
            scheme.trust,
            scheme.site,
            scheme.year,
            number,
            *(scheme.funding.get(source, 0) for source in sources),
        )


def activity_cells(plan: Plan) -> Cells:
    """Machines replaced and added by year and service line."""
    done: Counter[tuple[str, str, int]] = Counter()
    for scheme in plan.schemes:
        if scheme.year is not None and scheme.option != NEW_ROOM and scheme.action in {Action.REPLACE, Action.ADD}:
            done[service_name(scheme.modality, scheme.mobile), str(scheme.action), scheme.year] += scheme.units
    pairs = sorted({(line, action) for line, action, _ in done}, key=lambda pair: (pair[0], pair[1] == "add"))
    for line, action in pairs:
        for year in plan.years:
            yield year.year, year_label(year.year), line, action, done[line, action, year.year]


def not_funded_cells(register: Register, plan: Plan) -> Cells:
    """Machines that reach their planned life, an upgrade's years included, within the plan and are not renewed."""
    assets = {asset.asset_id: asset for asset in register.assets}
    upgraded = {scheme.asset_id: scheme.option for scheme in plan.schemes if scheme.action is Action.UPGRADE}
    last = register.settings.horizon[-1]
    for scheme in plan.schemes:
        if scheme.timing is Timing.NOT_FUNDED and scheme.asset_id is not None:
            asset = assets[scheme.asset_id]
            gained = sum(each.years_gained for each in asset.upgrades if each.name == upgraded.get(asset.asset_id))
            yield (
                asset.asset_id,
                trust_name(register, asset.trust),
                site_name(register, asset.site),
                asset.line,
                machine_name(asset),
                year_label(asset.due_year + gained),
                last - asset.due_year - gained,
                asset.price_gbp,
                scheme.reason,
            )


def age_cells(register: Register, plan: Plan) -> Cells:
    """Machines by age band at the start and in the last year: all, by modality and by trust."""
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
