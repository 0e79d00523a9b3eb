"""Whether trusts differ in unmet need and in capital by no more than the bounds set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from capitalplan.verify.context import Context
from capitalplan.verify.findings import TOLERANCE, Findings
from capitalplan.verify.money.outlays import Outlay, bear
from capitalplan.verify.traffic import Traffic

__all__ = ["check_fairness"]

NEAR = Fraction(1, 10**6)
"""Share by which a spread of capital may pass its bound, for an engine's tolerance."""


def check_fairness(context: Context, traffic: Traffic, outlays: Sequence[Outlay], findings: Findings) -> None:
    """Require the share of demand bought outside, and of fleet value spent, to differ by no more than their bounds."""
    settings, sites = context.settings, context.register.sites
    if settings.fair_unmet_spread is not None:
        wanted: Counter[str] = Counter()
        for (_, site), scans in context.register.demand.items():
            wanted[sites[site].trust] += sum(scans)
        outside: defaultdict[str, Fraction] = defaultdict(Fraction)
        for (_, site, _), bought in traffic.outside.items():
            outside[sites[site].trust] += bought
        slack = {trust: TOLERANCE / scans for trust, scans in wanted.items() if scans}
        shares = {trust: outside[trust] / wanted[trust] for trust in slack}
        _compare(context, "scans bought outside", shares, settings.fair_unmet_spread, slack, findings)
    if settings.fair_capital_spread is not None:
        worth: Counter[str] = Counter()
        for asset in context.register.assets:
            worth[asset.trust] += asset.price_gbp
        borne: Counter[str] = Counter()
        for outlay in outlays:
            for (_, _, trust), amount in bear(context, outlay).items():
                borne[trust] += amount
        shares = {trust: Fraction(borne[trust], price) for trust, price in worth.items() if price}
        slack = dict.fromkeys(shares, NEAR / 2)
        _compare(context, "capital borne", shares, settings.fair_capital_spread, slack, findings)


def _compare(
    context: Context,
    what: str,
    shares: Mapping[str, Fraction],
    bound: Fraction,
    slack: Mapping[str, Fraction],
    findings: Findings,
) -> None:
    for less, more in combinations(sorted(shares), 2):
        over = abs(shares[less] - shares[more]) - bound
        message = (
            f"The share of {what} is {float(shares[less]):.2%} for {less} and {float(shares[more]):.2%} for {more}; "
            f"they may differ by {float(bound):.2%}."
        )
        holds = over <= slack[less] + slack[more]
        place = context.settings.network_name
        findings.require("fairness", holds, message, place=place, amount=over, unit="share")
