"""Pages that need no network: their template filled in, with the only scripts that may run in them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.sections.section import Section

__all__ = ["filled", "render"]


def render(
    path: Path,
    *,
    title: str,
    heading: str,
    statement: str | None,
    story: Sequence[tuple[str, str]],
    cards: Sequence[tuple[str, str]],
    sections: Sequence[Section],
) -> None:
    """Write one HTML file that opens without any network; an existing file is replaced.

    Parameters
    ----------
    statement
        What must be known before anything else is read, or None.
    story, cards
        Questions with their answers, and key figures with their names, in order.
    """
    scripts = [_text("vendor", "plotly-cartesian.min.js"), _text("templates", "page.js")]
    text = filled(
        "page.html",
        title=title,
        heading=heading,
        statement=statement,
        story=story,
        cards=cards,
        sections=sections,
        scripts=scripts,
        hashes=[_source_hash(script) for script in scripts],
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def filled(template: str, **content: object) -> str:
    """Fill in a template in the style of all pages; whatever it is given is text, never markup."""
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(style=_text("templates", "page.css"), **content)


def _text(*parts: str) -> str:
    return files("reports").joinpath(*parts).read_text(encoding="utf-8")


def _source_hash(script: str) -> str:
    """Hash by which the page's security policy lets a script run, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
