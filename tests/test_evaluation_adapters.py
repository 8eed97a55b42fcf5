"""Adapters: other people's annotations become gold of what they annotated, or say which line is wrong."""

import json
from dataclasses import replace
from datetime import date

import pytest

from extractor.errors import ConfigurationError
from extractor.evaluation.adapters import ADAPTERS, read_adapted
from extractor.evaluation.counting import METRICS, score_document
from extractor.evaluation.documents import ClaimUnit, Document, MeetingUnit, Party, Timex
from extractor.evaluation.tally import Counts
from extractor.models import Article
from tests.conftest import ROOT

DEV = ROOT.parent / "shared" / "dev"
FILES = {
    "polnear": "claims_polnear.jsonl",
    "wikievents": "meetings_wikievents.jsonl",
    "rams": "meetings_rams.jsonl",
    "meantime": "dates_meantime.jsonl",
}

SAID = "“Ñandú” – Ana Rojas said the talks  went well, and the\xa0envoys will return. Rain is expected."
MET = "Ana Rojas met envoys in Oslo. She gave an interview there."


def span(text, quote):
    start = text.index(quote)
    return [start, start + len(quote)]


def claim(source, cue, *content):
    def spans(quotes):
        return [span(SAID, quote) for quote in quotes if quote]

    return {
        "source": source,
        "source_spans": spans([source]),
        "cue": cue,
        "cue_spans": spans([cue]),
        "content": " ".join(" ".join(content).split()) or None,
        "content_spans": spans(content),
    }


def core_meeting(**changed):
    return {
        "trigger": "met",
        "start": MET.index("met"),
        "participants": ["Ana Rojas", "envoys"],
        "mentions": [["She", "Ana Rojas", "Rojas"], ["envoys", "They"]],
        "place": "Oslo",
        "core": True,
        **changed,
    }


def marked_meeting(**changed):
    spans = {"participant_spans": [span(MET, "Ana Rojas"), span(MET, "envoys")]}
    return {"trigger": "met", "start": 10, "participants": ["Ana Rojas", "envoys"], "place": "Oslo", **spans, **changed}


def factual_event(**changed):
    told = {"certainty": "CERTAIN", "polarity": "POS", "time": "NON_FUTURE"}
    return {**core_meeting(), "status": {**told, **changed.pop("status", {})}, **changed}


def time_expression(quote, value, **changed):
    return {"text": quote, "start": MET.index(quote), "type": "DATE", "value": value, **changed}


RECORDS = {
    "polnear": {"id": "a", "text": SAID, "claims": [claim("Ana Rojas", "said", "the talks  went well")]},
    "wikievents": {"id": "a", "text": MET, "meetings": [core_meeting()]},
    "rams": {"id": "a", "text": MET, "meetings": [marked_meeting()]},
    "meantime": {"id": "a", "text": MET, "meetings": [factual_event()], "timexes": []},
}


@pytest.fixture
def read(tmp_path):
    def read(name, *records, **changed):
        path = tmp_path / "set.jsonl"
        lines = records or [{**RECORDS[name], **changed}]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return read_adapted(name, path)

    return read


def the_error(read, name, *records, **changed):
    with pytest.raises(ConfigurationError) as caught:
        read(name, *records, **changed)
    return str(caught.value)


every_adapter = pytest.mark.parametrize("name", ADAPTERS)


@every_adapter
def test_articles_come_in_the_order_of_the_documents(read, name):
    known = {**RECORDS[name], "id": "b", "title": "A title", "published": "2019-03-12"}
    found = read(name, known, RECORDS[name])
    text = known["text"]
    published = date(2019, 3, 12)
    assert found.articles == (
        Article(id="b", text=text, title="A title", published=published),
        Article(id="a", text=text),
    )
    assert [(one.id, one.text) for one in found.documents] == [("b", text), ("a", text)]
    assert found.name == name


