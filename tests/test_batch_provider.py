"""Runs through a provider's batch service: the same dataset at half the price, whatever happens meanwhile."""

import asyncio
import contextlib
import json
import logging
import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractor.batch import JournalReader, read_outcomes
from extractor.batch.execution import Plan, execute
from extractor.batch.service import BatchService, Pauses
from extractor.batch.submissions import Limits, Submissions, _Draft
from extractor.cli import app
from extractor.cli.running import _Progress
from extractor.errors import BudgetExceeded, ConfigurationError, QuotaExhausted, RunStopped, StoreFailed
from extractor.settings import Settings
from tests.batch_api_server import BatchAPIServer, Fate
from tests.conftest import ROOT
from tests.fault_server import completion, failure
from tests.replies import MET, TEXT, meeting, reply
from tests.waiting import MOST_SECONDS, wait_until

# It logs an error for each request whose answer comes later.
logging.getLogger("instructor").setLevel(logging.CRITICAL)

QUICK = Pauses(0.001, 0.01)


class Quiet:
    def __init__(self):
        self.waits = []

    def begun(self, count):
        pass

    def finished(self, outcome, known):
        pass

    def waiting(self, batches, answered, requests):
        self.waits.append((batches, answered, requests))

    def stopping(self):
        pass


@pytest.fixture
def folder(tmp_path):
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(5):
        (articles / f"a{number}.txt").write_text(f"Number {number}. {TEXT}")
    return articles


