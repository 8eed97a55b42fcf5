"""Further passes: the model is asked again for what it missed, and its answer is merged with the first."""

import json

import pytest

from extractor import Extractor, Settings
from extractor.batch import read_outcomes
from tests.conftest import ScriptedModel
from tests.fault_server import completion, failure
from tests.replies import HEGGE, NAIROBI, ODHIAMBO, TEXT, claim, meeting, participant, reply
from tests.test_batch_provider import batch_api, run  # noqa: F401

NOTHING = reply([], [], [])
ANALYSTS = participant("p3", "Analysts", kind="group")
OVERDUE = claim("c2", "p3", "said", ["the talks were overdue"])
OSLO = meeting("m2", ["p1", "p2"], ["They will meet again in Oslo next month"], status="planned", place_text="Oslo")
FIRST = reply([HEGGE, ODHIAMBO], [NAIROBI], [])
MORE = reply([HEGGE, ODHIAMBO, ANALYSTS], [OSLO], [OVERDUE])


def extract(*replies, passes=2, **settings):
    model = ScriptedModel(*replies)
    with Extractor(settings=Settings(model="openai/m", passes=passes, **settings), client=model) as extractor:
        return extractor.extract(TEXT), model


def test_what_a_second_pass_finds_is_merged_with_the_first():
    found, model = extract(FIRST, MORE)
    assert [one.name for one in found.participants] == ["Lars Hegge", "Wanjiru Odhiambo", "Analysts"]
    assert [(one.id, one.status) for one in found.meetings] == [("m1", "held"), ("m2", "planned")]
    assert [(one.id, one.source) for one in found.claims] == [("c1", "p3")]
    assert found.problems == ()
    assert len(found.provenance.attempts) == len(model.requests) == 2


def test_it_is_asked_in_the_same_dialogue_and_only_for_what_is_missing():
    _, model = extract(FIRST, MORE)
    first, second = (request.body["messages"] for request in model.requests)
    assert second[:2] == first
    assert [message["role"] for message in second[2:]] == ["assistant", "user"]
    assert json.loads(second[2]["content"]) == FIRST
    assert "only the meetings and claims that are missing" in second[3]["content"]


def test_one_pass_asks_once():
    found, model = extract(FIRST, passes=1)
    assert len(model.requests) == 1
    assert [one.id for one in found.meetings] == ["m1"]


def test_what_is_given_again_is_there_once():
    again = reply(
        meetings=[{**NAIROBI, "id": "m9", "evidence": ["Hegge met Kenyan minister Wanjiru Odhiambo in Nairobi"]}]
    )
    found, _ = extract(reply(), again)
    assert [one.id for one in found.meetings] == ["m1"]
    assert [one.id for one in found.claims] == ["c1"]


def test_records_of_the_first_reply_may_be_referred_to_by_their_ids():
    late = claim("c7", "p1", "announced", ["They will meet again in Oslo next month"], meeting="m1")
    found, _ = extract(FIRST, reply([], [], [late]))
    (said,) = found.claims
    assert (found.participant(said.source).name, said.meeting, found.problems) == ("Lars Hegge", "m1", ())
    assert len(found.meetings) == 1


def test_a_pass_that_finds_nothing_changes_nothing_and_is_the_last():
    odd = reply(meetings=[{**NAIROBI, "id": "m7"}], claims=[])
    found, model = extract(odd, NOTHING, passes=3)
    assert [one.id for one in found.meetings] == ["m7"]
    assert len(model.requests) == 2


def test_a_third_pass_goes_on_from_the_second():
    found, model = extract(FIRST, reply([HEGGE, ODHIAMBO], [OSLO], []), reply([ANALYSTS], [], [OVERDUE]), passes=3)
    assert (len(found.meetings), len(found.claims), len(model.requests)) == (2, 1, 3)
    roles = [message["role"] for message in model.requests[-1].body["messages"]]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]


def test_the_dialogue_goes_on_behind_the_mended_reply():
    wrong = reply(meetings=[{**NAIROBI, "evidence": ["Hegge never met Odhiambo"]}], claims=[])
    found, model = extract(wrong, reply(meetings=[NAIROBI], claims=[]), MORE)
    assert json.loads(model.requests[2].body["messages"][2]["content"])["meetings"] == [NAIROBI]
    assert (len(found.meetings), found.problems) == (2, ())


def test_what_a_second_pass_cannot_show_is_a_problem_and_not_mended():
    invented = meeting("m2", ["p1", "p2"], ["They met on the moon"])
    found, model = extract(FIRST, reply([HEGGE, ODHIAMBO], [invented], []))
    assert [(one.code, one.record) for one in found.problems] == [("quote_not_found", "m2"), ("evidence_lost", "m2")]
    assert len(model.requests) == 2


@pytest.mark.parametrize("answer", ["I have said all.", {"surprise": 1}])
def test_a_pass_that_fails_keeps_what_was_found_and_tells(answer):
    found, _ = extract(FIRST, answer)
    assert len(found.meetings) == 1
    (problem,) = found.problems
    assert (problem.code, problem.kind, problem.consequence) == ("pass_failed", "reply", "kept")
    assert problem.message.startswith("pass 2 for what was missed failed: The reply is not of the form")
    assert len(found.provenance.attempts) == 2


def test_an_endpoint_that_fails_in_a_second_pass_costs_no_article(fault_server):
    server = fault_server(completion(FIRST), failure(400, "too long"))
    settings = Settings(model="openai/m", base_url=server.url, passes=2)
    with Extractor(settings=settings) as extractor:
        found = extractor.extract(TEXT)
    assert [one.code for one in found.problems] == ["pass_failed"]
    assert [one.status for one in found.provenance.attempts] == [200, 400]


def test_passes_go_with_batches(batch_api, tmp_path):  # noqa: F811
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT)
    server = batch_api(lambda body: completion(FIRST if len(body["messages"]) == 2 else MORE))
    report = run(server, tmp_path / "in", tmp_path / "out", settings={"passes": 2})
    (outcome,) = read_outcomes(tmp_path / "out")
    assert (report.outcomes, len(server.bodies), server.made()) == ({"done": 1}, 2, 2)
    assert len(outcome.extraction.meetings) == 2
