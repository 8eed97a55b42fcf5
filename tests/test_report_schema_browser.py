"""The report of a schema of one's own in a browser, as a person with a mouse or a keyboard uses it."""

import json

import pytest

from extractor.report import write_report
from tests.conftest import needs_chromium
from tests.test_evaluation_page import HOSTILE
from tests.test_report import failed, outcome
from tests.test_report_browser import browser  # noqa: F401 # a fixture
from tests.test_report_schema import BAN, FREEZE, article, hostile, made, run, sanctions

pytestmark = [pytest.mark.slow, needs_chromium]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("schema") / "report.html"
    frozen = [FREEZE | {"since": f"2024-0{n}-04" if n else "2024-05", "amount": n * 90} for n in range(4)]
    found = [sanctions(FREEZE, BAN, id="first"), *(sanctions(one, id=f"s{n}") for n, one in enumerate(frozen))]
    write_report([*run(*found), failed("lost")], path, title="Sanctions")
    return path


@pytest.fixture
def opened(browser, tmp_path):  # noqa: F811
    """Opens a page; at the end nothing may have gone wrong in it or been asked of a network."""
    pages, faults, requests = [], [], []

    def open(path, width=1200, **options):
        page = browser.new_page(viewport={"width": width, "height": 900}, **options)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield open
    for page in pages:
        page.close()
    assert faults == []
    assert {url.split(":")[0] for url in requests} <= {"file", "blob"}
    assert not [url for url in requests if url.endswith("/x")]


def rows(page):
    return page.locator(".of-records tbody:visible").count()


def column(page, name):
    return page.locator(f".of-records tbody:visible td[data-name='{name}']").all_inner_texts()


def test_records_are_found_by_words_by_values_and_by_dates(opened, report):
    page = opened(report)
    assert rows(page) == 6
    assert page.locator("output").inner_text() == "6 of 6 sanctions; 5 of 5 articles"
    page.get_by_placeholder("Search records and articles").fill("ottawa")
    # The word stands in no record, but in the text of every article.
    assert page.locator("output").inner_text() == "0 of 6 sanctions; 5 of 5 articles"
    assert page.get_by_text("None of the sanctions fits these filters.").is_visible()
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("measure").select_option("travel_ban")
    assert page.locator("output").inner_text() == "1 of 6 sanctions; 1 of 5 articles"
    assert column(page, "sender") == ["Canada"]
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("since from").fill("2024-03-01")
    page.get_by_label("to", exact=True).fill("2024-05-20")
    # May alone, without a day, has days in common with the time; what has no date has none.
    assert column(page, "since") == ["2024-03-04", "2024-05", "2024-03-04"]


def test_a_column_of_the_picture_filters_its_records(opened, report):
    page = opened(report)
    page.locator("svg a[aria-label^='Mar 2024']").click()
    assert column(page, "since") == ["2024-03-04", "2024-03-04"]


def test_a_table_is_sorted_by_any_column_and_empty_cells_come_last(opened, report):
    page = opened(report)
    for way in ("ascending", "descending"):
        page.get_by_role("button", name="amount").click()
        assert page.locator(f"th[aria-sort={way}]").inner_text().startswith("amount")
        numbers = ["0", "90", "180", "270"]
        assert column(page, "amount") == [*(numbers if way == "ascending" else reversed(numbers)), "", ""]
    page.get_by_role("button", name="since").click()
    assert column(page, "since")[-1] == ""


def test_a_record_leads_to_its_article_a_quote_to_its_words_and_words_to_their_quote(opened, report):
    page = opened(report)
    page.locator(".told a").nth(1).click()
    record = page.locator("#a1-r2:target")
    assert record.get_attribute("data-id") == "sanctions2"
    assert "lit" in record.get_attribute("class")
    page.locator("#a1-r2 dd a", has_text="Canada").first.click()
    words = page.locator(".text a:target")
    assert words.inner_text().endswith("Canada")
    assert page.locator(".text .lit").count() >= 3
    words.click()
    assert page.locator("dd a:target").inner_text() == "“Canada”"
    assert page.evaluate("document.activeElement.closest('.record').id") == "a1-r2"


