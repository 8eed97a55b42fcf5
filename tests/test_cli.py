"""The command as a person or a script uses it."""

import contextlib
import json
import re
import signal
import sqlite3
import subprocess
from collections import Counter

import pytest
from typer.testing import CliRunner

from extractor import __version__
from extractor.batch import JournalReader, read_outcomes
from extractor.batch.journal import lock_folder
from extractor.cli import app
from extractor.models import Outcome
from tests.conftest import CASSETTES, SEEDS
from tests.fault_server import Answer, completion, failure
from tests.replies import TEXT, reply
from tests.runs import ended, start
from tests.waiting import wait_for_message, wait_until

GOOD = completion(reply())


def call(*arguments, **environment):
    return CliRunner(env={"COLUMNS": "140", "NO_COLOR": "1", **environment}).invoke(
        app, [str(one) for one in arguments]
    )


def run(server, out, *arguments, **environment):
    return call("run", *arguments, "--out", out, "--model", "openai/m", "--base-url", server.url, **environment)


def outcomes(out):
    return {outcome.article_id: outcome for outcome in read_outcomes(out)}


@pytest.fixture
def folder(tmp_path):
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(4):
        (articles / f"a{number}.txt").write_text(f"Number {number}. {TEXT}")
    return articles


def test_the_seeds_are_replayed_into_a_table_and_a_file(tmp_path):
    result = call("run", SEEDS, "--out", tmp_path, "--model", "openai/desk-llm", "--replay", CASSETTES)
    assert result.exit_code == 0
    assert "Telephone" in result.stdout
    assert "unconfirmed" in result.stdout
    assert "5 done, 0 failed" in result.stderr
    assert len(outcomes(tmp_path)) == 5


def test_json_lines_go_to_stdout_and_messages_to_stderr(fault_server, folder, tmp_path):
    result = run(fault_server(GOOD), tmp_path / "out", folder, "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    read = [Outcome.model_validate(event["outcome"]) for event in events if event["event"] == "outcome"]
    assert {one.article_id for one in read} == {"a0", "a1", "a2", "a3"}
    assert (events[-1]["event"], events[-1]["outcomes"], events[-1]["inputs"]) == ("end", {"done": 4}, 4)
    assert "4 done, 0 failed" in result.stderr


def test_a_failed_article_costs_no_other_and_the_exit_code_tells(fault_server, folder, tmp_path):
    server = fault_server(completion(None, refusal="No."), GOOD)
    result = run(server, tmp_path / "out", folder, "--concurrency", 1)
    assert result.exit_code == 1
    found = outcomes(tmp_path / "out")
    assert found["a0"].failure.kind == "ModelRefused"
    assert all(found[f"a{number}"].extraction for number in (1, 2, 3))
    assert "a0: refused, ModelRefused" in result.stderr


def test_every_kind_of_bad_input_is_an_outcome_of_that_file(fault_server, folder, tmp_path):
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "broken.json").write_text("{")
    (folder / "enormous.txt").write_text("x" * 2_000_001)
    (folder / "latin.txt").write_bytes(f"Déjà vu à l’été. {TEXT}".encode("cp1252"))
    (folder / "nul.txt").write_text(f"\0{TEXT}")
    result = run(fault_server(GOOD), tmp_path / "out", folder)
    found = outcomes(tmp_path / "out")
    assert result.exit_code == 1
    assert len(found) == 10
    failed = {id: outcome.failure.kind for id, outcome in found.items() if outcome.failure}
    assert failed == dict.fromkeys(["empty", "binary", "broken", "enormous"], "ArticleError")
    assert found["latin"].extraction.article.notes[0].startswith("read as Windows-1252")


def test_a_path_that_is_not_there_is_wrong_use_and_nothing_is_read(fault_server, folder, tmp_path):
    server = fault_server(GOOD)
    result = run(server, tmp_path / "out", folder, tmp_path / "missing.txt")
    assert result.exit_code == 2
    assert "there is no file or folder" in result.stderr
    assert server.bodies == []


def test_articles_that_failed_before_are_not_told_as_done(fault_server, folder, tmp_path):
    run(fault_server(failure(400), GOOD), tmp_path / "out", folder, "--concurrency", 1)
    result = run(fault_server(GOOD), tmp_path / "out", folder, "--retry", "none")
    assert "0 done, 0 failed, 3 done before, 1 failed before" in result.stderr
    assert result.exit_code == 1


