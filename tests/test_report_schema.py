"""The report of a schema of one's own: tables of whatever records there are, their evidence, and nothing that runs."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from typer.testing import CliRunner

from extractor.cli import app
from extractor.errors import ConfigurationError
from extractor.models import Article, Problem
from extractor.report import write_report
from tests.schemas import Q, schema_extraction
from tests.test_evaluation_page import HOSTILE, Page, extraction
from tests.test_report import failed, outcome

TEXT = (
    "The European Union froze the assets of Kestrel Shipping and Viktor Malenin on 4 March. "
    "Canada proposed a travel ban on Viktor Malenin, its foreign ministry said late in the evening in Ottawa."
)
FROZE = "The European Union froze the assets of Kestrel Shipping and Viktor Malenin on 4 March"
PROPOSED = "Canada proposed a travel ban on Viktor Malenin, its foreign ministry said late in the evening"
QUOTES = ("sender", "name", "evidence")


def sanction(sender, evidence, *targets, **fields):
    named = [{"name": name, "kind": kind} for name, kind in targets]
    return {"sender": sender, "targets": named} | fields | {"evidence": [evidence]}


KESTREL, MALENIN = ("Kestrel Shipping", "organization"), ("Viktor Malenin", "person")
FREEZE = sanction(
    "The European Union", FROZE, KESTREL, MALENIN, measure="asset_freeze", since="2024-03-04", basis={"act": "2024/118"}
)
BAN = sanction("Canada", PROPOSED, MALENIN, measure="travel_ban", since=None, basis={"act": None})


def made(article, data, *, quotes=("evidence",), lists=(), **options):
    """Return an extraction in whose data the fields of these names are quotes."""
    return schema_extraction(data and quoted(data, quotes), article=article, lists=lists, **options)


def quoted(value, names, name=None):
    if isinstance(value, dict):
        return {key: quoted(item, names, key) for key, item in value.items()}
    if isinstance(value, list):
        return [quoted(item, names, name) for item in value]
    return Q(value) if isinstance(value, str) and name in names else value


def article(id="s1", text=TEXT, **fields):
    return Article(id=id, text=text, **fields)


def sanctions(*records, id="s1", problems=()):
    found = list(records or (FREEZE, BAN))
    return made(article(id), {"sanctions": found}, quotes=QUOTES, problems=problems)


def run(*found):
    return [outcome(one, f"{one.article.id}.txt") for one in found]


@pytest.fixture
def written(tmp_path):
    def write(*outcomes, **options):
        write_report(list(outcomes), tmp_path / "report.html", title=options.pop("title", "A run"), **options)
        return Page((tmp_path / "report.html").read_text(encoding="utf-8"))

    return write


def words(page):
    return " ".join(" ".join(data for tag, data in page.texts if tag not in ("script", "style")).split())


def with_tag(page, tag):
    return [attributes for name, attributes in page.elements if name == tag]


def test_a_record_is_a_row_with_its_fields_and_leads_to_its_place_in_its_article(written):
    page = written(*run(sanctions(id="s1"), sanctions(BAN, id="s2")))
    assert "sender targets measure since basis act The European Union" in words(page)
    # Of an object in a list the first two values are shown; long quotes stand below the row, with their name.
    targets = "Kestrel Shipping (organization) , Viktor Malenin (person)"
    assert f"{targets} asset_freeze 2024-03-04 2024/118 evidence {FROZE} S1" in words(page)
    bodies = [one["data-article"] for one in with_tag(page, "tbody") if "data-article" in one]
    assert bodies == ["a1", "a1", "a2"]
    links = [one["href"] for one in with_tag(page, "a") if re.fullmatch(r"#a\d+-r\d+", one["href"])]
    assert links == ["#a1-r1", "#a1-r2", "#a2-r1"]


def test_totals_the_schema_the_model_and_the_prompt_are_named(written):
    problem = Problem(
        code="quote_not_found",
        kind="sanctions",
        record="sanctions2",
        field="targets[0].name",
        value="Mr Malenin",
        message="sanctions2.targets[0].name: the words 'Mr Malenin' do not stand in the article; it is left out.",
        consequence="left_out",
    )
    page = written(*run(sanctions(id="s1", problems=(problem,)), sanctions(id="s2")), failed("lost"))
    text = words(page)
    assert "Records of the schema Sanctions" in text
    assert "2 articles 4 sanctions 1 problem" in text
    assert "Model openai/none , prompt 0" in text
    assert "left out · S2 · sanctions2.targets[0].name: the words 'Mr Malenin' do not stand" in text
    assert "The model gave: “Mr Malenin”" in text
    assert "lost refused ModelRefused: No." in text


def test_every_quote_leads_to_its_words_and_the_words_lead_back(written):
    page = written(*run(sanctions()))
    links = {one["id"]: one["href"] for one in with_tag(page, "a") if "id" in one}
    quotes = {id: href[1:] for id, href in links.items() if "-q" in id}
    assert len(quotes) == 7
    assert all(re.fullmatch(r"a1-t\d+", target) for target in quotes.values())
    stretches = [one for one in with_tag(page, "a") if "data-of" in one]
    assert {one["href"][1:] for one in stretches} <= set(quotes)
    # The narrowest quote has the words. One that stands within another of its record needs no label.
    inner = next(one for one in stretches if one.get("title", "").startswith("sanctions1.sender"))
    assert (inner["title"], inner["data-of"]) == ("sanctions1.sender; sanctions1.evidence[0]", "a1-r1")
    assert [one["data-begins"] for one in stretches if "data-begins" in one] == ["S1", "S2", "S2"]


def test_a_label_does_not_turn_around_a_paragraph_that_runs_from_right_to_left(written):
    text = "جمدت النرويج أصول الشركة.\nNorway said nothing."
    data = {"sanctions": [{"evidence": ["جمدت النرويج أصول الشركة", "Norway said nothing"]}]}
    page = written(*run(made(article(text=text), data)))
    assert [one["data-begins"] for one in with_tag(page, "a") if "data-begins" in one] == ["\u200fS1", "S1"]


def test_without_scripts_every_word_of_the_article_and_of_its_records_is_there(written):
    page = written(*run(sanctions()))
    assert TEXT in page.text
    targets = "targets name “Kestrel Shipping” kind organization name “Viktor Malenin” kind person"
    assert targets in words(page)


def test_only_fields_with_few_values_that_recur_have_a_choice(written):
    rows = [FREEZE | {"note": f"case {n}", "police": ["present", "arrests"][: n % 3], "n": n % 2} for n in range(6)]
    page = written(*run(sanctions(*rows)))
    chosen = [one["value"] for one in with_tag(page, "option") if one["value"]]
    assert chosen == ["present", "arrests", "0", "1"]
    assert "present (4)" in words(page)


def test_dates_make_a_picture_over_time_of_the_field_that_has_most(written):
    rows = [FREEZE | {"since": f"2024-0{n}-01", "until": "2025-01-01" if n < 3 else "unknown"} for n in range(1, 6)]
    text = words(written(*run(sanctions(*rows, BAN))))
    assert "sanctions by month of “since”; 1 without a date" in text
    assert "When" not in words(written(*run(sanctions(BAN))))


def test_several_kinds_have_a_table_each_and_labels_that_differ(written):
    lists = ("protests", "police", "parties")
    data = {"protests": [], "police": [{"force": "Ottawa"}], "summary": "Talk.", "parties": [{"name": "Canada"}] * 2}
    other = {"protests": [{"place": "Ottawa"}], "police": [], "summary": "More talk.", "parties": []}
    pages = [
        made(article(id), given, quotes=("place", "name"), lists=lists, task="Day")
        for id, given in (("s1", data), ("s2", other))
    ]
    page = written(*run(*pages))
    assert "2 articles 1 protests 1 police 2 parties 2 replies" in words(page)
    assert [one["data-kind"] for one in with_tag(page, "section") if "data-kind" in one] == [
        "protests",
        "police",
        "parties",
        "replies",
    ]
    labels = [one["data-label"] for one in with_tag(page, "article")]
    assert labels == ["Po1", "Pa1", "Pa2", "R", "Pr1", "R"]


def test_a_form_without_lists_is_one_record_an_article(written):
    flat = [
        made(article(id), {"topic": "war", "place": "Ottawa", "score": 3.5, "is_new": False}, quotes=("place",))
        for id in ("s1", "s2")
    ]
    page = written(*run(*flat))
    assert "2 articles 2 replies" in words(page)
    assert "topic place score is new" in words(page)
    assert [one["data-id"] for one in with_tag(page, "article")] == ["reply", "reply"]


class Target(BaseModel):
    name: str


class Sanction(BaseModel):
    since: date | None
    targets: list[Target]


class Sanctions(BaseModel):
    sanctions: list[Sanction]


def test_an_instance_of_the_model_and_its_json_make_the_same_page(written):
    read = made(
        article(), {"sanctions": [{"since": "2024-03-04", "targets": [{"name": "Kestrel Shipping"}]}]}, quotes=("name",)
    )
    whole = read.load(Sanctions)
    assert isinstance(whole.data, Sanctions)
    assert written(*run(whole)).texts == written(*run(read)).texts


def test_an_article_without_data_is_shown_and_a_run_without_records_says_so(written):
    empty = made(article(), None)
    text = words(written(*run(empty)))
    assert "No record was found in 1 article." in text
    assert "No record in this article." in text
    assert TEXT in text
    assert "1 article 2 sanctions" in words(written(*run(sanctions())))
    assert "No meeting was found in 0 articles" in words(written(failed("x")))


def test_what_was_asked_differently_makes_no_report_together(tmp_path):
    meetings = outcome(extraction(), "m.txt")
    topic = made(article("t"), {"topic": "war"}, task="Topic")
    with pytest.raises(ConfigurationError, match="Sanctions and meetings"):
        write_report([meetings, *run(sanctions())], tmp_path / "r.html", title="A run")
    with pytest.raises(ConfigurationError, match="Sanctions and Topic"):
        write_report(run(sanctions(), topic), tmp_path / "r.html", title="A run")
    assert not (tmp_path / "r.html").exists()


def test_the_command_writes_the_report_of_a_run_that_was_read_back(tmp_path):
    (tmp_path / "run.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in run(sanctions())))
    arguments = ["report", str(tmp_path / "run.jsonl"), "--out", str(tmp_path / "r.html")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert FROZE in (tmp_path / "r.html").read_text()


def test_too_many_articles_make_several_pages_that_name_and_colour_kinds_alike(tmp_path):
    lists = ("sanctions", "seizures")
    only_second = made(article("s0"), {"seizures": [{"date": "2024-05-01"}]}, lists=lists)
    dated = [FREEZE | {"since": f"2024-0{n}-01"} for n in range(1, 5)]
    both = [made(article(f"s{n}"), {"sanctions": [one]}, quotes=QUOTES, lists=lists) for n, one in enumerate(dated, 1)]
    written = write_report(run(only_second, *both), tmp_path / "r.html", title="A run", most_articles=2)
    assert [path.name for path in written.paths] == ["r.html", "r-1.html", "r-2.html", "r-3.html"]
    index, first, last = (Page((tmp_path / name).read_text()) for name in ("r.html", "r-1.html", "r-3.html"))
    assert "5 articles 4 sanctions 1 seizures" in words(index)
    assert "sanctions by month of “since”" in words(index)
    assert TEXT not in index.text
    assert [one["data-label"] for one in with_tag(first, "article")] == ["Se1", "Sa1"]
    assert [one["data-label"] for one in with_tag(last, "article")] == ["Sa1"]


def hostile():
    text = f"{HOSTILE} {TEXT} </noscript>{HOSTILE}"
    record = {
        "short": '"><img src=x onerror=alert(4)>',
        "status": HOSTILE,
        HOSTILE: HOSTILE,
        "deep": {HOSTILE: [HOSTILE, {HOSTILE: HOSTILE}]},
        "evidence": [HOSTILE],
    }
    problem = Problem(
        code="quote_not_found",
        kind=HOSTILE,
        record=HOSTILE,
        field=HOSTILE,
        value=HOSTILE,
        message=HOSTILE,
        consequence="left_out",
    )
    whole = article(HOSTILE, text, title=HOSTILE, source=HOSTILE, url="javascript:alert(1)")
    records = [record, record, record | {"short": "tame"}]
    data = {HOSTILE: records, "records": records * 20, "beside": HOSTILE}
    return made(whole, data, quotes=("evidence", "status"), task=HOSTILE, problems=(problem,))


def test_hostile_words_in_any_place_make_no_element_and_no_attribute(written):
    page = written(outcome(hostile()), failed("x"), title=HOSTILE)
    records = [FREEZE, FREEZE | {"deep": {"x": [{"y": "z"}]}}, FREEZE | {"measure": "travel_ban"}]
    tame = {"a": records, "b": records * 20, "beside": "c"}
    problem = hostile().problems[0].model_copy(update={"value": "x"})
    harmless = written(*run(made(article(), tame, quotes=QUOTES, problems=(problem,))), failed("x"))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in harmless.elements}
    assert {name for _, one in page.elements for name in one} <= {name for _, one in harmless.elements for name in one}
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert page.open == []
    for _, attributes in page.elements:
        shown = {
            name: value
            for name, value in attributes.items()
            if name in ("class", "id", "href", "form", "aria-labelledby")
        }
        assert HOSTILE not in "".join(map(str, shown.values()))
        assert not str(attributes.get("href", "")).startswith("javascript")
    assert HOSTILE not in "".join(data for tag, data in page.texts if tag in ("script", "style"))
    assert not re.search(r"\b49\b", page.text)
    assert '"><img src=x onerror=alert(4)>' in [one["value"] for one in with_tag(page, "option")]


def test_ids_are_given_once_and_every_link_leads_to_one(written):
    deep = "Ottawa"
    for _ in range(30):
        deep = {"in": [deep]}
    found = made(article("s2"), {"places": [{"evidence": [FROZE]} | deep]}, quotes=("evidence", "in"))
    for page in (written(outcome(hostile()), failed("x")), written(*run(sanctions(), found))):
        ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert {one["href"][1:] for _, one in page.elements if one.get("href", "").startswith("#")} <= set(ids)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1).filter(str.strip)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def plain_values(value):
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from plain_values(part)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


@settings(max_examples=40)
@given(st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=5), max_size=4))
def test_whatever_the_data_is_all_of_it_stands_in_a_page_that_is_well_formed(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("page")
    found = made(article(), {"things": records}, quotes=())
    write_report(run(found), folder / "r.html", title="A run")
    page = Page((folder / "r.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert {value for value in plain_values(records) if value not in page.text} == set()
