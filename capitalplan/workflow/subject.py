"""What a decision is about, and what happens then: a scheme found by its words, and the treatment decided for it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from capitalplan.decisions import Ruling, Treatment
from capitalplan.errors import InputError
from capitalplan.plan.plan import NEW_ROOM, Plan, PlannedScheme
from capitalplan.register.register import Asset, Register
from capitalplan.terms import Action, year_label

__all__ = ["Subject", "Wish", "find_subject", "treat"]

_AT = "@"
_NEAR = 3
_REMARKS = (Ruling.APPROVE, Ruling.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a decision is about.

    Attributes
    ----------
    scheme_id
        The scheme, or site and option of an addition the plan does not make.
    asset
        The machine; None for an addition.
    planned
        What the plan does; None for an addition it does not make.
    option
        What is added; None for a machine.
    settled
        Why it can only be approved or noted; empty where it can be decided otherwise.
    """

    scheme_id: str
    asset: Asset | None
    site: str
    planned: Treatment | None
    option: str | None
    settled: str = ""

    @property
    def asset_id(self) -> str | None:
        """Identifier of the machine, if it is about one."""
        return None if self.asset is None else self.asset.asset_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody decides: when and by what, where it is said."""

    ruling: Ruling
    year: int | None
    option: str | None


def find_subject(what: str, plan: Plan, register: Register) -> Subject:
    """Find what a decision is about.

    Parameters
    ----------
    what
        Identifier of a scheme, a machine, or ``OPTION @ SITE``, the site by its code or name.

    Raises
    ------
    InputError
        If nothing is called so, with what is called alike; or if several schemes are.
    """
    wanted = what.strip()
    found = [line for line in plan.schemes if line.scheme_id == wanted]
    found = found or _of_asset(wanted, plan)
    option, at, place = (part.strip() for part in wanted.rpartition(_AT))
    site = _site(place, register) if at else None
    if not found and site is not None:
        found = [line for line in plan.schemes if line.asset_id is None and (line.option, line.site) == (option, site)]
    if len(found) > 1:
        names = ", ".join(f"'{line.scheme_id}'" for line in found)
        raise InputError(f"{wanted} has {len(found)} schemes in the plan; name one of them: {names}.")
    if found:
        return _subject(found[0], register)
    if site is not None and option in register.options:
        return Subject(scheme_id=f"{site} add {option}", asset=None, site=site, planned=None, option=option)
    raise InputError(f"The plan has no scheme and no machine called {wanted!r}.{_near(wanted, plan)}")


def treat(subject: Subject, wish: Wish, register: Register) -> Treatment | None:
    """What is to happen as decided; None where it is not to happen.

    Raises
    ------
    InputError
        If this cannot be decided on it.
    """
    ruling, planned = wish.ruling, subject.planned
    if ruling in _REMARKS:
        if wish.year is not None or wish.option is not None:
            raise InputError(f"'{ruling}' takes no year and no option: it leaves the scheme as planned.")
        return planned
    if subject.settled:
        raise InputError(f"{subject.scheme_id} can be approved or noted only: {subject.settled}.")
    if ruling is Ruling.REJECT:
        _check_rejected(subject, wish)
        return None
    _check_asked(subject, wish)
    year = planned.year if wish.year is None and planned is not None else wish.year
    if year is None:
        raise InputError(f"Nothing is planned for {subject.scheme_id}: say in which year with --year.")
    _check_year(subject, wish, register)
    decided = _moved(subject, wish.option, year, register)
    if decided == planned:
        raise InputError(f"{subject.scheme_id} is planned so already: {decided.words}. Approve it instead.")
    return decided


def _check_rejected(subject: Subject, wish: Wish) -> None:
    if wish.year is not None or wish.option is not None:
        raise InputError("'reject' takes no year and no option: the scheme is not to happen.")
    if subject.planned is None or subject.planned.action is Action.KEEP:
        raise InputError(f"Nothing is planned for {subject.scheme_id} that could be rejected.")


def _check_asked(subject: Subject, wish: Wish) -> None:
    """Refuse a wish that does not say what its ruling must say."""
    ruling, planned = wish.ruling, subject.planned
    if ruling is Ruling.CHANGE and wish.option is None:
        raise InputError("'change' needs --option: what is bought instead.")
    if ruling in (Ruling.DEFER, Ruling.BRING_FORWARD) and wish.year is None:
        raise InputError(f"'{ruling}' needs --year: when it happens instead.")
    if ruling is Ruling.DEFER and (planned is None or planned.year is None):
        raise InputError(f"Nothing is planned for {subject.scheme_id} that could be deferred.")
    if ruling is Ruling.BRING_FORWARD and wish.option is None and planned is not None and planned.year is None:
        raise InputError(f"Nothing is bought for {subject.scheme_id} in the plan: say what with --option.")


def _check_year(subject: Subject, wish: Wish, register: Register) -> None:
    horizon, planned = register.settings.horizon, subject.planned
    if wish.year is None:
        return
    if wish.year not in horizon:
        span = f"{year_label(horizon[0])} to {year_label(horizon[-1])}"
        raise InputError(f"{year_label(wish.year)} is not a year of the plan, which runs from {span}.")
    before = None if planned is None else planned.year
    if before is None:
        return
    if wish.ruling is Ruling.DEFER and wish.year <= before:
        raise InputError(f"{subject.scheme_id} is planned in {year_label(before)}: defer it to a later year.")
    if wish.ruling is Ruling.BRING_FORWARD and wish.year >= before:
        raise InputError(
            f"{subject.scheme_id} is planned in {year_label(before)}: bring it forward to an earlier year."
        )


def _moved(subject: Subject, option: str | None, year: int, register: Register) -> Treatment:
    """The treatment in another year or by another option; what it then costs is not known before it is planned."""
    planned = subject.planned
    if planned is not None and option in (None, planned.option):
        return planned if year == planned.year else replace(planned, year=year, capital_gbp=None)
    chosen = option or subject.option or ""
    action = _action(subject, chosen, register)
    return Treatment(
        action=action,
        option=chosen,
        offer=None,
        year=year,
        units=1 if planned is None else max(1, planned.units),
        new_room_first=planned is not None and planned.new_room_first and action is Action.REPLACE,
        capital_gbp=None,
    )


def _action(subject: Subject, option: str, register: Register) -> Action:
    """What buying an option does here.

    Raises
    ------
    InputError
        If it cannot be bought here.
    """
    asset = subject.asset
    upgrades = [] if asset is None else [each.name for each in asset.upgrades]
    if option in upgrades:
        return Action.UPGRADE
    line = asset.line if asset is not None else register.options[subject.option or ""].line
    options = [name for name, each in register.options.items() if each.line == line]
    if option not in options:
        raise InputError(
            f"{option!r} is nothing that can be bought for {subject.scheme_id}; there is "
            f"{_listed([*options, *upgrades])}."
        )
    return Action.ADD if asset is None else Action.REPLACE


def _of_asset(name: str, plan: Plan) -> list[PlannedScheme]:
    """Lines of a machine in which something happens, or else the one in which nothing does."""
    lines = [line for line in plan.schemes if line.asset_id == name]
    return [line for line in lines if line.action is not Action.KEEP] or lines


def _site(place: str, register: Register) -> str | None:
    named = (
        code for code, site in register.sites.items() if place.casefold() in (code.casefold(), site.name.casefold())
    )
    return next(named, None)


def _subject(line: PlannedScheme, register: Register) -> Subject:
    asset = next((asset for asset in register.assets if asset.asset_id == line.asset_id), None)
    return Subject(
        scheme_id=line.scheme_id,
        asset=asset,
        site=line.site,
        planned=Treatment(
            action=line.action,
            option=line.option,
            offer=line.offer,
            year=line.year,
            units=line.units if line.asset_id is None else 1,
            new_room_first=line.new_room_first,
            capital_gbp=line.capital_gbp,
        ),
        option=line.option if line.asset_id is None else None,
        settled=_settled(line),
    )


def _settled(line: PlannedScheme) -> str:
    if line.committed:
        return "it is committed"
    if line.option == NEW_ROOM:
        return "new rooms follow the machines they are built for"
    if line.action is Action.EXTEND:
        return "a lease extension follows from what is decided on its machine"
    return "its contract renews it" if line.route == "contract" else ""


def _near(wanted: str, plan: Plan) -> str:
    """What is called alike, as a question; empty where nothing is."""
    names = dict.fromkeys(name for line in plan.schemes for name in _names(line))
    by_key = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(wanted.casefold(), by_key, n=_NEAR, cutoff=0.6)
    return f" Did you mean {_listed([repr(by_key[key]) for key in near], 'or')}?" if near else ""


def _names(line: PlannedScheme) -> Iterable[str]:
    yield line.scheme_id
    yield line.asset_id if line.asset_id is not None else f"{line.option} {_AT} {line.site}"


def _listed(names: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "nothing"
