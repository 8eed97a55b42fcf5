"""Runs of the command under every kind of bad luck: each article has its outcome, and nothing is paid for twice."""

import contextlib
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from extractor.articles import ArticleReader
from extractor.batch import FILE_NAME, JournalReader
from extractor.batch.execution import PlannedArticles
from tests.fault_server import Answer, completion, failure
from tests.load_server import Admission
from tests.replies import NAIROBI, TEXT, meeting, reply
from tests.runs import arguments_of, dataset, ended, kill, run, start, write_articles
from tests.test_cli import call
from tests.waiting import MOST_SECONDS, wait_for_message, wait_until

GOOD = completion(reply())


@pytest.fixture
def folder(tmp_path):
    return write_articles(tmp_path / "articles", 20)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def kill_and_resume(load_server, folder, tmp_path, *, kills, articles, seed):
    """Kill a run again and again after a random number of requests, and go on to the end."""
    undisturbed, server = load_server(latency=0.01), load_server(latency=0.01)
    run(undisturbed, folder, tmp_path / "undisturbed")
    chance, out = random.Random(seed), tmp_path / "killed"
    for number in range(kills):
        process = start(server, folder, out, "--concurrency", 4)
        until = articles * (number + chance.random()) / kills
        wait_until(lambda until=until, process=process: len(server.asked) >= until or process.poll() is not None)
        time.sleep(chance.random() * 0.02)
        kill(process)
    result = run(server, folder, out, "--concurrency", 4)
    assert result.code == 0
    assert dataset(out) == dataset(tmp_path / "undisturbed")
    assert len(server.asked) <= articles + 4 * kills
    with JournalReader(out) as journal:
        # What was about to go out at a kill may stand in the ledger, and its last lines may be lost with the process.
        assert articles <= journal.status().requests <= len(server.asked) + 4 * kills


def test_killed_at_random_moments_a_run_goes_on_and_ends_as_if_undisturbed(load_server, folder, tmp_path):
    kill_and_resume(load_server, folder, tmp_path, kills=2, articles=20, seed=1)


@pytest.mark.slow
def test_killed_twenty_times_a_run_ends_as_if_undisturbed(load_server, tmp_path):
    folder = write_articles(tmp_path / "articles", 200)
    kill_and_resume(load_server, folder, tmp_path, kills=20, articles=200, seed=2)


def test_a_reply_that_was_on_disk_before_a_crash_is_not_asked_for_again(load_server, folder, out):
    server = load_server()
    run(server, folder, out)
    with sqlite3.connect(out / FILE_NAME) as database:
        database.execute("DELETE FROM articles")
    database.close()
    before = len(server.asked)
    assert run(server, folder, out).kinds == {"done": 20}
    assert len(server.asked) == before


def test_a_full_disk_ends_the_run_with_what_was_finished_kept(load_server, folder, out):
    server = load_server()

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))

    result = ended(start(server, folder, out, "--concurrency", 2, before=limit))
    assert result.code == 3
    assert "What was committed is kept" in result.messages
    assert "Traceback" not in result.messages
    kept = dataset(out)
    assert result.kinds.get("done", 0) <= len(kept) < 20
    assert run(server, folder, out).code == 0
    assert len(dataset(out)) == 20
    # Two were under way when the disk was full, and as many more may have been taken.
    assert len(server.asked) <= 20 + 2 * 3


def test_sigterm_finishes_what_is_under_way_and_takes_no_more(load_server, folder, out):
    server = load_server(holds_from=1)
    process = start(server, folder, out, "--concurrency", 3)
    wait_until(lambda: len(server.asked) == 3)
    process.send_signal(signal.SIGTERM)
    wait_for_message(process, "Finishing")
    server.release()
    result = ended(process)
    # One more was ready to take the place of the first that was answered.
    assert (result.code, result.kinds, result.end["pending"]) == (143, {"done": 4}, 16)
    assert "Unclosed" not in result.messages
    assert len(server.asked) == 4