@pytest.fixture
def batch_api():
    servers = []

    def start(model=lambda body: completion(reply()), *fates, **options):
        servers.append(BatchAPIServer(model, *fates, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def settings_for(server, **settings):
    return Settings(
        model="openai/m", base_url=server.url, **{"price": {"input": 1, "output": 10}, "deadline": 60} | settings
    )


def run(server, folder, out, *, settings=None, watcher=None, **plan):
    given = {"via": "batch", "pauses": QUICK, **plan}
    return execute(Plan((folder,), out, settings_for(server, **settings or {}), **given), watcher or Quiet())


def facts(out):
    """Outcomes without what a second run of the same would have otherwise: times and costs."""
    found = [outcome.model_dump() for outcome in read_outcomes(out)]
    for outcome in found:
        provenance = (outcome["extraction"] or {}).get("provenance") or {}
        provenance.pop("extracted_at", None)
        for attempt in provenance.get("attempts") or (outcome["failure"] or {}).get("attempts") or ():
            for name in ("seconds", "cost", "request_id"):
                attempt.pop(name)
    return found


def rows(out, query):
    with contextlib.closing(sqlite3.connect(out / "events.db")) as database:
        return database.execute(query).fetchall()


def number_in(body):
    """The number of the article that a request is about."""
    return int(body["messages"][1]["content"].partition("Number ")[2][0])


def turn_of(body):
    """How often the model was asked before."""
    return sum(message["role"] == "assistant" for message in body["messages"])


def changeable(body):
    """Sound for most articles; a1 needs a correction, a2 a mending, a3 is refused, a4 rejected."""
    number, turn = number_in(body), turn_of(body)
    if number == 3:
        return completion(None, refusal="No.")
    if number == 4:
        return failure(400, "too long", "context_length_exceeded")
    if number == 1 and not turn:
        return completion("no JSON")
    if number == 2 and not turn:
        return completion(reply(meetings=[meeting("m1", ["p1", "p2"], ["They never met in Nairobi"])]))
    return completion(reply(meetings=[meeting("m1", ["p1", "p2"], [MET])]))


def test_batches_make_the_same_dataset_as_requests_at_half_the_price(batch_api, fault_server, folder, tmp_path):
    class Direct(type(fault_server(completion(None)))):
        def take(self, body, headers):
            self.bodies.append(body)
            return changeable(body)

    direct = Direct(completion(None))
    plain = run(direct, folder, tmp_path / "direct", via="direct")
    direct.close()
    server = batch_api(changeable)
    report = run(server, folder, tmp_path / "batch")
    assert facts(tmp_path / "batch") == facts(tmp_path / "direct")
    assert (report.outcomes, report.inputs, report.pending) == (plain.outcomes, 5, 0)
    assert (report.requests, report.usage, report.known) == (plain.requests, plain.usage, 0)
    assert report.cost == pytest.approx(plain.cost / 2)
    assert server.made() == 2
    assert sorted(map(str, server.bodies)) == sorted(map(str, direct.bodies))


def test_an_error_of_one_request_is_that_articles_failure(batch_api, folder, tmp_path):
    report = run(batch_api(changeable), folder, tmp_path / "out")
    found = {outcome.article_id: outcome for outcome in read_outcomes(tmp_path / "out")}
    assert report.failed == 2
    assert (found["a3"].kind, found["a3"].failure.kind) == ("refused", "ModelRefused")
    assert (found["a4"].kind, found["a4"].failure.kind) == ("failed", "RequestRejected")
    assert "too long" in found["a4"].failure.message


def test_passing_errors_are_asked_again_and_then_given_up(batch_api, folder, tmp_path):
    asked = []

    def model(body):
        asked.append(number_in(body))
        if number_in(body) == 0:
            return failure(500, "broken")
        return failure(429) if number_in(body) == 1 and asked.count(1) < 3 else completion(reply())

    run(batch_api(model), folder, tmp_path / "out", settings={"attempts": 4})
    found = {outcome.article_id: outcome for outcome in read_outcomes(tmp_path / "out")}
    assert (asked.count(0), asked.count(1), asked.count(2)) == (4, 3, 1)
    assert found["a0"].failure.kind == "ModelUnavailable"
    assert [attempt.status for attempt in found["a0"].attempts] == [500, 500, 500, 500]
    assert [attempt.status for attempt in found["a1"].attempts] == [429, 429, 200]


def test_what_failed_is_asked_again_by_the_next_run(batch_api, folder, tmp_path):
    run(batch_api(lambda body: failure(400)), folder, tmp_path / "out")
    server = batch_api()
    report = run(server, folder, tmp_path / "out")
    assert (report.outcomes, len(server.bodies)) == ({"done": 5}, 5)
    (folder / "new.txt").write_text(f"Number 9. {TEXT}")
    report = run(server, folder, tmp_path / "out")
    assert (report.outcomes, report.known, report.known_failed, report.inputs) == ({"done": 1}, 5, 0, 6)
    assert run(server, folder, tmp_path / "out").known == 6
    assert server.made() == 2


@pytest.mark.parametrize(
    ("status", "expiries_told"), [("expired", True), pytest.param("cancelled", False, marks=pytest.mark.slow)]
)
def test_what_a_batch_did_before_its_end_is_kept_and_the_rest_asked_again(
    batch_api, folder, tmp_path, status, expiries_told
):
    server = batch_api(
        lambda body: completion(reply()), Fate(status, carried_out=2, expiries_told=expiries_told), Fate()
    )
    report = run(server, folder, tmp_path / "out")
    assert report.outcomes == {"done": 5}
    assert (len(server.bodies), server.made()) == (5, 2)
    assert [len(upload.splitlines()) for upload in server.uploads] == [5, 3]
    assert sorted(rows(tmp_path / "out", "SELECT state, count(*) FROM attempts GROUP BY 1")) == [
        ("answered", 5),
        ("lost", 3),
    ]
    with JournalReader(tmp_path / "out") as journal:
        assert journal.status().in_doubt == 0


def test_batches_that_always_expire_fail_the_articles_in_the_end(batch_api, folder, tmp_path):
    server = batch_api(lambda body: completion(reply()), Fate("expired", carried_out=0))
    run(server, folder, tmp_path / "out", settings={"attempts": 2})
    found = {outcome.article_id: outcome for outcome in read_outcomes(tmp_path / "out")}
    assert server.made() == 2
    assert {outcome.failure.kind for outcome in found.values()} == {"ModelUnavailable"}


def test_a_missing_line_is_in_doubt_and_asked_again(batch_api, folder, tmp_path):
    server = batch_api(lambda body: completion(reply()), Fate(lines=lambda lines: [*lines[1:], "{", ""]), Fate())
    report = run(server, folder, tmp_path / "out")
    assert (report.outcomes, len(server.bodies)) == ({"done": 5}, 6)
    with JournalReader(tmp_path / "out") as journal:
        assert journal.status().in_doubt == 1


def test_lines_with_unicode_line_breaks_are_read_whole(batch_api, folder, tmp_path):
    (folder / "a0.txt").write_text(f"Number 0.\u2028\x85{TEXT}")
    odd = reply(meetings=[meeting("m1", ["p1", "p2"], [MET], title="One\u2028two\u2029three\x85four")])
    server = batch_api(lambda body: completion(odd))
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert server.made() == 1
    assert next(iter(server.files.values())).decode().splitlines()[0].endswith("}")


@pytest.mark.parametrize(("limits", "sizes"), [(Limits(2), [2, 2, 1]), (Limits(bytes=25_000), [])])
def test_files_keep_within_the_limits(batch_api, folder, tmp_path, limits, sizes):
    server = batch_api()
    assert run(server, folder, tmp_path / "out", limits=limits).outcomes == {"done": 5}
    made = [len(upload.splitlines()) for upload in server.uploads]
    assert made == sizes or (not sizes and max(map(len, server.uploads)) <= 25_000 and sum(made) == 5)
    assert list((tmp_path / "out" / "batches").iterdir()) == []


def test_the_states_of_a_batch_are_waited_through_and_told(batch_api, folder, tmp_path):
    watcher = Quiet()
    server = batch_api(lambda body: completion(reply()), Fate(looks=4))
    assert run(server, folder, tmp_path / "out", watcher=watcher).outcomes == {"done": 5}
    assert watcher.waits == [(1, 0, 5)] * 5


def test_equal_articles_are_asked_about_once(batch_api, folder, tmp_path):
    (folder / "twin.txt").write_text((folder / "a0.txt").read_text())
    server = batch_api()
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5, "duplicate": 1}
    assert len(server.bodies) == 5


def test_copies_wait_for_the_article_that_they_repeat_and_are_not_asked_about(batch_api, folder, tmp_path):
    long = " ".join(f"word{number}" for number in range(300))
    for name in ("original", "p-copy", "q-copy"):
        (folder / f"{name}.txt").write_text(f"{TEXT} {long} {name}.")
    server = batch_api()
    report = run(server, folder, tmp_path / "out", near_duplicates=0.8)
    assert (report.outcomes, report.pending) == ({"done": 2, "duplicate": 6}, 0)
    assert len(server.bodies) == 2
    again = run(server, folder, tmp_path / "out", near_duplicates=0.8)
    assert (again.known, again.outcomes, len(server.bodies)) == (2, {"duplicate": 6}, 2)


def test_copies_of_an_article_that_fails_are_asked_about_in_the_next_round(batch_api, folder, tmp_path):
    long = " ".join(f"word{number}" for number in range(300))
    for name in ("original", "p-copy", "q-copy"):
        (folder / f"{name}.txt").write_text(f"{TEXT} {long} {name}.")

    def model(body):
        is_original = "original" in body["messages"][1]["content"]
        return completion(None, refusal="No.") if is_original else completion(reply())

    server = batch_api(model)
    report = run(server, folder, tmp_path / "out", near_duplicates=0.8)
    assert (report.outcomes, report.pending) == ({"done": 3, "refused": 1, "duplicate": 4}, 0)


def test_standard_input_is_no_input_of_a_batch(batch_api, tmp_path):
    with pytest.raises(ConfigurationError, match="give files, not -"):
        run(batch_api(), Path("-"), tmp_path / "out")


def test_articles_that_the_rules_find_unlikely_are_not_sent(batch_api, folder, tmp_path):
    (folder / "recipe.txt").write_text("Stir the soup slowly. Add salt.")
    server = batch_api()
    report = run(server, folder, tmp_path / "out", only_likely=True)
    assert (report.outcomes, report.inputs, len(server.bodies)) == ({"done": 5, "skipped": 1}, 6, 5)


def test_a_custom_id_is_the_digest_of_its_request(batch_api, folder, tmp_path):
    server = batch_api()
    run(server, folder, tmp_path / "out")
    lines = [json.loads(line) for line in server.uploads[0].splitlines()]
    assert {(line["method"], line["url"]) for line in lines} == {("POST", "/v1/chat/completions")}
    kept = {request for (request,) in rows(tmp_path / "out", "SELECT request FROM replies")}
    assert {line["custom_id"] for line in lines} == kept


def test_a_file_that_is_not_ready_is_waited_for(batch_api, folder, tmp_path):
    server = batch_api()
    server.file_states = ["pending", "running", "processed"]
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert server.requests[:4] == ["POST /v1/files", *["GET /v1/files/file-1"] * 2, "POST /v1/batches"]


@pytest.mark.parametrize(("owner", "method"), [(_Draft, "add"), (BatchService, "download")])
def test_a_disk_that_is_full_ends_the_run_and_it_can_go_on(batch_api, folder, tmp_path, monkeypatch, owner, method):
    def full(*_):
        raise OSError(28, "No space left on device")

    server = batch_api()
    monkeypatch.setattr(owner, method, full)
    report = run(server, folder, tmp_path / "out")
    monkeypatch.undo()
    assert isinstance(report.stopped_by, StoreFailed)
    assert (report.outcomes, report.pending) == ({}, 5)
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert server.made() == 1


class Died(BaseException):
    pass


def dies(monkeypatch, owner, method):
    def died(*_, **__):
        raise Died

    monkeypatch.setattr(owner, method, died)


@pytest.mark.parametrize(
    ("owner", "method"),
    [
        pytest.param(BatchService, "upload", marks=pytest.mark.slow),
        pytest.param(Submissions, "note_file", marks=pytest.mark.slow),
        pytest.param(BatchService, "create", marks=pytest.mark.slow),
        (Submissions, "note_batch"),
        pytest.param(BatchService, "look_at", marks=pytest.mark.slow),
        pytest.param(BatchService, "download", marks=pytest.mark.slow),
        (Submissions, "collect"),
    ],
)
def test_a_process_that_dies_loses_no_batch_and_makes_none_twice(
    batch_api, folder, tmp_path, monkeypatch, owner, method
):
    server = batch_api(page=1)
    dies(monkeypatch, owner, method)
    with pytest.raises(Died):
        run(server, folder, tmp_path / "out", limits=Limits(2))
    monkeypatch.undo()
    report = run(server, folder, tmp_path / "out")
    assert report.outcomes == {"done": 5}
    assert server.made() == 3
    assert len(server.bodies) == 5
    assert len(set(server.uploads)) == 3
    assert rows(tmp_path / "out", "SELECT count(*), sum(state = 'answered') FROM attempts") == [(5, 5)]
    assert rows(tmp_path / "out", "SELECT DISTINCT state FROM batches") == [("collected",)]


def test_a_process_that_dies_while_it_drafts_leaves_nothing_behind(batch_api, folder, tmp_path, monkeypatch):
    server = batch_api()
    dies(monkeypatch, Submissions, "end_round")
    monkeypatch.setattr(Submissions, "drop_draft", lambda self: self._draft.close())
    with pytest.raises(Died):
        run(server, folder, tmp_path / "out")
    monkeypatch.undo()
    assert len(list((tmp_path / "out" / "batches").iterdir())) == 1
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert list((tmp_path / "out" / "batches").iterdir()) == []


def test_answers_collected_twice_are_counted_once(batch_api, folder, tmp_path, monkeypatch):
    taken = []
    take = Submissions._take

    async def die_later(self, *arguments):
        taken.append(arguments)
        if len(taken) == 4:
            await others_are_kept()
            raise Died
        await take(self, *arguments)

    async def others_are_kept():
        async with asyncio.timeout(MOST_SECONDS):
            while rows(tmp_path / "out", "SELECT count(*) FROM replies") != [(4,)]:
                await asyncio.sleep(0.005)

    server = batch_api()
    monkeypatch.setattr(Submissions, "_take", die_later)
    with pytest.raises(Died):
        run(server, folder, tmp_path / "out")
    monkeypatch.undo()
    run(server, folder, tmp_path / "out")
    assert rows(tmp_path / "out", "SELECT count(*), round(sum(cost), 9) FROM attempts") == [(5, 0.00075)]


def test_an_answer_lost_on_the_way_makes_no_second_batch(batch_api, folder, tmp_path):
    server = batch_api(lambda body: completion(reply()), Fate(drops_answer=True), Fate())
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert server.made() == 1


def test_a_service_that_fails_for_a_while_is_waited_for(batch_api, folder, tmp_path):
    server = batch_api()
    server.faults = {
        "POST /v1/files": [503, 429],
        "POST /v1/batches": [500],
        "GET /v1/batches/batch_1": [502, 503],
        "GET /v1/files/file-2/content": [500],
    }
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert (server.made(), len(set(server.uploads))) == (1, 1)


@pytest.mark.parametrize(
    ("status", "message"), [(401, "refused the key"), pytest.param(404, "no batch service", marks=pytest.mark.slow)]
)
def test_an_endpoint_that_will_not_take_batches_ends_the_run(batch_api, folder, tmp_path, status, message):
    server = batch_api()
    server.faults = {"POST /v1/files": [status]}
    report = run(server, folder, tmp_path / "out")
    assert isinstance(report.stopped_by, ConfigurationError)
    assert message in str(report.stopped_by)
    assert (report.pending, report.inputs) == (5, 5)
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert server.made() == 1


def test_a_service_that_is_gone_ends_the_run_and_it_can_go_on(batch_api, folder, tmp_path):
    server = batch_api()
    server.faults = {"GET /v1/batches/batch_1": [503] * 100}
    report = run(server, folder, tmp_path / "out", settings={"deadline": 0.02})
    assert isinstance(report.stopped_by, RunStopped)
    assert report.under_way == 1
    with JournalReader(tmp_path / "out") as journal:
        assert (journal.status().batches, journal.status().in_doubt) == (1, 0)
    server.faults = {}
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert server.made() == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("invalid_json_line", ConfigurationError),
        pytest.param("billing_hard_limit_reached", QuotaExhausted, marks=pytest.mark.slow),
    ],
)
def test_a_failed_batch_says_why(batch_api, folder, tmp_path, code, error):
    fate = Fate("failed", errors=[{"code": code, "message": "Line 3 is bad.", "line": 3}])
    server = batch_api(lambda body: completion(reply()), fate, Fate())
    report = run(server, folder, tmp_path / "out")
    assert type(report.stopped_by) is error
    assert "Line 3 is bad." in str(report.stopped_by)
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert len(server.bodies) == 5


