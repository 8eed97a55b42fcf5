"""Merging of records: what several readings of an article found, each thing once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.meetings import Records, merge_records
from extractor.models import Article, Claim, Meeting, Participant, Problem, Span
from extractor.tasks.task import Part
from tests.readings import TEXT, parts

FIRST = "Peruvian minister Ana Rojas met Lars Hegge of Norway in Oslo on Monday. Rojas said that quotas would rise."
BORDER = "Hegge called the talks frank."
SECOND = "Later Rojas and Hegge agreed on a date. The IMF warned that prices could fall. Rojas met Hegge in Oslo."
WHOLE = f"{FIRST}\n\n{BORDER}\n\n{SECOND}"
ARTICLE = Article(text=WHOLE)
MIDDLE = len(FIRST) + 2
"""Where the second piece begins; the sentence at the border belongs to it and is shown to both."""


def person(id, name, kind="person", **fields):
    given = {"aliases": (), "role": None, "represents": None, "mentions": ()} | fields
    return Participant(id=id, name=name, kind=kind, **given)


def met(id, parties, *evidence, **fields):
    """A meeting whose quotes are placed in the whole text; `read` moves them to where a piece has them."""
    given = {
        "title": "A meeting",
        "format": "in_person",
        "status": "held",
        "date_text": None,
        "date": None,
        "place_text": None,
        "country": None,
        "topics": (),
        "outcome": None,
    } | fields
    return Meeting(id=id, participants=tuple(parties), evidence=tuple(map(place, evidence)), **given)


def said(id, source, *content, cue=None, **fields):
    given = {"reported_by": None, "statement": "Something.", "modality": "asserted", "meeting": None} | fields
    return Claim(id=id, source=source, content=tuple(map(place, content)), cue=cue and place(cue), **given)


def place(quote):
    start = WHOLE.index(quote)
    return Span(text=quote, start=start, end=start + len(quote))


def first(*records, problems=()):
    """What was read in the first piece, to which the sentence at the border was shown too."""
    return part(records, problems, 0, 0, MIDDLE)


def second(*records, problems=()):
    """What was read in the second piece, to which everything was shown."""
    return part(records, problems, 0, MIDDLE, len(WHOLE))


def part(records, problems, shown_from, start, end):
    of = {kind: tuple(one for one in records if isinstance(one, kind)) for kind in (Participant, Meeting, Claim)}
    used = {id for one in of[Meeting] for id in one.participants} | {one.source for one in of[Claim]}
    found = Records(
        tuple(one for one in of[Participant] if one.id in used),
        of[Meeting],
        of[Claim],
        tuple(one for one in of[Participant] if one.id not in used),
    )
    return Part(found, tuple(problems), shown_from, start, end)


def names(records):
    return [one.name for one in records.participants]


def merged(*parts):
    return merge_records(parts, ARTICLE)[0]


def warned(id, *named):
    """A claim of each of these, so that they are listed."""
    words = ("prices", "could fall", "agreed", "a date", "frank")
    return [said(f"{id}{number}", one.id, words[number]) for number, one in enumerate(named)]


ROJAS = person("p1", "Ana Rojas", role="Peruvian minister", represents="Peru")
HEGGE = person("p2", "Lars Hegge", represents="Norway")
MET = "Ana Rojas met Lars Hegge of Norway in Oslo on Monday"


def one_party(*named):
    """The party of whom each of these, of a reading of its own, is another naming."""
    readings = [part([one, said("c1", one.id, "prices")], (), 0, 0, len(WHOLE)) for one in named]
    return merged(*readings).participants


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ana Rojas", "person"), ("Rojas", "person")),
        (("Ana Rojas", "person"), ("Ana", "person")),
        (("Ana Rojas", "person"), ("ANA ROJAS", "person")),
        (("Ana Rojas", "person"), ("Ana Maria Rojas", "person")),
        (("José Rojas", "person"), ("Jose Rojas", "person")),
        (("the IMF", "organization"), ("IMF", "organization")),
        (("United States", "state"), ("the US", "state")),
        (("Turkey", "state"), ("Ankara", "state")),
        (("Kurdish fighters", "group"), ("Kurdish Fighters", "organization")),
        (("李克强", "person"), ("李克强", "person")),
    ],
)
def test_names_of_one_party_are_one(one, other):
    for order in ((one, other), (other, one)):
        (party,) = one_party(*(person("p1", name, kind) for name, kind in order))
        assert {party.name, *party.aliases} == {one[0], other[0]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ana Rojas", "person"), ("Luis Rojas", "person")),
        (("Rojas", "person"), ("Rojas", "organization")),
        (("Ana Rojas", "person"), ("Hegge", "person")),
        (("Ministry", "organization"), ("Ministry of Trade", "organization")),
        (("Norway", "state"), ("Norwegian delegation", "group")),
    ],
)
def test_names_of_two_parties_are_two(one, other):
    assert len(one_party(*(person("p1", name, kind) for name, kind in (one, other)))) == 2


def test_a_surname_that_two_people_bear_is_nobody_s():
    found = one_party(person("p1", "Ana Rojas"), person("p1", "Luis Rojas"), person("p1", "Rojas"))
    assert sorted(one.name for one in found) == ["Ana Rojas", "Luis Rojas", "Rojas"]


def test_an_unnamed_holder_of_an_office_is_not_that_of_another_state():
    found = one_party(*(person("p1", "foreign minister", represents=state) for state in ("Peru", "Norway", "Peru")))
    assert [one.represents for one in found] == ["Peru", "Norway"]


def test_a_name_is_whoever_has_it_for_another_name():
    fund = person("p1", "International Monetary Fund", "organization", aliases=("IMF",))
    (party,) = one_party(person("p1", "IMF", "organization"), fund)
    assert (party.name, party.aliases) == ("International Monetary Fund", ("IMF",))


def test_what_one_reading_lists_as_two_stays_two():
    two = [person("p1", "Ana Rojas"), person("p2", "Rojas")]
    readings = [part([*two, *warned("c", *two)], (), 0, 0, len(WHOLE)) for _ in range(2)]
    assert names(merged(*readings)) == ["Ana Rojas", "Rojas"]


def test_a_party_has_its_fullest_name_and_role_from_whichever_part_gives_them():
    short = person("p1", "Rojas", role="minister")
    (party,) = one_party(short, ROJAS)
    assert (party.name, party.aliases, party.role, party.represents) == (
        "Ana Rojas",
        ("Rojas",),
        "Peruvian minister",
        "Peru",
    )
    assert [WHOLE[span.start : span.end] for span in party.mentions] == ["Ana Rojas", "Rojas", "Rojas", "Rojas"]


def test_a_party_that_does_nothing_in_one_part_still_gives_its_name_to_the_other():
    (party,) = merged(first(ROJAS), second(person("p1", "Rojas"), said("c1", "p1", "prices"))).participants
    assert (party.name, party.role) == ("Ana Rojas", "Peruvian minister")


def test_a_meeting_in_what_is_shown_to_both_is_there_once():
    frank = met("m1", ["p1", "p2"], "Hegge called the talks frank")
    records = merged(first(ROJAS, HEGGE, frank), second(ROJAS, HEGGE, frank))
    assert [one.evidence for one in records.meetings] == [frank.evidence]


def test_what_was_shown_for_the_sense_alone_is_left_to_the_reading_of_that_stretch():
    claim = said("c1", "p1", "called the talks frank")
    frank = met("m1", ["p1", "p2"], "Hegge called the talks frank")
    assert merged(first(ROJAS, HEGGE, frank, claim), second()) == Records(
        (), (), (), merged(first(ROJAS, HEGGE)).unused
    )


def test_a_meeting_that_two_readings_tell_each_in_the_words_of_the_other_is_not_lost():
    theirs = met("m1", ["p1", "p2"], "Hegge called the talks frank")
    ours = met("m1", ["p1", "p2"], MET)
    records = merged(first(ROJAS, HEGGE, theirs), second(ROJAS, HEGGE, ours))
    assert [one.evidence for one in records.meetings] == [(*ours.evidence, *theirs.evidence)]


def test_one_occasion_is_one_meeting_however_far_apart_it_is_told():
    on_monday = met(
        "m1",
        ["p1", "p2"],
        MET,
        date_text=place("on Monday"),
        date="2024-05-06",
        topics=("quotas",),
        format="unspecified",
    )
    again = met(
        "m7", ["p5", "p6"], "Rojas met Hegge in Oslo", place_text=place("Oslo"), country="NO", outcome="A date was set."
    )
    records = merged(first(ROJAS, HEGGE, on_monday), second(person("p5", "Rojas"), person("p6", "Hegge"), again))
    (meeting,) = records.meetings
    assert meeting == on_monday.model_copy(
        update={
            "format": "in_person",
            "place_text": again.place_text,
            "country": "NO",
            "outcome": "A date was set.",
            "evidence": (*on_monday.evidence, *again.evidence),
        }
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "cancelled"},
        {"status": "denied"},
        {"status": "planned"},
        {"date_text": place("a date"), "date": "2024-05-09"},
        {"place_text": place("Peruvian"), "country": "PE"},
        {"participants": ("p1", "p3")},
    ],
)
def test_what_differs_in_status_date_place_or_parties_is_another_meeting(fields):
    imf = person("p3", "IMF", "organization")
    known = {"date_text": place("on Monday"), "date": "2024-05-06", "place_text": place("Oslo"), "country": "NO"}
    one = met("m1", ["p1", "p2"], MET, **known)
    other = met("m1", ["p1", "p2"], "Rojas met Hegge in Oslo").model_copy(update=fields)
    assert len(merged(first(ROJAS, HEGGE, one), second(ROJAS, HEGGE, imf, other)).meetings) == 2


def test_a_proposal_that_led_to_talks_has_their_status_title_and_day():
    offer = met("m1", ["p1", "p2"], MET, status="proposed", title="Offer", date_text=place("on Monday"))
    talks = met("m1", ["p1", "p2"], "Rojas met Hegge in Oslo", title="Talks", date_text=place("Later"))
    (meeting,) = merged(first(ROJAS, HEGGE, offer), second(ROJAS, HEGGE, talks)).meetings
    assert (meeting.status, meeting.title, meeting.date_text.text) == ("held", "Talks", "Later")


def test_the_minister_counts_and_not_the_state_that_another_part_names():
    states = [person("p1", "Peru", "state"), person("p2", "Norway", "state")]
    records = merged(
        first(*states, met("m1", ["p1", "p2"], MET)), second(ROJAS, HEGGE, met("m1", ["p1", "p2"], "Rojas met Hegge"))
    )
    assert (len(records.meetings), names(records)) == (1, ["Ana Rojas", "Lars Hegge"])


def test_meetings_that_a_reading_tells_apart_stay_apart():
    one, other = met("m1", ["p1", "p2"], "Hegge called"), met("m2", ["p1", "p2"], "Rojas met Hegge in Oslo")
    records = merged(first(ROJAS, HEGGE, met("m1", ["p1", "p2"], MET)), second(ROJAS, HEGGE, one, other))
    assert len(records.meetings) == 2


def test_a_meeting_that_is_said_to_be_another_is_another():
    text = "Ana Rojas met Lars Hegge.\n\nRojas held a second meeting with Hegge."

    def told(start, end):
        evidence = (Span(text=text[start:end], start=start, end=end),)
        meeting = met("m1", ["p1", "p2"]).model_copy(update={"evidence": evidence})
        return part([ROJAS, HEGGE, meeting], (), 0, start, end)

    records, _ = merge_records([told(0, 24), told(27, len(text) - 1)], Article(text=text))
    assert len(records.meetings) == 2


def test_claims_of_one_source_in_overlapping_words_are_one():
    whole = said("c1", "p1", "prices could fall", cue="warned", statement="Prices could fall.")
    half = said("c1", "p1", "could fall", modality="forecast", reported_by="Reuters")
    imf = person("p1", "IMF", "organization")
    (claim,) = merged(second(imf, whole), second(imf, half)).claims
    assert claim == whole.model_copy(update={"reported_by": "Reuters"})


def test_claims_of_two_sources_or_of_other_words_are_two():
    imf = person("p1", "IMF", "organization")
    one = second(imf, said("c1", "p1", "prices could fall"))
    assert len(merged(one, second(HEGGE, said("c1", "p2", "could fall"))).claims) == 2
    assert len(merged(one, second(imf, said("c1", "p1", "agreed on a date"))).claims) == 2


def test_ids_are_numbered_in_the_order_of_the_text_and_references_follow():
    imf = person("p1", "IMF", "organization")
    late = second(
        imf,
        ROJAS.model_copy(update={"id": "p8"}),
        HEGGE.model_copy(update={"id": "p9"}),
        met("m5", ["p9", "p8"], "Rojas met Hegge in Oslo", status="planned"),
        said("c1", "p1", "prices could fall", meeting="m5"),
    )
    early = first(ROJAS, HEGGE, met("m1", ["p1", "p2"], MET), said("c9", "p1", "quotas would rise", meeting="m1"))
    records = merged(late, early)
    assert names(records) == ["Ana Rojas", "Lars Hegge", "IMF"]
    assert [(one.id, one.participants, one.status) for one in records.meetings] == [
        ("m1", ("p1", "p2"), "held"),
        ("m2", ("p2", "p1"), "planned"),
    ]
    assert [(one.id, one.source, one.meeting) for one in records.claims] == [("c1", "p1", "m1"), ("c2", "p3", "m2")]


def test_offsets_of_a_piece_are_moved_to_the_whole():
    offset = WHOLE.index(SECOND)
    claim = said("c1", "p1", "prices could fall", cue="warned")
    moved = claim.model_copy(update={"content": (claim.content[0].moved(-offset),), "cue": claim.cue.moved(-offset)})
    records = merged(part([person("p1", "IMF", "organization"), moved], (), offset, offset, len(WHOLE)))
    assert records.claims == (claim,)


def problem(code, record, field="evidence", value=None, kind="meeting", told="it is so", consequence="left_out"):
    message = f"{record}.{field}: {told}; it is left out."
    return Problem(
        code=code, kind=kind, record=record, field=field, value=value, message=message, consequence=consequence
    )


def problems_of(*parts):
    return [(one.code, one.record, one.message) for one in merge_records(parts, ARTICLE)[1]]


def test_problems_name_records_as_they_are_called_now_and_those_left_out_by_new_ids():
    early = first(ROJAS, HEGGE, met("m1", ["p1", "p2"], MET, status="planned"))
    late = second(
        HEGGE,
        person("p1", "IMF", "organization"),
        met("m1", ["p1", "p2"], "Rojas met Hegge in Oslo"),
        problems=[
            problem("quote_not_found", "m1"),
            problem("no_evidence", "m2"),
            problem("repeated_record", "m3", "id", told="it says the same as m1"),
            problem("reference_lost", "m1", "participants", "p7", told="'p7' is itself left out"),
            problem("name_not_found", "p7", "name", kind="participant", told="the article does not have 'm1'"),
            problem("unknown_id", "m1", "participants", "p9", told="there is no record 'p9'"),
        ],
    )
    assert problems_of(early, late) == [
        ("quote_not_found", "m2", "m2.evidence: it is so; it is left out."),
        ("no_evidence", "m3", "m3.evidence: it is so; it is left out."),
        ("repeated_record", "m4", "m4.id: it says the same as m2; it is left out."),
        ("reference_lost", "m2", "m2.participants: 'p7' is itself left out; it is left out."),
        ("name_not_found", "p4", "p4.name: the article does not have 'm1'; it is left out."),
        ("unknown_id", "m2", "m2.participants: what was read with it has no record 'p9'; it is left out."),
    ]


def test_a_problem_that_the_other_reading_solves_is_none():
    unused = problem("unused_participant", "p1", "name", "Ana Rojas", "participant")
    alone = problem("too_few_participants", "m1", "participants", consequence="kept")
    undated = problem("date_unsupported", "m1", "date", "2024-05-01")
    unplaced = problem("country_invalid", "m1", "country", "XX")
    early = first(ROJAS, HEGGE, met("m1", ["p2"], MET), problems=[unused, alone, undated, unplaced])
    again = met("m1", ["p1", "p2"], "Rojas met Hegge in Oslo", date_text=place("Later"), date="2024-05-06")
    assert [code for code, _, _ in problems_of(early, second(ROJAS, HEGGE, again))] == ["country_invalid"]


def test_a_party_that_does_nothing_anywhere_is_one_problem():
    unused = problem("unused_participant", "p1", "name", "Ana Rojas", "participant")
    assert problems_of(first(ROJAS, problems=[unused]), second(ROJAS, problems=[unused])) == [
        ("unused_participant", "p1", "p1.name: it is so; it is left out.")
    ]


def test_problems_of_what_was_left_to_another_reading_are_left_to_it():
    frank = met("m1", ["p1", "p2"], "Hegge called the talks frank")
    wrong = problem("quote_not_found", "m1", value="words")
    assert problems_of(first(ROJAS, HEGGE, frank, problems=[wrong]), second(ROJAS, HEGGE, frank)) == []


@settings(max_examples=40)
@given(parts(), st.randoms(use_true_random=False))
def test_whatever_was_read_the_merged_records_are_sound_and_merging_again_changes_nothing(read, chance):
    article = Article(text=TEXT)
    records, problems = merge_records(read, article)
    ids = {one.id for one in records.participants}
    assert {id for one in records.meetings for id in one.participants} | {one.source for one in records.claims} == ids
    assert {one.meeting for one in records.claims} <= {None, *(one.id for one in records.meetings)}
    quotes = [span for one in records.meetings for span in one.evidence]
    quotes += [span for one in records.claims for span in one.content]
    assert [TEXT[span.start : span.end] for span in quotes] == [span.text for span in quotes]
    again = Part(records, tuple(problems), 0, 0, len(TEXT))
    assert merge_records([again], article) == (records, problems)
    assert merge_records([again, again, again], article)[0] == records
    chance.shuffle(read)
    assert merge_records(read, article) == (records, problems)
