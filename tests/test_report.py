"""The report: it shows all there is, nothing in it runs but its own script, and corrections become gold."""

import base64
import hashlib
import itertools
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from extractor.cli import app
from extractor.errors import ConfigurationError
from extractor.evaluation.corrections import apply_corrections, read_corrections
from extractor.evaluation.gold import file_name_of, read_gold
from extractor.linking import Entity, Member, Occasion
from extractor.models import Failure, Outcome, Problem
from extractor.pages import cut_at_quotes
from extractor.report import write_report
from extractor.report.network import WIDTH, picture_of
from extractor.report.timeline import timeline_of, written_date
from extractor.terminal import STATUS_STYLES
from tests.conftest import ROOT
from tests.replies import FRANK, HEGGE, NAIROBI, ODHIAMBO, TEXT
from tests.test_evaluation_page import HOSTILE, Page, extraction

REPEATED = Problem(
    code="quote_not_found",
    kind="meeting",
    record="m9",
    field="evidence",
    value="no such words",
    message="The quote is not in the article.",
    consequence="left_out",
)


def outcome(found, path="a.txt"):
    return Outcome(article_id=found.article.id, path=path, key="k", kind="done", extraction=found)


def failed(id):
    failure = Failure(kind="ModelRefused", message=f"No. {HOSTILE}")
    return Outcome(article_id=id, path=f"{id}.txt", key="k", kind="refused", failure=failure)


def named(found, id):
    return found.model_copy(update={"article": found.article.model_copy(update={"id": id})})


def hostile():
    text = f"{HOSTILE} {TEXT} </noscript>{HOSTILE}"
    people = [HEGGE | {"name": HOSTILE, "represents": HOSTILE}, ODHIAMBO]
    claims = [FRANK | {"statement": HOSTILE, "content": [HOSTILE]}]
    meetings = [NAIROBI | {"title": HOSTILE, "place_text": HOSTILE, "date": None, "topics": [HOSTILE]}]
    found = extraction(text, HOSTILE, HOSTILE, people, meetings, claims)
    article = found.article.model_copy(update={"url": "javascript:alert(1)"})
    problem = REPEATED.model_copy(update={"value": HOSTILE, "message": HOSTILE})
    return found.model_copy(update={"article": article, "problems": (problem,)})


@pytest.fixture
def written(tmp_path):
    def write(*outcomes, **options):
        write_report(list(outcomes), tmp_path / "report.html", title=options.pop("title", "A run"), **options)
        return (tmp_path / "report.html").read_text(encoding="utf-8")

    return write


def test_a_hostile_article_makes_no_element_and_no_attribute(written):
    tame = named(extraction(title="T", source="S"), "b").model_copy(update={"problems": (REPEATED,)})
    page, harmless = (
        Page(written(outcome(hostile()), failed("x"), title=HOSTILE)),
        Page(written(outcome(tame), failed("x"))),
    )
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in harmless.elements}
    assert {name for _, one in page.elements for name in one} <= {name for _, one in harmless.elements for name in one}
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert page.open == []
    assert not [one for _, one in page.elements if str(one.get("href", "")).startswith("javascript")]
    assert HOSTILE not in "".join(data for tag, data in page.texts if tag in ("script", "style"))
    assert "49" not in page.text


def test_the_page_loads_nothing_and_the_policy_names_its_own_style_and_script_alone(written):
    page = Page(written(outcome(extraction())))
    assert [tag for tag, _ in page.elements if tag in ("img", "link", "iframe", "object", "base")] == []
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "style", "srcset", "action"}
    policy = next(one["content"] for _, one in page.elements if one.get("http-equiv") == "Content-Security-Policy")
    for tag in ("style", "script"):
        [source] = page.inside(tag)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")


def test_ids_are_given_once_and_every_link_leads_to_one(written):
    page = Page(written(outcome(hostile()), outcome(named(extraction(), "b"), "b.txt"), failed("x")))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {one["href"][1:] for _, one in page.elements if one.get("href", "").startswith("#")} <= set(ids)


def test_without_scripts_every_word_of_every_article_is_there(written):
    text = Page(written(outcome(hostile()), outcome(named(extraction(), "b"), "b.txt"))).text
    assert hostile().article.text in text
    assert TEXT in text


