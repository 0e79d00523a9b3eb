"""Levers: cells of the input that may be changed to make a plan possible, each as a column of the problem.

A lever ``u`` of a limit loosens its rows, ``a y - u <= b``. One of a rule that takes schedules off menus has rows of
its own, over the schedules that break it: ``sum over_k y[i,k] - u <= 0``, ``over`` 1, or the years over an age cap.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from capitalplan.finance.limits import CAPITAL
from capitalplan.formulation.elastic import rows_that_may_give
from capitalplan.formulation.formulate import Formulation
from capitalplan.formulation.lever import (
    A_DATE,
    A_MACHINE,
    A_POLICY,
    A_SHARE,
    A_VAN_DAY,
    AddedRows,
    Cell,
    Entries,
    Lever,
    Means,
    limit_lever,
    money_lever,
    rule_lever,
)
from capitalplan.formulation.lifted import (
    AGE_CAP,
    LAST_MACHINE,
    LOCK,
    NOT_AFTER,
    NOT_BEFORE,
    SUPPORT,
    SWAP_COVER,
    oldest_ages,
)
from capitalplan.formulation.names import slug
from capitalplan.formulation.problem import Problem
from capitalplan.formulation.variables import Spread
from capitalplan.settings import Settings
from capitalplan.terms import ExtraKind, TieKind

__all__ = ["DELAYS", "Levers", "over_programming"]

Floats = npt.NDArray[np.float64]

DATES = {LOCK: "lock", NOT_BEFORE: "earliest_year", NOT_AFTER: "latest_year", SUPPORT: "end_of_support"}
"""Fields of Equipment behind the rules of single machines."""
DELAYS = frozenset({"lock", "latest_year", "end_of_support"})
"""Those that force something by a year."""
ROOMS = {"CT": "spare_rooms_ct", "MR": "spare_rooms_mr", "DX": "spare_rooms_dx", "RF": "spare_rooms_rf"}

TOLERANCE = 1e-6


class Levers:
    """The levers of a problem whose menus were made with the rules ``LIFTED`` lifted.

    Parameters
    ----------
    formulation
        Of the register as it is, with those rules lifted.
    """

    def __init__(self, formulation: Formulation) -> None:
        self.columns = formulation.columns
        self.register = formulation.columns.register
        self._problem = rows_that_may_give(formulation.problem, is_fair=bool(self.columns.spreads))
        self._row = {name: number for number, name in enumerate(self._problem.row_names)}
        self._rows = AddedRows(self._problem.n_rows)
        self._lower = self._problem.row_lower.copy()
        self._upper_of_columns = formulation.problem.upper.copy()
        self._levers: list[Lever] = [
            *self._sources(), *self._totals(), *self._works(), *self._rooms(), *self._vans(), *self._spreads(),
            *self._ties(), *self._dates(), *self._policies(),
        ]  # fmt: skip
        self._close_additions()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What each lever changes, in order."""
        return tuple(each.cell for each in self._levers)

    @property
    def means(self) -> tuple[Means, ...]:
        """Of what kind each lever is."""
        return tuple(each.means for each in self._levers)

    @property
    def weights(self) -> Floats:
        """What a unit of each counts, £ thousand."""
        return np.array([each.weight for each in self._levers], dtype=np.float64)

    @property
    def first(self) -> int:
        """Number of the first lever's column."""
        return self._problem.n_columns

    @property
    def is_whole(self) -> npt.NDArray[np.bool_]:
        """Whether each takes whole numbers only."""
        return np.array([each.is_whole for each in self._levers], dtype=bool)

    @property
    def most(self) -> Floats:
        """Most that each could be asked for: of money, what could be charged beyond the limit, later too if carried."""
        due, start = self._due(), self.register.settings.start_year
        found = []
        for each in self._levers:
            if each.means is not Means.MONEY or each.cell.year is None:
                found.append(each.most)
                continue
            row, year = each.entries[0][0], each.cell.year - start
            charged = due[year:].sum() if len(each.entries) > 1 else due[year]
            found.append(max(1.0, charged - self._problem.row_upper[row]))
        return np.array(found, dtype=np.float64)

    def excess(self, values: Floats, cell: Cell) -> dict[int, float]:
        """By how much each row of a lever is over its bound, by the financial year at the end of the row's name."""
        lever = next(each for each in self._levers if each.cell == cell)
        activity = self._problem.matrix @ values[: self._problem.n_columns]
        rows = [row for row, _ in lever.entries if row < self._problem.n_rows]
        over = {row: float(activity[row] - self._problem.row_upper[row]) for row in rows}
        names = self._problem.row_names
        return {int(names[row].rpartition(".")[2]): by for row, by in over.items() if by > TOLERANCE}

    def _due(self) -> Floats:
        """Most that could be charged in each year, £ thousand, shape ``(T,)``."""
        borne, table, upper = self.columns.borne, self.columns.table, self._upper_of_columns
        years = self.register.settings.years
        charged = np.zeros((len(upper), years))
        np.add.at(charged, (borne.column, borne.year), borne.gbp / 1000)
        machines = int(table.first[-1])
        each = [charged[first:last].max(axis=0) for first, last in pairwise(table.first) if last > first]
        most = np.where(np.isfinite(upper), upper, 1.0)[machines:, None]
        return np.asarray(sum(each, np.zeros(years)) + (most * charged[machines:]).sum(axis=0))

    def _close_additions(self) -> None:
        """Leave out what may be added where it could neither stand in for a machine nor make trusts more alike."""
        covered = {each.cell.place for each in self._levers if each.cell.field == "swap_cover"}
        if self.columns.spreads:
            return
        first = self.columns.starts["additions"]
        for number, each in enumerate(self.columns.additions):
            if each.option.line not in covered:
                self._upper_of_columns[first + number] = 0.0
        first = self.columns.starts["rooms"]
        for number, room in enumerate(self.columns.rooms):
            if room.modality not in covered:
                self._upper_of_columns[first + number] = 0.0

    @cached_property
    def problem(self) -> Problem:
        """The problem with the levers as its last columns, without any costs."""
        count, problem = len(self._levers), self._problem
        base = sp.vstack([problem.matrix, self._rows.matrix(problem.n_columns)])
        entries = [(row, number, value) for number, each in enumerate(self._levers) for row, value in each.entries]
        at = np.array([(row, number) for row, number, _ in entries], dtype=np.int64).reshape(-1, 2)
        value = np.array([value for _, _, value in entries], dtype=np.float64)
        slack = sp.csc_array((value, (at[:, 0], at[:, 1])), shape=(base.shape[0], count))
        added = len(self._rows.upper)
        return Problem(
            costs=np.zeros(problem.n_columns + count),
            matrix=sp.csc_array(sp.hstack([base, slack])),
            lower=np.concatenate([problem.lower, np.zeros(count)]),
            upper=np.concatenate([self._upper_of_columns, [each.most for each in self._levers]]),
            row_lower=np.concatenate([self._lower, np.full(added, -np.inf)]),
            row_upper=np.concatenate([problem.row_upper, self._rows.upper]),
            integer=np.concatenate([problem.integer, [each.is_whole for each in self._levers]]).astype(bool),
            column_names=problem.column_names + tuple(f"lever.{number}" for number in range(count)),
            row_names=problem.row_names + tuple(f"lifted.{number}" for number in range(added)),
            row_rule=problem.row_rule + ("lifted",) * added,
            column_block=np.concatenate([problem.column_block, np.full(count, -1)]).astype(np.int32),
            column_owner=np.concatenate([problem.column_owner, np.full(count, -1)]).astype(np.int32),
            column_year=np.concatenate([problem.column_year, np.full(count, -1)]).astype(np.int32),
        )

    def _years(self, kind: str, place: str, sign: float = -1.0) -> Entries:
        """Entries in the rows of a kind and place, one a year."""
        names = (f"{kind}.{slug(place)}.{year}" for year in self.register.settings.horizon)
        return tuple((self._row[name], sign) for name in names if name in self._row)

    def _sources(self) -> Iterator[Lever]:
        """Funding, source by source and year by year; what is raised may be carried on as far as before."""
        purses, borne, start = self.columns.purses, self.columns.borne, self.columns.starts["carries"]
        carries = {(each.source.name, each.year): start + number for number, each in enumerate(purses.carries)}
        for source in self.register.sources:
            for position, year in enumerate(self.register.settings.horizon):
                if source.name in purses.private:
                    payer = next(number for number, each in enumerate(borne.classes) if source.name in each.sources)
                    name = f"paid.{slug(borne.labels[payer])}.{year}"
                else:
                    name = f"source.{slug(source.name)}.{year}"
                if name not in self._row:
                    continue
                entries = [(self._row[name], -1.0)]
                limit = 1 / (1 + over_programming(position, self.register.settings))
                carry = carries.get((source.name, position))
                if carry is not None:
                    most, self._upper_of_columns[carry] = self._upper_of_columns[carry], np.inf
                    row = self._rows.add(np.array([carry]), np.ones(1), most)
                    entries.append((row, -float(source.carry_share) * limit))
                yield money_lever(Cell("Funding", "limit_gbp", source.name, year), tuple(entries), limit)

    def _totals(self) -> Iterator[Lever]:
        for total in self.columns.purses.limits.totals:
            kind, field = ("capital", "limit_gbp") if total.kind == CAPITAL else ("cash", "cash_gbp")
            for position, year in enumerate(self.register.settings.horizon):
                name = f"{kind}.{slug(total.place)}.{year}"
                if name in self._row:
                    share = over_programming(position, self.register.settings) if total.kind == CAPITAL else 0.0
                    entries = ((self._row[name], -1.0),)
                    yield money_lever(Cell("Capital limits", field, total.place, year), entries, 1 / (1 + share))

    def _works(self) -> Iterator[Lever]:
        for site in self.register.sites:
            machines = sum(asset.site == site for asset in self.register.assets)
            entries = self._years("works", site)
            if machines and entries:
                yield limit_lever(Cell("Sites", "max_installations", site), entries, machines)
        network = self._years("works", "network")
        if network:
            yield limit_lever(Cell("Settings", "max_network_projects"), network, len(self.register.assets))

    def _rooms(self) -> Iterator[Lever]:
        for site in self.register.sites:
            for modality, field in ROOMS.items():
                entries = self._years("rooms", f"{site}.{modality}")
                if entries:
                    yield limit_lever(Cell("Sites", field, site), entries, 5)
            row = self._row.get(f"new_rooms.{slug(site)}")
            if row is not None:
                yield limit_lever(Cell("Sites", "max_new_rooms", site), ((row, -1.0),), 5)
        self._upper_of_columns[self.columns.starts["rooms"] : self.columns.starts["hires"]] = np.inf

    def _vans(self) -> Iterator[Lever]:
        for extra in self.register.extra:
            entries = self._years("van_days", extra.name) if extra.kind is ExtraKind.VAN else ()
            if entries:
                cell = Cell("Extra capacity", "limit", extra.name)
                yield Lever(cell=cell, means=Means.LIMIT, entries=entries, most=10_000, weight=A_VAN_DAY)

    def _spreads(self) -> Iterator[Lever]:
        for spread in self.columns.spreads:
            named = [row for name, row in self._row.items() if name.startswith(f"{spread}.")]
            fair = [row for row in named if self._problem.row_rule[row] == "fairness"]
            for row in fair:
                self._lower_apart(row)
            entries = tuple((row, -1.0) for row in fair)
            cell = Cell("Settings", "fair_unmet_spread" if spread is Spread.UNMET else "fair_capital_spread")
            yield Lever(cell=cell, means=Means.RULE, entries=entries, most=100, is_whole=False, weight=A_SHARE)

    def _ties(self) -> Iterator[Lever]:
        """Ties row by row; one that asks for the same year binds from both sides."""
        for number, tie in enumerate(self.register.ties):
            start = f"{slug(tie.kind)}.{number}."
            rows = [row for name, row in self._row.items() if name.startswith(start)]
            rows += [self._lower_apart(row) for row in rows if tie.kind is TieKind.TOGETHER]
            if rows:
                yield rule_lever(Cell("Ties", "", str(number)), tuple((row, -1.0) for row in rows), A_DATE)

    def _lower_apart(self, row: int) -> int:
        """Give the lower bound of a row a row of its own, so that a lever may loosen either."""
        matrix = self._problem.matrix[[row], :].tocoo()
        below = self._rows.add(matrix.col.astype(np.int64), -matrix.data, -self._lower[row])
        self._lower[row] = -np.inf
        return below

    def _dates(self) -> Iterator[Lever]:
        """Locks and dates of single machines."""
        for number, menu in enumerate(self.columns.table.menus):
            for rule, field in DATES.items():
                row = self._over(number, rule) if rule != SUPPORT else None
                if row is not None:
                    cell = Cell("Equipment", field, menu.asset.asset_id)
                    yield Lever(cell=cell, means=Means.DATE, entries=((row, -1.0),), weight=A_DATE)

    def _policies(self) -> Iterator[Lever]:
        """Rules for the whole network, or for a service line, beside the dates they share rows with."""
        menus = self.columns.table.menus
        supported: list[tuple[int, float]] = []
        for number, menu in enumerate(menus):
            row = self._over(number, SUPPORT)
            if row is not None:
                supported.append((row, -1.0))
                cell = Cell("Equipment", DATES[SUPPORT], menu.asset.asset_id)
                yield Lever(cell=cell, means=Means.DATE, entries=((row, -1.0),), weight=A_DATE)
        if len(supported) > 1:
            yield rule_lever(Cell("Settings", "end_of_support"), tuple(supported), A_POLICY)
        cap = self.register.settings.hard_age_cap
        if cap is not None:
            ages = [oldest_ages(menu, self.register.settings.years) - cap for menu in menus]
            rows = [self._over(number, AGE_CAP, np.maximum(age, 0)) for number, age in enumerate(ages)]
            entries = tuple((row, -1.0) for row in rows if row is not None)
            most = max((int(age.max()) for age in ages if len(age)), default=0)
            if entries and most > 0:
                cell = Cell("Settings", "hard_age_cap")
                yield Lever(cell=cell, means=Means.RULE, entries=entries, most=most, weight=A_POLICY)
        yield from self._last_machines()
        yield from self._covers()

    def _last_machines(self) -> Iterator[Lever]:
        rows = [self._over(number, LAST_MACHINE) for number in range(len(self.columns.table.menus))]
        entries = [(row, -1.0) for row in rows if row is not None]
        entries += [(row, 1.0) for name, row in self._row.items() if name.startswith("last_machine.")]
        if entries:
            yield rule_lever(Cell("Settings", "allow_last_machine_retirement"), tuple(entries), A_POLICY)

    def _covers(self) -> Iterator[Lever]:
        of_line: dict[str, list[tuple[int, float]]] = {}
        for number, menu in enumerate(self.columns.table.menus):
            row = self._over(number, SWAP_COVER)
            entries = [] if row is None else [(row, -1.0)]
            entries += self._years("presence", menu.asset.asset_id)
            if entries:
                of_line.setdefault(menu.asset.line, []).extend(entries)
        for line, entries in of_line.items():
            yield rule_lever(Cell("Modalities", "swap_cover", line), tuple(entries), A_MACHINE)
        if len(of_line) > 1:
            everywhere = tuple(entry for entries in of_line.values() for entry in entries)
            yield rule_lever(Cell("Settings", "swap_cover"), everywhere, A_POLICY)

    def _over(self, number: int, rule: str, amounts: npt.NDArray[np.int64] | None = None) -> int | None:
        """Row over a machine's schedules that break a rule; None where none does."""
        broken = self.columns.table.menus[number].broken.get(rule)
        if broken is None or not broken.any():
            return None
        at = np.flatnonzero(broken)
        values = np.ones(len(at)) if amounts is None else amounts[at].astype(np.float64)
        return self._rows.add(self.columns.table.first[number] + at, values, 0.0)


def over_programming(position: int, settings: Settings) -> float:
    """Share by which the plan may promise more than a limit in a year (position)."""
    firm = position < settings.firm_years
    return float(settings.over_programming_firm if firm else settings.over_programming_indicative)
