"""The report in a browser, as a person with a mouse or a keyboard uses it, and as a hostile article would."""

import json
import subprocess
import sys

import pytest

from extractor.evaluation.gold import read_gold
from extractor.report import write_report
from tests.conftest import CASSETTES, CHROMIUM, SEEDS, needs_chromium
from tests.test_report import failed, hostile, outcome

TALKS = "003_4a4f9f7d01dcf72d"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
pytestmark = [pytest.mark.slow, needs_chromium]


def call(*arguments):
    # In a process of its own, since Playwright keeps an event loop running in this one.
    subprocess.run([sys.executable, "-m", "extractor", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    call("run", SEEDS, "--out", folder / "run", "--model", "openai/desk-llm", "--replay", CASSETTES)
    call("report", folder / "run", "--out", folder / "report.html", "--title", "Seed articles")
    return folder


@pytest.fixture
def page(browser, seeds):
    """The report of the seeds, opened; at the end nothing may have gone wrong in it or been asked of a network."""
    opened = browser.new_page(viewport={"width": 1200, "height": 900})
    faults, requests = [], []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("request", lambda request: requests.append(request.url))
    opened.goto((seeds / "report.html").as_uri())
    yield opened
    assert faults == []
    assert {url.split(":")[0] for url in requests} <= {"file", "blob"}
    opened.close()


def shown(page):
    return page.locator("#rows > li:visible").count()


def test_meetings_are_found_by_words_party_and_status(page):
    assert shown(page) == 10
    page.get_by_placeholder("Search meetings and articles").fill("azerbaijan")
    assert shown(page) == 1
    assert page.locator("details.article:visible").count() == 1
    page.get_by_role("button", name="Clear").click()
    page.get_by_placeholder("Person, party or state").fill("shoigu")
    assert shown(page) == 2
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("planned").check()
    assert page.locator("#rows > li:visible h3").all_inner_texts() == ["Al-Shara to visit Turkey"]
    page.get_by_placeholder("Person, party or state").fill("nobody")
    assert page.locator("#nothing").is_visible()


def test_a_party_of_the_network_filters_the_meetings(page):
    page.locator(".network svg a", has_text="Benjamin Netanyahu").click()
    assert page.locator("#rows > li:visible h3").all_inner_texts() == [
        "Telephone conversation between Putin and Netanyahu"
    ]


def test_a_meeting_leads_to_its_record_a_record_to_its_words_and_words_to_their_record(page):
    page.get_by_role("link", name="Turkish and Israeli military and security").click()
    record = page.locator("#a4-m1:target")
    assert record.get_attribute("data-id") == "m1"
    assert "lit" in record.get_attribute("class")
    quote = page.locator("#a4-m1 .quotes a").first
    quote.click()
    assert page.locator(".text a:target").inner_text() in quote.inner_text()
    assert page.locator(".text .lit").count() >= 3
    page.locator(".text a.of-cue", has_text="stated").click()
    assert page.locator(".record:target").get_attribute("data-kind") == "claim"


def test_all_of_it_can_be_done_from_the_keyboard(page):
    page.locator(f"details[data-article='{TALKS}'] > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.text a')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.record')")


def test_corrections_are_kept_downloaded_and_made_into_gold(page, seeds):
    page.locator(f"details[data-article='{TALKS}'] > summary").click()
    article = page.locator(f"details[data-article='{TALKS}']")
    for card in article.locator(".record.meeting, .record.claim").all():
        card.get_by_role("button", name="Right").click()
    article.locator(".record.claim").nth(1).get_by_role("button", name="Wrong").click()
    planned = article.locator(".record.meeting").nth(2)
    planned.get_by_role("button", name="Mend").click()
    planned.get_by_label("status").select_option("proposed")
    planned.get_by_role("button", name="Save").click()
    article.get_by_role("button", name="Add a claim").click()
    new = article.locator("div.record")
    new.get_by_label("source").select_option(label="Israel")
    new.get_by_label("cue").fill("stated")
    new.get_by_label("content").fill('to avoid "undesired incidents" in Syria')
    new.get_by_label("statement").fill("They met to avoid incidents.")
    new.get_by_role("button", name="Save").click()
    article.get_by_label("nothing is missing").check()
    page.reload()
    assert article.locator("summary").inner_text().endswith("reviewed") or page.locator("#download").is_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download corrections").click()
    download.value.save_as(seeds / "corrections.json")
    call("gold", "apply", seeds / "corrections.json", "--run", seeds / "run", "--out", seeds / "gold")
    call("gold", "check", seeds / "gold")
    [gold] = read_gold(seeds / "gold")
    assert [one.status for one in gold.meetings] == ["held", "held", "proposed"]
    assert [one.id for one in gold.claims] == ["c1", "c3", "c4", "c5"]


def test_a_hostile_article_runs_nothing(browser, tmp_path):
    write_report([outcome(hostile()), failed("x")], tmp_path / "r.html", title="</title><script>alert(3)</script>")
    page = browser.new_page()
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: ran.append(request.url))
    page.on("console", lambda message: ran.append(message.text))
    page.goto((tmp_path / "r.html").as_uri())
    page.locator("details.article > summary").click()
    page.get_by_role("button", name="Mend").first.click()
    page.locator(".text a").first.click()
    page.get_by_placeholder("Search meetings and articles").fill("<img src=x")
    page.wait_for_timeout(300)
    assert page.locator(".text").inner_text().count("</script><img src=x onerror=alert(1)>") == 2
    assert page.locator("img").count() == 0
    assert [one for one in ran if not one.startswith("file:") or one.endswith("/x")] == []
    page.close()


def test_without_scripts_the_articles_and_their_records_are_read_all_the_same(browser, seeds):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((seeds / "report.html").as_uri())
    assert not page.locator("#filters").is_visible()
    page.get_by_role("link", name="Turkish and Israeli military and security").click()
    assert page.locator("#a4-m1").is_visible()
    assert page.locator("#a4 .text").inner_text().startswith("As tensions flare")
    context.close()


@pytest.mark.parametrize("width", [1200, 700, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window_in_light_or_dark(browser, seeds, scheme, width, request):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto((seeds / "report.html").as_uri() + "#a4-m1")
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(","))) < 200) == (scheme == "dark")
    page.screenshot(path=seeds / f"{scheme}-{width}.png")
    context.close()


def test_corrections_have_the_form_that_is_read(page):
    page.locator(f"details[data-article='{TALKS}'] > summary").click()
    page.get_by_role("button", name="Wrong").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download corrections").click()
    given = json.loads(download.value.path().read_text())
    assert given["format"] == "extractor-corrections/1"
    assert {"kind": "meeting", "id": "m1", "verdict": "wrong"} in given["articles"][0]["records"]
