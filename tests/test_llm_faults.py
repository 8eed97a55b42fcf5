"""The model call against an endpoint that fails in every way it can."""

import asyncio
import json

import pytest

from extractor.errors import (
    ConfigurationError,
    ContentFiltered,
    EmptyReply,
    InvalidReply,
    ModelRefused,
    ModelUnavailable,
    QuotaExhausted,
    ReplyTruncated,
    RequestRejected,
)
from extractor.llm import LanguageModel, Pace, Shared, open_transport
from extractor.models import Reply, Usage
from extractor.settings import Price, Settings
from tests.fault_server import Answer, completion, failure
from tests.replies import reply

GOOD = completion(reply())
MESSAGES = [{"role": "system", "content": "s"}, {"role": "user", "content": "u {{ 7 * 7 }} {% bad"}]


def ask(server, pauses=None, **settings):
    settings = Settings(model="openai/some-model", base_url=server.url, **{"timeout": 5} | settings)

    async def sleep(seconds):
        if pauses is not None:
            pauses.append(seconds)

    async def run():
        transport = open_transport(settings)
        try:
            return await LanguageModel(transport, settings, Shared(Pace(sleep=sleep))).ask(MESSAGES, Reply)
        finally:
            await transport.close()

    return asyncio.run(run())


def test_a_good_reply_takes_one_request_and_is_accounted_for(fault_server):
    server = fault_server(GOOD)
    answer = ask(server, price=Price(input=1.0, output=10.0))
    assert answer.reply == Reply.model_validate(reply())
    assert answer.model_reported == "served-model"
    assert len(server.bodies) == 1
    attempt = answer.attempts[0]
    assert (attempt.status, attempt.usage, attempt.error) == (200, Usage(input_tokens=100, output_tokens=20), None)
    assert attempt.cost == pytest.approx(300e-6)


def test_the_request_carries_a_strict_schema_and_the_messages_untouched(fault_server):
    server = fault_server(GOOD)
    ask(server)
    body = server.bodies[0]
    assert body["messages"] == MESSAGES
    assert body["model"] == "some-model"
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    assert set(body) == {"messages", "model", "response_format"}


@pytest.mark.parametrize("reply_format", ["json_object", "text"])
def test_an_endpoint_without_schemas_is_asked_in_the_prompt(fault_server, reply_format):
    server = fault_server(
        completion("```json\n" + json.dumps(reply()) + "\n```" if reply_format == "text" else reply())
    )
    assert ask(server, reply_format=reply_format).reply == Reply.model_validate(reply())
    assert "json_schema" not in json.dumps(server.bodies[0].get("response_format", {}))


def test_settings_reach_the_request(fault_server):
    server = fault_server(GOOD)
    ask(server, temperature=0.2, max_output_tokens=500, request={"reasoning_effort": "low", "top_k": 3})
    body = server.bodies[0]
    assert (body["temperature"], body["max_tokens"]) == (0.2, 500)
    assert (body["reasoning_effort"], body["top_k"]) == ("low", 3)


def test_a_429_is_waited_out_as_long_as_it_asks(fault_server):
    pauses: list[float] = []
    server = fault_server(failure(429, "slow down", retry_after="3"), GOOD)
    answer = ask(server, pauses)
    assert [attempt.status for attempt in answer.attempts] == [429, 200]
    assert 3.0 <= max(pauses) <= 3.8


def test_server_errors_are_tried_again_with_growing_random_pauses(fault_server):
    pauses: list[float] = []
    server = fault_server(failure(500), failure(504), failure(502), GOOD)
    answer = ask(server, pauses)
    assert [attempt.status for attempt in answer.attempts] == [500, 504, 502, 200]
    assert len(pauses) == 3
    assert all(pause <= 4 for pause in pauses)


def test_an_error_that_a_router_passes_on_with_status_200_is_tried_again(fault_server):
    server = fault_server(Answer({"error": {"code": 502, "message": "upstream"}}), GOOD)
    assert [attempt.status for attempt in ask(server).attempts] == [502, 200]


def test_an_endpoint_that_drips_is_given_up_in_time(fault_server):
    server = fault_server(Answer(GOOD.body, drip=0.05), GOOD)
    first, *_, last = ask(server, timeout=1).attempts
    assert (first.error, last.error) == ("no answer in time", None)


def test_odd_errors_are_errors_of_the_endpoint(fault_server):
    body = {"error": {"code": ["x"], "type": {"y": 1}, "message": "half \ud800 a pair"}}
    server = fault_server(Answer(body, 500, {"Retry-After-Ms": "soon", "Retry-After": "0"}), GOOD)
    attempts = ask(server).attempts
    assert [attempt.status for attempt in attempts] == [500, 200]
    assert attempts[0].error.encode()


def test_a_cut_connection_is_tried_again(fault_server):
    server = fault_server(Answer(GOOD.body, cut_after=40), GOOD)
    answer = ask(server)
    assert [attempt.status for attempt in answer.attempts] == [None, 200]


