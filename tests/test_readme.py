"""The examples of README and the docs, run as they stand there."""

import contextlib
import gzip
import re
import shlex
import shutil
import sqlite3

import pytest
from typer.testing import CliRunner

from extractor.cli import app
from tests.conftest import ROOT
from tests.fault_server import completion
from tests.replies import HEGGE, NAIROBI, ODHIAMBO, reply

README = (ROOT / "README.md").read_text(encoding="utf-8")
ANSWER = reply([HEGGE | {"aliases": []}, ODHIAMBO], [NAIROBI], [])


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def endpoint(fault_server, monkeypatch):
    server = fault_server(completion(ANSWER))
    monkeypatch.setenv("EXTRACTOR_MODEL", "openai/gpt-4o")
    monkeypatch.setenv("EXTRACTOR_BASE_URL", server.url)
    return server


def test_the_python_examples_run_and_print_what_is_shown(endpoint, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    live, replayed, _ = blocks("python")
    exec(compile(live, "README, first example", "exec"), {})
    assert capsys.readouterr().out.startswith("held 2019-03-12 KE Lars Hegge met Kenyan minister Wanjiru Odhiambo")
    exec(compile(replayed, "README, second example", "exec"), {})
    assert capsys.readouterr().out == blocks("text")[0]


def examples_of_the_docs():
    for page in sorted((ROOT / "docs").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for example, shown in re.findall(r"```python\n(.*?)```(?:\n+```text\n(.*?)```)?", text, re.DOTALL):
            yield pytest.param(example, shown, id=page.name)


@pytest.mark.parametrize(("example", "shown"), [*examples_of_the_docs()])
def test_the_examples_of_the_docs_run_and_print_what_is_shown(example, shown, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    exec(compile(example, "an example of the docs", "exec"), {})
    assert capsys.readouterr().out == shown


def test_the_commands_run(endpoint, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    shutil.copy(ROOT / "seeds" / "003_4a4f9f7d01dcf72d.txt", tmp_path / "articles" / "talks.txt")
    commands = [line[2:] for line in blocks("console")[0].splitlines() if line.startswith("$ ")]
    assert len(commands) == 2
    for command in commands:
        result = CliRunner().invoke(app, command.split()[1:])
        assert result.exit_code == 0, result.output


def test_a_new_domain_takes_the_two_files_that_are_shown(monkeypatch, tmp_path):
    model, words, console = blocks("python")[2], blocks("markdown")[0], blocks("console")[1]
    assert len((model + words).splitlines()) <= 30
    example = ROOT / "examples" / "sanctions"
    shutil.copytree(example / "articles", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sanctions.py").write_text(model, encoding="utf-8")
    (tmp_path / "sanctions.md").write_text(words, encoding="utf-8")
    replayed = ["--model", "openai/desk-llm", "--replay", str(example / "cassettes")]
    result = CliRunner().invoke(app, [*console.split()[2:], *replayed])
    assert (result.exit_code, "3 done, 0 failed" in result.stderr) == (0, True), result.output


def test_the_commands_of_the_page_on_reading_run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved-pages").mkdir()
    shutil.copy(ROOT / "tests" / "files" / "feedgen.rss", tmp_path / "saved-pages")
    (tmp_path / "reports").mkdir()
    shutil.copy(ROOT / "tests" / "files" / "fpdf2.pdf", tmp_path / "reports" / "talks.pdf")
    (tmp_path / "dump.jsonl.gz").write_bytes(gzip.compress(b'{"text": "They met."}'))
    with contextlib.closing(sqlite3.connect("news.db")) as database:
        database.execute("CREATE TABLE articles AS SELECT 1 AS id, 'They met.' AS body, '2019-03-14' AS day")
        database.commit()
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    commands = [re.sub(r" +#.*", "", line) for line in re.findall(r"^    (.*extractor run .*)$", page, re.MULTILINE)]
    assert len(commands) == 3
    for command in commands:
        *_, extractor = command.split(" | ")
        result = CliRunner().invoke(app, shlex.split(extractor)[1:], input=b'{"text": "They met."}')
        assert (result.exit_code, "0 failed" in result.stderr) == (0, True), result.output


@pytest.mark.parametrize("path", re.findall(r"`((?:docs|seeds|cassettes|benchmarks|schemas|tests)/[\w./]*)`", README))
def test_the_files_it_names_are_there(path):
    assert (ROOT / path).exists()


def test_the_make_targets_it_names_are_there():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"\bmake ([a-z-]+)", README)) - {"and"} <= set(targets)
