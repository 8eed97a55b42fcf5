"""A schema of one's own: any Pydantic model, its quotes placed and verified wherever they are nested."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, RootModel, create_model, field_validator, model_validator
from typer.testing import CliRunner
from typing_extensions import TypedDict

from extractor import Article, ConfigurationError, Extractor, Quote, Settings, extract, schema_task
from extractor.batch import read_outcomes
from extractor.batch.execution import Plan, Silent, execute
from extractor.batch.service import Pauses
from extractor.cli import app
from extractor.llm.schema import response_format
from extractor.models import Outcome, SchemaExtraction
from extractor.models.forms import form_of
from extractor.tasks import SchemaSource, load_schema
from extractor.tasks.checking import SchemaReply, check_data
from tests.batch_api_server import BatchAPIServer
from tests.conftest import ScriptedModel
from tests.fault_server import FaultServer, completion

TEXT = (
    "Norway froze the assets of Acme Ltd. and Beta Ltd. on Monday. It also banned travel by Ola Nordmann, "
    "who called the measure “theatre”. Sweden is studying a ban of its own."
)


class Target(BaseModel):
    """Whom a measure hits."""

    name: Quote
    kind: Literal["person", "organization"] = "organization"


class Sanction(BaseModel):
    """A measure."""

    measure: str
    targets: list[Target] = Field(min_length=1)
    day: Quote | None = None
    evidence: list[Quote]


class Sanctions(BaseModel):
    """Find every sanction."""

    sanctions: list[Sanction]


FREEZE = {
    "measure": "freeze",
    "targets": [{"name": "Acme Ltd.", "kind": "organization"}, {"name": "Beta Ltd.", "kind": "organization"}],
    "day": "on Monday",
    "evidence": ["Norway froze the assets of Acme Ltd. and Beta Ltd."],
}
BAN = {
    "measure": "ban",
    "targets": [{"name": "Ola Nordmann", "kind": "person"}],
    "day": None,
    "evidence": ["banned travel by Ola Nordmann"],
}


def read(*sanctions: Any, more: Any = (), **settings: Any) -> SchemaExtraction[Sanctions]:
    model = ScriptedModel({"sanctions": list(sanctions)}, *more)
    return extract(
        Article(text=TEXT, published=date(2024, 3, 5)),
        schema=Sanctions,
        instructions="Every sanction.",
        client=model,
        settings=Settings(model="openai/m", mend=bool(more), **settings),
    )


def check(reply: BaseModel) -> Any:
    """Check a reply as if a language model had sent it."""
    sent = reply.model_dump_json(by_alias=True)
    return check_data(SchemaReply(type(reply).model_validate_json(sent), json.loads(sent)), Article(text=TEXT))


def codes(extraction: SchemaExtraction[Any]) -> list[tuple[str, str, str]]:
    return [(one.code, one.record, one.field) for one in extraction.problems]


def test_the_data_is_an_instance_of_the_model_with_every_quote_placed():
    found = read(FREEZE, BAN)
    assert isinstance(found.data, Sanctions)
    assert found.data.sanctions[1].targets[0].kind == "person"
    assert {quote.path: quote.span.text for quote in found.quotes_placed} == {
        ("sanctions", 0, "targets", 0, "name"): "Acme Ltd.",
        ("sanctions", 0, "targets", 1, "name"): "Beta Ltd.",
        ("sanctions", 0, "day"): "on Monday",
        ("sanctions", 0, "evidence", 0): "Norway froze the assets of Acme Ltd. and Beta Ltd.",
        ("sanctions", 1, "targets", 0, "name"): "Ola Nordmann",
        ("sanctions", 1, "evidence", 0): "banned travel by Ola Nordmann",
    }
    assert all(TEXT[one.span.start : one.span.end] == one.span.text for one in found.quotes_placed)
    assert [(record.id, record.path) for record in found.records] == [
        ("sanctions1", ("sanctions", 0)),
        ("sanctions2", ("sanctions", 1)),
    ]
    assert ("sanctions2", "targets[0].name") in [(record, field) for record, field, _ in found.quotes()]
    assert found.problems == ()
    assert (found.provenance.task, found.provenance.model) == ("Sanctions", "openai/m")


def test_a_quote_that_is_not_there_goes_and_takes_with_it_only_what_needs_it():
    found = read(
        FREEZE | {"day": "on Tuesday", "targets": [{"name": "Acme Ltd."}, {"name": "Gamma Ltd."}]},
        BAN | {"targets": [{"name": "Kari Nordmann"}]},
        BAN,
    )
    assert found.data is not None
    assert [[target.name for target in one.targets] for one in found.data.sanctions] == [
        ["Acme Ltd."],
        ["Ola Nordmann"],
    ]
    assert found.data.sanctions[0].day is None
    assert [record.id for record in found.records] == ["sanctions1", "sanctions3"]
    assert codes(found) == [
        ("quote_not_found", "sanctions1", "targets[1].name"),
        ("quote_not_found", "sanctions1", "day"),
        ("quote_not_found", "sanctions2", "targets[0].name"),
        ("evidence_lost", "sanctions1", "targets[1]"),
        ("evidence_lost", "sanctions2", "targets[0]"),
        ("evidence_lost", "sanctions2", ""),
    ]


def test_what_the_model_says_is_given_in_the_articles_own_words():
    found = read(BAN | {"evidence": ['who called the measure "Theatre"']})
    assert found.data is not None
    assert found.data.sanctions[0].evidence == ["who called the measure “theatre”"]


def test_a_record_that_repeats_another_is_left_out_and_one_in_another_place_is_not():
    found = read(BAN, BAN, BAN | {"evidence": ["banned travel"]})
    assert codes(found) == [("repeated_record", "sanctions2", "")]
    assert found.data is not None
    assert len(found.data.sanctions) == 2


def test_a_record_without_any_quote_shows_nothing():
    class Remark(BaseModel):
        gist: str
        words: Quote | None

    class Remarks(BaseModel):
        remarks: list[Remark]

    reply = Remarks(remarks=[Remark(gist="a", words=None), Remark(gist="b", words="froze the assets")])
    data, problems = check(reply)
    assert data.data is not None
    assert [one.gist for one in data.data.remarks] == ["b"]
    assert [(one.code, one.record) for one in problems] == [("no_evidence", "remarks1")]


class Budget(BaseModel):
    """One fact about the article."""

    who: Quote | None
    what: str | None


@pytest.mark.parametrize(
    ("reply", "is_found", "expected"),
    [
        ({"who": "Norway", "what": "froze"}, True, []),
        ({"who": None, "what": None}, False, []),
        ({"who": None, "what": "froze"}, False, ["no_evidence"]),
        ({"who": "Denmark", "what": "froze"}, False, ["quote_not_found", "evidence_lost"]),
    ],
)
def test_a_flat_schema_is_one_record_that_is_there_or_not(reply, is_found, expected):
    data, problems = check(Budget(**reply))
    assert (data.data is not None) is is_found
    assert [record.id for record in data.records] == (["reply"] if is_found else [])
    assert [problem.code for problem in problems] == expected


def test_what_stands_beside_the_lists_is_a_record_of_its_own():
    class Report(BaseModel):
        summary: str
        key_quote: Quote | None
        sanctions: list[Sanction]

    reply = Report(summary="A summary.", key_quote="Not there", sanctions=[Sanction.model_validate(BAN)])
    data, problems = check(reply)
    assert data.data is not None
    assert data.data.summary == "A summary."
    assert [record.id for record in data.records] == ["sanctions1", "reply"]
    assert [(one.code, one.record, one.field) for one in problems] == [("quote_not_found", "reply", "key_quote")]


def test_validators_of_the_model_have_the_last_word():
    class Pair(BaseModel):
        one: Quote | None
        other: Quote | None

        @model_validator(mode="after")
        def _both(self) -> Pair:
            if self.one is None or self.other is None:
                raise ValueError("both are needed")
            return self

    class Pairs(BaseModel):
        pairs: list[Pair]

    reply = Pairs(pairs=[Pair(one="Norway", other="Sweden"), Pair(one="Norway", other="Denmark")])
    data, problems = check(reply)
    assert data.data is not None
    assert len(data.data.pairs) == 1
    assert "both are needed" in problems[-1].message


def test_quotes_are_found_in_mappings_unions_and_models_that_hold_themselves():
    class Node(BaseModel):
        words: Quote
        notes: dict[str, Quote] = {}
        either: list[Quote] | Target | None = None
        below: list[Node] = []

    assert form_of(Node).quote_fields == ("words", "notes[]", "either[]", "either.name")
    leaf = Node(words="Sweden", notes={"a": "studying a ban", "b": "not there"}, either=Target(name="Beta Ltd."))
    data, problems = check(Node(words="Norway", below=[leaf]))
    assert [quote.span.text for quote in data.quotes_placed] == ["Norway", "Sweden", "studying a ban", "Beta Ltd."]
    assert [(one.record, one.field) for one in problems] == [("below1", "notes.b")]
    assert data.data is not None
    assert data.data.below[0].notes == {"a": "studying a ban"}


def test_the_json_has_the_aliases_that_the_model_was_shown():
    class Item(BaseModel):
        words: Quote = Field(alias="Words")

    class Items(BaseModel):
        """Every item."""

        items: list[Item] = Field(alias="Items")

    model = ScriptedModel({"Items": [{"Words": "Norway"}, {"Words": "Denmark"}]})
    found = extract(TEXT, schema=Items, client=model, settings=Settings(model="openai/m", mend=False))
    assert found.json_data == {"Items": [{"Words": "Norway"}]}
    assert found.quotes_placed[0].path == ("Items", 0, "Words")
    assert found.data is not None
    assert found.data.items[0].words == "Norway"
    again = SchemaExtraction[Any].model_validate_json(found.model_dump_json())
    assert again.load(Items).data == found.data


def test_what_the_article_does_not_bear_out_goes_back_to_the_model_once():
    wrong = BAN | {"evidence": ["barred Ola Nordmann from travelling"]}
    found = read(FREEZE, wrong, more=[{"sanctions": [FREEZE | {"measure": "changed"}, BAN]}])
    assert found.problems == ()
    assert found.data is not None
    assert [one.measure for one in found.data.sanctions] == ["freeze", "ban"]  # the sound record is not touched
    assert len(found.provenance.attempts) == 2


def test_a_second_reply_with_other_records_mends_nothing():
    wrong = BAN | {"evidence": ["barred Ola Nordmann from travelling"], "targets": [{"name": "Ola Nordmann"}]}
    found = read(FREEZE, wrong, more=[{"sanctions": [BAN]}])
    assert found.data is not None
    assert [one.measure for one in found.data.sanctions] == ["freeze", "ban"]
    assert codes(found) == [("quote_not_found", "sanctions2", "evidence[0]")]


def test_the_prompt_has_the_instructions_the_quote_fields_and_the_article():
    model = ScriptedModel({"sanctions": []})
    settings = Settings(model="openai/m", statement_language="Norwegian")
    extract(
        Article(text=TEXT, title="A title"),
        schema=Sanctions,
        instructions="Every sanction of {{ anybody }}.",
        client=model,
        settings=settings,
    )
    system, user = (message["content"] for message in model.requests[0].body["messages"])
    assert "Every sanction of {{ anybody }}." in system
    assert "`sanctions[].targets[].name`, `sanctions[].day`, `sanctions[].evidence[]`" in system
    assert "Norwegian" in system
    assert TEXT in user
    assert "Title: A title" in user


def test_without_instructions_the_docstring_tells():
    system = schema_task(Sanctions).prompt.render("system", statement_language="English")
    assert "Find every sanction." in system


def test_a_prompt_file_with_sections_takes_the_place_of_the_built_in_ones(tmp_path):
    prompt = tmp_path / "own.md"
    prompt.write_text("<!-- system -->\nOnly mine, in {{ statement_language }}.\n")
    model = ScriptedModel({"sanctions": []})
    extract(TEXT, schema=Sanctions, prompt=prompt, client=model, settings=Settings(model="openai/m"))
    system, user = (message["content"] for message in model.requests[0].body["messages"])
    assert system == "Only mine, in English."
    assert TEXT in user


@pytest.mark.parametrize(
    ("schema", "more", "message"),
    [
        (dict, {}, "is to be a Pydantic model"),
        (RootModel[list[Sanction]], {}, "give a model that has the list as a field"),
        (Sanctions, {"instructions": "a", "prompt": "b"}, "either instructions or a prompt"),
        (Sanctions, {"prompt": "nowhere.md"}, "cannot be read"),
        (create_model("Silent", words=(Quote, ...)), {}, "Say what Silent asks for"),
        (create_model("Hidden", words=(dict[Quote, int], ...)), {"instructions": "a"}, "where none can be found"),
        (create_model("Called", reply=(list[Target], ...)), {"instructions": "a"}, "a list called 'reply'"),
        (create_model("Code", call=(Callable[[int], int], ...)), {"instructions": "a"}, "has no JSON Schema"),
    ],
)
def test_what_cannot_be_a_task_is_refused(schema, more, message):
    with pytest.raises(ConfigurationError, match=message):
        schema_task(schema, **more)


def test_the_rules_do_not_read_for_a_schema():
    with pytest.raises(ConfigurationError, match="not Sanctions; name a model"):
        Extractor(task=schema_task(Sanctions))


class Cat(BaseModel):
    sort: Literal["cat"]
    claws: int


class Dog(BaseModel):
    sort: Literal["dog"]
    barks: bool


class Strange(BaseModel):
    """Much of what a model may hold."""

    pet: Annotated[Cat | Dog, Field(discriminator="sort")]
    when: date = Field(description="The day.")
    counts: dict[str, int]
    size: int = Field(ge=1, default=3)


def test_the_schema_that_is_sent_says_in_words_what_strict_servers_refuse():
    asked = response_format(Sanctions)["json_schema"]
    assert asked["strict"] is True
    assert asked["schema"]["$defs"]["Sanction"]["properties"]["targets"]["description"] == "(at least 1 item(s))"
    strange = response_format(Strange)["json_schema"]
    assert strange["strict"] is False  # its mapping has keys that nobody can list
    assert strange["schema"]["properties"]["counts"]["additionalProperties"] == {"type": "integer"}
    assert strange["schema"]["properties"]["when"]["description"] == "The day. (in the format YYYY-MM-DD)"
    assert "oneOf" not in json.dumps(strange)


@dataclass
class Remark:
    """A remark."""

    words: Quote
    by: str


class Place(TypedDict):
    """A place."""

    name: Quote


Words = NewType("Words", Quote)


class Nested(BaseModel):
    """Quotes in whatever may hold them, defined from the top down."""

    remarks: list[Remark]
    places: list[Place] = []
    chosen: set[Quote] = set()
    pair: tuple[Quote, str] | None = None
    deep: dict[str, list[Later]] = {}
    short: Annotated[list[Annotated[Quote, Field(max_length=40)]], Field(max_length=5)] | None = None
    named: Words | None = None


class Later(BaseModel):
    """Defined after what refers to it."""

    words: Quote


def test_quotes_are_placed_in_whatever_pydantic_knows_how_to_hold():
    sent = {
        "remarks": [{"words": "Norway", "by": "a"}, {"words": "nobody wrote this", "by": "b"}],
        "places": [{"name": "Sweden"}, {"name": "Denmark"}],
        "chosen": ["Acme Ltd.", "Gamma Ltd."],
        "pair": ["Monday", "my gloss"],
        "deep": {"a": [{"words": "theatre"}, {"words": "opera"}]},
        "short": ["Beta Ltd.", "Delta Ltd."],
        "named": "not there",
    }
    assert form_of(Nested).quote_fields == (
        "remarks[].words",
        "places[].name",
        "chosen[]",
        "pair[]",
        "deep[][].words",
        "short[]",
        "named",
    )
    text = json.dumps(sent)
    data, problems = check_data(SchemaReply(Nested.model_validate_json(text), sent), Article(text=TEXT))
    assert data.json_data == {
        "remarks": [{"words": "Norway", "by": "a"}],
        "places": [{"name": "Sweden"}],
        "chosen": ["Acme Ltd."],
        "pair": ["Monday", "my gloss"],
        "deep": {"a": [{"words": "theatre"}]},
        "short": ["Beta Ltd."],
        "named": None,
    }
    assert isinstance(data.data, Nested)
    assert data.data.chosen == {"Acme Ltd."}
    assert len([problem for problem in problems if problem.code == "quote_not_found"]) == 6


def test_a_pair_that_loses_one_of_its_quotes_goes_as_a_whole():
    class Pairs(BaseModel):
        pairs: list[Pair]

    class Pair(BaseModel):
        both: tuple[Quote, Quote]

    Pairs.model_rebuild(_types_namespace={"Pair": Pair})
    reply = Pairs.model_validate({"pairs": [{"both": ["Norway", "Norway"]}, {"both": ["Norway", "Denmark"]}]})
    data, _ = check(reply)
    assert data.json_data == {"pairs": [{"both": ["Norway", "Norway"]}]}


class Priced(BaseModel):
    """An amount."""

    words: Quote
    amount: float

    @field_validator("amount")
    @classmethod
    def _in_thousands(cls, value: float) -> float:
        return value * 1000


class Prices(BaseModel):
    """Amounts."""

    prices: list[Priced]


@pytest.mark.parametrize("other", [[], [{"words": "not there", "amount": 1}]])
def test_the_validators_of_a_model_see_what_the_language_model_sent_and_nothing_else(other):
    sent = {"prices": [{"words": "Norway", "amount": 2}, *other]}
    model = ScriptedModel(sent)
    found = extract(TEXT, schema=Prices, client=model, settings=Settings(model="openai/m", mend=False))
    assert found.data is not None
    assert [one.amount for one in found.data.prices] == [2000.0]
    assert found.json_data == {"prices": [{"words": "Norway", "amount": 2}]}


def test_a_mending_shows_the_language_model_what_it_sent():
    sent = {"prices": [{"words": "not there", "amount": 2}]}
    model = ScriptedModel(sent, {"prices": [{"words": "Norway", "amount": 2}]})
    found = extract(TEXT, schema=Prices, client=model, settings=Settings(model="openai/m"))
    assert json.loads(model.requests[1].body["messages"][2]["content"]) == sent
    assert found.data is not None
    assert found.data.prices[0].amount == 2000.0


def test_a_record_does_not_become_one_of_another_model():
    class Named(BaseModel):
        name: Quote
        words: list[Quote]

    class Nameless(BaseModel):
        title: str = "untitled"
        words: list[Quote]

    class Both(BaseModel):
        both: list[Named | Nameless]

    data, problems = check(Both(both=[Named(name="Denmark", words=["Norway"]), Nameless(words=["Sweden"])]))
    assert data.json_data == {"both": [{"title": "untitled", "words": ["Sweden"]}]}
    assert {problem.record for problem in problems} == {"both1"}


@pytest.mark.parametrize(
    "fields",
    [
        {"headline": (Quote, ...), "facts": (list[Later], ...)},
        {"facts": (Annotated[list[Later], Field(min_length=1)], ...)},
    ],
)
def test_a_reply_that_cannot_be_without_what_is_left_out_comes_to_nothing(fields):
    model = create_model("Report", **fields)
    sent = {"headline": "not there", "facts": [{"words": "nor this"}]}
    data, problems = check(model.model_validate({name: sent[name] for name in fields}))
    assert (data.data, data.records) == (None, ())
    assert problems[-1].code == "evidence_lost"


def test_records_that_are_mended_must_make_a_whole_that_the_model_takes():
    class Counted(BaseModel):
        """Facts and their number."""

        number: int
        note: Quote | None
        facts: list[Later]

        @model_validator(mode="after")
        def _agree(self) -> Counted:
            if self.number != len(self.facts):
                raise ValueError("the number is wrong")
            return self

    first = {"number": 1, "note": "not there", "facts": [{"words": "Norway"}]}
    second = {"number": 2, "note": "Sweden", "facts": [{"words": "Norway"}, {"words": "Sweden"}]}
    model = ScriptedModel(first, second)
    found = extract(TEXT, schema=Counted, client=model, settings=Settings(model="openai/m"))
    assert found.json_data == {"number": 1, "note": None, "facts": [{"words": "Norway"}]}


class Cause(BaseModel):
    """A cause, with what caused it."""

    words: Quote
    causes: list[Annotated[Cause, Field(description="What caused it.")]] = []


def test_a_model_that_holds_itself_is_a_schema_like_any_other():
    sent = {"words": "Norway", "causes": [{"words": "Sweden", "causes": []}, {"words": "no", "causes": []}]}
    model = ScriptedModel(sent)
    found = extract(TEXT, schema=Cause, client=model, settings=Settings(model="openai/m", mend=False))
    assert found.json_data == {"words": "Norway", "causes": [{"words": "Sweden", "causes": []}]}
    assert response_format(Cause)["json_schema"]["strict"] is True


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("", "Say what Sanctions asks for"),
        ("<!-- mend -->\nMend it.\n", "does not say what to look for"),
        ("Find it.\n<!-- sytem -->\nTypo.\n", "has a section <!-- sytem -->"),
        ("Find it.\n<!-- mend -->\n{{ nobody }}\n", "'nobody' is undefined"),
        ("Find it.\n<!-- ask -->\n{% if %}\n", "is no template"),
    ],
)
def test_a_fault_in_a_prompt_file_is_told_before_anything_is_asked(tmp_path, prompt, message):
    (tmp_path / "own.md").write_text(prompt)
    with pytest.raises(ConfigurationError, match=message):
        schema_task(Sanctions, prompt=tmp_path / "own.md")


def test_what_stands_before_the_sections_of_a_prompt_file_are_the_instructions(tmp_path):
    (tmp_path / "own.md").write_text("\ufeffEvery sanction.\n<!-- ask -->\nNow, in {{ statement_language }}!\n")
    model = ScriptedModel({"sanctions": []})
    extract(TEXT, schema=Sanctions, prompt=tmp_path / "own.md", client=model, settings=Settings(model="openai/m"))
    system, user = (message["content"] for message in model.requests[0].body["messages"])
    assert "Every sanction." in system
    assert user.startswith("Now, in English!")


WORDS = st.sampled_from([*TEXT.split(), "invented", "on Monday", "Ola Nordmann", "", "Norway froze"])


@st.composite
def sanctions(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "measure": draw(st.sampled_from(["a", "b"])),
        "targets": [{"name": name, "kind": "person"} for name in draw(st.lists(WORDS, min_size=1, max_size=3))],
        "day": draw(st.none() | WORDS),
        "evidence": draw(st.lists(WORDS, max_size=3)),
    }


@given(st.lists(sanctions(), max_size=5))
def test_whatever_the_reply_all_that_is_left_stands_in_the_article_and_the_rest_is_told(given_sanctions):
    reply = Sanctions.model_validate({"sanctions": given_sanctions})
    data, problems = check(reply)
    assert data.data is not None
    left = data.data.model_dump()
    for quote in data.quotes_placed:
        value: Any = left
        for step in quote.path:
            value = value[step]
        assert value == quote.span.text == TEXT[quote.span.start : quote.span.end]
    asked = sum(len(one["targets"]) + len(one["evidence"]) + (one["day"] is not None) for one in given_sanctions)
    kept = sum(len(one.targets) + len(one.evidence) + (one.day is not None) for one in data.data.sanctions)
    assert kept == len(data.quotes_placed) <= asked
    assert len(data.records) == len(data.data.sanctions)
    gone = set(range(len(given_sanctions))) - {int(one.id[9:]) - 1 for one in data.records}
    assert gone <= {int(problem.record[9:]) - 1 for problem in problems}
    again, more = check(data.data)
    # A quote that stands in several places may go to another one where others are gone, and two records then be one.
    assert {problem.code for problem in more} <= {"repeated_record"}
    assert len(again.records) == len(data.records) - len(more)


SCHEMA_FILE = """
from pydantic import BaseModel
from extractor import Quote