FULL = Fate("failed", errors=[{"code": "token_limit_exceeded", "message": "Enqueued token limit reached."}])


def test_a_full_queue_is_waited_for_until_another_batch_is_done(batch_api, folder, tmp_path):
    server = batch_api(lambda body: completion(reply()), Fate(looks=3), FULL, Fate())
    assert run(server, folder, tmp_path / "out", limits=Limits(3)).outcomes == {"done": 5}
    assert (server.made(), len(server.uploads), len(server.bodies)) == (3, 2, 5)


def test_a_batch_too_large_for_the_queue_is_made_smaller(batch_api, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("extractor.batch.provider._SMALLEST_FILE", 10)
    server = batch_api(lambda body: completion(reply()), FULL, Fate())
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert max(len(upload.splitlines()) for upload in server.uploads[1:]) <= 2


def test_a_queue_without_any_room_ends_the_run(batch_api, folder, tmp_path):
    report = run(batch_api(lambda body: completion(reply()), FULL), folder, tmp_path / "out")
    assert isinstance(report.stopped_by, RunStopped)
    assert "Enqueued token limit reached." in str(report.stopped_by)


def test_a_round_that_could_pass_the_budget_is_not_sent(batch_api, folder, tmp_path):
    server = batch_api()
    report = run(server, folder, tmp_path / "out", budget=0.04)
    assert isinstance(report.stopped_by, BudgetExceeded)
    assert "the next 5 requests may cost $0.06" in str(report.stopped_by)
    assert (server.made(), server.uploads, report.requests) == (0, [], 0)
    report = run(server, folder, tmp_path / "out", budget=0.1)
    assert (report.outcomes, report.cost) == ({"done": 5}, pytest.approx(5 * 0.5 * 300e-6))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": {"model": "ollama/qwen3"}}, "has no batch service"),
        ({"record": ROOT / "nowhere"}, "neither recorded nor replayed"),
        ({"settings": {"model": "rules"}}, "rules send nothing"),
        ({"requests_per_minute": 9}, "at the provider's pace"),
    ],
)
def test_what_cannot_go_through_batches_is_said_before_anything_is_sent(batch_api, folder, tmp_path, change, message):
    given = dict(change)
    settings = settings_for(batch_api()).model_copy(update=given.pop("settings", {}))
    with pytest.raises(ConfigurationError, match=message):
        execute(Plan((folder,), tmp_path / "out", settings, via="batch", **given), Quiet())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a_process_that_dies_anywhere_and_again_makes_no_batch_twice(batch_api, folder, tmp_path, monkeypatch, seed):
    chance = random.Random(seed)
    server = batch_api(
        lambda body: completion("no JSON") if number_in(body) == 1 and not turn_of(body) else completion(reply()),
        Fate(looks=chance.randrange(3)),
        page=chance.randrange(1, 3),
    )
    steps = [(BatchService, "upload"), (BatchService, "create"), (BatchService, "look_at"), (BatchService, "download")]
    steps += [(Submissions, name) for name in ("end_round", "note_file", "note_batch", "_take", "collect")]
    deaths = 0

    def mortal(method):
        async def live(*arguments, **named):
            nonlocal deaths
            before, after = (chance.random() < 0.05 for _ in range(2))
            if before:
                deaths += 1
                raise Died
            found = await method(*arguments, **named)
            if after:
                deaths += 1
                raise Died
            return found

        return live

    for owner, name in steps:
        monkeypatch.setattr(owner, name, mortal(getattr(owner, name)))
    for _ in range(100):
        with contextlib.suppress(Died):
            report = run(server, folder, tmp_path / "out", limits=Limits(2))
            break
    assert sum(report.outcomes.values()) + report.known == 5
    assert len(server.bodies) == len({json.dumps(body) for body in server.bodies}) == 6
    assert rows(tmp_path / "out", "SELECT count(*), sum(state = 'answered') FROM attempts") == [(6, 6)]
    assert {outcome.kind for outcome in read_outcomes(tmp_path / "out")} == {"done"}
    assert list((tmp_path / "out" / "batches").iterdir()) == []


