"""From the values of columns to whole and thousandth amounts in which everybody is counted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from capitalplan.formulation.formulate import formulate
from capitalplan.plan.decode import Choices, decode
from capitalplan.register.register import Register
from capitalplan.terms import ExtraKind, StaffGroup
from tests.plan.beside import bare, extra, pool, waiting_list
from tests.verify.small_network import SITE_A, SITE_B, TRUST, asset, line, register, settings

ONE_YEAR = settings(firm_years=1, indicative_years=0)
SITES = {code: bare(code) for code in (SITE_A, SITE_B)}


def decoded(book: Register, values: Mapping[str, float]) -> Choices:
    """Choices of columns with these values by name, nought elsewhere, every machine kept."""
    formulation = formulate(book)
    names = formulation.problem.column_names
    assert set(values) <= set(names)
    columns = np.array([values.get(name, 0.0) for name in names])
    columns[formulation.columns.table.first[:-1]] = 1
    return decode(formulation, columns)


def thousandths(amount: str) -> Fraction:
    return Fraction(amount)


def test_where_there_is_no_list_flows_are_cut_down_and_the_rest_is_bought() -> None:
    book = register(
        asset("CT1"), asset("CT2", site=SITE_B), settings=ONE_YEAR, sites=SITES, demand={("CT", SITE_A): (1000,)}
    )
    choices = decoded(book, {"f.CT.R0A01.R0A01.2026": 0.6000009, "f.CT.R0A01.R0A02.2026": 0.3, "x.CT.R0A01.2026": 0.1})
    assert choices.flows == {
        ("CT", SITE_A, SITE_A, 0): 600,
        ("CT", SITE_A, SITE_B, 0): 300,
    }
    assert choices.outside == {("CT", SITE_A, 0): 100}


def test_flows_are_never_more_than_there_are_patients() -> None:
    book = register(
        asset("CT1"), asset("CT2", site=SITE_B), settings=ONE_YEAR, sites=SITES, demand={("CT", SITE_A): (1000,)}
    )
    choices = decoded(book, {"f.CT.R0A01.R0A01.2026": 0.7, "f.CT.R0A01.R0A02.2026": 0.4})
    assert sum(choices.flows.values()) == 1000
    assert not choices.outside


def test_a_list_takes_what_is_left_and_grows_only_by_those_who_may_wait() -> None:
    """Of 50 + 1,000 patients 800 are scanned and 20 bought; the list may take 100 of the 180 that are left more."""
    book = register(
        asset("CT1"),
        settings=settings(firm_years=2, indicative_years=0),
        sites=SITES,
        demand={("CT", SITE_A): (1000, 1000)},
        waiting_demand={("CT", SITE_A): (100, 100)},
        waiting=(waiting_list(50, 40, 40),),
    )
    choices = decoded(
        book,
        {
            "f.CT.R0A01.R0A01.2026": 0.8,
            "x.CT.R0A01.2026": 0.02,
            "b.CT.R0A01.2026": 0.23,
            "f.CT.R0A01.R0A01.2027": 0.9400004,
        },
    )
    assert choices.lists == {("CT", SITE_A, 0): 150, ("CT", SITE_A, 1): thousandths("209.999")}
    assert choices.outside == {("CT", SITE_A, 0): 100}
    assert choices.flows["CT", SITE_A, SITE_A, 1] == thousandths("940.001")


def test_scans_on_vans_are_within_their_hires_and_the_scans_done_there() -> None:
    book = register(
        asset("CT1"),
        settings=settings(firm_years=2, indicative_years=0),
        sites=SITES,
        demand={("CT", SITE_A): (1000, 15)},
        extra=(extra(ExtraKind.VAN, 100, minimum_days=2),),
    )
    choices = decoded(
        book,
        {
            "v.CT.R0A01.2026": 0.9999999,
            "v.CT.R0A01.2027": 1,
            "g.CT.R0A01.2026": 0.0200003,
            "g.CT.R0A01.2027": 0.02,
            "f.CT.R0A01.R0A01.2026": 1,
            "f.CT.R0A01.R0A01.2027": 0.015,
        },
    )
    assert [(hire.year, count) for hire, count in choices.hires] == [(0, 1), (1, 1)]
    assert choices.on_vans == {("CT", SITE_A, 0): 20, ("CT", SITE_A, 1): 15}


def test_extra_hours_are_the_nearest_thousandth() -> None:
    book = register(
        asset("CT1"),
        settings=ONE_YEAR,
        sites=SITES,
        demand={("CT", SITE_A): (1000,)},
        extra=(extra(ExtraKind.HOURS, 40, limit=Fraction(4)),),
    )
    (name,) = (each for each in formulate(book).problem.column_names if each.startswith("e."))
    assert decoded(book, {name: 0.1000006}).hours == {("CT", SITE_A, Fraction(2), 0): thousandths("100.001")}


def test_no_more_is_reported_than_there_is_outsourced_reports_giving_way_first() -> None:
    """100 scans from before and 200 new ones; 310 reports are ten too many."""
    lines = {"CT": line("CT", minutes_per_report=Fraction(30), radiographer_reporting_share=Fraction(1, 2))}
    book = register(
        asset("CT1"),
        settings=ONE_YEAR,
        sites=SITES,
        lines=lines,
        demand={("CT", SITE_A): (200,)},
        unreported={("CT", TRUST): 100},
        staff=(pool(StaffGroup.RADIOLOGIST, 100, years=1), pool(StaffGroup.REPORTING_RADIOGRAPHER, 100, years=1)),
        extra=(extra(ExtraKind.REPORTING, 10),),
    )
    made = {
        "done.CT.R0A.radiologist.2026": 0.2,
        "done.CT.R0A.reporting_radiographer.2026": 0.1,
        "done.CT.R0A.outsourced.2026": 0.004,
    }
    choices = decoded(book, {"f.CT.R0A01.R0A01.2026": 0.2, **made})
    assert choices.reports == {
        ("CT", TRUST, StaffGroup.RADIOLOGIST, 0): 200,
        ("CT", TRUST, StaffGroup.REPORTING_RADIOGRAPHER, 0): 100,
    }
    assert choices.backlogs == {("CT", TRUST, 0): 0}
    fewer = decoded(replace(book, unreported={}), {"f.CT.R0A01.R0A01.2026": 0.2, **made})
    assert fewer.reports == {
        ("CT", TRUST, StaffGroup.RADIOLOGIST, 0): 100,
        ("CT", TRUST, StaffGroup.REPORTING_RADIOGRAPHER, 0): 100,
    }
