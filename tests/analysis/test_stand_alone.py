"""Registers of groups of trusts: what is theirs, and parts of what is shared that add up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from capitalplan.analysis.stand_alone import StandAlone, fleet_values
from capitalplan.register.register import CapitalLimit, ExtraCapacity, Link, Register, StaffPool, Tie, Tier, Trust
from capitalplan.terms import ExtraKind, StaffGroup, TieKind
from tests.verify.small_network import asset, limits, register, scheme, settings, site

TRUSTS = ("A", "B", "C")


def network() -> Register:
    """Fleets worth £1,000, £2,000 and £4,000; money, staff and providers are shared."""
    shared = replace(limits("Shared", None, 1001), trusts=frozenset(TRUSTS))
    return register(
        asset("CT A", site="A1", trust="A"),
        asset("CT B1", site="B1", trust="B"),
        asset("CT B2", site="B1", trust="B"),
        *(asset(f"CT C{n}", site="C1", trust="C") for n in range(3)),
        asset("CT guest", site="C1", trust="A"),
        trusts={code: Trust(code=code, name=code) for code in TRUSTS},
        sites={f"{code}1": site(f"{code}1", trust=code) for code in TRUSTS},
        settings=settings(max_network_projects=3),
        demand={("CT", "A1"): (10,) * 4, ("CT", "B1"): (20,) * 4},
        links=tuple(
            Link(from_site=one, to_site=other, minutes=Fraction(10))
            for one in ("A1", "B1", "C1")
            for other in ("A1", "B1", "C1")
            if one != other
        ),
        sources=(limits("Own", "A", 500), shared),
        capital_limits=(
            CapitalLimit(trust=None, limits_gbp=(701, None, 701, 701), cash_gbp=(None,) * 4),
            CapitalLimit(trust="B", limits_gbp=(9,) * 4, cash_gbp=(None,) * 4),
        ),
        staff=(
            StaffPool(group=StaffGroup.RADIOGRAPHER, trust="B", wte=(Fraction(1),) * 4, hours=(1000,) * 4),
            StaffPool(group=StaffGroup.RADIOLOGIST, trust=None, wte=(Fraction(7),) * 4, hours=(70,) * 4),
        ),
        extra=(
            ExtraCapacity(
                name="Provider", kind=ExtraKind.OUTSIDE, line="CT", places=("A1", "B1"), price_gbp=1,
                limit=Fraction(10), scans_per_day=0, minimum_days=1, crewed=False, cover_only=False,
                first_year=None, last_year=None,
            ),
        ),
        ties=(Tie(first="CT A", kind=TieKind.TOGETHER, other="CT B1"),
              Tie(first="CT B1", kind=TieKind.AFTER, other="CT B2")),
        tiers=(
            Tier(
                framework="F", options=frozenset({"CT standard"}), trusts=frozenset({"A", "B"}), from_units=2,
                to_units=None, rebate=Fraction(1, 10), first_year=None, last_year=None,
            ),
        ),
    )  # fmt: skip


def alone(book: Register, *trusts: str) -> Register:
    return StandAlone(book).register(trusts)


def test_all_trusts_together_are_the_whole_register() -> None:
    book = network()
    assert alone(book, *TRUSTS) is book
    assert fleet_values(book) == {"A": 1000, "B": 2000, "C": 4000}


def test_a_trust_keeps_what_is_its_own() -> None:
    book = alone(network(), "B")
    assert set(book.trusts) == {"B"}
    assert [each.asset_id for each in book.assets] == ["CT B1", "CT B2"]
    assert set(book.demand) == {("CT", "B1")}
    assert book.links == ()
    assert [(tie.first, tie.other) for tie in book.ties] == [("CT B1", "CT B2")]
    assert [source.name for source in book.sources] == ["Shared"]
    assert book.tiers[0].trusts == {"B"}
    assert [line.trust for line in book.capital_limits] == [None, "B"]
    assert len(alone(network(), "A", "B").links) == 2


def test_a_framework_of_others_is_not_open_to_all() -> None:
    assert alone(network(), "C").tiers == ()


def test_a_machine_counts_with_its_host() -> None:
    assert [(each.asset_id, each.trust) for each in alone(network(), "C").assets][-1] == ("CT guest", "C")
    assert [each.trust for each in alone(network(), "A", "C").assets][-1] == "A"
    assert "CT guest" not in {each.asset_id for each in alone(network(), "A").assets}


def test_what_is_shared_is_divided_by_fleet_and_adds_up() -> None:
    book = network()
    parts = [alone(book, code) for code in TRUSTS]
    shared = [next(each for each in part.sources if each.name == "Shared").limits_gbp[0] for part in parts]
    assert shared == [143, 286, 572]
    network_limits = [part.capital_limits[0].limits_gbp for part in parts]
    assert [limit[0] for limit in network_limits] == [100, 200, 401]
    assert [limit[1] for limit in network_limits] == [None] * 3
    assert [part.settings.max_network_projects for part in parts] == [0, 1, 2]
    assert [part.staff[-1].hours[0] for part in parts] == [10, 20, 40]
    assert [part.staff[-1].wte[0] for part in parts] == [1, 2, 4]
    assert [part.extra[0].limit for part in parts[:2]] == [3, 7]
    assert parts[2].extra == ()
    pair = alone(book, "A", "C")
    assert next(each for each in pair.sources if each.name == "Shared").limits_gbp[0] == 143 + 572


def test_staff_that_are_limited_stay_limited() -> None:
    """Only B has radiographers; A alone has none, rather than as many as it likes."""
    pool = alone(network(), "A").staff[0]
    assert (pool.group, pool.trust, pool.hours) == (StaffGroup.RADIOGRAPHER, None, (0,) * 4)


def test_a_trust_without_any_money_does_not_get_it_without_limit() -> None:
    book = replace(network(), sources=(limits("Own", "A", 500),), capital_limits=())
    (source,) = alone(book, "B").sources
    assert source.limits_gbp == (0,) * 4
    assert source.trusts == {"B"}


def test_committed_schemes_take_their_money_with_them() -> None:
    """£1,000 of the £1,001 in 2027/28 are committed to B; the £1 that is left goes by fleet."""
    committed = scheme("S", asset_id="CT B1", site="B1", trust="B", capital_gbp=1000, source="Shared")
    book = replace(network(), schemes=(committed,), sources=network().sources[1:], capital_limits=())
    assert [alone(book, code).sources[0].limits_gbp[1] for code in TRUSTS] == [0, 1000, 1]
    assert alone(book, "B").schemes == (committed,)
