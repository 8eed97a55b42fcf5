"""A schema of one's own: any Pydantic model, its quotes placed and verified wherever they are nested."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, RootModel, model_validator
from typer.testing import CliRunner

from extractor import Article, ConfigurationError, Extractor, Quote, Settings, extract, schema_task
from extractor.batch import read_outcomes
from extractor.batch.execution import Plan, Silent, execute
from extractor.batch.service import Pauses
from extractor.cli import app
from extractor.llm.schema import response_format
from extractor.models import SchemaExtraction
from extractor.models.quote import quote_fields
from extractor.tasks import SchemaSource
from extractor.tasks.checking import check_data
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
    data, problems = check_data(reply, Article(text=TEXT))
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
    data, problems = check_data(Budget(**reply), Article(text=TEXT))
    assert (data.data is not None) is is_found
    assert [record.id for record in data.records] == (["reply"] if is_found else [])
    assert [problem.code for problem in problems] == expected


def test_what_stands_beside_the_lists_is_a_record_of_its_own():
    class Report(BaseModel):
        summary: str
        key_quote: Quote | None
        sanctions: list[Sanction]

    reply = Report(summary="A summary.", key_quote="Not there", sanctions=[Sanction.model_validate(BAN)])
    data, problems = check_data(reply, Article(text=TEXT))
    assert data.data is not None
    assert data.data.summary == "A summary."
    assert [record.id for record in data.records] == ["sanctions1"]
    assert [(one.code, one.record, one.consequence) for one in problems] == [
        ("quote_not_found", "reply", "left_out"),
        ("evidence_lost", "reply", "kept"),
    ]


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
    data, problems = check_data(reply, Article(text=TEXT))
    assert data.data is not None
    assert len(data.data.pairs) == 1
    assert "both are needed" in problems[-1].message


def test_quotes_are_found_in_mappings_unions_and_models_that_hold_themselves():
    class Node(BaseModel):
        words: Quote
        notes: dict[str, Quote] = {}
        either: list[Quote] | Target | None = None
        below: list[Node] = []

    assert quote_fields(Node) == ["words", "notes[]", "either[]", "either.name"]
    leaf = Node(words="Sweden", notes={"a": "studying a ban", "b": "not there"}, either=Target(name="Beta Ltd."))
    data, problems = check_data(Node(words="Norway", below=[leaf]), Article(text=TEXT))
    assert [quote.span.text for quote in data.quotes_placed] == ["Norway", "Sweden", "studying a ban", "Beta Ltd."]
    assert [(one.record, one.field) for one in problems] == [("below1", "notes.b")]
    assert data.data is not None
    assert data.data.below[0].notes == {"a": "studying a ban"}


def test_aliases_are_the_models_and_the_data_has_the_names_of_the_fields():
    class Item(BaseModel):
        words: Quote = Field(alias="Words")

    class Items(BaseModel):
        items: list[Item] = Field(alias="Items")

    model = ScriptedModel({"Items": [{"Words": "Norway"}, {"Words": "Denmark"}]})
    found = extract(TEXT, schema=Items, client=model, settings=Settings(model="openai/m", mend=False))
    assert found.json_data == {"items": [{"words": "Norway"}]}
    assert found.quotes_placed[0].path == ("items", 0, "words")
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
    data, problems = check_data(reply, Article(text=TEXT))
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
    again, more = check_data(data.data, Article(text=TEXT))
    assert more == []
    assert again.data == data.data


SCHEMA_FILE = """
from pydantic import BaseModel, ConfigDict
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
        assert run(*facts(server), "--shard", f"{number}/2", "--out", f"out{number}").exit_code in (0, 2)
    merged = CliRunner().invoke(app, ["merge", "out1", "out2", "--out", "all"])
    assert merged.exit_code == 0, merged.output
    assert len(list(read_outcomes(project / "all"))) == 3
    assert run("articles", "--model", "rules", "--out", "other").exit_code == 0
    mixed = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["merge", "out1", "other", "--out", "mixed"])
    assert mixed.exit_code == 2
    assert "were read for different things: Facts, meetings" in mixed.output
