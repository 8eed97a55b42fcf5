"""The five seed articles, replayed: every quote in its place, and how far the reading agrees with the gold.

The cassettes are recordings of a language model that read the requests at a desk (see cassettes/README.md). The counts
are printed with `pytest -s`; what is asserted are floors.
"""

import json

import pytest

from extractor import Article, Extractor, Settings
from extractor.articles import ArticleReader
from tests.conftest import CASSETTES, GOLD, SEEDS

IDS = sorted(path.stem for path in SEEDS.glob("*.txt"))


@pytest.fixture(scope="module")
def extractions():
    articles = [found.article for found in ArticleReader([SEEDS])]
    with Extractor(settings=Settings(model="openai/desk-llm"), replay=CASSETTES) as extractor:
        return {article.id: extractor.extract(article) for article in articles}


def gold(id):
    return json.loads((GOLD / f"{id}.json").read_text())


def test_the_seeds_and_their_gold_are_the_same_five_articles(extractions):
    assert sorted(extractions) == IDS == sorted(path.stem for path in GOLD.glob("*.json"))
    assert len(IDS) == 5


@pytest.mark.parametrize("id", IDS)
def test_every_quote_stands_where_its_offsets_say(extractions, id):
    found = extractions[id]
    text = (SEEDS / f"{id}.txt").read_bytes().decode()
    assert found.article.text == text
    spans = [span for _, _, span in found.quotes()]
    spans += [span for participant in found.participants for span in participant.mentions]
    assert [text[span.start : span.end] for span in spans] == [span.text for span in spans]
    assert [problem for problem in found.problems if problem.code == "quote_not_found"] == []


@pytest.mark.parametrize("id", IDS)
def test_every_participant_is_mentioned_and_belongs_to_a_record(extractions, id):
    found = extractions[id]
    used = {party for meeting in found.meetings for party in meeting.participants}
    used |= {claim.source for claim in found.claims}
    assert {participant.id for participant in found.participants} == used
    assert [participant.name for participant in found.participants if not participant.mentions] == []


def test_the_reading_agrees_with_the_gold_on_all_meetings_and_nearly_all_claims(extractions):
    missed_meetings, missed_claims, extra = [], [], []
    for id in IDS:
        expected, found = gold(id), extractions[id]
        text = found.article.text
        names = {one["id"]: {one["name"], *one["aliases"]} for one in expected["participants"]}
        same = {
            ours.id: theirs
            for ours in found.participants
            for theirs, known in names.items()
            if known & {ours.name, *ours.aliases}
        }
        meetings = {meeting_key(meeting, same) for meeting in found.meetings}
        missed_meetings += [(id, one["title"]) for one in expected["meetings"] if gold_meeting_key(one) not in meetings]
        extra += [(id, "meeting")] * (len(found.meetings) - len(expected["meetings"]))
        left = list(found.claims)
        for one in expected["claims"]:
            match = next((claim for claim in left if agrees(claim, one, same, text)), None)
            if match:
                left.remove(match)
            else:
                missed_claims.append((id, one["statement"]))
        extra += [(id, claim.statement) for claim in left]
    print(f"\nmeetings: {10 - len(missed_meetings)} of 10; claims: {23 - len(missed_claims)} of 23")
    print("not found:", *missed_meetings, *missed_claims, sep="\n  ")
    print("found beyond the gold:", *extra, sep="\n  ")
    assert missed_meetings == []
    assert len(missed_claims) <= 3


def meeting_key(meeting, same):
    parties = frozenset(same.get(party, party) for party in meeting.participants)
    return (parties, meeting.status, meeting.format, meeting.country, meeting.date)


def gold_meeting_key(one):
    return (frozenset(one["participants"]), one["status"], one["format"], one["country"], one["date"])


def agrees(claim, one, same, text):
    """Tell whether source and modality are the gold's, and the content overlaps by half."""
    ours = {i for span in claim.content for i in range(span.start, span.end)}
    theirs = {i for quote in one["content"] for i in range(text.index(quote), text.index(quote) + len(quote))}
    overlap = len(ours & theirs) / len(ours | theirs)
    return same.get(claim.source) == one["source"] and claim.modality == one["modality"] and overlap >= 0.5


def test_vcrpy_replays_the_same_cassettes_through_the_real_client(seed_cassettes):
    path = SEEDS / "000_3beed4abfc655dab.txt"
    settings = Settings(model="openai/desk-llm", base_url="http://127.0.0.1:9/v1", attempts=1)
    with seed_cassettes() as cassette, Extractor(settings=settings) as extractor:
        found = extractor.extract(Article(id=path.stem, text=path.read_bytes().decode()))
    assert cassette.play_count == 1
    assert [meeting.format for meeting in found.meetings] == ["in_person", "in_person", "call"]


def test_vcrpy_replays_no_other_articles_answer(seed_cassettes):
    from extractor.errors import ModelUnavailable

    settings = Settings(model="openai/desk-llm", base_url="http://127.0.0.1:9/v1", attempts=1)
    with seed_cassettes(), Extractor(settings=settings) as extractor, pytest.raises(ModelUnavailable):
        extractor.extract("An article that nobody recorded.")
