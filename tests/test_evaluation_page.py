"""The page of an evaluation: it shows what is there, and a hostile article stays text."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from extractor import Article, Extractor, Settings
from extractor.articles import ArticleReader
from extractor.evaluation import evaluate
from extractor.evaluation.gold import GoldArticle, read_gold
from extractor.evaluation.meetings_section import meetings_section
from extractor.evaluation.page import evaluation_page, heat_map
from extractor.evaluation.sections import Record, segments
from extractor.models import Attempt, Claim, Extraction, Meeting, Participant, Provenance, Span, Usage
from tests.conftest import CASSETTES, GOLD, SEEDS
from tests.replies import FRANK, HEGGE, NAIROBI, ODHIAMBO, TEXT

HOSTILE = "</script><img src=x onerror=alert(1)> {{ 7*7 }} {% raw %} \" onfocus='alert(2)' </title></style>"
VOID = {"meta", "input", "br", "img", "link"}


class Page(HTMLParser):
    """The elements with their attributes, and the text, of a page."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def text(self):
        return "".join(data for tag, data in self.texts if tag not in ("script", "style"))

    def inside(self, tag):
        return [data for parent, data in self.texts if parent == tag]


def span(text, quote):
    return Span(text=quote, start=text.index(quote), end=text.index(quote) + len(quote))


def extraction(
    text=TEXT, title=None, source=None, participants=(HEGGE, ODHIAMBO), meetings=(NAIROBI,), claims=(FRANK,)
):
    article = Article(id="a1", text=text, title=title, source=source)
    return Extraction(
        article=article,
        participants=tuple(Participant(**one, mentions=()) for one in participants),
        meetings=tuple(
            Meeting(
                **{**one, "evidence": tuple(span(text, quote) for quote in one["evidence"])}
                | {name: one[name] and span(text, one[name]) for name in ("date_text", "place_text")}
            )
            for one in meetings
        ),
        claims=tuple(
            Claim(
                **one | {"cue": span(text, one["cue"]), "content": tuple(span(text, quote) for quote in one["content"])}
            )
            for one in claims
        ),
        problems=(),
        provenance=Provenance(
            library="1",
            schema_version="1",
            task="meetings",
            model="openai/some",
            model_reported=None,
            prompt="0123456789abcdef",
            article=article.digest,
            key="",
            replayed=False,
            extracted_at=datetime(2024, 1, 1, tzinfo=UTC),
            attempts=(Attempt(status=200, seconds=2.5, usage=Usage(input_tokens=1200, output_tokens=30), cost=None),),
        ),
    )


def gold(participants=(HEGGE, ODHIAMBO), meetings=(NAIROBI,), claims=(FRANK,), **fields):
    return GoldArticle(article="a1", participants=participants, meetings=meetings, claims=claims, **fields)


def page_of(expected, found, title="A run"):
    return evaluation_page(evaluate([expected], {"a1": found}), [found], title=title)


def section(expected, found):
    return meetings_section(evaluate([expected], {"a1": found}).documents[0])


def hostile_page():
    text = f"{HOSTILE} {TEXT} {HOSTILE}"
    people = [HEGGE | {"name": HOSTILE}, ODHIAMBO]
    claims = [FRANK | {"statement": HOSTILE, "content": [HOSTILE]}]
    meetings = [NAIROBI | {"title": HOSTILE, "place_text": HOSTILE}]
    found = extraction(text, HOSTILE, HOSTILE, people, meetings, claims)
    return page_of(gold(people, meetings, claims), found, HOSTILE)


def test_a_hostile_article_makes_no_element_and_no_attribute():
    page = Page(hostile_page())
    tame = Page(page_of(gold(), extraction(title="T", source="S")))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in tame.elements}
    assert {name for _, attributes in page.elements for name in attributes} <= {
        name for _, attributes in tame.elements for name in attributes
    }
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert page.open == []


def test_a_hostile_article_is_shown_as_it_is_and_never_evaluated():
    page = Page(hostile_page())
    assert page.text.count(HOSTILE) >= 10
    assert "49" not in page.text
    assert HOSTILE not in "".join(data for tag, data in page.texts if tag in ("script", "style"))
    assert page.inside("title")[0] == HOSTILE


def test_the_page_loads_nothing_and_the_policy_names_its_own_style_and_script_alone():
    page = Page(page_of(gold(), extraction()))
    assert [tag for tag, _ in page.elements if tag in ("img", "link", "iframe", "object", "base")] == []
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "style", "srcset", "action"}
    assert all(attributes["href"].startswith("#") for _, attributes in page.elements if "href" in attributes)
    policy = next(one["content"] for _, one in page.elements if one.get("http-equiv") == "Content-Security-Policy")
    for tag in ("style", "script"):
        [source] = page.inside(tag)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")


def test_without_scripts_every_article_is_shown_and_the_filters_are_not():
    page = Page(page_of(gold(), extraction()))
    hidden = [tag for tag, attributes in page.elements if "hidden" in attributes]
    assert hidden == ["form"]


def test_ids_are_given_once_and_every_link_and_label_leads_to_one():
    page = Page(hostile_page())
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {one["href"][1:] for _, one in page.elements if "href" in one} <= set(ids)
    assert {one["aria-labelledby"] for _, one in page.elements if "aria-labelledby" in one} <= set(ids)


