"""What a terminal shows of records in a form of one's own."""

import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from extractor.cli import app
from extractor.models import Article, Problem
from extractor.terminal import article_view, clean, records_table
from tests.schemas import BAN, FREEZE, TEXT, Q, done, schema_extraction, store

SANCTIONS = schema_extraction({"summary": "Norway acts.", "sanctions": [FREEZE, BAN]})
PROBLEM = Problem(
    code="quote_not_found",
    kind="sanctions",
    record="sanctions3",
    field="evidence[0]",
    value="no such words",
    message="The words do not stand in the article.",
    consequence="left_out",
)


def shown(view, width=200):
    console = Console(width=width, highlight=False, emoji=False, file=io.StringIO())
    console.print(view)
    return console.file.getvalue()


def flat(text):
    return re.sub(r"\s+", " ", text)


def call(*arguments):
    return CliRunner(env={"COLUMNS": "140", "NO_COLOR": "1"}).invoke(app, [str(one) for one in arguments])


def test_show_prints_the_article_with_its_records_and_their_quotes(tmp_path):
    store(tmp_path, done(SANCTIONS.model_copy(update={"problems": (PROBLEM,)})))
    result = call("show", "a", "--out", tmp_path)
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert "a 2024-03-05 The Post Norway acts https://example.org/a" in lines[0]
    assert "on Monday[sanctions1]. It also banned travel by Ola Nordmann[sanctions2]," in flat(result.stdout)
    assert lines[lines.index("sanctions1") + 1 :][:9] == [
        "measure asset_freeze",
        "targets name: Acme Ltd., kind: firm; name: Beta Ltd., kind: firm",
        "law name: Act 12, year: 1998, articles: § 1; § 2",
        "is_new true",
        "tags assets; firms",
        "imposed_by “Norway” 0–6",
        "targets[0].name “Acme Ltd.” 27–36",
        "targets[1].name “Beta Ltd.” 41–50",
        "evidence[0] “Norway froze the assets of Acme Ltd. and Beta Ltd. on Monday” 0–60",
    ]
    assert "summary Norway acts." in lines
    assert lines[lines.index("Problems") + 1] == PROBLEM.message
    assert "openai/none, prompt 0" in lines[-1]
    assert json.loads(call("show", "a", "--out", tmp_path, "--json").stdout)["data"]["summary"] == "Norway acts."


def test_an_article_without_a_record_says_so():
    assert "No record." in shown(article_view(schema_extraction(None)))


def test_a_quote_that_does_not_stand_there_word_for_word_says_how_it_compares():
    found = schema_extraction({"who": Q("Norway")})
    (quote,) = found.quotes_placed
    near = quote.model_copy(update={"span": quote.span.model_copy(update={"match": "fuzzy"})})
    assert "“Norway” 0–6, fuzzy" in flat(shown(article_view(found.model_copy(update={"quotes_placed": (near,)}))))


def test_the_table_has_a_row_a_record_with_its_first_fields_and_its_longest_quote():
    table = flat(shown(records_table([SANCTIONS, schema_extraction(None)])))
    assert "sanctions imposed_by: Norway “Norway froze the assets of Acme Ltd. and Beta Ltd. on Monday”" in table
    assert "measure: asset_freeze targets: name: Acme Ltd., kind: firm; name: Beta Ltd., kind: firm law:" in table
    assert "sanctions imposed_by: Norway “banned travel by Ola Nordmann”" in table
    assert "tags" not in table
    assert "reply summary: Norway acts. –" in table


def test_a_long_value_is_shortened_in_the_table_and_not_below_the_article():
    found = schema_extraction({"acts": [{"text": "x" * 150, "n": 1}]})
    assert "x" * 99 + "…" in shown(records_table([found]), width=400)
    assert "x" * 150 in shown(article_view(found), width=400)


@pytest.mark.parametrize("view", [lambda one: records_table([one]), article_view])
def test_a_terminal_is_shown_no_control_characters_of_a_record(view):
    evil = "\x1b]0;title\x07\x1b[31m[bold]x\u202e\r\b"
    article = Article(id=evil, text=f"{evil} {TEXT}", title=evil)
    content = {evil: evil, "quote": Q(evil), "inner": [{evil: evil}]}
    text = shown(view(schema_extraction({evil: [content]}, article=article)))
    assert not {"\x1b", "\x07", "\u202e", "\r", "\b"} & set(text)
    assert "[bold]" in text


letters = st.text(st.sampled_from("aé漢\u0301\x1b\r\n\u202e\b\U0001f600[] ") | st.characters(exclude_categories=["Cs"]))


@given(letters, letters.filter(bool), letters)
def test_the_id_of_a_record_stands_behind_its_quote_whatever_the_text(before, quote, after):
    article = Article(id="a", text=f"{before}{quote}{after}")
    found = schema_extraction({"quote": Q(quote)}, article=article)
    end = found.quotes_placed[0].span.end
    expected = clean(f"{article.text[:end]}[reply]{article.text[end:]}")
    assert without_space(expected) in without_space(shown(article_view(found), width=500))


def without_space(text):
    return re.sub(r"\s", "", text)