def test_running_again_asks_only_for_what_is_missing(fault_server, folder, tmp_path):
    out = tmp_path / "out"
    run(fault_server(failure(400), GOOD), out, folder, "--concurrency", 1)
    server = fault_server(GOOD)
    result = run(server, out, folder)
    assert len(server.bodies) == 1
    assert "1 done, 0 failed, 3 done before" in result.stderr
    assert all(outcome.extraction for outcome in outcomes(out).values())


def test_a_changed_text_date_model_or_setting_is_asked_again(fault_server, folder, tmp_path):
    out = tmp_path / "out"
    run(fault_server(GOOD), out, folder)
    server = fault_server(GOOD)
    for number, change in enumerate([f"Changed. {TEXT}", f"---\npublished: 2019-03-14\n---\n{TEXT}"], 1):
        (folder / "a0.txt").write_text(change)
        run(server, out, folder)
        assert len(server.bodies) == number
    assert len(outcomes(out)) == 4
    run(server, out, folder, "--set", "temperature=1")
    call("run", folder, "--out", out, "--model", "openai/other", "--base-url", server.url)
    assert len(server.bodies) == 2 + 4 + 4


def test_another_model_that_fails_deletes_nothing(fault_server, folder, tmp_path):
    out = tmp_path / "out"
    run(fault_server(GOOD), out, folder)
    before = list(read_outcomes(out))
    assert call("run", folder, "--out", out, "--model", "nowhere/x").exit_code == 2
    call("run", folder, "--out", out, "--model", "openai/other", "--base-url", fault_server(failure(401)).url)
    assert list(read_outcomes(out)) == before


def test_folders_with_files_of_the_same_name_share_an_out(fault_server, tmp_path):
    out, server = tmp_path / "out", fault_server(GOOD)
    for day in ("monday", "tuesday"):
        (tmp_path / day).mkdir()
        (tmp_path / day / "a0.txt").write_text(f"{day} {TEXT}")
        run(server, out, tmp_path / day)
    run(server, out, tmp_path / "monday")
    assert len(server.bodies) == len(list(read_outcomes(out))) == 2


def test_an_article_under_another_path_is_one_article_still(fault_server, folder, tmp_path, monkeypatch):
    out, server = tmp_path / "out", fault_server(GOOD)
    run(server, out, folder)
    monkeypatch.chdir(tmp_path)
    (folder / "a0.txt").rename(folder / "z0.txt")
    run(server, out, "articles")
    kinds = Counter(one.kind for one in read_outcomes(out))
    assert (kinds, len(server.bodies)) == ({"done": 4, "duplicate": 4}, 4)


def test_articles_that_are_left_alone_are_among_those_of_the_run(fault_server, folder, tmp_path):
    out, server = tmp_path / "out", fault_server(GOOD)
    run(server, out, folder)
    (folder / "a0.txt").unlink()
    assert "3 done before" in run(server, out, folder).stderr
    with JournalReader(out) as journal:
        assert [one.article.id for one in journal.latest_extractions(10)] == ["a1", "a2", "a3"]


def test_a_copy_of_an_article_that_changed_is_read_itself(tmp_path):
    articles, out = tmp_path / "articles", tmp_path / "out"
    articles.mkdir()
    for name in "ab":
        (articles / f"{name}.txt").write_text(TEXT)
    assert "1 done, 0 failed, 1 duplicate" in call("run", articles, "--out", out, "--model", "rules").stderr
    (articles / "a.txt").write_text("Fees did not change.")
    call("run", articles, "--out", out, "--model", "rules")
    found = outcomes(out)
    assert [found[id].extraction.article.text for id in "ab"] == ["Fees did not change.", TEXT]
    (articles / "a.txt").unlink()
    call("run", articles, "--out", out, "--model", "rules")
    assert outcomes(out)["b"].kind == "done"


def test_rules_take_the_place_of_a_model_only_by_name(fault_server, folder, tmp_path):
    out = tmp_path / "out"
    run(fault_server(GOOD), out, folder)
    for _ in range(2):
        refused = call("run", folder, "--out", out)
        assert refused.exit_code == 2
        assert "outcomes of openai/m" in re.sub(r"\s+", " ", refused.stderr)
    assert call("run", folder, "--out", out, "--model", "rules").exit_code == 0


