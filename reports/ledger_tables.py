"""Tables of why each machine and addition is treated as it is, and of what a little more of each limit is worth."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capitalplan.analysis.study import Study
from capitalplan.plan.plan import Plan
from capitalplan.register.register import Register
from reports.figures import ledger
from reports.figures.frames import frame, lean
from reports.figures.schemes import NOT_RENEWED

__all__ = ["LedgerTables", "make_ledger_tables"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTables:
    """Tables of the ledger; empty where none was made.

    Attributes
    ----------
    entries
        Each machine and addition, what was decided and why, and what else might be done.
    forced
        The same, a row for each thing else that might be done, its price in figures.
    worth
        What each change of a limit saves or costs.
    """

    entries: pd.DataFrame
    forced: pd.DataFrame
    worth: pd.DataFrame

    @property
    def due(self) -> pd.DataFrame:
        """Machines that are due and not renewed."""
        return self._shown(self.entries["timing"].isin(NOT_RENEWED))

    @property
    def renewed(self) -> pd.DataFrame:
        """Other machines with which something happens: replaced early, on time or late, retired, upgraded."""
        rows = self.entries
        return self._shown(rows["year"].notna() & ~rows["timing"].isin((*NOT_RENEWED, "")))

    @property
    def added(self) -> pd.DataFrame:
        """Additions that are made."""
        return self._shown((self.entries["timing"] == "") & self.entries["year"].notna())

    @property
    def refused(self) -> pd.DataFrame:
        """Additions that are not made."""
        return self._shown((self.entries["timing"] == "") & self.entries["year"].isna())

    @property
    def money(self) -> pd.DataFrame:
        """What more and less of each funding source is worth in each year."""
        return self.worth[self.worth["limit_kind"] == ledger.FUNDING]

    @property
    def others(self) -> pd.DataFrame:
        """What one more of each other limit is worth; what is proven to be worth nothing is left out."""
        rows = self.worth[self.worth["limit_kind"] != ledger.FUNDING]
        return rows[(rows["low_gbp"] != 0) | (rows["high_gbp"] != 0)]

    @property
    def listed(self) -> pd.DataFrame:
        """What else might be done, as a sheet lists it: figures in place of words."""
        return self.forced.drop(columns="price_words")

    def _shown(self, wanted: pd.Series) -> pd.DataFrame:
        return self.entries[wanted].drop(columns=["timing", "year"])


def make_ledger_tables(register: Register, plan: Plan, study: Study) -> LedgerTables:
    """Make the tables of the ledger from what stands beside a plan."""
    return LedgerTables(
        entries=frame(
            "trust_name site_name treated decided sentence choices timing year",
            ledger.entry_cells(register, plan, study),
        ),
        forced=lean(frame(
            f"treated line site_name decided timing {ledger.FORCED} answer trust_name trust site choice",
            ledger.forced_cells(register, plan, study),
        ), "forced_offer price_limits closed_by"),
        worth=frame(
            "limit_kind place year_label limit_change effect low_gbp estimate_gbp high_gbp price_basis price_words",
            ledger.worth_cells(register, study),
        ),
    )  # fmt: skip