def test_pairs_are_joined_and_what_has_no_partner_is_a_miss_or_a_false_alarm():
    other = FRANK | {"id": "c2", "source": "p2", "statement": "Overdue.", "content": ["the talks were overdue"]}
    found = section(gold(), extraction(meetings=(), claims=(FRANK, other)))
    assert [(one.label, one.verdict, one.gold, one.predicted) for one in found.records] == [
        ("M1", "missed", "A meeting", None),
        ("C1", "found", "Something.", "Something."),
        ("C2", "false alarm", None, "Overdue."),
    ]
    text = Page(page_of(gold(), extraction(meetings=(), claims=(FRANK, other)))).text
    assert "− missed" in text
    assert "+ false alarm" in text
    assert "1 missed · 1 false alarm\n" in text


def test_wrong_fields_of_a_pair_are_named():
    third = ODHIAMBO | {"id": "p3", "name": "Ana Rojas"}
    meeting = NAIROBI | {"status": "planned", "date": "2001", "participants": ["p1", "p3"]}
    found = section(gold(), extraction(participants=(HEGGE, third), meetings=(meeting,)))
    [pair] = found.groups["Meetings"]
    assert {one.name for one in pair.fields if one.wrong} == {"participants", "status", "date"}
    assert [(one.text, one.fault) for one in pair.fields[0].gold] == [
        ("Lars Hegge", ""),
        ("Wanjiru Odhiambo", "missed"),
    ]
    assert [(one.text, one.fault) for one in pair.fields[0].predicted] == [
        ("Lars Hegge", ""),
        ("Ana Rojas", "false alarm"),
    ]
    assert not any(one.wrong for claim in found.groups["Claims"] for one in claim.fields)


def test_what_was_not_annotated_is_neither_wrong_nor_a_false_alarm():
    expected = gold(claims=(), annotated={"meetings", "participants"})
    found = section(expected, extraction(meetings=(NAIROBI | {"status": "planned"},)))
    assert [one.verdict for one in found.groups["Claims"]] == ["not annotated"]
    assert not any(one.wrong for one in found.groups["Meetings"][0].fields)
    assert "Status of the meetings found" not in page_of(expected, extraction())


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_segments_joined_are_the_text_and_each_names_the_quotes_that_hold_it(text, places):
    places = [tuple(sorted((min(a, len(text)), min(b, len(text))))) for a, b in places]
    records = [
        Record(f"C{n}", "found", "", "", (), gold_places=(place,), predicted_places=())
        for n, place in enumerate(places)
    ]
    found = segments(text, records)
    assert "".join(one.text for one in found) == text
    for n, (start, end) in enumerate(places):
        assert "".join(one.text for one in found if f"C{n}" in one.gold) == text[start:end]


def test_gold_is_underlined_and_predictions_are_highlighted_by_code_points():
    text = "🙂 " + TEXT
    ours = FRANK | {"meeting": None}
    theirs = ours | {"content": ["talks were “frank and useful”"]}
    page = page_of(gold(meetings=(), claims=(ours,)), extraction(text, meetings=(), claims=(theirs,)))
    assert re.search(r"<u[^>]*>the </u><mark[^>]*><u[^>]*>talks were “frank and useful”</u></mark>", page)


def test_text_of_either_direction_finds_its_own():
    page = Page(page_of(gold(), extraction("التقى الوزيران. " + TEXT, title="التقى الوزيران")))
    assert ("h2", "auto") in [(tag, one.get("dir")) for tag, one in page.elements]
    assert ("div", "auto") in [(tag, one.get("dir")) for tag, one in page.elements if one.get("class") == "text"]


def test_the_heat_map_has_gold_in_rows_and_is_full_where_a_row_is_one_cell():
    cells = {(one.gold, one.predicted): one for one in heat_map({("planned", "held"): 2, ("held", "held"): 3})}
    assert [cells[pair].times for pair in cells] == [3, 0, 2, 0]
    assert (cells["planned", "held"].row, cells["planned", "held"].column) == (1, 0)
    assert cells["planned", "held"].opacity == cells["held", "held"].opacity
    assert heat_map({}) == []


def test_effort_is_shown_and_an_unknown_cost_is_called_unknown():
    text = Page(page_of(gold(), extraction())).text
    for shown in ("1,200", "unknown", "2.5", "openai/some"):
        assert shown in text


def test_bars_and_whiskers_stay_within_their_track():
    page = Page(page_of(gold(), extraction(meetings=())))
    lengths = [
        float(one[name].rstrip("%"))
        for tag, one in page.elements
        for name in ("x1", "x2")
        if tag == "line" and name in one
    ]
    assert lengths
    assert all(0 <= length <= 100 for length in lengths)


def test_nothing_to_show_is_still_a_page():
    assert "A run" in Page(evaluation_page(evaluate([], {}), [], title="A run")).text


def test_the_seeds_make_a_page_with_each_article_whole():
    articles = [found.article for found in ArticleReader([SEEDS])]
    with Extractor(settings=Settings(model="openai/desk-llm"), replay=CASSETTES) as extractor:
        found = [extractor.extract(article) for article in articles]
    page = Page(
        evaluation_page(evaluate(read_gold(GOLD), {one.article.id: one for one in found}), found, title="Seeds")
    )
    assert all(article.text in page.text for article in articles)
    assert [tag for tag, _ in page.elements].count("article") == len(articles)