def test_another_endpoint_is_asked_itself(fault_server, folder, tmp_path):
    out, other = tmp_path / "out", fault_server(GOOD)
    run(fault_server(GOOD), out, folder)
    run(other, out, folder, "--retry", "all")
    assert len(other.bodies) == 4


def test_a_finished_run_is_read_from_a_folder_that_cannot_be_written_to(fault_server, folder, tmp_path, monkeypatch):
    out = tmp_path / "out"
    run(fault_server(GOOD), out, folder)
    connect = sqlite3.connect

    def only_unchanging(path, **options):
        if not options.get("uri"):
            raise sqlite3.OperationalError("unable to open database file")
        return connect(path, **options)

    monkeypatch.setattr(sqlite3, "connect", only_unchanging)
    assert "4 done" in call("status", out).stdout


def test_two_runs_into_one_out_exclude_each_other(fault_server, folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with lock_folder(out):
        result = run(fault_server(GOOD), out, folder)
    assert result.exit_code == 2
    assert "Another run is writing" in result.stderr


def test_a_database_of_something_else_is_not_touched(fault_server, folder, tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "events.db")) as database:
        database.execute("CREATE TABLE concerts (day TEXT)")
    result = run(fault_server(GOOD), tmp_path, folder)
    assert result.exit_code == 2
    assert "choose another folder" in re.sub(r"\s+", " ", result.stderr)


def test_a_file_that_is_no_database_is_not_touched(fault_server, folder, tmp_path):
    (tmp_path / "events.db").write_text("the programme of the season " * 200)
    result = run(fault_server(GOOD), tmp_path, folder)
    assert result.exit_code == 2
    assert "file is not a database" in re.sub(r"\s+", " ", result.stderr)
    assert (tmp_path / "events.db").read_text().startswith("the programme")


def test_what_was_paid_for_the_article_that_ended_the_run_is_kept_and_used(fault_server, folder, tmp_path):
    out = tmp_path / "out"
    server = fault_server(completion("no JSON"), failure(401, "revoked"), GOOD)
    assert run(server, out, folder, "--concurrency", 1).exit_code == 2
    with JournalReader(out) as journal:
        assert (journal.status().requests, journal.status().usage.output_tokens) == (2, 20)
    assert run(server, out, folder, "--concurrency", 1).exit_code == 0
    assert [attempt.status for attempt in outcomes(out)["a0"].extraction.provenance.attempts] == [200, 200]
    assert len(server.bodies) == 2 + 4


def test_the_end_of_a_run_tells_what_it_took(fault_server, folder, tmp_path):
    result = run(fault_server(GOOD), tmp_path / "out", folder, "--set", 'price={"input": 1, "output": 10}')
    assert "4 requests, 400 tokens in, 80 out, $0.0012" in result.stderr


@pytest.mark.parametrize(
    ("answer", "code"), [(failure(401, "bad key"), 2), (failure(429, "no money", "insufficient_quota"), 3)]
)
def test_what_would_fail_every_article_ends_the_run_at_once(fault_server, folder, tmp_path, answer, code):
    server = fault_server(GOOD, answer)
    result = run(server, tmp_path / "out", folder, "--concurrency", 1)
    assert result.exit_code == code
    assert answer.body["error"]["message"] in result.stderr
    assert "1 done, 0 failed, 3 pending" in result.stderr
    assert len(server.bodies) == 2
    assert list(outcomes(tmp_path / "out")) == ["a0"]


