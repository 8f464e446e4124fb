"""Dagster's UI as a person meets it: a real Chromium on a real platform, with a few days of talk.

UI_PICTURES=FOLDER keeps what was seen as PNG files: `docs/pictures` is made this way.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agnt_pipelines.partitions import DAYS
from agnt_pipelines.replay.windows import DAY, WITA
from agnt_pipelines.timetable import job_named
from agnt_pipelines_tests.serving.risen import AGNT, Risen, risen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = os.environ.get("UI_PICTURES")
PATIENCE_MS = 60_000.0

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SAID = {
    "sarah": ("I'm vegetarian and I live in Canggu these days.", "I'm allergic to peanuts", "I love jazz"),
    "kadek": ("Aku vegetarian ya", "Saya alergi kacang", "Aku tinggal di Ubud"),
    "maya": ("I'm from Melbourne.", "I don't drink alcohol", "I'm vegan"),
}
DAYS_OF_TALK = 3


@pytest.fixture(scope="module")
def days() -> list[str]:
    """The days of talk: the last closed windows of light dreaming, oldest first."""
    last = date.fromisoformat(DAY.last_closed(datetime.now(WITA)).key)
    return [str(last - timedelta(days=back)) for back in reversed(range(DAYS_OF_TALK))]


@pytest.fixture(scope="module")
def up(days: list[str]) -> Iterator[Risen]:
    with tempfile.TemporaryDirectory(prefix="agnt browser ") as folder:
        Path(folder).chmod(0o711)  # the server may run as another account, which must be able to enter
        with risen(Path(folder) / "state") as running:
            fill(running.state, days)
            yield running


def fill(state: Path, days: list[str]) -> None:
    """Import people and what they said."""
    users = [{"id": name, "created_at": "2026-01-01T08:00:00+08:00"} for name in SAID]
    messages = [
        {
            "id": f"{name}-{day}",
            "user_id": name,
            "direction": "inbound",
            "channel": "whatsapp",
            "content": said,
            "created_at": f"{day}T09:15:00+08:00",
        }
        for name, texts in SAID.items()
        for day, said in zip(days, texts, strict=True)
    ]
    agnt(state, "import", "users", "-", typed="\n".join(map(json.dumps, users)))
    agnt(state, "import", "interactions", "-", typed="\n".join(map(json.dumps, messages)))


def agnt(state: Path, *arguments: str, typed: str = "") -> None:
    environment = {**os.environ, "AGNT_STATE": str(state)}
    subprocess.run([*AGNT, *arguments, "--json"], env=environment, input=typed, text=True, check=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, up: Risen) -> Iterator[Page]:
    """An empty tab in Bali, which reaches this machine only; whatever it complains of is a failure."""
    context = browser.new_context(
        viewport={"width": 1360, "height": 880}, timezone_id="Asia/Makassar", locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MS)
    abroad: list[str] = []
    complaints: list[str] = []

    def stay_here(route: Route) -> None:
        abroad.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith(f"{up.url}/"), stay_here)
    tab = context.new_page()
    tab.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    yield tab
    context.close()
    assert not abroad
    assert not complaints


Picture = Callable[["Page", str], None]


@pytest.fixture
def picture() -> Picture:
    def keep(page: Page, name: str) -> None:
        if PICTURES:
            page.mouse.move(0, 0)
            page.screenshot(path=Path(PICTURES) / f"{name}.png")

    return keep


def see(page: Page, *texts: str) -> None:
    """Wait until each of these texts stands there, word for word."""
    from playwright.sync_api import TimeoutError as TimedOut

    for text in texts:
        try:
            page.get_by_text(text, exact=True).first.wait_for()
        except TimedOut:
            pytest.fail(
                f"{text!r} is not to be seen at {page.url}:\n{page.inner_text('body')}", pytrace=False
            )


def choose_days(page: Page, up: Risen, selection: str, counted: str) -> None:
    """Open the dialog by which an asset's partitions are materialized, and name some."""
    page.goto(f"{up.url}/assets/observations")
    page.locator("button", has_text="Materialize").first.click()
    chosen = page.get_by_placeholder("No matching partitions")
    chosen.fill(selection)
    chosen.press("Tab")
    see(page, counted)


def test_an_asset_says_what_it_is_and_what_is_checked(page: Page, up: Risen) -> None:
    page.goto(f"{up.url}/assets/observations")
    see(page, "Claims that a day's dream took from people's own words and records, each with its evidence.")
    see(page, "dreaming", "mind.observations", "pii: yes", "At 02:00 GMT+8")
    page.get_by_role("tab", name="Checks").or_(page.get_by_text("Checks", exact=True)).first.click()
    see(page, "spans_quoted", "evidence_is_theirs", "This is a blocking asset check.")


def test_a_day_is_materialized_by_click(page: Page, up: Risen, days: list[str], picture: Picture) -> None:
    choose_days(page, up, days[-1], "1 partition")
    page.get_by_role("button", name="Launch 1 run").click()
    page.get_by_text("View", exact=True).first.click()
    page.wait_for_url("**/runs/*")
    see(page, "Success", f"partition: {days[-1]}")
    page.goto(f"{up.url}/assets/observations")
    see(page, "rejected_by_reason", "preview", "watermark", "home_area")
    picture(page, "asset")


def test_three_days_are_backfilled_by_the_dialog(
    page: Page, up: Risen, days: list[str], picture: Picture
) -> None:
    choose_days(page, up, f"[{days[0]}...{days[-1]}]", "3 partitions")
    page.get_by_role("button", name="Launch backfill").click()
    page.get_by_text(re.compile("^Created backfill")).wait_for()
    page.get_by_text("View", exact=True).first.click()
    page.wait_for_url("**/runs/b/*")
    see(page, f"{days[0]}...{days[-1]}")
    page.goto(f"{up.url}/assets/observations?view=partitions")
    see(page, "Materialized (3)")
    if PICTURES:  # a job's run beside the clicks, and something in every table of the graph
        agnt(up.state, "run", "light_dream", "--from", days[0], "--to", days[-1])
    page.goto(f"{up.url}/runs")
    see(page, "Success", "3 partitions")
    picture(page, "runs")


def test_the_next_tick_is_told_in_bali_s_time(page: Page, up: Risen) -> None:
    job = job_named("light_dream")
    assert job is not None
    tick = job.tick_after(datetime.now(WITA))
    page.goto(f"{up.url}/automation")
    see(page, "light_dream", "light_dream_stale")
    page.goto(f"{up.url}/locations/__repository__@agnt_pipelines/schedules/light_dream")
    see(page, f"{tick:%-d %b}, 2:00:00 GMT+8", "At 02:00 GMT+8", "Asia/Makassar")


def test_the_graph_draws_where_everything_comes_from(page: Page, up: Risen, picture: Picture) -> None:
    page.goto(f"{up.url}/locations/agnt_pipelines/asset-groups/dreaming/lineage")
    see(page, "observations", "user_memory", "soul_prompts", "interactions")
    page.wait_for_function("!document.body.innerText.includes('Loading')")
    picture(page, "graph")
    page.goto(f"{up.url}/assets/observations?view=lineage&lineageScope=upstream&lineageDepth=1")
    see(page, "interactions")
    page.get_by_label("zoom_in").click()  # from afar, a node is a name alone
    see(page, f"{DAYS.get_num_partitions():,} partitions")
