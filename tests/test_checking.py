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
    system = meetings_task().prompt.render("system", statement_language="English")
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


def test_an_id_used_twice_loses_no_record_and_names_the_first():
    oslo = meeting("m1", ["p1", "p2"], ["They will meet again in Oslo next month"], status="planned")
    records, problems = check(None, [NAIROBI, oslo])
    assert [(one.id, one.status) for one in records.meetings] == [("m1", "held"), ("m1~", "planned")]
    assert records.claims[0].meeting == "m1"
    assert ("repeated_id", "m1~", "id") in problems


def test_ids_may_be_the_same_in_different_lists():
    records, problems = check(
        [HEGGE | {"id": "1"}, ODHIAMBO | {"id": "2"}, HEGGE | {"id": "3"}],
        [NAIROBI | {"id": "3", "participants": ["1", "2"]}],
        [FRANK | {"id": "1", "source": "3", "meeting": "3"}],
    )
    assert [(one.source, one.meeting) for one in records.claims] == [("1", "3")]
    assert ("repeated_record", "3", "id") in problems


def test_one_word_or_mark_is_no_evidence():
    records, problems = check(None, [NAIROBI | {"evidence": ["met"]}], [FRANK | {"content": ["."]}])
    assert (records.meetings, records.claims) == ((), ())
    assert problems[:2] == [("quote_not_found", "m1", "evidence"), ("quote_not_found", "c1", "content")]


def test_the_same_party_twice_is_one():
    again = HEGGE | {"id": "p3", "name": "Lars Hegge"}
    records, problems = check([HEGGE, ODHIAMBO, again], None, [FRANK | {"source": "p3"}])
    assert records.claims[0].source == "p1"
    assert ("repeated_record", "p3", "id") in problems


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


BAD = "They embraced on the tarmac at dawn"


def mend(first, second):
    """Return the records after mending the first reply by the second, and the codes of the problems that are left."""
    one = Reply.model_validate(first)
    problems = [problem for problem in check_reply(one, ARTICLE)[1] if problem.code in meetings_task().mendable]
    records, left = check_reply(mend_reply(one, Reply.model_validate(second), problems, ARTICLE), ARTICLE)
    return records, {problem.code for problem in left}


def test_mending_replaces_the_faulty_records_and_no_others():
    first = reply(None, [NAIROBI | {"evidence": [BAD]}])
    second = reply([HEGGE | {"name": "Somebody"}], [NAIROBI | {"title": "Mended"}], [FRANK | {"cue": "changed"}])
    records, left = mend(first, second)
    assert [one.title for one in records.meetings] == ["Mended"]
    assert (records.participants[0].name, records.claims[0].cue.text) == ("Lars Hegge", "said")
    assert left == {"date_read"}


def test_mending_adds_the_parties_that_a_mended_record_needs():
    first = reply(None, None, [FRANK, claim("c2", "p9", "said", ["the talks were overdue"])])
    analysts = participant("p3", "Analysts", kind="group")
    records, left = mend(first, reply([analysts], [], [claim("c2", "p3", "said", ["the talks were overdue"])]))
    assert [one.name for one in records.participants] == ["Lars Hegge", "Wanjiru Odhiambo", "Analysts"]
    assert "unknown_id" not in left


def test_a_faulty_record_that_the_second_reply_leaves_out_keeps_what_is_sound():
    records, left = mend(reply(None, [NAIROBI | {"evidence": [MET, BAD]}]), reply([], [], []))
    assert [span.text for span in records.meetings[0].evidence] == [MET]
    assert "quote_not_found" in left


def test_a_second_reply_that_is_worse_is_not_taken():
    first = reply(None, [NAIROBI | {"evidence": [MET, BAD]}])
    records, _ = mend(first, reply(None, [NAIROBI | {"evidence": [BAD], "date_text": "at dawn"}]))
    assert [span.text for span in records.meetings[0].evidence] == [MET]


def test_what_is_wrong_with_a_participant_does_not_touch_a_meeting_of_the_same_id():
    first = reply(
        [HEGGE | {"id": "1"}, ODHIAMBO | {"id": "2"}, participant("3", "Vladimir Putin")],
        [NAIROBI | {"id": "3", "participants": ["1", "2"]}],
        [],
    )
    records, _ = mend(first, reply([], [NAIROBI | {"id": "3", "title": "Changed", "participants": ["1", "2"]}], []))
    assert records.meetings[0].title == "A meeting"


def test_a_reply_of_thousands_of_records_is_checked_in_time_that_grows_with_it():
    many = reply(
        [participant(f"p{n}", "Lars Hegge", kind="group", role=f"trade minister {n}") for n in range(500)],
        [NAIROBI | {"id": f"m{n}", "participants": [f"p{n}"], "title": str(n)} for n in range(500)],
        [FRANK | {"id": f"c{n}", "source": f"p{n}"} for n in range(500)],
    )
    records, _ = check_reply(Reply.model_validate(many), ARTICLE)
    assert (len(records.participants), len(records.meetings), len(records.claims)) == (1, 1, 1)


@pytest.mark.parametrize("code", sorted(meetings_task().mendable))
def test_every_mendable_code_is_one_that_problems_have(code):
    assert (
        Problem(code=code, kind="meeting", record="m", field="f", value=None, message="m", consequence="kept").code
        == code
    )