def test_a_second_ctrl_c_stops_at_once_also_where_copies_wait_for_each_other(load_server, folder, out):
    for name in ("a0", "a1", "a2"):
        (folder / f"{name}-copy.txt").write_bytes((folder / f"{name}.txt").read_bytes())
    server = load_server(holds_from=1)
    process = start(server, folder, out, "--concurrency", 4)
    wait_until(lambda: len(server.asked) >= 4)
    process.send_signal(signal.SIGINT)
    wait_for_message(process, "Finishing")
    process.send_signal(signal.SIGINT)
    result = ended(process)
    assert (result.code, result.kinds, result.end["pending"]) == (130, {}, 23)
    assert "Unclosed" not in result.messages
    assert "Traceback" not in result.messages


def test_ctrl_c_is_felt_while_finished_articles_are_gone_through(load_server, folder, out, monkeypatch):
    server = load_server()
    run(server, folder, out)
    gone_through, deadline = PlannedArticles.__iter__, time.monotonic() + MOST_SECONDS

    def again_and_again(articles):
        os.kill(os.getpid(), signal.SIGINT)
        while time.monotonic() < deadline:
            yield from gone_through(articles)

    monkeypatch.setattr(PlannedArticles, "__iter__", again_and_again)
    result = run(server, folder, out)
    assert (result.code, result.kinds) == (130, {})
    assert time.monotonic() < deadline


def test_an_endpoint_that_is_gone_for_a_while_costs_no_article(load_server, folder, out):
    server = load_server(latency=0.01)

    def disappear(asked):
        if asked.number == 8:
            threading.Thread(target=vanish).start()

    def vanish():
        server.close()
        try:
            wait_until(is_missed)
        finally:
            server.open()

    def is_missed():
        with contextlib.closing(sqlite3.connect(out / FILE_NAME)) as database:
            # A connection that was not made costs nothing; one that was lost may.
            return database.execute(
                "SELECT label FROM attempts WHERE state = 'lost' AND cost = 0 GROUP BY label HAVING count(*) >= 2"
            ).fetchone()

    server.script = disappear
    result = run(server, folder, out, "--concurrency", 3, "--set", "attempts=2")
    assert (result.code, result.kinds) == (0, {"done": 20}), result.messages


@pytest.mark.parametrize("says_when", [True, False])
def test_a_storm_of_429_costs_no_article(load_server, folder, out, says_when):
    admission = Admission(15, sliding=False, says_when=says_when)
    result = run(load_server(admission), folder, out, "--concurrency", 10)
    assert (result.code, result.kinds) == (0, {"done": 20})
    assert admission.admitted == 20


def test_one_429_that_asks_for_an_hour_holds_up_no_other_article(load_server, folder, out):
    server = load_server(lambda asked: failure(429, "busy", retry_after="3600") if asked.article == 3 else None)
    result = run(server, folder, out)
    assert (result.code, result.kinds) == (1, {"done": 19, "failed": 1})


def test_every_third_request_failing_with_500_costs_no_article(load_server, folder, out):
    server = load_server(lambda asked: failure(500) if asked.nth == 1 and asked.article % 3 == 0 else None)
    result = run(server, folder, out)
    assert (result.code, result.kinds) == (0, {"done": 20})
    assert len(server.asked) == 27


def poisoned(answer):
    return lambda asked: answer if asked.article == 7 else None


@pytest.mark.parametrize(
    ("answer", "outcome", "billed"),
    [
        (Answer(GOOD.body, cut_after=60), "failed", 3),
        (Answer("", cut_after=0), "failed", 3),
        (Answer(GOOD.body, drip=0.05), "failed", 3),
        (completion("[1, 2]"), "failed", 2),
        (completion({"surprise": 1}), "failed", 2),
        (completion("Dear reader"), "failed", 2),
        (completion(None, refusal="No."), "refused", 1),
        (completion("{", finish_reason="length"), "truncated", 1),
        (Answer("<html>"), "failed", 1),
        (completion(reply(meetings=[NAIROBI, meeting("m2", ["p1"], ["words that stand nowhere"])])), "done", 2),
        (completion(reply(), usage={"prompt_tokens": 10**30, "completion_tokens": 1}), "done", 1),
    ],
)
def test_one_poisoned_article_costs_at_most_three_requests_and_no_other(
    load_server, folder, out, answer, outcome, billed
):
    server = load_server(poisoned(answer))
    # Short only where it is to pass.
    result = run(server, folder, out, "--set", f"timeout={0.5 if answer.drip else 30}")
    assert result.kinds == dict(Counter(["done"] * 19 + [outcome]))
    assert result.code == (0 if outcome == "done" else 1)
    assert server.requests[7] == billed
    # A busy machine may be too late for the others as well, where the time is short; then they are asked again.
    assert len(server.asked) == 19 + billed or (answer.drip and len(server.asked) > 19 + billed)