def test_all_of_it_can_be_done_from_the_keyboard(opened, report):
    page = opened(report)
    page.get_by_role("button", name="amount").focus()
    page.keyboard.press("Enter")
    assert column(page, "amount")[0] == "0"
    page.locator("details.article > summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.text a')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.record dd a')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.text a')")


def test_rows_beyond_the_first_are_found_sorted_and_shown_on_demand(opened, tmp_path):
    found = [sanctions(*[FREEZE | {"n": 10 * k + j} for j in range(10)], id=f"s{k}") for k in range(12)]
    write_report(run(*found), tmp_path / "r.html", title="Many")
    page = opened(tmp_path / "r.html")
    assert (rows(page), page.locator(".of-records tbody").count()) == (50, 50)
    page.get_by_role("button", name="Show 50 more of 120").click()
    assert rows(page) == 100
    page.reload()
    page.get_by_role("button", name="n", exact=True).click()
    page.get_by_role("button", name="n", exact=True).click()
    assert column(page, "n")[:2] == ["119", "118"]
    page.reload()
    page.get_by_placeholder("Search records and articles").fill("117")
    assert column(page, "n") == ["117"]
    plain = opened(tmp_path / "r.html", java_script_enabled=False)
    assert rows(plain) == 120


def test_verdicts_are_kept_and_downloaded(opened, report):
    page = opened(report)
    article = page.locator("details.article").first
    article.locator("summary").click()
    article.locator("#a1-r1").get_by_role("button", name="Right").click()
    article.locator("#a1-r2").get_by_role("button", name="Wrong").click()
    article.get_by_label("nothing is missing").check()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download verdicts").click()
    assert download.value.suggested_filename == "verdicts.json"
    given = json.loads(download.value.path().read_text())
    assert given["format"] == "extractor-verdicts/1"
    assert [(one["article"], one["complete"], one["records"]) for one in given["articles"]] == [
        (
            "first",
            True,
            [
                {"kind": "sanctions", "id": "sanctions1", "verdict": "right"},
                {"kind": "sanctions", "id": "sanctions2", "verdict": "wrong"},
            ],
        )
    ]


def test_hostile_words_run_nothing(opened, tmp_path):
    write_report([outcome(hostile()), failed("x")], tmp_path / "r.html", title="</title><script>alert(3)</script>")
    page = opened(tmp_path / "r.html")
    page.locator("thead button").first.click()
    page.get_by_label("short").first.select_option("tame")
    assert rows(page) == 52
    page.locator("details.article > summary").click()
    page.locator(".text a").first.click()
    page.get_by_role("button", name="Wrong").first.click()
    page.get_by_placeholder("Search records and articles").fill("<img src=x")
    page.wait_for_timeout(300)
    assert page.locator(".text").inner_text().count(HOSTILE) == 2
    assert page.locator("img").count() == 0


def test_without_scripts_tables_articles_and_records_are_read_all_the_same(opened, report):
    page = opened(report, java_script_enabled=False)
    assert not page.locator("#filters, .filters").first.is_visible()
    page.locator(".told a").nth(1).click()
    assert page.locator("#a1-r2").is_visible()


@pytest.mark.parametrize("width", [1200, 700, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window_in_light_or_dark(opened, tmp_path, scheme, width):
    wide = {f"field_number_{n}": "some words of a value" for n in range(30)} | {"long": "x" * 300}
    found = made(article(), {"things": [wide | {"evidence": ["Canada proposed"]}]})
    write_report(run(found), tmp_path / "r.html", title="Wide")
    page = opened(tmp_path / "r.html", width, color_scheme=scheme)
    page.locator("details.article > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(","))) < 200) == (scheme == "dark")
