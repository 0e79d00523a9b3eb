"""Classes of charges: what the same trust bears and the same sources may pay is paid together."""

from __future__ import annotations

from dataclasses import dataclass, field

from capitalplan.finance.committed import sources_for
from capitalplan.finance.limits import CASH, Limits
from capitalplan.register.register import Register
from capitalplan.terms import Purpose, Route

__all__ = ["Classes", "PayerClass"]


@dataclass(frozen=True, slots=True, order=True)
class PayerClass:
    """Charges borne by one trust that the same sources may pay.

    Attributes
    ----------
    trust
        Trust that bears them.
    sources
        Names of the sources that may pay, its own first, then shared ones, each in order of name.
    takes_cash
        Whether they are purchases and cash of one of these sources is limited; other charges are not told apart by
        this.
    """

    trust: str
    sources: tuple[str, ...]
    takes_cash: bool


@dataclass(frozen=True, slots=True)
class Classes:
    """Finds the class of a charge."""

    register: Register
    limits: Limits
    _found: dict[tuple[str, str, Purpose, Route], PayerClass] = field(default_factory=dict)

    @classmethod
    def of(cls, register: Register) -> Classes:
        """Classes of a register."""
        return cls(register, Limits.of(register))

    def find(self, trust: str, modality: str, purpose: Purpose, route: Route) -> PayerClass:
        """Class of a charge that a trust bears."""
        key = (trust, modality, purpose, route)
        if key not in self._found:
            names = tuple(each.name for each in sources_for(trust, modality, purpose, route, self.register))
            limited = any(total.kind == CASH and not total.sources.isdisjoint(names) for total in self.limits.totals)
            self._found[key] = PayerClass(trust, names, limited and route is Route.PURCHASE)
        return self._found[key]
