"""Which source pays for which line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from capitalplan.finance.committed import committed_payments, draw, sources_of
from capitalplan.formulation.rules.money import free_limits
from capitalplan.plan.drafts import Draft
from capitalplan.register.register import Register
from capitalplan.terms import UNFUNDED

__all__ = ["fund"]


def fund(drafts: Sequence[Draft], register: Register) -> list[Mapping[str, int]]:
    """Payment by source of each line, £ cash, in the order of the lines.

    Committed schemes are paid first. Others draw on their trust's own sources before shared ones; trusts only meet in
    shared sources, so this pays for every plan that can be paid for at all.
    """
    committed = {scheme.scheme_id: dict(payment) for scheme, payment in committed_payments(register).items()}
    free = free_limits(register)
    payments: list[Mapping[str, int]] = []
    for line in drafts:
        if line.committed:
            payments.append(committed[line.scheme_id])
        elif not line.charge_gbp or line.year is None:
            payments.append({})
        elif not register.sources:
            payments.append({UNFUNDED: line.charge_gbp})
        else:
            names = [source.name for source in sources_of(line.trust, register)]
            position = line.year - register.settings.start_year
            purse = {name: free[name][position] for name in names}
            payments.append(draw(line.charge_gbp, names, purse))
            for name, amount in purse.items():
                free[name][position] = amount
    return payments
