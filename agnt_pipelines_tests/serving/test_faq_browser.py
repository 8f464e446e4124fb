"""The FAQ as a person meets it: a real Chromium, with and without scripts, on a phone and on a desktop.

UI_PICTURES=FOLDER keeps what was seen as PNG files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agnt_pipelines.faq import page
from agnt_pipelines.faq.index import Index, Item

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = os.environ.get("UI_PICTURES")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="the extra [browser] is not installed"),
]

PARKING = Item(
    "1", "parking", "en", "Is there parking?", "Parking is free for scooters and cars.", "new", "5-9", 1,
    "w", "w", {"lang": "id", "question": "Ada parkir?", "answer": "Parkir gratis."},
)  # fmt: skip
CARD = replace(PARKING, id="2", slug="card", question="Can I pay by card?", answer="Yes.", also=None)
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("faq") / "index.html"
    file.write_text(page.render(Index("w", (CARD, PARKING), ())), "utf-8")
    return file.as_uri()


def violations(found: Any) -> list[str]:
    """Return what axe-core finds wrong with the page that is open."""
    spec = find_spec("axe_playwright_python")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("axe-core is not installed: it comes with the extra [browser]")
    found.evaluate((Path(spec.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
    result = found.evaluate("tags => axe.run({runOnly: tags})", tags)
    return [f"{one['id']}: {one['help']}" for one in result["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nobody_is_kept_out(browser: Browser, address: str, size: str, scheme: Any) -> None:
    width, height = SIZES[size]
    found = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    found.goto(address + "#parking")
    assert found.locator("#parking p").is_visible(), "an address opens its entry"
    assert violations(found) == []
    assert found.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        found.screenshot(path=str(Path(PICTURES) / f"faq-{size}-{scheme}.png"))
    found.close()


def test_a_search_tells_how_many_it_found(browser: Browser, address: str) -> None:
    found = browser.new_page()
    found.goto(address)
    found.get_by_role("searchbox").fill("park")
    assert found.locator("#n").inner_text() == "2 / 3"
    assert found.locator("#n").get_attribute("aria-live") == "polite"
    assert not found.locator("#card").is_visible()
    found.get_by_role("searchbox").fill("")
    assert found.locator("#card").is_visible()
    found.close()


def test_without_scripts_everything_is_there_but_the_search(browser: Browser, address: str) -> None:
    found = browser.new_context(java_script_enabled=False).new_page()
    found.goto(address)
    assert found.locator("details").count() == 3
    assert not found.locator("form").is_visible()
    found.locator("#card summary").click()
    assert found.locator("#card p").is_visible()
    found.close()