class Fact(BaseModel):
    what: str
    words: Quote

class Facts(BaseModel):
    'Every fact.'
    facts: list[Fact]
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "facts.py").write_text(SCHEMA_FILE)
    (tmp_path / "facts.md").write_text("Every fact, with the words that show it.\n")
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(3):
        (articles / f"a{number}.txt").write_text(f"Number {number}. {TEXT}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: object) -> Any:
    environment = {"OPENAI_API_KEY": "k", "COLUMNS": "300"}
    return CliRunner(env=environment).invoke(app, ["run", *map(str, arguments)])


def facts(server: FaultServer) -> list[object]:
    return ["articles", "--schema", "facts.py:Facts", "--model", "openai/m", "--base-url", server.url]


def answer(*words: str) -> dict[str, Any]:
    return {"facts": [{"what": "something", "words": one} for one in words]}


def test_a_run_reads_into_a_schema_and_goes_on_from_where_it_was(project, fault_server):
    server = fault_server(completion(answer("Norway froze", "not there")))
    first = run(*facts(server), "--prompt", "facts.md", "--set", "mend=false")
    assert first.exit_code == 0, first.output
    outcomes = list(read_outcomes(project / "out"))
    assert [outcome.kind for outcome in outcomes] == ["done"] * 3
    for outcome in outcomes:
        assert isinstance(outcome.extraction, SchemaExtraction)
        assert outcome.extraction.json_data == answer("Norway froze")
        assert next(problem.code for problem in outcome.extraction.problems) == "quote_not_found"
    assert len(server.bodies) == 3
    again = run(*facts(server), "--prompt", "facts.md", "--set", "mend=false")
    assert again.exit_code == 0
    assert "3 done before" in again.output
    (project / "facts.md").write_text("Every fact but one.\n")
    changed = run(*facts(server), "--prompt", "facts.md", "--set", "mend=false")
    assert changed.exit_code == 0
    assert len(server.bodies) == 6


def test_a_folder_holds_the_outcomes_of_one_task(project, fault_server):
    assert run("articles", "--model", "rules").exit_code == 0
    other = run(*facts(fault_server(completion(answer("Norway froze")))))
    assert other.exit_code == 2
    assert "has outcomes of the task meetings; choose another --out" in other.output.replace("\n", " ")
    status = CliRunner().invoke(app, ["status", "out"])
    assert ": finished" in status.output  # the refused command left no trace


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--schema", "nothing"], "is to be written"),
        (["--schema", "nothing.py:Facts"], "cannot be loaded"),
        (["--schema", "facts.py:Fiction"], "has no Pydantic model 'Fiction'"),
        (["--schema", "no_such_module_here:Facts"], "cannot be loaded"),
        (["--schema", "facts.py:Facts", "--model", "rules"], "not Facts; name a model"),
        (["--schema", "facts.py:Facts", "--only-likely", "--model", "openai/m"], "not Facts"),
        (["--prompt", "facts.md"], "--prompt goes with --schema"),
    ],
)
def test_a_wrong_use_of_a_schema_is_told(project, options, message):
    result = run("articles", *options)
    assert result.exit_code == 2
    assert message in result.output