def test_problems_and_unread_articles_are_shown(written):
    found = extraction().model_copy(update={"problems": (REPEATED,)})
    text = Page(written(outcome(found), failed("lost"))).text
    for shown in ("no such words", "The quote is not in the article.", "left out", "lost", "ModelRefused: No."):
        assert shown in text


def test_nothing_to_show_is_still_a_page(written):
    assert "No meeting was found in 0 articles" in Page(written(failed("x"))).text
    assert "No meeting and no claim" in Page(written(outcome(extraction(meetings=(), claims=())))).text


def test_an_article_told_of_twice_is_one_meeting_with_both_sources(written):
    page = Page(written(outcome(extraction(title="One")), outcome(named(extraction(title="Other"), "b"), "b.txt")))
    rows = [one for tag, one in page.elements if tag == "li" and "data-status" in one]
    assert [row["data-articles"] for row in rows] == ["1 2"]


def test_too_many_articles_make_several_pages_with_an_index(tmp_path):
    outcomes = [outcome(named(extraction(title=f"Title {n}"), f"a{n}"), f"{n}.txt") for n in range(5)]
    written = write_report(outcomes, tmp_path / "r.html", title="A run", most_articles=2)
    assert [path.name for path in written.paths] == ["r.html", "r-1.html", "r-2.html", "r-3.html"]
    index, first, last = ((tmp_path / name).read_text() for name in ("r.html", "r-1.html", "r-3.html"))
    assert all(f'href="r-{n}.html"' in index for n in (1, 2, 3))
    assert "Title 0" in first
    assert TEXT not in index
    # The meeting is told of on every page, so that each leads to the others' articles.
    assert 'href="r-3.html#a1"' in first
    assert 'href="r-1.html#a2"' in last


def test_what_is_not_a_web_address_is_no_link(written):
    found = extraction()
    for url, count in (("https://example.org/a", 1), ("javascript:alert(1)", 0), ("data:text/html,x", 0)):
        article = found.article.model_copy(update={"url": url})
        page = Page(written(outcome(found.model_copy(update={"article": article}))))
        assert len([one for tag, one in page.elements if tag == "a" and one["href"] == url]) == count


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_a_text_cut_at_its_quotes_is_whole_and_every_quote_is_found_in_it(text, places):
    quotes = [(*sorted((min(a, len(text)), min(b, len(text)))), n) for n, (a, b) in enumerate(places)]
    cut = cut_at_quotes(text, quotes)
    assert "".join(one.text for one in cut) == text
    for start, end, n in quotes:
        assert "".join(one.text for one in cut if n in one.labels) == text[start:end]


def occasion(id, *entities, date=None, status="held"):
    return Occasion(id, id, status, date, None, None, "in_person", entities, (Member("a", "m1", (), 1.0),), ())


def pairs(occasions):
    return {one.id: set(itertools.combinations(sorted(one.entities), 2)) for one in occasions}


def entity(id):
    return Entity(id, "person", f"Somebody called {id}", (id,), ("Norway",), (), ())


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=5, unique=True), min_size=1, max_size=25))
def test_no_party_of_the_network_lies_on_another_or_outside_the_picture(groups):
    occasions = [occasion(str(n), *(f"e{one}" for one in group)) for n, group in enumerate(groups)]
    found = picture_of([entity(f"e{n}") for n in range(31)], occasions, pairs(occasions))
    assert len(found.nodes) + found.left_out == len({one for group in groups for one in group})
    for node in found.nodes:
        assert node.x - node.width / 2 >= -1
        assert node.x + node.width / 2 <= WIDTH + 1
        assert node.y - node.height / 2 >= -1
        assert node.y + node.height / 2 <= found.height + 1
    overlaps = [
        (one.entity.id, other.entity.id)
        for number, one in enumerate(found.nodes)
        for other in found.nodes[:number]
        if abs(one.x - other.x) < (one.width + other.width) / 2 - 4
        and abs(one.y - other.y) < (one.height + other.height) / 2 - 4
    ]
    assert overlaps == []


def test_what_was_cancelled_or_denied_ties_nobody():
    occasions = [occasion("1", "a", "b", status="denied"), occasion("2", "a", "c", status="cancelled")]
    assert picture_of(map(entity, "abc"), occasions, pairs(occasions)).nodes == ()


