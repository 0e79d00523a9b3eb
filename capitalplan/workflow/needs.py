"""The register as understood and the unconstrained need, as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from capitalplan.analysis.facts import fleet_facts
from capitalplan.analysis.need import unconstrained_need
from capitalplan.register.register import Register
from capitalplan.terms import year_label

__all__ = ["as_json", "show"]

WIDTH_OF_A_FILE = 160


def as_json(register: Register) -> dict[str, Any]:
    """Fleet, need, defaults used and rows left out as one object."""
    return {
        "network": register.settings.network_name,
        "machines": len(register.assets),
        "replacement_gbp": sum(asset.price_gbp for asset in register.assets),
        "fleet": [asdict(line) for line in fleet_facts(register)],
        "need": [{**asdict(line), "year": year_label(line.year)} for line in unconstrained_need(register)],
        "assumptions": [asdict(each) for each in register.assumptions],
        "left_out": list(register.left_out),
        "warnings": [str(issue) for issue in register.warnings],
    }


def show(register: Register) -> None:
    """Print the same to standard output."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH_OF_A_FILE
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