@every_adapter
def test_a_set_against_itself_is_right(read, name):
    (document,) = read(name).documents
    counts = score_document(document, document).counts
    assert {metric: one.f1 for metric, one in counts.items()} == {
        metric: 1.0 for metric, (field, _) in METRICS.items() if field in document.annotated
    }


def test_sets_that_annotate_a_part_of_the_article_are_for_recall_alone(read):
    assert [name for name in ADAPTERS if read(name).is_recall_only] == ["rams", "meantime"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ana Rojas", "person"),
        ("Kenya", "state"),
        ("the U.S.", "state"),
        ("Ministry of Trade", "organization"),
        ("BBC", "organization"),
        ("Norwegian fishermen", "person"),
        ("envoys", "group"),
    ],
)
def test_the_kind_of_a_party_is_guessed_from_its_name(read, name, kind):
    (document,) = read(
        "wikievents", meetings=[core_meeting(mentions=[[name], ["x"]], participants=[name, "x"])]
    ).documents
    assert document.meetings[0].parties[0].kind == kind


# PolNeAR


def test_attributions_are_claims_without_modality(read):
    (document,) = read(
        "polnear", claims=[claim("Ana Rojas", "said", "the talks  went well", "the\xa0envoys")]
    ).documents
    (found,) = document.claims
    assert document.annotated == {"claims", "cue"}
    assert document.meetings == ()
    assert found.source == Party(("Ana Rojas",), "person")
    assert SAID[slice(*found.cue)] == "said"
    assert [SAID[start:end] for start, end in found.content] == ["the talks  went well", "the\xa0envoys"]
    assert found.statement == "the talks went well the envoys"
    assert found.modality is None


def test_without_a_source_or_a_content_there_is_no_claim(read):
    claims = [claim(None, "is expected", "Rain"), claim("Ana Rojas", "said"), claim(None, None)]
    (document,) = read("polnear", claims=claims).documents
    assert document.claims == ()


def test_a_source_without_capitals_is_a_group(read):
    (document,) = read("polnear", claims=[claim("envoys", "will", "return")]).documents
    assert document.claims[0].source == Party(("envoys",), "group")


def test_a_claim_without_a_cue_has_none(read):
    (document,) = read("polnear", claims=[claim("Ana Rojas", None, "return")]).documents
    assert document.claims[0].cue is None


def said_by_her(**changed):
    text = "Ana Rojas spoke. She said the talks went well."
    cue, content = span(text, "said"), span(text, "the talks went well")
    unit = ClaimUnit("", Party(("She",), "group", is_unresolved=True), tuple(cue), (tuple(content),), None)
    return Document("a", text, (), (replace(unit, **changed),), frozenset({"claims", "cue"}))


def test_a_source_that_is_a_pronoun_is_right_where_the_word_of_saying_is(read):
    resolved = Party(("Ana Rojas",), "person")
    found = score_document(said_by_her(), said_by_her(source=resolved)).counts
    assert (found["claims"].f1, found["claims content"].f1) == (1.0, 1.0)
    elsewhere = score_document(said_by_her(), said_by_her(source=resolved, cue=(10, 15))).counts
    assert (elsewhere["claims"].f1, elsewhere["claims content"].f1) == (0.0, 1.0)


def test_a_pronoun_in_the_annotations_is_marked_as_one(read):
    pronoun = claim("Ana Rojas", "said", "return") | {"source": "the", "source_spans": [span(SAID, "the")]}
    assert not read("polnear", claims=[pronoun]).documents[0].claims[0].source.is_unresolved
    (document,) = read(
        "wikievents", meetings=[core_meeting(mentions=[["her"], ["they"]], participants=["her", "they"])]
    ).documents
    assert all(party.is_unresolved for party in document.meetings[0].parties)


# WikiEvents


