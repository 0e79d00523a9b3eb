"""The why-not-ours ledger: what was decided for each machine and addition, and what anything else would cost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from capitalplan.analysis.price import Price
from capitalplan.terms import Timing

__all__ = ["REPLACED", "ForcedPrice", "Forcing", "LedgerEntry", "LimitPrice"]


class Forcing(StrEnum):
    """What the plan may be made to do with a machine or addition."""

    EARLIER = "a year earlier"
    """First replaced (added) in the year before that of the plan."""
    LATER = "a year later"
    """First replaced (added) in the year after that of the plan."""
    OUT = "out"
    """Not replaced (added) within the plan."""
    IN = "in"
    """Replaced (added) within the plan, where the plan does not."""
    OTHERWISE = "otherwise"
    """Anything but the plan's own first event: the next-best year and option."""


REPLACED = frozenset({Forcing.IN, Forcing.EARLIER, Forcing.LATER})
"""Forcings that ask for a replacement of a machine, whatever is done with it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitPrice:
    """What a limit adds to the price of a choice, at the prices of the linear relaxation.

    Attributes
    ----------
    rule, place, year
        As in a ``Binding`` of the plan; year None for the whole horizon.
    gbp
        £ that what the choice takes of the limit is worth elsewhere; negative where it gives back.
    """

    rule: str
    place: str
    year: int | None
    gbp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedPrice:
    """What it would cost the network to treat one machine or addition otherwise.

    Attributes
    ----------
    forcing
        What is forced.
    year, option, offer
        What then happens first, or where a replacement is asked for, that replacement: financial year, catalogue option
        or upgrade, offer; None where nothing does. By price alone in an estimate, in the plan made again in an exact
        price.
    action
        ``replace``, ``retire``, ``upgrade``, ``add``, ``keep`` ..; empty where there is no such plan.
    price
        Whole-life cost, £.
    scans_outside, patients_waiting
        More scans bought outside over the plan, and more patients on lists at the ends of all years added up, than in
        the plan; None where no plan with the change is at hand.
    over_age_years, breakdowns
        More years of machines in service past their planned life, and more serious breakdowns expected, over the plan.
        Of this machine alone in an estimate, of the network in an exact price; None where not known.
    limits
        Which limits make it dear, dearest first; empty where none does or it is not known.
    closed_by
        Why it may not be done at all, in words; empty where it may.
    """

    forcing: Forcing
    year: int | None
    option: str | None
    offer: str | None
    action: str
    price: Price
    scans_outside: int | None = None
    patients_waiting: int | None = None
    over_age_years: int | None = None
    breakdowns: Fraction | None = None
    limits: tuple[LimitPrice, ...] = ()
    closed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One machine, or one option that may be added at a site.

    Attributes
    ----------
    asset_id
        The machine; None for an addition.
    option, offer
        Of an addition: what may be added, and by which offer; None for machines and purchases.
    decided
        What the plan does, such as ``replace 2027/28 with CT 64`` or ``not added``.
    year
        Financial year of its first event in the plan; None where nothing happens.
    timing
        Of a machine; None for additions.
    forced
        What else might be done: ``otherwise`` first, then out or in, earlier, later; only those that make sense.
    sentence
        The answer to "why not ours?" (or "why ours?") in one sentence, true of these figures.
    """

    asset_id: str | None
    option: str | None
    offer: str | None
    trust: str
    site: str
    modality: str
    decided: str
    year: int | None
    timing: Timing | None
    forced: tuple[ForcedPrice, ...]
    sentence: str

    @property
    def what(self) -> str:
        """The machine, or option and site."""
        if self.asset_id is not None:
            return self.asset_id
        return f"{self.option} added at {self.site}{f' by {self.offer}' if self.offer else ''}"