def test_lost_answers_count_together_with_what_was_paid_before(load_server, folder, out):
    wrong = completion("no JSON")
    server = load_server(
        lambda asked: None if asked.article != 7 else wrong if asked.nth == 1 else Answer(GOOD.body, cut_after=9)
    )
    assert run(server, folder, out).kinds == {"done": 19, "failed": 1}
    assert server.requests[7] == 3


def test_a_reply_by_which_an_article_failed_is_asked_for_anew(load_server, folder, out):
    server = load_server(poisoned(completion("no JSON")))
    run(server, folder, out)
    assert run(server, folder, out, "--retry", "none").end["known"] == 20
    server.script = lambda asked: None
    result = run(server, folder, out)
    assert (result.code, result.kinds, result.end["known"]) == (0, {"done": 1}, 19)


@pytest.mark.parametrize(
    ("fault", "code"),
    [(failure(401, "revoked"), 2), (failure(403, "gone"), 2), (failure(429, "no", "insufficient_quota"), 3)],
)
@pytest.mark.parametrize("concurrency", ["6", "auto"])
def test_a_fault_of_the_whole_run_stops_it_within_what_is_in_flight(
    load_server, tmp_path, out, fault, code, concurrency
):
    folder = write_articles(tmp_path / "many", 60)
    server = load_server(lambda asked: fault if asked.number > 5 else None, latency=0.01)
    result = run(server, folder, out, "--concurrency", concurrency)
    assert (result.code, result.kinds, result.end["pending"]) == (code, {"done": 5}, 55)
    assert len(server.asked) <= 5 + 1 + (6 if concurrency == "6" else 16)
    server.script = lambda asked: None
    assert run(server, folder, out).kinds == {"done": 55}


def test_a_clock_that_is_set_during_the_run_does_not_matter(load_server, folder, out, monkeypatch):
    jumps = iter(range(0, 10**9, 100_000))
    monkeypatch.setattr(time, "time", lambda: 1.7e9 - next(jumps))
    now = {"date": "Tue, 05 Mar 2024 10:00:00 GMT", "retry_after": "Tue, 05 Mar 2024 10:00:01 GMT"}
    server = load_server(lambda asked: failure(429, **now) if asked.number == 3 else None)
    result = run(server, folder, out)
    assert (result.code, result.kinds) == (0, {"done": 20})


def test_a_file_that_is_deleted_or_changed_during_the_run_is_read_as_it_is_then(load_server, folder, out):
    def change(asked):
        if asked.number == 1:
            (folder / "a8.txt").unlink()
            (folder / "a9.txt").write_text(f"Number 99. {TEXT}")

    server = load_server(change)
    result = run(server, folder, out, "--concurrency", 1)
    assert (result.code, result.kinds) == (1, {"done": 19, "failed": 1})
    assert dataset(out)["a9.txt"]["extraction"]["article"]["text"].startswith("Number 99.")
    assert (server.requests[8], server.requests[9], server.requests[99]) == (0, 0, 1)


def test_links_in_a_circle_pipes_and_unreadable_files_hold_nothing_up(load_server, folder, out):
    (folder / "around").symlink_to(folder)
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "nowhere.txt").symlink_to("gone.txt")
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "folder.txt").mkdir()
    result = run(load_server(), folder, out)
    assert (result.code, result.kinds, result.end["ignored"]) == (1, {"done": 20, "failed": 2}, 3)