def test_a_core_meeting_has_its_participants_with_their_mentions(read):
    (document,) = read("wikievents").documents
    assert document.annotated == {"meetings", "participants", "place"}
    assert document.claims == ()
    assert document.meetings == (
        MeetingUnit(
            title="met",
            parties=(Party(("Ana Rojas", "Rojas"), "person"), Party(("envoys",), "group")),
            date=None,
            place="Oslo",
            country=None,
            format=None,
            status=None,
            evidence=((10, 13),),
        ),
    )


def test_a_party_that_is_only_a_pronoun_keeps_it(read):
    (document,) = read(
        "wikievents", meetings=[core_meeting(mentions=[["her"], ["they"]], participants=["her", "they"])]
    ).documents
    assert [party.names for party in document.meetings[0].parties] == [("her",), ("they",)]


@pytest.mark.parametrize("changed", [{"core": False}, {"participants": [], "mentions": []}])
def test_what_is_no_meeting_or_cannot_be_aligned_is_left_out(read, changed):
    (document,) = read("wikievents", meetings=[core_meeting(**changed)]).documents
    assert document.meetings == ()


# RAMS


def test_a_window_has_its_one_marked_meeting(read):
    (document,) = read("rams").documents
    (meeting,) = document.meetings
    assert document.annotated == {"meetings", "participants", "place"}
    assert meeting.parties == (Party(("Ana Rojas",), "person"), Party(("envoys",), "group"))
    assert (meeting.place, meeting.evidence) == ("Oslo", ((10, 13),))


def test_a_party_that_fills_both_slots_is_one(read):
    place = span(MET, "envoys")
    meeting = marked_meeting(participants=["envoys", "envoys"], participant_spans=[place, place])
    (document,) = read("rams", meetings=[meeting]).documents
    assert document.meetings[0].parties == (Party(("envoys",), "group"),)


@pytest.mark.parametrize("number", [0, 2])
def test_a_window_without_its_one_meeting_is_malformed(read, number):
    assert "line 1, is malformed: meetings: " in the_error(read, "rams", meetings=[marked_meeting()] * number)


# MEANTIME


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, "held"),
        ({"polarity": "NEG"}, "denied"),
        ({"time": "FUTURE"}, "planned"),
        ({"certainty": "POSSIBLE"}, "unconfirmed"),
    ],
)
def test_the_status_of_an_event_follows_from_its_factuality(read, told, status):
    (document,) = read("meantime", meetings=[factual_event(status=told)]).documents
    assert document.meetings[0].status == status
    assert document.annotated == {"meetings", "participants", "place", "status", "timexes"}


def test_only_dates_of_the_calendar_are_kept(read):
    values = {"Oslo": "2008-FA", "Rojas": "2019-03-12", "envoys": "PRESENT_REF"}
    (document,) = read("meantime", timexes=[time_expression(*pair) for pair in values.items()]).documents
    assert document.timexes == (Timex((4, 9), "2019-03-12"),)


def test_a_date_is_judged_where_its_words_are_annotated(read):
    (gold,) = read("meantime", timexes=[time_expression("Oslo", "2019-03-12")]).documents
    given = replace(gold, timexes=(Timex((21, 27), "2019-03"), Timex((0, 3), "1999")))
    assert score_document(gold, given).counts["timexes"] == Counts(1, 1, 1)
    wrong = replace(gold, timexes=(Timex((21, 27), "2019-04"),))
    assert score_document(gold, wrong).counts["timexes"] == Counts(0, 1, 1)


# Errors


def test_an_unknown_name_lists_the_known(tmp_path):
    with pytest.raises(
        ConfigurationError, match=r"^There is no adapter 'ace'; there are: polnear, wikievents, rams, meantime\.$"
    ):
        read_adapted("ace", tmp_path / "set.jsonl")


@every_adapter
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(ConfigurationError, match=r"set\.jsonl' cannot be read: No such file or directory\.$"):
        read_adapted(name, tmp_path / "set.jsonl")