def test_a_schema_may_lie_in_a_package_of_the_working_directory(project, fault_server):
    (project / "my_domain").mkdir()
    (project / "my_domain" / "__init__.py").write_text("")
    (project / "my_domain" / "facts.py").write_text(SCHEMA_FILE)
    server = fault_server(completion(answer("Norway froze")))
    arguments = ["articles", "--schema", "my_domain.facts:Facts", "--model", "openai/m", "--base-url", server.url]
    assert run(*arguments).exit_code == 0


def test_schema_files_of_the_same_name_do_not_mix_and_import_what_lies_beside_them(project):
    for folder, field in (("one", "first"), ("other", "second")):
        (project / folder).mkdir()
        (project / folder / "beside.py").write_text("from extractor import Quote\n")
        (project / folder / "facts.py").write_text(
            "from __future__ import annotations\nfrom pydantic import BaseModel\n"
            f"from extractor import Quote\nclass Facts(BaseModel):\n    facts: list[Fact]\n"
            f"class Fact(BaseModel):\n    {field}: Quote\n"
        )
    one, other = (load_schema(f"{folder}/facts.py:Facts") for folder in ("one", "other"))
    assert form_of(one).quote_fields == ("facts[].first",)
    assert form_of(other).quote_fields == ("facts[].second",)


