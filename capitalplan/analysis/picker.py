"""Finding on a machine's menu the schedule that a rule of thumb asks for."""

from __future__ import annotations

from dataclasses import dataclass

from capitalplan.formulation.patterns import Event
from capitalplan.formulation.schedules import Menu
from capitalplan.terms import Action

__all__ = ["Picker"]


@dataclass(frozen=True, slots=True)
class Picker:
    """Looks schedules up on one machine's menu, which must not have been pruned."""

    menu: Menu

    def idle(self) -> int:
        """What happens if nothing is planned: the first of ``idlest``."""
        return self.idlest()[0]

    def idlest(self) -> list[int]:
        """Schedules from the idlest on: least installed, nothing charged if possible, and as late as possible.

        Upgrades, leases and managed services, and replacements in a second room come last: a rule of thumb knows
        nothing of them.
        """
        figures = self.menu.figures
        return sorted(
            range(len(self.menu.events)),
            key=lambda row: (
                self._is_ingenious(row),
                int(figures.works[row].sum()),
                bool(figures.charged[row].any()),
                -int(figures.serving[row].sum()),
                -self._first(row),
                int(figures.charged[row].sum()),
            ),
        )

    def replace(self, year: int, option: str, *, new_room_first: bool = False) -> int | None:
        """Schedule that replaces the machine once, in a year (position) by buying an option; None if it is not allowed.

        Parameters
        ----------
        new_room_first
            Whether to do so in a spare room before the old machine goes, rather than in its own room.
        """
        for row, events in enumerate(self.menu.events):
            bought = [event for event in events if event.action is Action.REPLACE]
            if len(bought) != 1 or events[0] != bought[0]:
                continue
            if (bought[0].year, bought[0].new_room_first) == (year, new_room_first):
                machine = self.menu.machines[bought[0].machine]
                if machine.option == option and machine.offer is None and not machine.committed:
                    return row
        return None

    def retire(self, year: int) -> int | None:
        """Schedule that retires the machine in a year (position); None if it is not allowed."""
        for row, events in enumerate(self.menu.events):
            if len(events) == 1 and events[0].action is Action.RETIRE and events[0].year == year:
                return row
        return None

    def _is_ingenious(self, row: int) -> bool:
        return any(
            event.action is Action.UPGRADE or event.new_room_first or self._is_by_offer(event)
            for event in self.menu.events[row]
        )

    def _is_by_offer(self, event: Event) -> bool:
        return event.action is Action.REPLACE and self.menu.machines[event.machine].offer is not None

    def _first(self, row: int) -> int:
        events = self.menu.events[row]
        return events[0].year if events else self.menu.figures.works.shape[1]
