"""Other ways of planning under the same limits: do nothing, oldest first, worst first, and the lead's own plan."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from capitalplan.analysis.evaluate import FixedChoices
from capitalplan.analysis.picker import Picker
from capitalplan.analysis.spending import Spender
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.schedules import Menu
from capitalplan.plan.plan import Breach
from capitalplan.register.register import Asset
from capitalplan.terms import year_label

__all__ = ["business_as_usual", "in_order", "oldest", "own_plan", "worst"]

RETIRE = "retire"


def business_as_usual(formulation: Formulation) -> FixedChoices:
    """No new money: contracts and committed schemes run on, everything else is kept."""
    return FixedChoices(
        schedules=tuple(Picker(menu).idle() for menu in formulation.columns.table.menus), additions={}, rooms={}
    )


def oldest(asset: Asset) -> tuple[object, ...]:
    """Order of the oldest machine first."""
    return (asset.install_year, asset.asset_id)


def worst(asset: Asset) -> tuple[object, ...]:
    """Order of the highest risk score first, the older of two alike."""
    return (-asset.risk_score, asset.install_year, asset.asset_id)


def in_order(formulation: Formulation, order: Callable[[Asset], tuple[object, ...]]) -> FixedChoices:
    """Spend each year's money on machines past their planned life, in order, like for like, while it lasts.

    Each is replaced in its own room; a site's only machine waits for a year in which someone can stand in for it.
    What is then left adds capacity, each time at the site whose demand exceeds its own machines' capacity most, where
    at least half an added machine would be used, there is a room or one may be built, and money and works allow.
    """
    return Spender(formulation).spend(order)


def own_plan(formulation: Formulation) -> tuple[FixedChoices, tuple[Breach, ...]] | None:
    """Choices of the lead's planned years and options, with those that no rule allows; None where there are none."""
    menus = formulation.columns.table.menus
    if all(menu.asset.planned_year is None for menu in menus):
        return None
    chosen, breaches = [], []
    for menu in menus:
        row = _planned_row(menu, formulation)
        if row is None:
            breaches.append(_not_allowed(menu, formulation))
        chosen.append(Picker(menu).idle() if row is None else row)
    return FixedChoices(schedules=tuple(chosen), additions={}, rooms={}), tuple(breaches)


def _planned_row(menu: Menu, formulation: Formulation) -> int | None:
    asset, picker = menu.asset, Picker(menu)
    settings = formulation.columns.register.settings
    if asset.planned_year is None or asset.planned_year > settings.horizon[-1]:
        return picker.idle()
    position = asset.planned_year - settings.start_year
    if (asset.planned_option or "").casefold() == RETIRE:
        return picker.retire(position)
    option = asset.planned_option or asset.like_for_like or ""
    in_own_room = picker.replace(position, option)
    return picker.replace(position, option, new_room_first=True) if in_own_room is None else in_own_room


def _not_allowed(menu: Menu, formulation: Formulation) -> Breach:
    asset = menu.asset
    reasons = [each.detail for each in formulation.columns.table.removals if each.asset_id == asset.asset_id]
    why = f": {'; '.join(reasons)}" if reasons else ""
    year = year_label(asset.planned_year or 0)
    return Breach(
        rule="choice",
        place=asset.asset_id,
        year=asset.planned_year,
        amount=Fraction(1),
        unit="machines",
        message=f"What is planned for {asset.asset_id} in {year} is not open to it{why}. It is left as it is.",
    )
