"""Scenarios every book has: what finance asks for first.

Their names say what they stand for here; none of them is a definition of the Green Book or of the NHS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from capitalplan.register.register import Register
from capitalplan.register.resolving.places import SHARED
from capitalplan.register.rows import Book, ReadRow
from capitalplan.register.scenarios.change import Change, How, setting_change
from capitalplan.register.scenarios.where import Condition
from capitalplan.register.schema import (
    CapitalLimitRow,
    EquipmentRow,
    FundingRow,
    RevenueLimitRow,
    Row,
    SourceRow,
    TieRow,
    UpgradeRow,
)
from capitalplan.settings import EndOfSupportPolicy
from capitalplan.terms import Lock

__all__ = ["PRESETS", "Preset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A scenario that every book has.

    Attributes
    ----------
    about
        What it stands for, in a sentence.
    changes
        Its changes of a book, given what the book says once it is resolved.
    """

    about: str
    changes: Callable[[Book, Register], Iterator[Change]]


def _business_as_usual(book: Book, register: Register) -> Iterator[Change]:
    yield from _nothing_new(book, register)
    yield setting_change("end_of_support", EndOfSupportPolicy.PRICED)
    if register.settings.hard_age_cap is not None:
        yield setting_change("hard_age_cap", "")
    yield from _without(book, UpgradeRow)
    yield from _kept(book, register, lambda _: True)


def _do_minimum(book: Book, register: Register) -> Iterator[Change]:
    yield from _nothing_new(book, register)
    horizon, settings = register.settings.horizon, register.settings
    forced = set()
    for asset in register.assets:
        has_end = settings.end_of_support is EndOfSupportPolicy.MUST and asset.end_of_support_year is not None
        cap = settings.hard_age_cap
        if has_end and (asset.end_of_support_year or 0) <= horizon[-1]:
            forced.add(asset.asset_id)
        if asset.latest_year is not None or (cap is not None and horizon[-1] - asset.install_year > cap):
            forced.add(asset.asset_id)
    yield from _kept(book, register, lambda asset_id: asset_id not in forced)


def _nothing_new(book: Book, register: Register) -> Iterator[Change]:
    yield setting_change("allow_new_capacity", "no")
    yield from _without(book, TieRow)


def _kept(book: Book, register: Register, is_kept: Callable[[str], bool]) -> Iterator[Change]:
    """Lock machines as they are, but those that a scheme or a lock already decides on."""
    decided = {scheme.asset_id for scheme in register.committed}
    names = tuple(
        read.data.asset_id
        for read in book.rows(EquipmentRow)
        if read.data.lock is None and read.data.asset_id not in decided and is_kept(read.data.asset_id)
    )
    if not names:
        return
    where = (Condition(field="asset_id", values=names),)
    yield Change(kind=EquipmentRow, where=where, field="lock", how=How.SET, value=Lock.KEEP)
    for field in ("earliest_year", "latest_year"):
        if any(getattr(each.data, field) is not None for each in book.rows(EquipmentRow) if where[0].holds(each.data)):
            yield Change(kind=EquipmentRow, where=where, field=field, how=How.REMOVE)


def _unlimited(book: Book, register: Register) -> Iterator[Change]:
    for kind in (FundingRow, SourceRow, CapitalLimitRow, RevenueLimitRow):
        yield from _without(book, kind)


def _without(book: Book, kind: type[Row]) -> Iterator[Change]:
    if book.rows(kind):
        yield Change(kind=kind, where=(), field=None, how=How.REMOVE)


def _carried_forward(book: Book, register: Register) -> Iterator[Change]:
    for source in register.sources:
        where = (Condition(field="source", values=(source.name,)),)
        yield Change(kind=SourceRow, where=where, field="carry_forward", how=How.SET, value="100%")