def test_limit_stops_after_so_many(fault_server, folder, tmp_path):
    run(fault_server(GOOD), tmp_path / "out", folder, "--limit", 2)
    assert sorted(outcomes(tmp_path / "out")) == ["a0", "a1"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "x.txt", "--replay", "."], "Name the model"),
        (["run", "x.txt", "--model", "openai/gpt-5-mini"], "OPENAI_API_KEY"),
        (["run", "x.txt", "--model", "nowhere/x"], "not known"),
        (["run", "x.txt", "--model", "openai/m", "--replay", "/nowhere"], "no folder of cassettes"),
        (["run", ".", "--model", "openai/m", "--field", "colour=x"], "FIELD=KEY"),
        (["show", "nothing", "--out", "."], "There is no run at"),
        (["status", "."], "There is no run at"),
        (["run", "x.txt", "--model", "openai/m", "--shard", "3/2"], "from 1/N to N/N"),
        (["run", "x.txt", "--model", "openai/m", "--concurrency", "some"], "or auto"),
        (
            ["run", "x.txt", "--model", "openai/m", "--budget", "1", "--base-url", "http://[::1]:9/v1"],
            "No price is known",
        ),
        (["check", "--model", "x"], "provider/name"),
        (["run", "x.txt", "--model", "openai/m", "--rpm", "0"], "--rpm"),
        (["run", "x.txt", "--model", "openai/m", "--set", "timeout=never"], "timeout: Input should be a valid number"),
        (["run", "x.txt", "--model", "openai/m", "--set", "speed=9"], "NAME=VALUE"),
        (["run", "x.txt", "--set", "model=nowhere/x"], "not known"),
        (["run", "x.txt", "--model", "openai/m", "--base-url", "http://localhost:abc/v1"], "is no address"),
        (["schema", "--out", "x.txt/nope"], "x.txt"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.txt").write_text(TEXT)
    result = call(*arguments)
    assert result.exit_code == 2
    assert message in re.sub(r"[\s│]+", " ", result.stderr)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("reply_format", ["json_schema", "json_object", "text"])
def test_a_run_asks_in_every_format_and_resumes_from_it(fault_server, folder, tmp_path, reply_format):
    out, server = tmp_path / "out", fault_server(GOOD)
    assert run(server, out, folder, "--set", f"reply_format={reply_format}").exit_code == 0
    sent = server.bodies[0]
    assert (sent.get("response_format") or {"type": "text"})["type"] == reply_format
    assert run(server, out, folder, "--set", f"reply_format={reply_format}", "--retry", "all").exit_code == 0
    assert len(server.bodies) == 4


def test_an_empty_folder_is_wrong_use(tmp_path):
    result = call("run", tmp_path, "--out", tmp_path / "out", "--model", "openai/m", "--replay", CASSETTES)
    assert result.exit_code == 2
    assert "no article" in result.stderr


def test_an_unreachable_server_fails_the_articles_and_says_so(fault_server, folder, tmp_path):
    server = fault_server(Answer("x", status=404))
    server.close()
    result = run(server, tmp_path / "out", folder, "--limit", 1, "--set", "attempts=1")
    assert result.exit_code == 1
    assert "cannot be reached" in result.stderr


def test_a_field_of_json_records_can_be_named(fault_server, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "q", "words": TEXT, "when": "2019-03-14"}))
    out = tmp_path / "out"
    run(fault_server(GOOD), out, tmp_path / "in.jsonl", "--field", "text=words", "--field", "published=when")
    assert outcomes(out)["q"].extraction.meetings[0].date == "2019-03-12"


def test_a_database_is_asked_by_a_query(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "news.db")) as database:
        database.execute("CREATE TABLE stories AS SELECT 7 AS id, 'They met.' AS story, '2019-03-14' AS day")
        database.commit()
    query = "SELECT id, story AS text, day AS published FROM stories"
    result = call("run", tmp_path / "news.db", "--query", query, "--out", tmp_path / "out", "--model", "rules")
    assert result.exit_code == 0
    assert str(outcomes(tmp_path / "out")["7"].extraction.article.published) == "2019-03-14"


def test_articles_come_from_standard_input_and_say_their_language(tmp_path):
    lines = "".join(json.dumps({"text": f"{TEXT} Number {number}. {TEXT}"}) + "\n" for number in range(3))
    arguments = ["run", "-", "--out", str(tmp_path), "--model", "rules", "--detect-language"]
    result = CliRunner().invoke(app, arguments, input=lines)
    assert (result.exit_code, "3 done" in result.stderr) == (0, True)
    assert {one.extraction.article.language for one in outcomes(tmp_path).values()} == {"en"}


def test_every_kind_of_damaged_file_is_an_outcome_and_costs_no_other(tmp_path):
    names = "a.html b.pdf c.docx d.epub e.warc.gz f.rss g.parquet h.txt.gz i.sqlite".split()
    (tmp_path / "in").mkdir()
    for name in names:
        (tmp_path / "in" / name).write_bytes(bytes(range(256)))
    (tmp_path / "in" / "j.csv").write_text("text\nThey met.\n")
    result = call("run", tmp_path / "in", "--query", "SELECT 1", "--out", tmp_path / "out", "--model", "rules")
    assert (result.exit_code, "1 done, 9 failed" in result.stderr) == (1, True)
    assert {one.failure.kind for one in outcomes(tmp_path / "out").values() if one.failure} == {"ArticleError"}


