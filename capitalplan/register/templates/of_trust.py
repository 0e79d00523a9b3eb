"""The rows of a network that one trust would fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from capitalplan.register.resolving.places import SHARED, trust_of_site

__all__ = ["RawRow", "rows_of_trust"]

RawRow: TypeAlias = dict[str, object]
"""A row as typed, by field name."""


def rows_of_trust(rows: Mapping[str, Sequence[RawRow]], trust: str) -> dict[str, Sequence[RawRow]]:
    """Keep what belongs to a trust: its sites and whatever stands there, and what it may share with others.

    What other trusts bear of its costs goes, and so does their place in lists of trusts.

    Parameters
    ----------
    rows
        Rows by sheet name.
    trust
        Code of the trust, in capitals.
    """
    keep = _Keeper(rows, trust).tests()
    return {
        sheet: [row | {"trusts": trust} if row.get("trusts") else row for row in found if keep.get(sheet, bool)(row)]
        for sheet, found in rows.items()
    }


class _Keeper:
    def __init__(self, rows: Mapping[str, Sequence[RawRow]], trust: str) -> None:
        self.trust = trust
        sites = rows.get("Sites", ())
        self.sites = {_code(row, "site_code") for row in sites or rows.get("Equipment", ()) if self._owns(row)}
        self.assets = {
            row.get("asset_id") for row in rows.get("Equipment", ()) if _code(row, "site_code") in self.sites
        }
        self.schemes = {row.get("scheme_id") for row in rows.get("Schemes", ()) if self._is_here(row)}
        self.closed = {row.get("source") for row in rows.get("Sources", ()) if not self._is_open(row)}
        self.sources = {row.get("source") for row in rows.get("Funding", ()) if self._funds(row)}

    def tests(self) -> Mapping[str, Callable[[RawRow], bool]]:
        """Which rows of each sheet stay; every row of a sheet not named."""
        return {
            "Organisations": lambda row: _code(row, "trust_code") == self.trust,
            "Sites": lambda row: _code(row, "site_code") in self.sites,
            "Equipment": lambda row: _code(row, "site_code") in self.sites,
            "Contracts": lambda row: _code(row, "trust_code") in {"", self.trust},
            "Schemes": lambda row: row.get("scheme_id") in self.schemes,
            "Ties": lambda row: {row.get("first"), row.get("other")} <= self.assets | self.schemes,
            "Upgrades": lambda row: not row.get("asset_id") or row.get("asset_id") in self.assets,
            "Demand": self._is_own,
            "Waiting": self._is_own,
            "Extra capacity": self._is_own_or_shared,
            "Workforce": self._is_own_or_shared,
            "Travel": lambda row: {_code(row, "from_site"), _code(row, "to_site")} <= self.sites,
            "Funding": self._funds,
            "Sources": lambda row: row.get("source") in self.sources,
            "Capital limits": self._is_own_or_shared,
            "Revenue limits": self._is_own,
            "Routes": self._is_open,
            "Frameworks": self._is_open,
            "Cost shares": lambda _: False,
            "Challenges": lambda row: self._is_own(row) or self._has_all(_words(row, "asset_ids")),
            "Accepted": lambda row: any(
                str(word) in str(row.get("place")) for word in {self.trust, *self.sites, *self.assets}
            ),
        }

    def _owns(self, row: RawRow) -> bool:
        return (_code(row, "trust_code") or trust_of_site(_code(row, "site_code"))) == self.trust

    def _is_here(self, row: RawRow) -> bool:
        return row.get("asset_id") in self.assets or _code(row, "site_code") in self.sites

    def _is_own(self, row: RawRow) -> bool:
        site = _code(row, "site_code")
        return site in self.sites or (not site and _code(row, "trust_code") == self.trust)

    def _is_own_or_shared(self, row: RawRow) -> bool:
        is_shared = (_code(row, "trust_code") or None) in SHARED and not _code(row, "site_code")
        return is_shared or self._is_own(row)

    def _is_open(self, row: RawRow) -> bool:
        trusts = _words(row, "trusts")
        return not trusts or self.trust in map(str.upper, trusts)

    def _funds(self, row: RawRow) -> bool:
        return self._is_own_or_shared(row) and row.get("source") not in self.closed

    def _has_all(self, assets: Iterable[str]) -> bool:
        named = set(assets)
        return bool(named) and named <= self.assets


def _code(row: RawRow, field: str) -> str:
    return "".join(str(row.get(field) or "").split()).upper()


def _words(row: RawRow, field: str) -> list[str]:
    return [word.strip() for word in str(row.get(field) or "").split(",") if word.strip()]
