"""Random funding sources and limits of a small network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from capitalplan.terms import year_label
from data._tables import Cell, Cells
from tests.folders import START_YEAR, funding_rows

__all__ = ["Funding"]


class Funding:
    """Sources with what each may be kept to so that somebody may still use it, and totals and limits beside them.

    Parameters
    ----------
    modality
        A modality that the register has.
    routes
        Routes beside purchase that are offered.
    grows
        Whether machines may be added.
    """

    def __init__(
        self, draw: Random, years: int, trusts: Sequence[str], *, modality: str, routes: Sequence[str], grows: bool
    ) -> None:
        self.draw, self.years, self.trusts = draw, years, trusts
        self.modality, self.routes, self.grows = modality, routes, grows
        self.sources = self._sources()

    def sure(self) -> list[str]:
        """Names of confirmed sources."""
        return [name for name, about in self.sources.items() if about["certainty"] == "confirmed"]

    def limits(self) -> list[Cells]:
        """Limits of every source by year."""
        return [row for name, about in self.sources.items() for row in self._limits(name, str(about["trust"]))]

    def about(self) -> list[Cells]:
        """What every source may pay for."""
        return [self._about(name, str(about["trust"])) for name, about in self.sources.items()]

    def totals(self) -> list[Cells]:
        """Capital limits and cash, where there are sources."""
        return list(self._totals()) if self.sources else []

    def revenue(self) -> list[Cells]:
        """Limits of revenue in some networks."""
        if self._maybe(0.6):
            return []
        return [
            {"trust_code": trust, "year": year_label(START_YEAR + t), "limit_gbp": self.draw.randint(10, 120) * 1000}
            for trust in self.trusts
            for t in range(self.years)
            if self._maybe(0.7)
        ]

    def _maybe(self, chance: float) -> bool:
        return self.draw.random() < chance

    def _yes(self, chance: float) -> str:
        return "yes" if self._maybe(chance) else "no"

    def _sources(self) -> dict[str, Cells]:
        if self._maybe(0.1):
            return {}
        names: dict[str, Cells] = {"Network": {"trust": "SHARED", "certainty": "confirmed"}}
        for trust in self.trusts:
            for kind in ("own", "gift"):
                if self._maybe(0.6):
                    certainty = self.draw.choice(("confirmed", "confirmed", "confirmed", "bid", "possible"))
                    names[f"{trust} {kind}"] = {"trust": trust, "certainty": certainty}
        return names

    def _limits(self, name: str, trust: str) -> list[Cells]:
        most = self.draw.choice((250, 400))
        limits = [self.draw.choice((0, self.draw.randint(0, most), most)) * 1000 for _ in range(self.years)]
        return funding_rows(name, trust, limits)

    def _about(self, name: str, trust: str) -> Cells:
        about: dict[str, Cell] = {
            "source": name,
            "certainty": self.sources[name]["certainty"],
            "uses_capital_limit": self._yes(0.7),
            "brings_cash": self._yes(0.5),
            "donated": self._yes(0.3),
            "carry_forward": self.draw.choice(("0%", "0%", "33%", "100%")),
            "minimum_use": self.draw.choice(("0%", "0%", "40%")),
        }
        if trust != "SHARED":
            about |= self.draw.choice(self._restrictions())
        return about

    def _restrictions(self) -> list[dict[str, Cell]]:
        kept: list[dict[str, Cell]] = [{}, {}, {"purposes": "replacement"}]
        kept.append({"modalities": self.modality})
        if self.grows:
            kept.append({"purposes": "new"})
        kept += [{"routes": route} for route in ("purchase", *self.routes)]
        return kept

    def _totals(self) -> Iterator[Cells]:
        for trust in ("SHARED", *self.trusts):
            for t in range(self.years):
                if self._maybe(0.2):
                    what = self.draw.choice((("limit_gbp",), ("cash_gbp",), ("limit_gbp", "cash_gbp")))
                    amounts = {each: self.draw.randint(0, 300) * 1000 for each in what}
                    yield {"trust_code": trust, "year": year_label(START_YEAR + t), **amounts}
