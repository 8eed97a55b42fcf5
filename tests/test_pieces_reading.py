"""Reading in pieces: each is asked about, nothing is lost at a border, and no fault costs more than its piece."""

import asyncio
import contextlib
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor import Article, Extractor, Settings
from extractor.batch import read_outcomes
from extractor.batch.execution import Plan, execute
from extractor.errors import (
    ConfigurationError,
    ModelRefused,
    ModelUnavailable,
    NotAnswered,
    ReplyTruncated,
)
from extractor.meetings import Records, merge_records
from extractor.models import Attempt, Claim, Participant, Span
from extractor.pieces import cut, pieces_of, read_in_pieces
from extractor.reading import configuration_of
from extractor.tasks.task import Reading
from tests.conftest import ScriptedModel
from tests.fault_server import completion
from tests.long_articles import ReadingServer, found_in, long_text, part_of, reads, shown_in
from tests.replies import TEXT, meeting, reply
from tests.test_batch_provider import QUICK, Quiet, batch_api, settings_for  # noqa: F401

LONG = long_text(60)
SIZE = 4_000
PIECES = len(cut(LONG, SIZE))


@pytest.fixture
def reading_server():
    servers = []

    def start(answer=reads):
        servers.append(ReadingServer(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def extract(server, text=LONG, **more):
    given = {"piece_characters": SIZE, "attempts": 1, **more}
    with Extractor(settings=Settings(model="openai/m", base_url=server.url, **given)) as extractor:
        return extractor.extract(text)


def lines_of(article):
    """Records of a reader that makes a claim of every line of what it is shown."""
    claims, start = [], 0
    for number, line in enumerate(article.text.split("\n")):
        span = Span(text=line, start=start, end=start + len(line))
        start += len(line) + 1
        if line.strip():
            claims.append(
                Claim(
                    id=f"c{number}",
                    source="p1",
                    reported_by=None,
                    cue=None,
                    content=(span,),
                    statement=line,
                    modality="asserted",
                    meeting=None,
                )
            )
    lund = Participant(id="p1", name="Lund", aliases=(), kind="person", role=None, represents=None, mentions=())
    return Records((lund,) if claims else (), (), tuple(claims))


ODD_LINES = st.lists(
    st.text(
        st.one_of(
            st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")),
            st.sampled_from("👩🏽‍🚀🇳🇴é̈अक्षשלוםمرحبا\u200f\u202e\u0301。！ "),
        ),
        min_size=1,
        max_size=60,
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60)
@given(ODD_LINES, st.integers(20, 300))
def test_every_line_in_any_script_is_read_once_and_keeps_its_place(odd, size):
    # A line of its own has a number of its own: what stands twice could be taken for one another.
    text = "\n".join(f"{number}: {line}" for number, line in enumerate(odd))
    article = Article(text=text)

    async def read(piece, excerpt):
        return Reading(lines_of(piece))

    read_again = asyncio.run(read_in_pieces(article, read, size=size, merge=merge_records))
    whole = {(span.start, span.end, span.text) for one in lines_of(article).claims for span in one.content}
    found = [(span.start, span.end, span.text) for one in read_again.records.claims for span in one.content]
    assert set(found) == whole
    assert len(found) == len(whole)


def attempt(status=200):
    return Attempt(status=status, seconds=0.0, usage=None, cost=0.0)


def read_with(outcomes, *, size=SIZE):
    """Read LONG with what each piece is to bring, by its number: an error, or one attempt."""
    asked = []

    async def read(article, excerpt):
        asked.append((excerpt.number, excerpt.of))
        await asyncio.sleep(0)
        outcome = outcomes.get((excerpt.number, excerpt.of)) or outcomes.get(excerpt.number)
        if outcome:
            outcome.attempts = (attempt(500),)
            raise outcome
        return Reading(Records((), (), ()), (), "m", (attempt(),))

    article = Article(text=LONG)
    return asked, lambda: asyncio.run(read_in_pieces(article, read, size=size, merge=merge_records))


def test_all_pieces_are_asked_about_though_one_fails_and_the_error_has_the_attempts_of_all():
    asked, read = read_with({2: ModelUnavailable("gone")})
    with pytest.raises(ModelUnavailable) as caught:
        read()
    assert sorted(asked) == [(number, PIECES) for number in range(1, PIECES + 1)]
    assert [one.status for one in caught.value.attempts] == [200, 500, *[200] * (PIECES - 2)]


def test_an_answer_that_is_still_to_come_reaches_the_caller_when_all_have_been_asked():
    asked, read = read_with({1: NotAnswered({}), 3: NotAnswered({})})
    with pytest.raises(NotAnswered):
        read()
    assert len(asked) == PIECES


@pytest.mark.parametrize(
    "errors",
    [
        [NotAnswered({}), ModelRefused("no"), ConfigurationError("the key")],
        [NotAnswered({}), ModelUnavailable("gone"), RuntimeError("a fault of ours")],
        [NotAnswered({}), ModelRefused("no")],
        [ModelRefused("no"), ModelRefused("nor that")],
    ],
)
def test_of_several_errors_what_every_article_would_meet_comes_first_and_waiting_last(errors):
    for order in (errors, errors[::-1]):
        _, read = read_with(dict(enumerate(order, 1)))
        with pytest.raises(type(errors[-1])):
            read()


def test_a_piece_whose_reply_is_cut_off_is_read_in_halves_and_these_in_quarters():
    asked, read = read_with({(1, 1): ReplyTruncated("too long"), (2, 2): ReplyTruncated("too long")}, size=len(LONG))
    attempts = read().attempts
    assert asked == [(1, 1), (1, 2), (2, 2), (3, 4), (4, 4)]
    assert [one.status for one in attempts] == [500, 200, 500, 200, 200]


def test_a_reply_that_is_cut_off_about_little_text_fails_the_article_with_all_its_attempts():
    asked, read = read_with({number: ReplyTruncated("too long") for number in range(1, 99)}, size=len(LONG))
    with pytest.raises(ReplyTruncated) as caught:
        read()
    assert len(asked) == len(caught.value.attempts) == 7


def test_only_so_many_pieces_of_an_article_are_under_way_at_once():
    under_way, most = 0, 0

    async def read(article, excerpt):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001)
        under_way -= 1
        return Reading(Records((), (), ()))

    asyncio.run(read_in_pieces(Article(text=LONG), read, size=500, merge=merge_records))
    assert most == 8


def test_pieces_with_nothing_on_them_are_not_asked_about():
    article = Article(text=f"Holm met Lund.\n{' ' * 2_000}\nLund left.")
    assert len(cut(article.text, 300)) > 4
    written_on = [article.text[one.start : one.end].strip() for one in pieces_of(article, 300)]
    assert written_on == ["Holm met Lund.", "Lund left."]


def test_a_long_article_gives_through_the_real_client_what_it_gives_whole(reading_server):
    server = reading_server()
    whole, found = extract(server, piece_characters=len(LONG)), extract(server)
    assert found.model_dump(exclude={"provenance"}) == whole.model_dump(exclude={"provenance"})
    assert (len(found.meetings), len(found.claims), len(found.participants)) == (60, 60, 120)
    assert [LONG[span.start : span.end] for _, _, span in found.quotes()] == [
        span.text for _, _, span in found.quotes()
    ]
    assert len(server.bodies) == 1 + PIECES
    assert len(found.provenance.attempts) == PIECES
    assert found.provenance.usage.input_tokens == 100 * PIECES


def test_a_piece_says_which_part_it_is_and_has_title_and_date(reading_server):
    server = reading_server()
    extract(server, Article(text=LONG, title="Quotas", published="2024-05-30", source="Lund Gazette"))
    assert sorted(map(part_of, server.bodies)) == [(number, PIECES) for number in range(1, PIECES + 1)]
    for body in server.bodies:
        assert all(words in body["messages"][1]["content"] for words in ("Quotas", "2024-05-30", "Lund Gazette"))
    assert len({body["messages"][0]["content"] for body in server.bodies}) == 1


def test_an_article_that_is_not_cut_is_told_of_no_part():
    model = ScriptedModel(reply())
    with Extractor(model="openai/m", client=model) as extractor:
        extractor.extract(TEXT)
    assert part_of(model.requests[0].body) is None


def test_a_fault_in_one_piece_is_mended_there(reading_server):
    def misquotes_once(body):
        found = found_in(shown_in(body))
        if part_of(body)[0] == 2 and len(body["messages"]) == 2:
            found["meetings"][0] = meeting("m1", found["meetings"][0]["participants"], ["words that stand nowhere"])
        return completion(found)

    server = reading_server(misquotes_once)
    found = extract(server)
    assert (len(found.meetings), found.problems) == (60, ())
    assert len(server.bodies) == len(found.provenance.attempts) == PIECES + 1


def test_a_reply_that_is_cut_off_costs_no_article(reading_server):
    def cuts_off(body):
        is_long = len(shown_in(body)) > 12_000
        return completion("{", finish_reason="length") if is_long else reads(body)

    server = reading_server(cuts_off)
    found = extract(server, piece_characters=len(LONG))
    assert (len(found.meetings), len(found.claims), found.problems) == (60, 60, ())
    assert len(found.provenance.attempts) == len(server.bodies) == 3
    assert sorted(map(str, map(part_of, server.bodies))) == ["(1, 2)", "(2, 2)", "None"]


def rows(out, query):
    with contextlib.closing(sqlite3.connect(out / "events.db")) as database:
        return database.execute(query).fetchall()


def run(server, folder, out, **more):
    given = {"settings": settings_for(server, piece_characters=SIZE), "pauses": QUICK, **more}
    return execute(Plan((folder,), out, **given), Quiet())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "long.txt").write_text(LONG)
    return tmp_path / "in"


def facts(out):
    """The outcomes without what differs from run to run, and without the price, which a batch has of its own."""
    found = []
    for outcome in read_outcomes(out):
        extraction = outcome.extraction.model_dump(exclude={"provenance"})
        found.append((outcome.kind, extraction, len(outcome.extraction.provenance.attempts)))
    return found


def test_a_run_counts_the_requests_of_all_pieces_and_a_rerun_asks_for_none(reading_server, folder, tmp_path):
    server = reading_server()
    report = run(server, folder, tmp_path / "out")
    assert (report.outcomes, report.requests) == ({"done": 1}, PIECES)
    assert rows(tmp_path / "out", "SELECT requests FROM articles") == [(PIECES,)]
    again = run(server, folder, tmp_path / "out", retry="all")
    assert (again.outcomes, again.requests, len(server.bodies)) == ({"done": 1}, 0, PIECES)


def cut_off_if_long(body):
    return completion("{", finish_reason="length") if len(shown_in(body)) > 12_000 else reads(body)


def test_kept_replies_serve_a_piece_that_was_read_in_halves(reading_server, tmp_path):
    server = reading_server(cut_off_if_long)
    for _ in range(2):
        found = extract(server, piece_characters=len(LONG), cache=tmp_path / "cache.db")
        assert len(found.meetings) == 60
        assert len(server.bodies) == 3


@pytest.mark.parametrize(("size", "answer", "requests"), [(SIZE, reads, PIECES), (len(LONG), cut_off_if_long, 3)])
def test_batches_bring_what_requests_bring(reading_server, batch_api, folder, tmp_path, size, answer, requests):  # noqa: F811
    direct, server = reading_server(answer), batch_api(answer)
    for via, endpoint in (("direct", direct), ("batch", server)):
        settings = settings_for(endpoint, piece_characters=size)
        report = run(endpoint, folder, tmp_path / via, settings=settings, via=via)
        assert (report.outcomes, report.requests) == ({"done": 1}, requests)
    assert facts(tmp_path / "batch") == facts(tmp_path / "direct")
    assert len(server.bodies) == len(direct.bodies) == requests
    again = run(server, folder, tmp_path / "batch", settings=settings, via="batch", retry="all")
    assert (again.outcomes, again.requests, len(server.bodies)) == ({"done": 1}, 0, requests)


def test_an_article_of_which_a_piece_is_refused_in_a_batch_fails_and_does_not_wait(batch_api, folder, tmp_path):  # noqa: F811
    def refuses_second_and_misquotes_first(body):
        number = part_of(body)[0]
        if number == 2:
            return completion(None, refusal="No.")
        found = found_in(shown_in(body))
        if number == 1 and len(body["messages"]) == 2:
            found["meetings"][0]["evidence"] = ["words that stand nowhere"]
        return completion(found)

    server = batch_api(refuses_second_and_misquotes_first)
    report = run(server, folder, tmp_path / "out", via="batch")
    (outcome,) = read_outcomes(tmp_path / "out")
    assert (report.outcomes, outcome.kind) == ({"refused": 1}, "refused")
    assert sum(part_of(body)[0] == 2 for body in server.bodies) == 1


def test_the_settings_of_pieces_and_passes_name_an_outcome_but_not_one_of_the_rules():
    from extractor.meetings import meetings_task

    def named(**given):
        return configuration_of(Settings(**given), meetings_task())

    model = {"model": "openai/m"}
    assert len({named(**model), named(**model, piece_characters=9), named(**model, passes=2)}) == 3
    assert named(model="rules") == named(model="rules", piece_characters=9, passes=2)


def test_the_rules_read_a_long_article_whole():
    with Extractor(settings=Settings(model="rules", piece_characters=300)) as extractor:
        short = extractor.extract(LONG)
    with Extractor(model="rules") as extractor:
        whole = extractor.extract(LONG)
    assert short.model_dump(exclude={"provenance"}) == whole.model_dump(exclude={"provenance"})