def test_show_prints_the_article_with_its_records(fault_server, folder, tmp_path):
    out = tmp_path / "out"
    run(fault_server(GOOD), out, folder)
    result = call("show", "a1", "--out", out)
    assert result.exit_code == 0
    assert "Number 1." in result.stdout
    assert "[m1]" in result.stdout
    assert "“Lars Hegge met Kenyan minister Wanjiru Odhiambo in Nairobi on Tuesday”" in result.stdout
    assert json.loads(call("show", "a1", "--out", out, "--json").stdout)["article"]["id"] == "a1"
    exported = tmp_path / "exported.jsonl"
    exported.write_text(call("export", out).stdout)
    assert "Number 3." in call("show", exported).stdout


def test_a_terminal_is_shown_no_control_characters_of_an_article(fault_server, tmp_path):
    (tmp_path / "evil.txt").write_text(f"\x1b]0;title\x07\x1b[31m[bold]{TEXT}\u202e")
    out = tmp_path / "out"
    run(fault_server(GOOD), out, tmp_path / "evil.txt")
    shown = call("show", "evil", "--out", out).stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "[bold]" in shown


def test_evidence_is_highlighted_where_it_stands_also_in_an_article_with_crlf(fault_server, tmp_path):
    (tmp_path / "dos.txt").write_bytes(f"One.\r\nTwo.\r\n\x0b{TEXT}".encode())
    out = tmp_path / "out"
    run(fault_server(GOOD), out, tmp_path / "dos.txt")
    assert "in Nairobi on Tuesday[m1]" in re.sub(r"\s+", " ", call("show", "dos", "--out", out).stdout)


def test_check_tells_what_an_endpoint_honours(fault_server):
    enforcing = fault_server(completion({"colour": "green"}))
    result = call("check", "--model", "openai/m", "--base-url", enforcing.url)
    assert result.exit_code == 0
    assert re.search(r"json_schema\s+enforced", result.stdout)
    prose = fault_server(completion("The sky is blue."))
    result = call("check", "--model", "openai/m", "--base-url", prose.url)
    assert (result.exit_code, "answers as nobody" in result.stdout) == (1, False)
    refusing = fault_server(failure(400), completion({"colour": "green"}))
    result = call("check", "--model", "openai/m", "--base-url", refusing.url)
    assert re.search(r"json_schema\s+rejected", result.stdout)
    assert "--set reply_format=json_object" in result.stdout


def test_schemas_are_written_and_drift_is_told(tmp_path):
    assert call("schema", "--out", tmp_path).exit_code == 0
    assert call("schema", "--out", tmp_path, "--check").exit_code == 0
    (tmp_path / "reply.schema.json").write_text("{}")
    result = call("schema", "--out", tmp_path, "--check")
    assert result.exit_code == 1
    assert "reply.schema.json is out of date" in result.stderr


def test_the_version_is_printed():
    assert call("--version").stdout.strip() == __version__


@pytest.mark.parametrize("command", ["run", "status", "merge", "export", "show", "schema", "check", "eval"])
def test_help_has_an_example(command):
    result = call(command, "--help")
    assert result.exit_code == 0
    assert f"Example: extractor {command}" in re.sub(r"\s+", " ", result.stdout)


def test_an_interrupted_run_keeps_what_is_done_and_says_how_to_go_on(load_server, folder, tmp_path):
    server = load_server(holds_from=2)
    process = start(server, folder, tmp_path / "out", "--concurrency", 1)
    wait_until(lambda: len(server.asked) == 2)
    process.send_signal(signal.SIGINT)
    wait_for_message(process, "Finishing")
    # What is under way is waited for, as long as it takes; a moment shows where it is not.
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    process.send_signal(signal.SIGINT)
    result = ended(process)
    assert (result.code, result.kinds) == (130, {"done": 1})
    assert "the same command goes on" in result.messages
    assert list(outcomes(tmp_path / "out")) == ["a0"]