def test_the_same_text_under_several_names_is_one_call(load_server, folder, out):
    for copy in range(5):
        (folder / f"copy{copy}.txt").write_bytes((folder / "a3.txt").read_bytes())
    server = load_server(latency=0.02)
    result = run(server, folder, out)
    assert (result.code, result.kinds) == (0, {"done": 20, "duplicate": 5})
    assert len(server.asked) == 20
    again = run(server, folder, out)
    assert (again.end["known"], again.kinds) == (20, {"duplicate": 5})
    assert len(server.asked) == 20


def test_odd_names_are_names(load_server, folder, out):
    for name in (b"two\nlines", b"\xff\xfe", b"tab\t", "naïve \u202e".encode(), b"-rf", b"'; DROP"):
        (folder / os.fsdecode(name + b".txt")).write_text(f"Number {len(name)}. {name!r} {TEXT}")
    result = run(load_server(), folder, out)
    assert (result.code, result.kinds) == (0, {"done": 26})
    assert run(load_server(), folder, out).end["known"] == 26


def test_an_empty_database_of_a_run_killed_at_its_start_is_no_run_and_can_be_used(load_server, folder, out):
    out.mkdir()
    (out / FILE_NAME).touch()
    assert "There is no run at" in call("status", out).stderr
    assert run(load_server(), folder, out).code == 0


def test_a_reader_of_events_that_goes_away_ends_the_run_and_nothing_is_lost(load_server, folder, out):
    server = load_server(holds_from=2)
    process = start(server, folder, out, "--concurrency", 2)
    process.stdout.readline()
    process.stdout.close()
    server.release()
    messages = process.stderr.read()
    assert process.wait(timeout=MOST_SECONDS) != 0
    process.stderr.close()
    assert "Unclosed" not in messages
    assert "never retrieved" not in messages
    assert run(load_server(), folder, out).code == 0


def test_logs_hold_no_article_and_no_key(load_server, folder, out, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    faults = {1: failure(500), 2: completion("no JSON"), 3: Answer(GOOD.body, cut_after=30), 4: failure(429)}
    server = load_server(lambda asked: faults.get(asked.article) if asked.nth == 1 else None)
    process = start(server, folder, out, "--verbose")
    messages = ended(process).messages
    assert "request attempt" in messages
    assert "Hegge" not in messages
    assert "secret" not in messages


def test_the_budget_counts_what_was_under_way_when_an_earlier_run_was_killed(load_server, folder, out):
    price = 'price={"input": 1000, "output": 1000}'
    server = load_server(holds_from=1)
    process = start(server, folder, out, "--concurrency", 4, "--set", price, "--budget", 100)
    wait_until(lambda: len(server.asked) == 4)
    kill(process)
    server = load_server()
    result = run(server, folder, out, "--set", price, "--budget", 20)
    assert (result.code, result.end["pending"]) == (3, 20)
    assert "budget" in result.messages
    assert not server.asked


@pytest.mark.parametrize("count", [1_000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_folder_of_many_files_is_read_and_counted_in_order(tmp_path, count):
    for number in range(count):
        (tmp_path / f"a{number:05}.txt").write_text("x")
    reader = ArticleReader([tmp_path])
    assert [found.id for found in reader] == [f"a{number:05}" for number in range(count)]
    assert reader.count() == count


def test_a_kept_reply_is_served_without_loading_an_sdk(load_server, folder, out):
    server = load_server()
    run(server, folder, out)
    code = (
        "import sys; from typer.testing import CliRunner; from extractor.cli import app;"
        "result = CliRunner().invoke(app, sys.argv[1:]); print(result.stdout);"
        "print(sorted({'openai', 'instructor'} & set(sys.modules)))"
    )
    arguments = arguments_of(server, folder, out, "--retry", "all")
    shown = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True).stdout
    assert json.loads(shown.splitlines()[-3])["outcomes"] == {"done": 20}
    assert shown.splitlines()[-1] == "[]"
    assert len(server.asked) == 20