def test_a_schema_file_may_print_but_not_end_the_run(project, fault_server):
    server = fault_server(completion(answer("Norway froze")))
    (project / "facts.py").write_text(f"print('hello')\n{SCHEMA_FILE}")
    events = [json.loads(line) for line in run(*facts(server), "--json").stdout.splitlines()]
    assert events[-1]["outcomes"] == {"done": 3}
    (project / "facts.py").write_text("raise SystemExit(0)")
    ended = run(*facts(server), "--out", "other")
    assert (ended.exit_code, "cannot be loaded: SystemExit" in ended.output) == (2, True)


def test_a_schema_that_the_rules_cannot_read_is_refused_by_a_dry_run_too(project):
    for options in (["--model", "rules"], ["--model", "openai/m", "--only-likely"]):
        result = run("articles", "--schema", "facts.py:Facts", "--dry-run", *options)
        assert (result.exit_code, "not Facts" in result.output) == (2, True)


def test_a_dry_run_of_a_schema_tells_what_it_would_take(project):
    result = run("articles", "--schema", "facts.py:Facts", "--model", "openai/gpt-5-mini", "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["to_read"] == 3


def test_a_schema_is_read_in_batches_to_the_same_data_and_mended_there(project, fault_server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")

    def replies(body: dict[str, Any]) -> Any:
        is_mending = len(body["messages"]) > 2
        return completion(answer("Norway froze") if is_mending else answer("Norway thawed"))

    source = SchemaSource("facts.py:Facts", project / "facts.md")
    direct = fault_server(*[completion(answer("Norway thawed")), completion(answer("Norway froze"))] * 3)
    batches = BatchAPIServer(replies)
    found = {}
    for way, url in (("direct", direct.url), ("batch", batches.url)):
        settings = Settings(model="openai/m", base_url=url, deadline=20)
        more: dict[str, Any] = {"via": way, "pauses": Pauses(0.001, 0.01), "concurrency": 1}
        report = execute(Plan((project / "articles",), project / way, settings, schema=source, **more), Silent())
        assert report.outcomes == {"done": 3}
        found[way] = {
            outcome.path: (outcome.extraction.json_data, outcome.extraction.quotes_placed, outcome.extraction.problems)
            for outcome in read_outcomes(project / way)
        }
    batches.close()
    assert found["direct"] == found["batch"]
    assert all(data == answer("Norway froze") and not problems for data, _, problems in found["batch"].values())


def test_shards_of_a_schema_are_merged_and_those_of_different_tasks_are_not(project, fault_server):
    server = fault_server(completion(answer("Norway froze")))
    for number in (1, 2):
        assert run(*facts(server), "--shard", f"{number}/2", "--out", f"out{number}").exit_code == 0
    merged = CliRunner().invoke(app, ["merge", "out1", "out2", "--out", "all"])
    assert merged.exit_code == 0, merged.output
    assert len(list(read_outcomes(project / "all"))) == 3
    assert run("articles", "--model", "rules", "--out", "other").exit_code == 0
    mixed = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["merge", "out1", "other", "--out", "mixed"])
    assert mixed.exit_code == 2
    assert "were read for different things: Facts, meetings" in mixed.output


def test_an_outcome_keeps_what_the_language_model_sent_beside_the_instance():
    model = ScriptedModel({"prices": [{"words": "Norway", "amount": 2}]})
    extractor = Extractor(task=schema_task(Prices), client=model, settings=Settings(model="openai/m"))
    with extractor:
        (outcome,) = extractor.extract_many([TEXT])
    assert isinstance(outcome.extraction, SchemaExtraction)
    assert outcome.extraction.data.prices[0].amount == 2000.0
    again = Outcome.model_validate_json(outcome.model_dump_json())
    assert isinstance(again.extraction, SchemaExtraction)
    assert again.extraction.data == {"prices": [{"words": "Norway", "amount": 2}]}
    assert again.extraction.load(Prices).data.prices[0].amount == 2000.0
