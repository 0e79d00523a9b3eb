"""Every part of the page, in order."""

from __future__ import annotations

from capitalplan.plan.plan import Plan
from reports.sections.ledger import why
from reports.sections.money import budget, commitments, spending
from reports.sections.section import Section
from reports.sections.service import machines, patients, serving
from reports.sections.ways import asked, background, need, ways
from reports.tables import Tables

__all__ = ["sections_of"]


def sections_of(tables: Tables, plan: Plan) -> list[Section]:
    """Make every part of the page; parts on something the plan does not have are absent."""
    return [
        *spending(tables, plan),
        *why(tables),
        *budget(tables),
        *commitments(tables),
        *patients(tables),
        *serving(tables),
        *machines(tables),
        *need(tables),
        *ways(tables, plan),
        *asked(tables),
        *background(tables, plan),
    ]
