"""Measures a run on Ray beside the same run in one process, and what the loss of a worker costs.

    python benchmarks/ray_shards.py [--articles 10000] [--workers 2] [--json]

Run it with a Python that has the extra `ray`. A server on loopback answers at once. Half-way a worker of Ray is killed
with SIGKILL. Ends with 1 where the two datasets differ or more requests were made than articles and what a worker had
under way.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from overhead import article_text, day_of_publication, running_server

from extractor.batch import FILE_NAME, read_outcomes
from extractor.batch.execution import Plan, Silent, execute
from extractor.batch.merging import merge_runs
from extractor.batch.ray import read_on_ray
from extractor.settings import Settings

IN_FLIGHT = 32


def write_articles(folder: Path, count: int) -> None:
    for number in range(count):
        text = f"---\npublished: {day_of_publication(number % 20_000)}\n---\n{article_text(number % 20_000)}"
        (folder / f"{number:06d}.txt").write_text(text, encoding="utf-8")


def facts(out: Path) -> dict[str, tuple[object, ...]]:
    """Return what every outcome says, without times."""
    return {
        one.path: (one.kind, one.extraction and (one.extraction.meetings, one.extraction.claims))
        for one in read_outcomes(out)
    }


def requests_of(out: Path) -> int:
    with closing(sqlite3.connect(out / FILE_NAME)) as database:
        return int(database.execute("SELECT count(*) FROM attempts").fetchone()[0])


def outcomes_so_far(out: Path) -> int:
    found = 0
    for path in out.glob(f"shards/*/{FILE_NAME}"):
        try:
            with closing(sqlite3.connect(path)) as database:
                found += int(database.execute("SELECT count(*) FROM articles").fetchone()[0])
        except sqlite3.Error:
            continue  # it is being made
    return found


def kill_half_way(out: Path, articles: int) -> None:
    while outcomes_so_far(out) < articles // 2:
        time.sleep(0.2)
    told = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    workers = [int(line.split()[0]) for line in told.splitlines() if "ray::MapWorker" in line]
    os.kill(workers[0], signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        articles, one, spread = (Path(folder, name) for name in ("articles", "one", "ray"))
        articles.mkdir()
        write_articles(articles, options.articles)
        os.environ["OPENAI_API_KEY"] = "none"
        settings = Settings(model="openai/bench", base_url=f"{server}/v1")
        plan = Plan(paths=(articles,), out=one, settings=settings, concurrency=IN_FLIGHT)
        began = time.perf_counter()
        execute(plan, Silent())
        alone = time.perf_counter() - began
        killing = threading.Thread(target=kill_half_way, args=(spread, options.articles), daemon=True)
        killing.start()
        began = time.perf_counter()
        parts = read_on_ray(Plan(**{**vars(plan), "out": spread}), workers=options.workers)
        merge_runs(parts, spread)
        together = time.perf_counter() - began
        figures = {
            "articles": options.articles,
            "one process, articles a second": options.articles / alone,
            f"ray, {options.workers} workers, one killed, articles a second": options.articles / together,
            "a worker was killed": not killing.is_alive(),
            "same dataset": facts(one) == facts(spread),
            "requests beyond one an article": requests_of(spread) - options.articles,
        }
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, figure in figures.items():
            print(f"{name:<60}{figure:>12.1f}" if isinstance(figure, float) else f"{name:<60}{figure!s:>12}")
    is_sound = figures["same dataset"] and int(figures["requests beyond one an article"]) <= IN_FLIGHT
    return 0 if is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
