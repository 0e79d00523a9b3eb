"""New rooms: their capital, their worth at the end and what of them stands in the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from capitalplan.settings import TerminalValue
from capitalplan.terms import Route, round_half_up
from capitalplan.verify.context import Context
from capitalplan.verify.machines.machine import Property, bought_property

__all__ = ["Room", "new_room"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One new room.

    Attributes
    ----------
    charges
        Charged to capital limits by position and route, £ cash; only what is not 0.
    capital
        Real £ ex VAT, by position.
    terminal
        Worth at the end of the plan, real £.
    building
        What of it stands in the books.
    """

    charges: Mapping[tuple[int, Route], int]
    capital: tuple[int, ...]
    terminal: int
    building: Property


def new_room(context: Context, site: str, works: int, first: int) -> Room:
    """Cost a room taken into use at a position, where ``works`` are the dearest of its modality."""
    settings = context.settings
    bias = settings.optimism_bias_works if settings.optimism_bias_rooms is None else settings.optimism_bias_rooms
    real = works * (1 + bias) * (settings.new_room_factor - 1)
    share, before = settings.works_paid_before, max(0, first - 1)
    whole, cash = round_half_up(real), real * (1 + settings.vat_rate)
    capital, charged = [0] * context.years, [0] * context.years
    capital[before] += round_half_up(share * whole)
    capital[first] += whole - round_half_up(share * whole)
    charged[before] += round_half_up(share * cash * context.inflation[before])
    charged[first] += round_half_up((1 - share) * cash * context.inflation[first])
    worth = Fraction(0)
    if settings.terminal_value is TerminalValue.ANNUITY and context.closing(site) == context.years:
        worth = whole * context.annuity(context.years - first, settings.works_life_years)
    return Room(
        charges={(t, Route.PURCHASE): amount for t, amount in enumerate(charged) if amount},
        capital=tuple(capital),
        terminal=round_half_up(worth),
        building=bought_property(context, sum(charged), settings.works_life_years, first, stays=True),
    )
