"""Recording and replaying exchanges."""

import asyncio
import json

import pytest

from extractor import Extractor, Settings
from extractor.errors import CassetteMiss, ConfigurationError, ModelUnavailable
from extractor.llm import Exchange, Recording, Replaying, Request
from extractor.models import Article
from tests.conftest import ScriptedModel
from tests.fault_server import completion, failure
from tests.replies import TEXT, reply

ARTICLE = Article(id="talks", text=TEXT, published="2019-03-14")


def extract(article=ARTICLE, **options):
    settings = options.pop("settings", Settings(model="openai/some-model"))
    with Extractor(settings=settings, **options) as extractor:
        return extractor.extract(article)


def test_what_is_recorded_is_replayed_without_a_network(tmp_path):
    recorded = extract(client=ScriptedModel(reply()), record=tmp_path)
    replayed = extract(replay=tmp_path)
    assert replayed.provenance.replayed
    same = {"participants", "meetings", "claims", "problems"}
    assert replayed.model_dump(include=same) == recorded.model_dump(include=same)
    assert replayed.provenance.usage == recorded.provenance.usage


def test_replies_are_found_in_any_order(tmp_path):
    articles = [Article(id=f"a{n}", text=f"Article {n}. {TEXT}") for n in range(20)]
    for number, article in enumerate(articles):
        said = reply()
        said["meetings"] = [said["meetings"][0] | {"title": f"Meeting {number}"}]
        extract(article, client=ScriptedModel(said), record=tmp_path)
    extractor = Extractor(settings=Settings(model="openai/some-model"), replay=tmp_path)
    for number, article in reversed(list(enumerate(articles))):
        assert extractor.extract(article).meetings[0].title == f"Meeting {number}"


def test_a_correction_dialogue_is_replayed_too(tmp_path):
    recorded = extract(client=ScriptedModel("no JSON", reply()), record=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    assert len(extract(replay=tmp_path).provenance.attempts) == len(recorded.provenance.attempts) == 2


def test_a_request_that_failed_before_it_succeeded_is_replayed_with_its_failures_and_no_pause(tmp_path, fault_server):
    server = fault_server(failure(429, "slow down", retry_after="0.1"), failure(500), completion(reply()))
    settings = Settings(model="openai/some-model", base_url=server.url)
    extract(settings=settings, record=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    replayed = extract(settings=settings, replay=tmp_path)
    assert [attempt.status for attempt in replayed.provenance.attempts] == [429, 500, 200]


def test_failures_alone_are_recorded_as_well(tmp_path, fault_server):
    server = fault_server(failure(500, "down"))
    settings = Settings(model="openai/some-model", base_url=server.url, attempts=1)
    for options in ({"record": tmp_path}, {"replay": tmp_path}):
        with pytest.raises(ModelUnavailable, match="down"):
            extract(settings=settings, **options)


def test_secrets_never_reach_a_cassette(tmp_path):
    class Talkative(ScriptedModel):
        async def send(self, request):
            exchange = await super().send(request)
            headers = {"set-cookie": "SECRET-1", "openai-organization": "SECRET-2", "x-new": "SECRET-3"}
            return Exchange(200, headers | {"content-type": "application/json"}, exchange.body)

    extract(client=Talkative(reply()), record=tmp_path, settings=Settings(model="openai/m", api_key="SECRET-4"))
    text = next(tmp_path.iterdir()).read_text()
    assert "SECRET" not in text
    assert json.loads(text)["interactions"][0]["response"]["headers"] == {"content-type": ["application/json"]}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"settings": Settings(model="openai/other")}, "differs in: the model"),
        ({"settings": Settings(model="openai/some-model", temperature=1.0)}, "differs in: the parameters"),
        ({"article": ARTICLE.model_copy(update={"text": TEXT + " More."})}, "differs in: the article"),
    ],
)
def test_a_miss_tells_the_article_and_what_differs(tmp_path, change, named):
    extract(client=ScriptedModel(reply()), record=tmp_path)
    with pytest.raises(CassetteMiss, match=named) as caught:
        extract(replay=tmp_path, **change)
    assert "'talks'" in str(caught.value)
    assert "messages" in caught.value.request


def test_a_changed_prompt_is_a_loud_miss(tmp_path):
    body = {"model": "m", "messages": [{"role": "system", "content": "old"}, {"role": "user", "content": "u"}]}
    asyncio.run(Recording(ScriptedModel(reply()), tmp_path).send(Request(body, "talks")))
    changed = body | {"messages": [{"role": "system", "content": "new"}, body["messages"][1]]}
    with pytest.raises(CassetteMiss, match="differs in: the prompt"):
        asyncio.run(Replaying(tmp_path).send(Request(changed, "talks")))


def test_an_empty_or_missing_folder_and_a_damaged_cassette_are_told(tmp_path):
    with pytest.raises(CassetteMiss, match="holds no cassettes"):
        extract(replay=tmp_path)
    with pytest.raises(ConfigurationError, match="no folder of cassettes"):
        extract(replay=tmp_path / "missing")
    extract(client=ScriptedModel(reply()), record=tmp_path)
    next(tmp_path.iterdir()).write_text('{"interactions": []}')
    with pytest.raises(ConfigurationError, match="damaged"):
        extract(replay=tmp_path)


def test_a_place_that_cannot_be_written_is_told_before_anything_is_paid(tmp_path):
    (tmp_path / "file").write_text("")
    model = ScriptedModel(reply())
    with pytest.raises(ConfigurationError, match="Nothing can be recorded"):
        extract(client=model, record=tmp_path / "file")
    assert model.requests == []


def test_a_recording_that_fails_does_not_cost_the_reply(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("extractor.llm.cassettes.write_whole", full)
    assert extract(client=ScriptedModel(reply()), record=tmp_path).meetings


def test_recording_and_replaying_at_once_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="not both"):
        extract(record=tmp_path, replay=tmp_path)