def test_the_timeline_counts_days_months_or_years_and_tells_what_it_cannot_show():
    days = timeline_of([("2022-12-28", "held"), ("2022-12-30", "held"), ("2022-12", "held")], ["held"])
    assert [(one.name, one.total) for one in days.columns] == [
        ("28 Dec 2022", 1),
        ("29 Dec 2022", 0),
        ("30 Dec 2022", 1),
    ]
    assert (days.unit, days.undated, days.too_vague) == ("day", 0, 1)
    months = timeline_of([("2022-12", "held"), ("2020-01-05", "held"), (None, "held")], ["held"])
    assert (months.unit, len(months.columns), months.undated, months.too_vague) == ("month", 36, 1, 0)
    years = timeline_of([("1950", "held"), ("2020-01-05/2020-01-07", "held")], ["held"])
    assert (years.unit, years.columns[0].counts, years.columns[-1].name) == ("year", (("held", 1),), "2020")
    assert timeline_of([], []).columns == ()


def test_dates_are_written_as_people_do():
    dates = ["2022-12-28", "2022-12", "2022", "2022-12-28/2023-01-03"]
    assert [written_date(one) for one in dates] == ["28 Dec 2022", "Dec 2022", "2022", "28 Dec 2022 – 3 Jan 2023"]


def corrections(found, *records, complete=True, **fields):
    one = {
        "article": found.article.id,
        "digest": found.article.digest,
        "complete": complete,
        "records": records,
        **fields,
    }
    return {"format": "extractor-corrections/1", "articles": [one]}


def applied(tmp_path, found, *records, **fields):
    (tmp_path / "c.json").write_text(json.dumps(corrections(found, *records, **fields)))
    return apply_corrections(read_corrections(tmp_path / "c.json"), {found.article.id: found})


RIGHT = {"kind": "meeting", "id": "m1", "verdict": "right"}
WRONG = {"kind": "claim", "id": "c1", "verdict": "wrong"}


def test_what_is_right_is_kept_and_what_is_wrong_is_left_out_of_the_gold(tmp_path):
    [gold] = applied(tmp_path, extraction(), RIGHT, WRONG).gold
    assert [one.model_dump() for one in gold.meetings] == [NAIROBI]
    assert gold.claims == []
    assert [one.name for one in gold.participants] == ["Lars Hegge", "Wanjiru Odhiambo"]


def test_mended_and_added_records_stand_in_the_gold_as_the_person_wrote_them(tmp_path):
    mended = {"kind": "meeting", "id": "m1", "verdict": "mended", "record": NAIROBI | {"status": "planned"}}
    added = {"kind": "claim", "id": "c2", "verdict": "added", "record": FRANK | {"id": "c2", "modality": "denied"}}
    [gold] = applied(tmp_path, extraction(), mended, WRONG, added).gold
    assert [one.status for one in gold.meetings] == ["planned"]
    assert [(one.id, one.modality) for one in gold.claims] == [("c2", "denied")]


def test_what_a_person_typed_becomes_the_articles_own_words(tmp_path):
    typed = FRANK | {"content": ['the  talks were "frank and useful"']}
    [gold] = applied(tmp_path, extraction(), RIGHT, WRONG | {"verdict": "mended", "record": typed}).gold
    assert gold.claims[0].content == FRANK["content"]


def test_a_claim_about_a_meeting_that_is_wrong_is_about_none(tmp_path):
    [gold] = applied(tmp_path, extraction(), RIGHT | {"verdict": "wrong"}, WRONG | {"verdict": "right"}).gold
    assert [(one.id, one.meeting) for one in gold.claims] == [("c1", None)]
    assert [one.id for one in gold.participants] == [FRANK["source"]]


def test_an_article_judged_in_part_is_no_gold_and_is_named(tmp_path):
    assert applied(tmp_path, extraction(), RIGHT).left_out == (("a1", "no verdict on c1"),)
    assert (
        applied(tmp_path, extraction(), RIGHT, WRONG, complete=False).left_out[0][1] == "not marked as read to the end"
    )


