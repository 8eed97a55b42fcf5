"""The language of the words that are the model's own."""

import json

import pytest

from extractor import Article, Settings, extract_events
from extractor.meetings import meetings_task
from extractor.reading import configuration_of, key_of
from tests.conftest import CASSETTES, ScriptedModel
from tests.replies import NAIROBI, TEXT, reply


def messages_in(language, *replies):
    model = ScriptedModel(*replies or [reply()])
    extract_events(TEXT, client=model, settings=Settings(model="openai/m", statement_language=language))
    return [request.body["messages"] for request in model.requests]


def test_in_english_the_model_is_told_what_it_was_told_when_the_cassettes_were_recorded():
    recorded = [json.loads(path.read_text())["interactions"][0]["request"]["body"] for path in CASSETTES.glob("*.json")]
    assert {body["messages"][0]["content"] for body in recorded} == {messages_in("English")[0][0]["content"]}


def test_in_another_language_only_the_section_on_language_differs():
    english, german = (messages_in(language)[0] for language in ("English", "German"))
    assert english[1:] == german[1:]
    one, other = (message[0]["content"].split("\n# ") for message in (english, german))
    changed = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    assert [(a.splitlines()[0], b.splitlines()[0]) for a, b in changed] == [("Language", "Language")]
    assert "`outcome` and `statement` are in German" in changed[0][1]
    assert "`represents` is in English" in changed[0][1]


def test_a_mending_is_asked_for_in_the_same_language():
    invented = reply(None, [NAIROBI | {"evidence": ["They embraced on the tarmac at dawn"]}])
    first, second = messages_in("German", invented, reply([], [NAIROBI], []))
    assert second[: len(first)] == first


def test_another_language_is_another_outcome_but_for_the_rules():
    keys = {
        (model, language): key_of(
            Article(text=TEXT), configuration_of(Settings(model=model, statement_language=language), meetings_task())
        )
        for model in ("openai/m", "rules")
        for language in ("English", "German")
    }
    assert keys["openai/m", "English"] != keys["openai/m", "German"]
    assert keys["rules", "English"] == keys["rules", "German"]


def test_a_language_without_a_name_is_refused():
    with pytest.raises(ValueError, match="statement_language"):
        Settings(statement_language="")
