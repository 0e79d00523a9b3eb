"""Whether someone can stand in for each site's only machine while a rule of thumb has it replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from capitalplan.formulation.variables import Columns
from capitalplan.service.cover import covering_van, needs_cover

__all__ = ["Standby"]


class Standby:
    """Looks at choices made so far: the schedule of each machine, and how many of each addition."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.register = columns.register
        self.menus = columns.table.menus
        self.standing: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, menu in enumerate(self.menus):
            self.standing[menu.asset.line, menu.asset.site].append(number)
        self.needing = {n for n, menu in enumerate(self.menus) if needs_cover(menu.asset, self.register)}
        self.reach: dict[str, set[str]] = defaultdict(set)
        self.reached_from: dict[str, set[str]] = defaultdict(set)
        for link in self.register.links:
            self.reach[link.from_site].add(link.to_site)
            self.reached_from[link.to_site].add(link.from_site)

    def uncovered(self, number: int, schedules: Sequence[int], additions: Mapping[int, int]) -> set[tuple[int, int]]:
        """Machine and year (position) of each swap nobody covers, of a machine and of those it may stand in for."""
        asset = self.menus[number].asset
        near = (asset.site, *self.reached_from[asset.site])
        concerned = self.needing & {each for site in near for each in self.standing[asset.line, site]}
        return {
            (each, year)
            for each in concerned
            for year in self.menus[each].figures.swap[schedules[each]].nonzero()[0].tolist()
            if not self._is_covered(each, year, schedules, additions)
        }

    def _is_covered(self, number: int, year: int, schedules: Sequence[int], additions: Mapping[int, int]) -> bool:
        asset, start = self.menus[number].asset, self.register.settings.horizon[year]
        line, site = asset.line, asset.site
        if covering_van(asset, start, self.register) is not None or self._is_added(line, site, year, additions):
            return True
        return any(
            self.register.sites[near].is_open(start)
            and (self._stands(line, near, year, schedules) or self._is_added(line, near, year, additions))
            for near in self.reach[site]
        )

    def _stands(self, line: str, site: str, year: int, schedules: Sequence[int]) -> bool:
        return any(
            figures.serving[schedules[each], year] > figures.swap[schedules[each], year]
            for each in self.standing[line, site]
            for figures in [self.menus[each].figures]
        )

    def _is_added(self, line: str, site: str, year: int, additions: Mapping[int, int]) -> bool:
        chosen = (self.columns.additions[each] for each, count in additions.items() if count)
        return any((each.option.line, each.site.code) == (line, site) and each.stands[year] for each in chosen) or any(
            (each.scheme.line, each.scheme.site) == (line, site) and each.stands[year] for each in self.columns.fixed
        )
