"""The register as understood, the unconstrained need and the staff that demand needs, as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from capitalplan.analysis.facts import fleet_facts
from capitalplan.analysis.need import unconstrained_need
from capitalplan.analysis.staffing import StaffNeed, staff_needed
from capitalplan.register.register import Register
from capitalplan.terms import year_label
from capitalplan.workflow.terminal import table_console

__all__ = ["as_json", "show"]

ANY_TRUST = "any trust"
TODAY = "today"


def as_json(register: Register) -> dict[str, Any]:
    """Fleet, need, staff, defaults used and rows left out as one object."""
    return {
        "network": register.settings.network_name,
        "machines": len(register.assets),
        "replacement_gbp": sum(asset.price_gbp for asset in register.assets),
        "fleet": [asdict(line) for line in fleet_facts(register)],
        "need": [{**asdict(line), "year": year_label(line.year)} for line in unconstrained_need(register)],
        "staff": [_staff_line(line) for line in staff_needed(register)],
        "assumptions": [asdict(each) for each in register.assumptions],
        "left_out": list(register.left_out),
        "warnings": [str(issue) for issue in register.warnings],
    }


def show(register: Register) -> None:
    """Print the same to standard output."""
    console = table_console()
    value = sum(asset.price_gbp for asset in register.assets)
    console.print(
        f"{register.settings.network_name}: {len(register.assets)} machines, like-for-like equipment value £{value:,} "
        "(ex VAT, today)",
        highlight=False,
        markup=False,
    )
    console.print(_fleet(register))
    console.print(_need(register))
    console.print(
        "Need is what would be replaced with no limits, like for like; it is not a funded plan.", markup=False
    )
    staff = staff_needed(register)
    if staff:
        console.print(_staff(staff))
        console.print(
            "Staff are whole-time equivalents needed if every patient is scanned at home and, in brackets, in post by "
            f"the Workforce sheet ('-': none are given); '{ANY_TRUST}' is what trusts lack and the pool they share.",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    console.print(f"Defaults used ({len(register.assumptions)}):", highlight=False)
    for each in register.assumptions:
        line = f"  {each.item}: {each.value} [{each.source}] for {each.used_for}"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for text in register.left_out:
        console.print(f"Left out: {text}", highlight=False, markup=False)
    for issue in register.warnings:
        console.print(f"Warning: {issue}", highlight=False, markup=False, soft_wrap=True)


def _fleet(register: Register) -> Table:
    table = Table(title="The fleet when the plan starts")
    for name in ("Trust", "Line"):
        table.add_column(name, overflow="fold")
    for name in ("Machines", "Value", "Mean age", "Under 5", "5 to 10", "Over 10", "Past life"):
        table.add_column(name, justify="right", overflow="fold")
    for line in fleet_facts(register):
        table.add_row(
            Text(line.trust),
            Text(line.line),
            str(line.machines),
            f"£{line.replacement_gbp:,}",
            f"{line.mean_age:.1f}",
            str(line.under_5),
            str(line.from_5_to_10),
            str(line.over_10),
            str(line.past_life),
        )
    return table


def _need(register: Register) -> Table:
    lines = unconstrained_need(register)
    table = Table(title="Unconstrained need: £ cash, VAT and works included (machines)")
    table.add_column("Year")
    for trust in register.trusts:
        table.add_column(Text(trust), justify="right", overflow="fold")
    table.add_column("All", justify="right", overflow="fold")
    for year in register.settings.horizon:
        here = [line for line in lines if line.year == year]
        total = sum(line.capital_gbp for line in here)
        cells = [f"£{line.capital_gbp:,} ({line.machines})" for line in here]
        table.add_row(year_label(year), *cells, f"£{total:,} ({sum(line.machines for line in here)})")
    return table


def _staff(lines: tuple[StaffNeed, ...]) -> Table:
    table = Table(title="Staff needed and, in brackets, in post: WTE")
    for name in ("Group", "For"):
        table.add_column(name)
    places = list(dict.fromkeys(line.trust or ANY_TRUST for line in lines))
    for place in places:
        table.add_column(Text(place), justify="right", overflow="fold")
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        there = "-" if line.in_post is None else f"{float(line.in_post):,.1f}"
        row = cells.setdefault((line.group, _when(line)), {})
        row[line.trust or ANY_TRUST] = f"{float(line.wte):,.1f} ({there})"
    for (group, when), row in cells.items():
        table.add_row(Text(group), when, *(row.get(place, "") for place in places))
    return table


def _when(line: StaffNeed) -> str:
    return TODAY if line.year is None else year_label(line.year)


def _staff_line(line: StaffNeed) -> dict[str, Any]:
    return {
        "group": line.group,
        "trust": line.trust or ANY_TRUST,
        "year": _when(line),
        "wte_needed": float(line.wte),
        "wte_in_post": None if line.in_post is None else float(line.in_post),
    }
