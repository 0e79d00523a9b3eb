"""Which source pays for which line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from capitalplan.finance.committed import committed_payments, draw, sources_of
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
    left = {
        (source.name, year): limit
        for source in register.sources
        for year, limit in zip(register.settings.horizon, source.limits_gbp, strict=True)
    }
    for scheme in register.committed:
        for name, amount in committed[scheme.scheme_id].items():
            if (name, scheme.year) in left:
                left[name, scheme.year] -= amount
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
            purse = {name: left[name, line.year] for name in names}
            payments.append(draw(line.charge_gbp, names, purse))
            left.update({(name, line.year): amount for name, amount in purse.items()})
    return payments
