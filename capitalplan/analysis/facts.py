"""The register as it was understood, before any optimisation: counts, value and ages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from capitalplan.register.register import Asset, Register

__all__ = ["FleetLine", "fleet_facts"]

YOUNG = 5
OLD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetLine:
    """Machines of one service line at one trust when the plan starts.

    Attributes
    ----------
    replacement_gbp
        Like-for-like equipment price of all of them, £ ex VAT today.
    under_5, from_5_to_10, over_10
        Machines by age in years; exactly 5 and 10 count to the middle.
    past_life
        Machines past their planned life.
    """

    trust: str
    line: str
    machines: int
    replacement_gbp: int
    mean_age: float
    under_5: int
    from_5_to_10: int
    over_10: int
    past_life: int


def fleet_facts(register: Register) -> tuple[FleetLine, ...]:
    """Fleet by trust and service line."""
    start = register.settings.start_year
    groups: dict[tuple[str, str], list[Asset]] = defaultdict(list)
    for asset in register.assets:
        groups[asset.trust, asset.line].append(asset)
    lines = []
    for (trust, line), assets in sorted(groups.items()):
        ages = [start - asset.install_year for asset in assets]
        lines.append(
            FleetLine(
                trust=trust,
                line=line,
                machines=len(assets),
                replacement_gbp=sum(asset.price_gbp for asset in assets),
                mean_age=sum(ages) / len(ages),
                under_5=sum(age < YOUNG for age in ages),
                from_5_to_10=sum(YOUNG <= age <= OLD for age in ages),
                over_10=sum(age > OLD for age in ages),
                past_life=sum(asset.due_year < start for asset in assets),
            )
        )
    return tuple(lines)
