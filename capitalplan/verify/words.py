"""Whether what each line's sentence names is the line's own: machine, site, option, years, pounds and other figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from capitalplan.plan.plan import Plan, PlannedScheme
from capitalplan.register.register import Asset
from capitalplan.terms import CoverKind, round_half_up, year_label
from capitalplan.verify.context import Context
from capitalplan.verify.findings import Findings, pounds

__all__ = ["check_words"]

_POUNDS = re.compile(r"£\d[\d,]*")
_POUNDS_IN_A_YEAR = re.compile(r"(£\d[\d,]*) in (\d{4}/\d\d)")
_CHARGED = re.compile(r"(?:for (?=£[\d,]+ \(cash)|with (?=£[\d,]+ charged))(£\d[\d,]*)")
_REBATE = re.compile(r"rebate of (£\d[\d,]*)")
_A_YEAR = re.compile(r"at (£\d[\d,]*) a year")
_YEAR = re.compile(r"\d{4}/\d\d")
_NUMBER = re.compile(r"\d(?:[\d,]*\d)?")
_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    _WORD.findall(
        "a able add added additional after already and at before build by can capital cash charged committed day days "
        "ex extend for go goes in included is it keep lease leased limits machine managed mobile new nothing of old "
        "one out patients prices rebate replace replacing retire room s service set spare stand stands take that the "
        "to today under up upgrade van vat while with without year years"
    )
)
"""Words of any sentence: a name made of nothing else is not told from them."""


def check_words(context: Context, plan: Plan, findings: Findings) -> None:
    """Require every sentence to name its line's own machine, site, option, year and capital, and nothing else.

    Every name of another machine, site, option or offer of the register, and every amount, year or other figure that is
    not the line's own, is refused.
    """
    words = _Words.of(context, plan)
    for line in plan.schemes:
        missing = [word for word in words.needed(line) if word not in line.sentence]
        message = f"The sentence of {line.scheme_id} does not say {' and '.join(missing)}."
        findings.require("words", not missing, message, place=line.site, year=line.year)
        foreign = list(dict.fromkeys(words.foreign(line)))
        message = f"The sentence of {line.scheme_id} says {' and '.join(foreign)}, which is not the scheme's own."
        findings.require("words", not foreign, message, place=line.site, year=line.year)


@dataclass(frozen=True, slots=True)
class _Words:
    """Names of the register, and figures of the plan, that sentences may hold."""

    context: Context
    plan: Plan
    names: re.Pattern[str]

    @classmethod
    def of(cls, context: Context, plan: Plan) -> _Words:
        register = context.register
        names = {
            *(site.name for site in register.sites.values()),
            *register.options,
            *context.offers,
            *context.assets,
            *map(_machine, register.assets),
            *(upgrade.name for asset in register.assets for upgrade in asset.upgrades),
        }
        longest = sorted(filter(None, names), key=lambda name: (-len(name), name))
        return cls(context, plan, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)"))

    def needed(self, line: PlannedScheme) -> Iterator[str]:
        """What the sentence of a line must say."""
        site = self.context.register.sites.get(line.site)
        asset = self.context.assets.get(line.asset_id or "")
        yield from filter(None, (_machine(asset), None if site is None else site.name, line.option))
        if line.year is not None:
            yield year_label(line.year)
        if line.capital_gbp:
            yield pounds(line.capital_gbp)

    def foreign(self, line: PlannedScheme) -> Iterator[str]:
        """What the sentence of a line says that is not its own."""
        own, others = self._own_names(line), []

        def take(match: re.Match[str]) -> str:
            name = match[0]
            if name in own:
                return "·"
            if all(word.casefold() in _COMMON or word.isdecimal() for word in _WORD.findall(name)):
                return name
            others.append(f"'{name}'")
            return "·"

        text = self.names.sub(take, line.sentence)
        yield from others
        by_year: Counter[int] = Counter()
        for payment in line.payments:
            by_year[payment.year] += payment.gbp
        charged = {(pounds(gbp), year_label(year)) for year, gbp in by_year.items()}
        yield from (f"{gbp} in {year}" for gbp, year in _POUNDS_IN_A_YEAR.findall(text) if (gbp, year) not in charged)
        amounts = {pounds(line.capital_gbp), pounds(line.rebate_gbp), *(gbp for gbp, _ in charged)}
        offer = self.context.offers.get(line.offer or "")
        charge = None if offer is None else offer.lease_gbp + offer.service_gbp
        for pattern, own_gbp in ((_CHARGED, line.capital_gbp), (_REBATE, line.rebate_gbp), (_A_YEAR, charge)):
            stated = None if own_gbp is None else pounds(own_gbp)
            yield from (match[0] for match in pattern.finditer(text) if match[1] != stated)
        yield from _others(_POUNDS, text, amounts if charge is None else {*amounts, pounds(charge)})
        text = _POUNDS.sub("·", text)
        years = {year_label(year) for year in (line.year, *by_year) if year is not None}
        yield from _others(_YEAR, text, years)
        numbers = {f"{number:,}" for number in self._numbers(line)}
        yield from _others(_NUMBER, _YEAR.sub("·", text), numbers)

    def _own_names(self, line: PlannedScheme) -> set[str]:
        asset, sites = self.context.assets.get(line.asset_id or ""), self.context.register.sites
        places = [
            cover.place for cover in self.plan.covers if (cover.asset_id, cover.year) == (line.asset_id, line.year)
        ]
        names = {sites[code].name for code in (line.site, *places) if code in sites}
        return {*names, line.option or "", line.offer or "", line.asset_id or "", _machine(asset)}

    def _numbers(self, line: PlannedScheme) -> Iterator[int]:
        """Figures beside pounds and years: machines, years of a contract, days of vans, patients who go elsewhere."""
        yield line.units
        offer = self.context.offers.get(line.offer or "")
        if offer is not None:
            yield offer.years
        for cover in self.plan.covers:
            if (cover.asset_id, cover.year) != (line.asset_id, line.year):
                continue
            place = (cover.line, cover.site, cover.year)
            if cover.kind == CoverKind.VAN:
                yield sum(van.days for van in self.plan.vans if (van.line, van.site, van.year) == place)
            yield from (
                round_half_up(flow.scans)
                for flow in self.plan.flows
                if (flow.line, flow.from_site, flow.year) == place and flow.to_site == cover.place
            )


def _machine(asset: Asset | None) -> str:
    """A machine as sentences name it."""
    if asset is None:
        return ""
    mobile = "mobile " if asset.mobile else ""
    return f"{mobile}{asset.modality} {asset.subtype or 'machine'} {asset.asset_id}"


def _others(pattern: re.Pattern[str], text: str, own: Iterable[str]) -> Iterator[str]:
    allowed = set(own)
    return (found for found in pattern.findall(text) if found not in allowed)
