from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from plotly.offline import get_plotlyjs_version

from reports.page import write_page
from tests.reports.cases import HOSTILE, make_case
from tests.tools import find_tool

BUNDLE_SHA256 = "79542150855a52c567260e3137095dbe2b744e6d702a5cabe67da246942fba7a"
NO_NETWORK = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


class Reader(HTMLParser):
    """Reads tags, attributes, visible text and embedded data of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.data: list[Any] = []
        self._inside: tuple[str, dict[str, str | None]] = ("", {})
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = self.tags[-1]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ("", {})

    def handle_data(self, data: str) -> None:
        tag, attributes = self._inside
        if tag == "script" and attributes.get("type") == "application/json":
            self.data.append(json.loads(data))
        elif tag not in {"script", "style"}:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def read(page: Path) -> Reader:
    return Reader(page.read_text(encoding="utf-8"))


def test_the_page_is_whole_and_small(page: Path, read: Reader) -> None:
    assert page.stat().st_size < 3_000_000
    for tag, attributes in read.tags:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            target = attributes.get(name) or "#"
            assert target.startswith("#") or (tag == "link" and target == "data:,"), (tag, target)
    policy = next(a["content"] for a in read.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "script-src 'sha256-" in policy
    assert "http" not in policy


def test_hostile_names_stay_text(read: Reader) -> None:
    assert not read.all("img")
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    text = "".join(read.words)
    for name in HOSTILE[:5]:
        assert name in text
    assert len(read.all("script")) == len(read.data) + 2


def test_chart_labels_hold_no_markup_of_the_users(read: Reader) -> None:
    labels = json.dumps(read.data, ensure_ascii=False)
    assert "&lt;script&gt;" in labels
    assert "<script" not in labels
    assert "<img" not in labels
    assert "<b>bold" not in labels


def test_every_chart_has_words_and_a_table(read: Reader) -> None:
    charts = [a for a in read.all("div") if a.get("class") == "chart"]
    tables = [a for a in read.all("details") if a.get("class") == "figures"]
    assert len(charts) == len(read.data) == len(tables) >= 7
    for chart in charts:
        assert chart["role"] == "img"
        assert len(chart["aria-label"] or "") > 40
    assert all(a.get("scope") in {"row", "col"} for a in read.all("th"))


def test_without_limits_the_page_says_it_is_not_a_funded_plan(need_page: Path) -> None:
    read = Reader(need_page.read_text(encoding="utf-8"))
    assert "Statement of need: no capital limits were given; not a funded plan." in "".join(read.words)
    names = [trace.get("name") for figure in read.data for trace in figure["data"]]
    assert "Limit, all sources" not in names


def test_a_register_without_demand_still_gives_a_page(tmp_path: Path) -> None:
    from dataclasses import replace

    case = make_case()
    plan = replace(case.plan, capacity={}, flows=(), outside=())
    write_page(tmp_path / "plan.html", replace(case.register, demand={}), plan, case.study, case.facts)
    text = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert "No demand was given" in text


def test_the_same_plan_gives_the_same_page(case: Any, page: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.html"
    write_page(again, case.register, case.plan, case.study, case.facts)
    assert again.read_bytes() == page.read_bytes()


def test_the_chart_library_is_the_one_plotly_names() -> None:
    bundle = files("reports").joinpath("vendor", "plotly-cartesian.min.js").read_bytes()
    assert f"v{get_plotlyjs_version()}".encode() in bundle[:200]
    assert hashlib.sha256(bundle).hexdigest() == BUNDLE_SHA256
    assert b"MIT License" in files("reports").joinpath("vendor", "plotly-cartesian.LICENSE").read_bytes()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = find_tool("chromium", "chromium-browser", "google-chrome")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=str(chromium), args=list(NO_NETWORK))
        yield running
        running.close()


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 800])
def test_the_page_draws_itself_offline_without_faults(browser: Any, page: Path, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = browser.new_page(viewport={"width": width, "height": 900})
    faults: list[str] = []
    requests: list[str] = []
    tab.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("dialog", lambda dialog: faults.append(dialog.message))
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(page.as_uri())
    tab.wait_for_function(
        "document.querySelectorAll('.chart').length === document.querySelectorAll('.chart.js-plotly-plot').length"
    )
    drawn = tab.evaluate("[...document.querySelectorAll('.chart')].map(c => c.querySelectorAll('path, image').length)")
    assert drawn
    assert min(drawn) > 3
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []
    assert requests == [page.as_uri()]
    serious = [v for v in Axe().run(tab).response["violations"] if v["impact"] in {"serious", "critical"}]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []
    tab.close()


@pytest.mark.long
def test_a_machine_is_found_in_every_table_of_its_part(browser: Any, case: Any, page: Path) -> None:
    tab = browser.new_page()
    tab.goto(page.as_uri())
    box = tab.get_by_label("Find a machine, site or trust")
    machine = next(s.asset_id for s in case.plan.schemes if s.year is not None and s.asset_id is not None)
    shown = "[...document.querySelectorAll('#why-not-ours tbody tr')].filter(row => row.checkVisibility()).length"
    before = tab.evaluate(shown)
    box.fill(machine.lower())
    assert tab.evaluate(shown) == 1
    assert tab.locator("#why-not-ours [role=status]").inner_text() == "1 found"
    box.fill("")
    assert tab.evaluate(shown) == before
    tab.close()
