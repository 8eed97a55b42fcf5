"""From a reply to records: what the article bears out stays, all else is a problem."""

import json
import re

import pytest

from extractor.meetings import check_reply, meetings_task, mend_reply
from extractor.models import Article, Problem, Reply
from tests.replies import FRANK, HEGGE, MET, NAIROBI, ODHIAMBO, TEXT, claim, meeting, participant, reply

ARTICLE = Article(text=TEXT, published="2019-03-14")


def check(*lists, **more):
    records, problems = check_reply(Reply.model_validate(reply(*lists, **more)), ARTICLE)
    return records, [(problem.code, problem.record, problem.field) for problem in problems]


def test_a_sound_reply_becomes_records_with_offsets():
    records, problems = check()
    assert problems == [("date_read", "m1", "date")]
    met = records.meetings[0]
    assert met.evidence[0].text == MET
    assert TEXT[met.evidence[0].start : met.evidence[0].end] == MET
    assert (met.date_text.text, met.date) == ("on Tuesday", "2019-03-12")
    assert [mention.text for mention in records.participants[0].mentions] == ["Lars Hegge", "Hegge"]
    assert records.claims[0].cue.start == TEXT.index("said the talks were “")


def test_the_examples_in_the_prompt_are_borne_out_by_their_articles():
    system = meetings_task().prompt.render("system")
    texts, replies = re.findall(r"```text\n(.*?)\n```", system, re.S), re.findall(r"```json\n(.*?)```", system, re.S)
    assert len(texts) == len(replies) == 2
    for text, answer, published in zip(texts, replies, ["2019-03-14", None], strict=True):
        records, problems = check_reply(
            Reply.model_validate_json(answer, strict=True), Article(text=text, published=published)
        )
        assert problems == []
        assert len(records.meetings) == len(json.loads(answer)["meetings"])
        spans = [span for record in records.meetings for span in record.evidence]
        spans += [span for record in records.claims for span in (*record.content, record.cue)]
        assert {span.match for span in spans} <= {"exact"}


def test_an_invented_quote_is_left_out_and_the_sound_ones_stay():
    records, problems = check(None, [NAIROBI | {"evidence": [MET, "They signed a treaty of eternal peace in Oslo"]}])
    assert ("quote_not_found", "m1", "evidence") in problems
    assert [span.text for span in records.meetings[0].evidence] == [MET]


def test_a_record_whose_every_quote_is_invented_is_left_out():
    records, problems = check(None, [meeting("m1", ["p1", "p2"], ["They met in Paris"])], [FRANK | {"meeting": None}])
    assert records.meetings == ()
    assert [code for code, *_ in problems] == ["quote_not_found", "evidence_lost", "unused_participant"]


def test_an_invented_cue_is_left_out_and_the_claim_stays():
    records, problems = check(None, None, [FRANK | {"cue": "insisted"}])
    assert records.claims[0].cue is None
    assert ("quote_not_found", "c1", "cue") in problems


def test_a_party_that_the_article_does_not_name_is_left_out_with_what_hangs_on_it():
    putin = participant("p3", "Vladimir Putin")
    records, problems = check(
        [HEGGE, ODHIAMBO, putin],
        [NAIROBI | {"participants": ["p1", "p2", "p3"]}],
        [FRANK, claim("c2", "p3", "said", ["the talks were overdue"])],
    )
    assert [one.id for one in records.participants] == ["p1", "p2"]
    assert records.meetings[0].participants == ("p1", "p2")
    assert [one.id for one in records.claims] == ["c1"]
    assert problems[0] == ("name_not_found", "p3", "name")
    assert ("reference_lost", "m1", "participants") in problems
    assert ("reference_lost", "c2", "source") in problems


def test_a_record_without_any_quote_is_left_out():
    records, problems = check(None, [NAIROBI | {"evidence": []}], [FRANK | {"content": []}])
    assert (records.meetings, records.claims) == ((), ())
    assert problems[:2] == [("no_evidence", "m1", "evidence"), ("no_evidence", "c1", "content")]


