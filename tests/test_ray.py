"""Ray spreads the shards of a run and loses nothing; needs the extra `ray`, half a gigabyte, which CI does without."""

import os
import signal
import subprocess
import threading

import pytest

from extractor.batch import read_outcomes
from tests.replies import TEXT
from tests.runs import write_articles
from tests.test_cli import call
from tests.waiting import wait_until


def ray_worker():
    """The number of a process that reads a shard."""
    told = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return next((int(line.split()[0]) for line in told.splitlines() if "ray::MapWorker" in line), None)


def test_shards_are_read_whole(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    result = call(
        "run", tmp_path / "a.txt", "--out", tmp_path / "out", "--model", "rules", "--engine", "ray", "--limit", 1
    )
    assert result.exit_code == 2
    assert "Shards are read whole" in result.stderr


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_is_killed_costs_no_article_and_the_dataset_is_that_of_one_process(load_server, tmp_path):
    pytest.importorskip("ray", reason="Ray is not installed: pip install '.[ray]'")
    articles, server = write_articles(tmp_path / "articles", 300), load_server(holds_from=100)
    killed = []

    def kill():
        try:
            wait_until(lambda: len(server.asked) >= 100 and ray_worker())
            killed.append(ray_worker())
            os.kill(killed[0], signal.SIGKILL)
        finally:
            server.release()

    threading.Thread(target=kill, daemon=True).start()
    arguments = ["--model", "openai/m", "--base-url", server.url]
    result = call("run", articles, "--out", tmp_path / "ray", "--engine", "ray", "--workers", 2, *arguments)
    assert result.exit_code == 0, result.output
    assert killed
    assert 300 <= len(server.asked) <= 300 + 8
    call("run", articles, "--out", tmp_path / "one", *arguments)
    assert told(tmp_path / "ray") == told(tmp_path / "one")


def told(out):
    return {
        one.path: (one.kind, one.extraction.meetings, one.extraction.claims, one.extraction.participants)
        for one in read_outcomes(out)
    }