@pytest.mark.parametrize(
    ("records", "fields", "message"),
    [
        ([RIGHT, WRONG], {"digest": "0"}, "another text"),
        ([RIGHT, WRONG], {"article": "other"}, "no extraction of 'other'"),
        ([RIGHT | {"verdict": "mended", "record": NAIROBI | {"evidence": ["not there"]}}, WRONG], {}, "'not there'"),
        ([RIGHT | {"verdict": "mended"}, WRONG], {}, "has no record"),
        ([RIGHT | {"verdict": "mended", "record": NAIROBI | {"participants": ["p9"]}}, WRONG], {}, "'p9'"),
        ([RIGHT | {"verdict": "perfect"}, WRONG], {}, "holds no corrections"),
    ],
)
def test_corrections_that_do_not_fit_are_refused_in_one_sentence(tmp_path, records, fields, message):
    with pytest.raises(ConfigurationError, match=message):
        applied(tmp_path, extraction(), *records, **fields)


def test_the_commands_write_a_report_and_make_gold_that_is_valid(tmp_path):
    found = extraction()
    (tmp_path / "run.jsonl").write_text(outcome(found).model_dump_json() + "\n")
    (tmp_path / "c.json").write_text(json.dumps(corrections(found, RIGHT, WRONG)))
    run = str(tmp_path / "run.jsonl")
    for arguments in (
        ["report", run, "--out", str(tmp_path / "r.html")],
        ["gold", "apply", str(tmp_path / "c.json"), "--run", run, "--out", str(tmp_path / "gold")],
        ["gold", "check", str(tmp_path / "gold")],
    ):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
    assert [one.article for one in read_gold(tmp_path / "gold")] == ["a1"]


def test_a_file_of_gold_is_named_by_its_article_whatever_its_id_is():
    assert file_name_of("003_4a4f") == "003_4a4f.json"
    names = {file_name_of(id) for id in ("a/b", "a?b", "../../etc/passwd", "", "x" * 300)}
    assert len(names) == 5
    assert all("/" not in name and len(name) < 130 for name in names)


def css():
    source = (ROOT / "extractor" / "report" / "page.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", source)
    return source, [{name: pair[number] for name, *pair in pairs} for number in (0, 1)]


def contrast(one, other):
    """The contrast ratio of WCAG 2, 1.4.3."""

    def luminance(colour):
        shares = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_all_words_can_be_read_on_their_ground(scheme):
    colours = css()[1][scheme]
    for words in ("ink", "soft", "accent", "held", "planned", "unconfirmed", "off"):
        assert min(contrast(colours[words], colours[ground]) for ground in ("paper", "card")) >= 4.5, words
    grounds = ("of-meeting", "of-claim", "of-third", "of-fourth", "lit-words")
    assert min(contrast(colours["ink"], colours[of]) for of in grounds) >= 4.5


def test_statuses_that_share_a_colour_in_the_terminal_share_one_in_the_report():
    tones = {}
    for names, tone in re.findall(r"^(\.\w+(?:, \.\w+)*) \{ --tone: var\(--(\w+)\); \}", css()[0], re.MULTILINE):
        tones |= dict.fromkeys(re.findall(r"\w+", names), tone)
    assert set(STATUS_STYLES) <= set(tones)
    for one, other in itertools.combinations(STATUS_STYLES, 2):
        assert (STATUS_STYLES[one] == STATUS_STYLES[other]) == (tones[one] == tones[other])


def test_what_articles_disagree_on_and_deny_stands_with_the_meeting(written):
    denial = FRANK | {
        "source": "p2",
        "modality": "denied",
        "statement": "The talks in Nairobi were not frank.",
        "meeting": "m1",
    }
    said = FRANK | {"statement": "The talks in Nairobi were frank."}
    first = extraction(title="One", meetings=(NAIROBI | {"date": "2019-03-12"},), claims=(said,))
    other = extraction(title="Other", meetings=(NAIROBI | {"date": "2019-03-13"},), claims=(denial,))
    text = " ".join(Page(written(outcome(first), outcome(named(other, "b"), "b.txt"))).text.split())
    assert "Articles disagree: date 12 Mar 2019 (One) · 13 Mar 2019 (Other)" in text
    assert "Denied by Wanjiru Odhiambo Lars Hegge: The talks in Nairobi were frank. Against it: The talks" in text