CHILD = """
import sys
from pathlib import Path
from extractor.batch.execution import Plan, execute
from extractor.batch.service import Pauses
from extractor.batch.submissions import Limits
from extractor.settings import Settings
from tests.test_batch_provider import Quiet
settings = Settings(model="openai/m", base_url=sys.argv[1], price={"input": 1, "output": 10})
plan = Plan((Path(sys.argv[2]),), Path(sys.argv[3]), settings, via="batch", limits=Limits(2), pauses=Pauses(0.01, 0.02))
execute(plan, Quiet())
"""


@pytest.mark.slow
@pytest.mark.parametrize("requests", range(1, 14, 2))
def test_a_killed_process_is_gone_on_with(batch_api, folder, tmp_path, requests):
    server = batch_api(lambda body: completion(reply()), Fate(looks=3))
    command = [sys.executable, "-c", CHILD, server.url, folder, tmp_path / "out"]
    with subprocess.Popen(list(map(str, command)), cwd=ROOT) as process:
        wait_until(lambda: len(server.requests) >= requests or process.poll() is not None)
        process.send_signal(signal.SIGKILL)
        process.wait()
    server.wait_until_idle()
    report = run(server, folder, tmp_path / "out")
    assert sum(report.outcomes.values()) + report.known == 5
    assert (server.made(), len(server.bodies)) == (3, 5)
    assert rows(tmp_path / "out", "SELECT count(*), sum(state = 'answered') FROM attempts") == [(5, 5)]


def test_an_interrupted_wait_says_that_the_batches_go_on(batch_api, folder, tmp_path, monkeypatch):
    server = batch_api()
    arguments = ["run", folder, "--out", tmp_path / "out", "--model", "openai/m", "--base-url", server.url]
    monkeypatch.setattr(_Progress, "waiting", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    result = CliRunner().invoke(app, [*map(str, arguments), "--via", "batch"])
    monkeypatch.undo()
    assert result.exit_code == 130
    assert "Batches go on at the provider (1); the same command collects them." in " ".join(result.stderr.split())
    assert run(server, folder, tmp_path / "out").outcomes == {"done": 5}
    assert server.made() == 1
