"""Pieces under the rules: what is read piece by piece and merged is what the whole article gives."""

import asyncio
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.meetings import check_reply, meetings_task, merge_records
from extractor.models import Article
from extractor.pieces import cut, read_in_pieces
from extractor.reading import RulesReader
from extractor.rules import read_article
from extractor.tasks.task import Part, Reading
from tests.conftest import SEEDS
from tests.rules_texts import texts
from tests.test_rules_engine import WORDS

PUBLISHED = date(2024, 5, 8)


def whole(article):
    records, problems = check_reply(read_article(article), article)
    return Part(records, tuple(problems), 0, 0, len(article.text))


def parts_of(article, size, context):
    for piece in cut(article.text, size, context=context):
        read = whole(piece.shown_of(article))
        yield Part(read.records, read.problems, piece.shown_start, piece.start, piece.end)


def facts(records):
    """What the records say, without their ids and order."""
    names = {one.id: (one.name, one.kind) for one in records.participants}
    meetings = {
        one.id: (
            frozenset(names[id] for id in one.participants),
            one.status,
            one.date,
            one.date_text and one.date_text.text,
            one.place_text and one.place_text.text,
            one.country,
            frozenset(one.evidence),
        )
        for one in records.meetings
    }
    claims = [
        (names[one.source], one.cue, one.content, one.modality, one.reported_by, meetings.get(one.meeting))
        for one in records.claims
    ]
    participants = [(one.name, one.kind, one.role, one.represents, one.mentions) for one in records.participants]
    return {"participants": Counter(participants), "meetings": Counter(meetings.values()), "claims": Counter(claims)}


@settings(max_examples=60)
@given(texts(), st.data())
def test_where_what_is_shown_is_enough_to_read_a_sentence_the_pieces_give_what_the_whole_gives(text, data):
    article = Article(text=text, published=PUBLISHED)
    size = data.draw(st.integers(30, len(text)))
    merged, problems = merge_records(list(parts_of(article, size, context=600)), article)
    assert facts(merged) == facts(whole(article).records)
    assert problems == []


@settings(max_examples=60)
@given(
    st.one_of(st.text(min_size=1), st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)), st.data()
)
def test_where_everything_is_shown_any_cut_of_any_text_gives_what_the_whole_gives(text, data):
    article = Article(text=text, published=PUBLISHED)
    size = data.draw(st.integers(max(1, len(text) // 20), len(text)))
    expected = whole(article)
    merged, problems = merge_records(list(parts_of(article, size, context=len(text))), article)
    assert facts(merged) == facts(expected.records)
    assert len(problems) == len({(one.code, one.value) for one in expected.problems})


@pytest.mark.parametrize("size", [60, 333, 1_000, 2_500])
@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem[:3])
def test_the_seeds_in_pieces_give_what_they_give_whole(path, size):
    article = Article(text=path.read_bytes().decode(), published=PUBLISHED)
    task = meetings_task()

    async def read(piece, excerpt):
        return await RulesReader(task).read(piece)

    in_pieces = asyncio.run(read_in_pieces(article, read, size=size, merge=task.merge))
    assert isinstance(in_pieces, Reading)
    assert facts(in_pieces.records) == facts(whole(article).records)


@settings(max_examples=20)
@given(texts(most=12), st.randoms(use_true_random=False), st.integers(60, 400))
def test_merging_does_not_depend_on_the_order_of_the_parts(text, chance, size):
    article = Article(text=text, published=PUBLISHED)
    parts = list(parts_of(article, size, context=200))
    expected = merge_records(parts, article)
    chance.shuffle(parts)
    assert merge_records(parts, article) == expected


@settings(max_examples=20)
@given(texts(most=12), st.integers(1, 3), st.integers(60, 400))
def test_merging_what_is_merged_again_and_with_itself_changes_nothing(text, copies, size):
    article = Article(text=text, published=PUBLISHED)
    merged, problems = merge_records(list(parts_of(article, size, context=200)), article)
    again = Part(merged, tuple(problems), 0, 0, len(text))
    assert merge_records([again] * copies, article) == (merged, problems)


@settings(max_examples=40)
@given(texts(), st.data())
def test_every_span_is_where_it_says_in_the_whole_text(text, data):
    article = Article(text=text, published=PUBLISHED)
    size = data.draw(st.integers(30, len(text)))
    records, _ = merge_records(list(parts_of(article, size, context=150)), article)
    spans = [span for one in records.meetings for span in (*one.evidence, one.date_text, one.place_text) if span]
    spans += [span for one in records.claims for span in (*one.content, one.cue) if span]
    spans += [span for one in records.participants for span in one.mentions]
    assert [text[span.start : span.end] for span in spans] == [span.text for span in spans]
