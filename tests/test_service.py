"""The service: an article over HTTP to its outcome, for this machine alone unless told otherwise."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest
import uvicorn

from extractor import Extractor, Settings
from extractor.models import Article, Outcome
from extractor.service import make_service
from tests.conftest import CASSETTES, ROOT, SEEDS, ScriptedModel
from tests.replies import TEXT, reply
from tests.waiting import MOST_SECONDS, wait_until


@contextlib.contextmanager
def listening(service):
    server = uvicorn.Server(uvicorn.Config(service, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def post(service, article, *, host="127.0.0.1"):
    """Return status and body of the answer to an article."""
    headers = {"Content-Type": "application/json", "Host": host}
    with listening(service) as url:
        request = urllib.request.Request(f"{url}/extract", json.dumps(article).encode(), headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def scripted(*replies, **settings):
    return Extractor(client=ScriptedModel(*replies), settings=Settings(model="openai/m", **settings))


def test_an_article_is_answered_with_its_outcome():
    status, body = post(make_service(scripted(reply())), {"text": TEXT, "published": "2019-03-14"})
    outcome = Outcome.model_validate_json(body)
    assert (status, outcome.kind) == (200, "done")
    assert outcome.extraction.meetings[0].date == "2019-03-12"


def test_an_article_that_cannot_be_read_is_an_outcome_that_says_why():
    for text, extractor, failure in (
        ("  ", scripted(reply()), "ArticleError"),
        (TEXT, scripted("no JSON", corrections=0), "InvalidReply"),
    ):
        status, body = post(make_service(extractor), {"text": text})
        outcome = Outcome.model_validate_json(body)
        assert (status, outcome.kind, outcome.failure.kind) == (200, "failed", failure)


def test_what_is_no_article_is_refused():
    service = make_service(scripted(reply()))
    assert post(service, {"title": "No text"})[0] == 422
    assert post(service, {"text": TEXT, "colour": "red"})[0] == 422


def test_what_every_article_would_meet_is_told_as_a_fault_of_the_service():
    replaying = Extractor(settings=Settings(model="openai/m"), replay=CASSETTES)
    status, body = post(make_service(replaying), {"text": "Nobody recorded this."})
    assert status == 503
    assert "cassette" in json.loads(body)["detail"]


def test_a_page_of_another_host_cannot_use_it():
    assert post(make_service(scripted(reply())), {"text": TEXT}, host="evil.example")[0] == 400
    assert post(make_service(scripted(reply()), hosts=("*",)), {"text": TEXT}, host="desk.example")[0] == 200


def test_the_document_of_the_interface_names_the_article_and_the_outcome():
    document = make_service(scripted(reply())).openapi()
    assert list(document["paths"]) == ["/extract"]
    assert {"SentArticle", "SentOutcome", "Extraction"} <= document["components"]["schemas"].keys()


@contextlib.contextmanager
def serving(*options):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "extractor", "serve", "--port", str(port), *map(str, options)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=30)


def ask(url, article, *, within=MOST_SECONDS):
    """Post an article, waiting for the service to listen."""
    body = article.model_dump_json(exclude_defaults=True).encode()
    request = urllib.request.Request(f"{url}/extract", body, {"Content-Type": "application/json"})
    end = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read())
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


@pytest.mark.slow
def test_the_command_serves_from_cassettes():
    seed = sorted(SEEDS.glob("*.txt"))[0]
    with serving("--model", "openai/desk-llm", "--replay", CASSETTES) as (_, url):
        outcome = ask(url, Article(id=seed.stem, text=seed.read_text(encoding="utf-8")))
    assert outcome["kind"] == "done"
    assert outcome["extraction"]["meetings"]


@pytest.mark.slow
def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "extractor", "serve", "--model", "rules", "--port"]
        done = subprocess.run(
            [*command, str(taken.getsockname()[1])], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 2
    assert "Nothing can listen on 127.0.0.1" in done.stderr