def _pooled(book: Book, register: Register) -> Iterator[Change]:
    if any(read.data.trust_code not in SHARED for read in book.rows(FundingRow)):
        yield Change(kind=FundingRow, where=(), field="trust_code", how=How.REMOVE)
    if any(read.data.trusts is not None for read in book.rows(SourceRow)):
        yield Change(kind=SourceRow, where=(), field="trusts", how=How.REMOVE)


LimitIn = Callable[[int], int]


def _current_trend(book: Book, register: Register) -> Iterator[Change]:
    last = register.settings.start_year + register.settings.firm_years - 1
    yield from _limits(book, register, lambda limit_in, year, _: limit_in(min(year, last)))


def _firm_only(book: Book, register: Register) -> Iterator[Change]:
    first = register.settings.start_year + register.settings.firm_years

    def limit(limit_in: LimitIn, year: int, committed: int) -> int:
        return limit_in(year) if year < first else min(limit_in(year), committed)

    yield from _limits(book, register, limit)


def _one_year_late(book: Book, register: Register) -> Iterator[Change]:
    first = register.settings.start_year

    def limit(limit_in: LimitIn, year: int, committed: int) -> int:
        return min(limit_in(year), committed) if year == first else max(limit_in(year - 1), committed)

    yield from _limits(book, register, limit)


def _limits(book: Book, register: Register, limit: Callable[[LimitIn, int, int], int]) -> Iterator[Change]:
    """Set limits of money, year by year, given those of the other years and what is committed in the year."""
    committed: dict[tuple[str | None, int], int] = defaultdict(int)
    for scheme in register.committed:
        for trust in (scheme.trust, None):
            committed[trust, scheme.year] += scheme.capital_gbp - scheme.paid_before_gbp
            committed[trust, scheme.year - 1] += scheme.paid_before_gbp
    for kind in (FundingRow, CapitalLimitRow):
        reads: tuple[ReadRow[Any], ...] = book.rows(kind)
        rows = [each.data for each in reads if each.data.limit_gbp is not None]
        limits = {_key(row): row.limit_gbp for row in rows}
        for row in (each for each in rows if each.year in register.settings.horizon):
            trust = None if row.trust_code in SHARED else row.trust_code
            value = limit(partial(_limit_in, limits, row), row.year, committed[trust, row.year])
            if value != row.limit_gbp:
                yield Change(
                    kind=kind,
                    where=tuple(Condition(field=name, values=(getattr(row, name),)) for name in kind.key),
                    field="limit_gbp",
                    how=How.SET,
                    value=str(value),
                )


def _limit_in(limits: Mapping[tuple[object, ...], int], row: Any, year: int) -> int:
    """Limit of the same source or total in another year; that of its own year where there is none."""
    other = row.model_copy(update={"year": year})
    return limits.get(_key(other), row.limit_gbp)


def _key(row: Row) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in row.key)


PRESETS: Mapping[str, Preset] = MappingProxyType({
    "business as usual": Preset(
        about="No new money: contracts and committed schemes run on, everything else is kept, whatever its age.",
        changes=_business_as_usual,
    ),
    "do minimum": Preset(
        about="Only what a rule forces: ends of support, age caps, last years and locks; nothing is added.",
        changes=_do_minimum,
    ),
    "unlimited": Preset(about="No limits of money at all: the need, not a funded plan.", changes=_unlimited),
    "current trend": Preset(
        about="After the firm years, each limit stays what it is in the last firm year.", changes=_current_trend
    ),
    "firm only": Preset(
        about="After the firm years there is no money but for what is committed.", changes=_firm_only
    ),
    "one year late": Preset(
        about="Money comes a year late: in the first year only what is committed, then each year that of the year "
        "before.",
        changes=_one_year_late,
    ),
    "carried forward": Preset(
        about="What a source has left in a year may be spent in the next, all of it.", changes=_carried_forward
    ),
    "pooled": Preset(about="Every source may pay for every trust.", changes=_pooled),
})  # fmt: skip
