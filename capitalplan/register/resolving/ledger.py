"""A ledger of the defaults that were used, so that no assumption goes unseen."""

from __future__ import annotations

from dataclasses import dataclass, field

from capitalplan.register.register import Assumption

__all__ = ["Ledger"]

SHOWN = 8


@dataclass(slots=True)
class Ledger:
    """Collects which default filled which row."""

    _uses: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def use(self, item: str, value: str, source: str, place: str) -> None:
        """Record that ``value`` filled ``item`` at ``place`` (a machine, a site, or ``the whole plan``)."""
        self._uses.setdefault((item, value, source), []).append(place)

    def assumptions(self) -> tuple[Assumption, ...]:
        """List every default used, with the rows it filled, in order of first use."""
        return tuple(
            Assumption(item=item, value=value, source=source, used_for=_places(places))
            for (item, value, source), places in self._uses.items()
        )


def _places(places: list[str]) -> str:
    names = list(dict.fromkeys(places))
    if len(names) <= SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:SHOWN])} and {len(names) - SHOWN} more"
