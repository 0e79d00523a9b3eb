"""Whether each line's sentence names the year and what is bought."""

from __future__ import annotations

from capitalplan.plan.plan import Plan
from capitalplan.terms import year_label
from capitalplan.verify.findings import Findings

__all__ = ["check_words"]


def check_words(plan: Plan, findings: Findings) -> None:
    """Require every sentence to contain the year and the option of its line, where it has them."""
    for line in plan.schemes:
        named = (None if line.year is None else year_label(line.year), line.option)
        missing = [word for word in named if word is not None and word not in line.sentence]
        message = f"The sentence of {line.scheme_id} does not say {' and '.join(missing)}."
        findings.require("words", not missing, message, place=line.site, year=line.year)