@every_adapter
def test_a_file_without_records_is_refused(tmp_path, name):
    (tmp_path / "set.jsonl").write_text("\n")
    with pytest.raises(ConfigurationError, match=r"set\.jsonl' has no records\.$"):
        read_adapted(name, tmp_path / "set.jsonl")


@every_adapter
@pytest.mark.parametrize("line", [b"{", b"[]", b'{"id": "b", "text": "t"}', b'{"id": "\xff"}'])
def test_a_malformed_line_is_named_by_its_number(tmp_path, name, line):
    path = tmp_path / "set.jsonl"
    path.write_bytes(b"\n" + json.dumps(RECORDS[name]).encode() + b"\n" + line)
    with pytest.raises(ConfigurationError, match=r"^.*set\.jsonl', line 3, is malformed: [^\n]+\.$"):
        read_adapted(name, path)


def test_an_id_is_used_once(read):
    assert "line 2, is malformed: the id 'a' is used twice." in the_error(read, "rams", *[RECORDS["rams"]] * 2)


@pytest.mark.parametrize("field", ["source_spans", "cue_spans", "content_spans"])
@pytest.mark.parametrize("spans", [[], [[0, 3]], [[-9, -1]], [[5, 5]], [[0, 10_000]]])
def test_wrong_offsets_of_a_claim_are_told(read, field, spans):
    wrong = {**claim("Ana Rojas", "said", "the talks  went well"), field: spans}
    assert "line 1, is malformed: the offsets [" in the_error(read, "polnear", claims=[wrong])


@pytest.mark.parametrize("start", [-1, 9, 10_000])
@pytest.mark.parametrize(("name", "meeting"), [("wikievents", core_meeting), ("rams", marked_meeting)])
def test_a_wrong_offset_of_a_trigger_is_told(read, name, meeting, start):
    assert "line 1, is malformed: the offsets [" in the_error(read, name, meetings=[meeting(start=start)])


def test_a_wrong_offset_of_a_participant_is_told(read):
    wrong = marked_meeting(participant_spans=[[0, 9], [0, 6]])
    assert "the offsets [(0, 6)] are not those of 'envoys'." in the_error(read, "rams", meetings=[wrong])


@pytest.mark.parametrize(
    ("name", "meeting"),
    [("wikievents", core_meeting(mentions=[["Ana Rojas"]])), ("rams", marked_meeting(participant_spans=[[0, 9]]))],
)
def test_every_participant_needs_its_mentions(read, name, meeting):
    assert "participants of 'met' are not as many as their mentions." in the_error(read, name, meetings=[meeting])


# The real sets


@pytest.mark.parametrize(
    ("name", "documents", "meetings", "claims"),
    [
        # Of PolNeAR's 511 attributions 34 have no source; of WikiEvents' 18 core meetings 4 have no participants.
        ("polnear", 20, 0, 511 - 34),
        ("wikievents", 23, 18 - 4, 0),
        ("rams", 26, 26 - 1, 0),
        ("meantime", 60, 5 - 1, 0),
    ],
)
def test_the_real_sets_are_read_whole(name, documents, meetings, claims):
    path = DEV / FILES[name]
    if not path.exists():
        pytest.skip(f"other people's annotations are not part of the project: no {path}")
    found = read_adapted(name, path)
    assert len(found.documents) == len(found.articles) == documents
    assert sum(len(one.meetings) for one in found.documents) == meetings
    assert sum(len(one.claims) for one in found.documents) == claims
    for document in found.documents:
        counts = score_document(document, document).counts
        assert counts
        assert {metric: one.f1 for metric, one in counts.items()} == dict.fromkeys(counts, 1.0), document.id


def test_the_real_attributions_are_511():
    path = DEV / FILES["polnear"]
    if not path.exists():
        pytest.skip(f"other people's annotations are not part of the project: no {path}")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert sum(len(record["claims"]) for record in records) == 511
    assert sum(not one["source_spans"] for record in records for one in record["claims"]) == 34