def test_a_request_without_an_answer_times_out_and_is_tried_again(fault_server):
    server = fault_server(Answer(GOOD.body, delay=60), GOOD)
    first, *_, last = ask(server, timeout=0.3).attempts
    assert (first.error, last.status) == ("no answer in time", 200)


def test_an_endpoint_that_stays_down_is_unavailable_and_every_attempt_is_kept(fault_server):
    server = fault_server(failure(500, "down"))
    with pytest.raises(ModelUnavailable, match="HTTP 500") as caught:
        ask(server, attempts=3)
    assert [attempt.status for attempt in caught.value.attempts] == [500, 500, 500]


def test_an_endpoint_that_is_not_there_is_unavailable(fault_server):
    server = fault_server(GOOD)
    server.close()
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        ask(server, attempts=2)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (failure(400, "context length", "context_length_exceeded"), RequestRejected),
        (failure(401, "bad key"), ConfigurationError),
        (failure(403, "not allowed"), ConfigurationError),
        (failure(404, "no such model"), ConfigurationError),
        (failure(422, "unprocessable"), RequestRejected),
        (failure(429, "no money", "insufficient_quota"), QuotaExhausted),
        (failure(400, "filtered", "content_filter"), ContentFiltered),
        (Answer({"error": {"code": 403, "message": "flagged", "metadata": {"reasons": ["x"]}}}, 403), ContentFiltered),
        (failure(429, "come back tomorrow", retry_after="3600"), ModelUnavailable),
        (completion(None, refusal="I cannot"), ModelRefused),
        (completion("", finish_reason="content_filter"), ContentFiltered),
        (completion('{"participants": [', finish_reason="length"), ReplyTruncated),
        (completion(""), EmptyReply),
        (completion("{}", choices=[]), EmptyReply),
        (Answer("<html>welcome</html>"), InvalidReply),
    ],
)
def test_what_does_not_pass_takes_exactly_one_request(fault_server, answer, error):
    server = fault_server(answer)
    with pytest.raises(error) as caught:
        ask(server)
    assert type(caught.value) is error
    assert len(server.bodies) == 1


def test_a_reply_that_is_not_json_goes_back_once_and_may_recover(fault_server):
    server = fault_server(completion("Here you are!"), GOOD)
    answer = ask(server)
    assert [attempt.usage.input_tokens for attempt in answer.attempts] == [100, 100]
    assert [message["role"] for message in server.bodies[1]["messages"]] == ["system", "user", "assistant", "user"]


def test_a_reply_that_lacks_a_list_twice_is_invalid_and_keeps_its_text(fault_server):
    lacking = {name: value for name, value in reply().items() if name != "claims"}
    server = fault_server(completion(lacking))
    with pytest.raises(InvalidReply, match="claims") as caught:
        ask(server)
    assert json.loads(caught.value.raw) == lacking
    assert len(caught.value.attempts) == len(server.bodies) == 2


def test_faults_between_corrections_keep_the_dialogue_and_count_each_attempt_once(fault_server):
    server = fault_server(completion("no"), failure(500), GOOD)
    answer = ask(server)
    assert [attempt.status for attempt in answer.attempts] == [200, 500, 200]
    used = [attempt.usage.output_tokens for attempt in answer.attempts if attempt.usage]
    assert used == [20, 20]
    assert len(server.bodies[2]["messages"]) == 4


def test_a_field_that_nobody_asked_for_needs_no_correction(fault_server):
    server = fault_server(completion(reply() | {"thoughts": "hm"}))
    assert ask(server).reply == Reply.model_validate(reply())
    assert len(server.bodies) == 1


def test_the_key_goes_to_the_endpoint_and_into_no_message(fault_server):
    server = fault_server(failure(401, "bad key"))
    with pytest.raises(ConfigurationError) as caught:
        ask(server, api_key="sk-secret")
    assert server.headers[0]["authorization"] == "Bearer sk-secret"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-secret\n", " sk-secret "])
def test_white_space_round_a_key_does_not_matter(fault_server, key):
    server = fault_server(GOOD)
    ask(server, api_key=key)
    assert server.headers[0]["authorization"] == "Bearer sk-secret"


@pytest.mark.parametrize("key", ["sk-\nsecret", "ключ-secret"])
def test_an_impossible_key_is_refused_without_being_shown(key):
    with pytest.raises(ConfigurationError) as caught:
        open_transport(Settings(model="openai/m", api_key=key))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:8000", "http://localhost:abc/v1", "ftp://x/v1", "http://"])
def test_a_base_url_that_is_no_address_is_told(url):
    with pytest.raises(ConfigurationError, match="is no address"):
        open_transport(Settings(model="openai/m", base_url=url))


def test_a_missing_key_is_told_in_one_sentence():
    with pytest.raises(ConfigurationError, match="set the environment variable OPENAI_API_KEY"):
        open_transport(Settings(model="openai/gpt-5-mini"))


@pytest.mark.parametrize("model", ["gpt-5-mini", "nowhere/x", "openai/"])
def test_a_model_that_is_not_provider_and_name_is_told_what_to_write(model):
    with pytest.raises(ConfigurationError, match="openai/"):
        open_transport(Settings(model=model))
