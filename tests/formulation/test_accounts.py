"""Statements of all schedules at once are those of their machines, one stint after the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from capitalplan.finance.costs import Rates
from capitalplan.formulation.accounts import Bookkeeper, added_stint, stints
from capitalplan.formulation.additions import possible_additions
from capitalplan.formulation.schedules import build_schedules
from capitalplan.register.register import Asset, Register
from capitalplan.terms import Action, ContractEnd, ContractKind, Ownership
from tests.formulation.offers import offer
from tests.plan.beside import upgrade
from tests.verify.small_network import SITE_A, asset, contract, register, site, with_settings

LEASED = {"ownership": Ownership.LEASE, "contract_id": "K"}


def book(machine: Asset) -> Register:
    """A network in which a CT may be upgraded, leased, bought or retired, at a site that closes in the last year."""
    return register(
        machine,
        contracts={"K": contract(ContractKind.LEASE)},
        offers=(offer(), offer("Returned", at_end=ContractEnd.RETURN, indexed=False)),
        sites={SITE_A: site(SITE_A, closing_year=2029)},
        demand={("CT", SITE_A): (900,) * 4},
    )


@pytest.mark.parametrize("machine", [asset(upgrades=(upgrade(),)), asset(**LEASED)], ids=["owned", "leased"])
def test_schedules_add_up_to_their_stints(machine: Asset) -> None:
    base = book(machine)
    books = Bookkeeper(base, Rates.of(base.settings))
    (menu,) = build_schedules(base, prune=False).menus
    totals = books.schedule_totals(menu)
    assert totals.shape == (len(menu.events), 4)
    for row, events in enumerate(menu.events):
        spells = stints(menu, row)
        parts = [
            books.accounts(menu, each.machine, each.since).statement(each.until, leaves=each.leaves).total
            for each in spells
        ]
        assert totals[row].tolist() == np.sum(parts, axis=0).tolist()
        assert [each.event for each in spells[1:]] == [each for each in events if each.action is not Action.RETIRE]
        assert all(first.until == second.since for first, second in pairwise(spells))


def test_a_machine_added_stands_until_its_site_closes_or_it_is_returned() -> None:
    base = with_settings(book(asset()), new_room_first=False)
    open_site = replace(base, sites={SITE_A: site(SITE_A)})
    for each, end in ((base, 3), (open_site, 4)):
        menus = build_schedules(each).menus
        added = possible_additions(each, Rates.of(each.settings), menus, ["CT"])
        for addition in added:
            returned = addition.machine.offer is not None and addition.machine.offer.at_end is ContractEnd.RETURN
            until = min(end, addition.year + 2) if returned else end
            stint = added_stint(addition)
            assert (stint.since, stint.until, stint.leaves) == (addition.year, until, until < 4)