def test_invented_aliases_and_roles_are_left_out():
    records, problems = check([HEGGE | {"aliases": ["Hegge", "Larsen"], "role": "king of Norway"}, ODHIAMBO])
    assert (records.participants[0].aliases, records.participants[0].role) == (("Hegge",), None)
    assert ("alias_not_found", "p1", "aliases") in problems
    assert ("role_not_found", "p1", "role") in problems


def test_dangling_ids_are_left_out():
    records, problems = check(None, [NAIROBI | {"participants": ["p1", "p2", "p9"]}], [FRANK | {"meeting": "m7"}])
    assert records.meetings[0].participants == ("p1", "p2")
    assert records.claims[0].meeting is None
    assert ("unknown_id", "m1", "participants") in problems
    assert ("unknown_id", "c1", "meeting") in problems


def test_an_id_used_twice_names_its_first_record():
    records, problems = check([HEGGE, ODHIAMBO | {"id": "p1"}], [NAIROBI | {"participants": ["p1", "p2"]}])
    assert [one.name for one in records.participants] == ["Lars Hegge"]
    assert ("repeated_id", "p1", "id") in problems
    assert ("too_few_participants", "m1", "participants") in problems


def test_the_same_party_twice_is_one():
    again = HEGGE | {"id": "p3", "name": "Lars Hegge"}
    records, problems = check([HEGGE, ODHIAMBO, again], None, [FRANK | {"source": "p3"}])
    assert records.claims[0].source == "p1"
    assert ("repeated_record", "p3", "name") in problems


def test_the_same_meeting_and_claim_twice_are_one():
    records, problems = check(
        None, [NAIROBI, NAIROBI | {"id": "m2"}], [FRANK | {"meeting": "m2"}, FRANK | {"id": "c2"}]
    )
    assert [one.id for one in records.meetings] == ["m1"]
    assert [(one.id, one.meeting) for one in records.claims] == [("c1", "m1"), ("c2", "m1")][:1]
    assert ("repeated_record", "m2", "id") in problems
    assert ("repeated_record", "c2", "id") in problems


def test_a_meeting_of_one_party_is_kept_and_told():
    records, problems = check(None, [NAIROBI | {"participants": ["p1"]}])
    assert len(records.meetings) == 1
    assert ("too_few_participants", "m1", "participants") in problems
    assert ("unused_participant", "p2", "name") in problems


def test_an_outlet_that_the_article_does_not_name_is_left_out():
    records, problems = check(None, None, [FRANK | {"reported_by": "Reuters"}])
    assert records.claims[0].reported_by is None
    assert ("name_not_found", "c1", "reported_by") in problems


def test_nothing_found_is_a_success():
    records, problems = check([], [], [])
    assert (records.participants, records.meetings, records.claims, problems) == ((), (), (), [])


def test_empty_strings_are_nothing():
    records, _ = check([HEGGE | {"role": "", "represents": ""}, ODHIAMBO], [NAIROBI | {"outcome": "", "date": None}])
    assert records.participants[0].role is None
    assert records.meetings[0].outcome is None


def a_problem(record):
    return Problem(
        code="quote_not_found", record=record, field="evidence", value="x", message="m", consequence="left_out"
    )


def mend(first, second, *records):
    return mend_reply(
        Reply.model_validate(first), Reply.model_validate(second), [a_problem(record) for record in records]
    ).model_dump(mode="json")


def test_mending_replaces_the_faulty_records_and_no_others():
    second = reply([HEGGE | {"name": "Somebody"}], [NAIROBI | {"title": "Mended"}], [FRANK | {"cue": "changed"}])
    assert mend(reply(), second, "m1") == reply(None, [NAIROBI | {"title": "Mended"}])


def test_mending_adds_the_parties_that_a_mended_record_needs():
    new = participant("p3", "Analysts", kind="group")
    second = reply([new], [], [FRANK | {"source": "p3"}])
    assert mend(reply(), second, "c1") == reply([HEGGE, ODHIAMBO, new], None, [FRANK | {"source": "p3"}])


def test_a_faulty_record_that_the_second_reply_leaves_out_stays_to_be_checked():
    assert mend(reply(), reply([], [], []), "m1") == reply()


@pytest.mark.parametrize("code", sorted(meetings_task().mendable))
def test_every_mendable_code_is_one_that_problems_have(code):
    assert Problem(code=code, record="m1", field="f", value=None, message="m", consequence="kept").code == code
