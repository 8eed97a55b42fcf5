"""Measures what a run over many articles costs and loses: speed, memory, kills, refusals, stragglers.

    python benchmarks/batch.py [--only NAME ...] [--json] [--rounds 3] [--kills 200] [--many 100000]

Everything goes through the run that `extractor run` makes, journal and Instructor included, against a server on
loopback that answers after a set time. Articles have 2,500 characters, with the reply of benchmarks/overhead.py, or
are short where only their number matters. The parts, in the order in which they run:

    window      200 articles at 0.5 s each, 10, 50 and 100 in flight: wall time over the ideal
    throughput  articles a second in one process against a server of 50 ms, 64 in flight: minimum and median
    kept        CPU milliseconds to ask for a reply that is kept: prompt, request, search, decoding, validation
    fault       requests after a key is revoked, 10 in flight; requests for a poisoned article
    stragglers  50 articles of 0.2 s, every tenth 3 s, 10 in flight: wall time
    storm       share of the rate that an endpoint admits, 20 a second, which answers 429 to all beyond
    kills       a run of 500 articles killed at random moments and resumed: what differs, what was asked twice
    memory      peak memory at many articles over that at 1,000; seconds to resume a finished run of many

Ends with 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.overhead import ARTICLE, MET, REPLY, completion, day_of_meeting, day_of_publication
from tests.fault_server import Answer, failure
from tests.load_server import Admission, Asked, LoadServer
from tests.runs import dataset, write_articles

SHORT = "Number {number}. Nobody met anybody in the town of Oster on Monday, and nothing was said."
NOTHING: dict[str, list[object]] = {"participants": [], "meetings": [], "claims": []}


@dataclass(frozen=True)
class Figure:
    """What was measured, beside what is aimed at."""

    name: str
    value: float
    aim: float
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        """Tell whether the aim is met."""
        return self.value >= self.aim if self.is_least else self.value <= self.aim


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", choices=PARTS, action="append", help="may be given several times")
    parser.add_argument("--rounds", type=int, default=3, help="of the throughput (default: 3)")
    parser.add_argument("--kills", type=int, default=200, help="(default: 200)")
    parser.add_argument("--many", type=int, default=100_000, help="articles for the memory (default: 100000)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    # Set where the script starts itself.
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--child", choices=CHILDREN, help=argparse.SUPPRESS)
    parser.add_argument("--arguments", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    # As the command does: Instructor logs every fault with all that was sent.
    logging.getLogger("instructor").setLevel(logging.CRITICAL)
    os.environ.update(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
    if options.serve is not None:
        serve(options.serve)
    if options.child:
        print(json.dumps(CHILDREN[options.child](*options.arguments.split(","))))
        return 0
    figures: list[Figure] = []
    for name in options.only or PARTS:
        for figure in PARTS[name](options):
            figures.append(figure)
            if not options.json:
                sign = ">=" if figure.is_least else "<="
                missed = "" if figure.is_met else "   MISSED"
                print(f"{figure.name:<58} {figure.value:>10.3f}   {sign} {figure.aim:g}{missed}", flush=True)
    if options.json:
        print(json.dumps([{**vars(figure), "is_met": figure.is_met} for figure in figures], indent=2))
    return 0 if all(figure.is_met for figure in figures) else 1


class LongReplies(LoadServer):
    """Answers with the reply of benchmarks/overhead.py, with the date of the article."""

    def take(self, head: bytes, body: bytes) -> tuple[Answer, bytes]:  # noqa: ARG002
        """Return what to do with a request, and the bytes to send."""
        found = re.search(rb"In dispatch (\d+) of the season", body)
        assert found, "the request holds no article"
        number = int(found[1])
        asked = Asked(number, 1, 1, 0.0)
        scripted = self.script(asked) or Answer(delay=self.latency)
        return scripted, self._good.replace(str(MET).encode(), str(day_of_meeting(number)).encode())


def serve(latency: float) -> None:
    server = LongReplies(latency=latency, good=Answer(completion(REPLY)))
    print(server.url, flush=True)
    signal.pause()


@contextmanager
def long_replies(latency: float) -> Iterator[str]:
    """Serve from another process, so that only the client's work is measured."""
    process = subprocess.Popen([sys.executable, __file__, "--serve", str(latency)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def in_child(name: str, *arguments: object) -> Any:
    """Run a function of CHILDREN in a process of its own, and return what it returns."""
    command = [sys.executable, __file__, "--child", name, "--arguments", ",".join(map(str, arguments))]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def read_long(url: str, first: int, count: int, at_once: int, out: Path) -> Callable[[], Any]:
    """Return a function that reads so many long articles into a journal, and tells wall and CPU seconds."""
    from extractor.articles import Found
    from extractor.batch import Journal, Run
    from extractor.extraction import Extractor
    from extractor.llm import Pace, Shared
    from extractor.models import Article
    from extractor.settings import Settings

    settings = Settings(model="openai/bench", base_url=url)

    def found(number: int) -> Found:
        text = ARTICLE.format(number=number)[:2_500]
        id = f"a{number}"
        return Found(id, id, article=Article(id=id, text=text, published=day_of_publication(number)))

    async def read(journal: Journal, extractor: Extractor, numbers: range) -> dict[str, int]:
        kinds: Counter[str] = Counter()
        run = Run(extractor, journal, size=at_once)
        async for outcome in run.outcomes(map(found, numbers)):
            kinds[outcome.kind] += 1
        return dict(kinds)

    def measured() -> dict[str, Any]:
        with Journal(out, settings, task="meetings", prompt="") as journal, asyncio.Runner() as runner:
            extractor = Extractor(settings=settings, shared=Shared(Pace(most=at_once), replies=journal.replies))
            # Connections and first uses are made before the clock starts.
            runner.run(read(journal, extractor, range(first - at_once, first)))
            began, used = time.monotonic(), time.process_time()
            kinds = runner.run(read(journal, extractor, range(first, first + count)))
            wall, cpu = time.monotonic() - began, time.process_time() - used
            runner.run(extractor.aclose())
        if kinds != {"done": count}:
            sys.exit(f"The measurement is void: {kinds}.")
        return {"wall": wall, "cpu": cpu}

    return measured


def child_long(url: str, count: str, at_once: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        result: dict[str, Any] = read_long(url, 1_000, int(count), int(at_once), Path(folder))()
    return result


def window(_: argparse.Namespace) -> Iterator[Figure]:
    with long_replies(0.5) as url:
        for at_once, most in ((10, 1.10), (50, 1.15), (100, 1.30)):
            ideal = 0.5 * -(-200 // at_once)
            wall = in_child("long", url, 200, at_once)["wall"]
            yield Figure(f"window: wall over ideal at {at_once} in flight", wall / ideal, most)


def throughput(options: argparse.Namespace) -> Iterator[Figure]:
    with long_replies(0.05) as url:
        rates = [1_000 / in_child("long", url, 1_000, 64)["wall"] for _ in range(options.rounds)]
    yield Figure("throughput: articles a second, lowest", min(rates), 0.0, is_least=True)
    yield Figure("throughput: articles a second, median", statistics.median(rates), 250.0, is_least=True)
    yield Figure("throughput: articles a second, highest", max(rates), 0.0, is_least=True)


def kept(_: argparse.Namespace) -> Iterator[Figure]:
    """Ask for replies that are kept: render the prompt, name the request, find, decode and validate; no checking."""
    from extractor.database import Database
    from extractor.llm import Exchange, KeptReplies, LanguageModel, Shared
    from extractor.meetings import meetings_task
    from extractor.models import Article
    from extractor.reading import messages_about
    from extractor.settings import Settings

    class Answering:
        async def send(self, _request: object) -> Exchange:
            return Exchange(200, {}, completion(REPLY))

    settings = Settings(model="openai/bench")
    texts = [ARTICLE.format(number=number) for number in range(200)]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder, "events.db"))
        model = LanguageModel(Answering(), settings, Shared(replies=KeptReplies(database, settings)))
        task = meetings_task()

        async def ask_all() -> None:
            for text in texts:
                await model.ask(messages_about(Article(text=text), task, settings), task.reply_model)

        asyncio.run(ask_all())
        used = time.process_time()
        asyncio.run(ask_all())
        spent = (time.process_time() - used) / len(texts)
        database.close()
    yield Figure("kept: CPU ms to ask for a kept reply", 1000 * spent, 1.0)


def _run(server: LoadServer, folder: Path, out: Path, **options: Any) -> Any:
    """Run as the command does, in this process, and return the report."""
    from extractor.batch.execution import Plan, execute
    from extractor.settings import Settings

    settings = Settings(model="openai/m", base_url=server.url, **options.pop("settings", {}))
    return execute(Plan(paths=(folder,), out=out, settings=settings, **options), _Unmoved())


class _Unmoved:
    def begun(self, count: Callable[[], int | None]) -> None:
        """Take no note."""

    def finished(self, outcome: object, known: int) -> None:
        """Take no note."""

    def stopping(self) -> None:
        """Take no note."""


@contextmanager
def folder_of(count: int) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory() as place:
        yield write_articles(Path(place, "articles"), count), Path(place, "out")


def fault(_: argparse.Namespace) -> Iterator[Figure]:
    from tests.replies import reply

    for name, answer in (("a revoked key", failure(401)), ("a spent quota", failure(429, "no", "insufficient_quota"))):
        server = LoadServer(lambda asked, answer=answer: answer if asked.number > 100 else None, latency=0.02)
        with folder_of(300) as (folder, out):
            _run(server, folder, out, concurrency=10)
        yield Figure(f"fault: requests after {name}, 10 in flight", len(server.asked) - 101, 10)
        server.close()
    cut = Answer(completion(reply()), cut_after=50)
    server = LoadServer(lambda asked: cut if asked.article == 5 else None)
    with folder_of(20) as (folder, out):
        report = _run(server, folder, out)
    yield Figure("fault: requests for a poisoned article", server.requests[5], 3)
    yield Figure("fault: articles beside it that are done", report.outcomes["done"], 19, is_least=True)
    server.close()


def stragglers(_: argparse.Namespace) -> Iterator[Figure]:
    server = LoadServer(latency=0.2)
    good = server.good
    server.script = lambda asked: Answer(good.body, delay=3.0) if asked.article % 10 == 0 else None
    with folder_of(50) as (folder, out):
        began = time.monotonic()
        _run(server, folder, out, concurrency=10)
        yield Figure("stragglers: seconds for 50 articles", time.monotonic() - began, 5.0)
    server.close()


def storm(_: argparse.Namespace) -> Iterator[Figure]:
    for concurrency in (10, 32, None):
        for sliding in (False, True):
            admission = Admission(20, sliding=sliding)
            server = LoadServer(admission, latency=0.2)
            with folder_of(700) as (folder, out):
                report = _run(server, folder, out, concurrency=concurrency)
            times = [asked.at for asked in server.asked]
            # The first seconds find the rate; what is left after them is a whole number of neither kind of window.
            begun = times[0] + 5.0
            refused = admission.refused
            used = sum(moment >= begun for moment in admission.times) / (times[-1] - begun) / 20
            server.close()
            name = f"storm: {concurrency or 'auto'} in flight, {'sliding' if sliding else 'fixed'} window"
            yield Figure(f"{name}, share used after 5 s", used, 0.9, is_least=True)
            yield Figure(f"{name}, share used in all", 700 / (times[-1] - times[0]) / 20, 0.8, is_least=True)
            yield Figure(f"{name}, share refused", refused / len(times), 0.1)
            yield Figure(f"{name}, failed", report.failed, 0)


def kills(options: argparse.Namespace) -> Iterator[Figure]:
    # What is imported before a fork need not be imported two hundred times.
    import aiohttp  # noqa: F401
    import instructor  # noqa: F401
    import openai  # noqa: F401

    server = LoadServer(latency=0.05)
    chance = random.Random(7)
    at_once, articles = 4, 500
    with folder_of(articles) as (folder, out):
        _run(server, folder, out / "undisturbed", concurrency=64)
        server.asked.clear()
        server.requests.clear()
        killed, committed = 0, set()
        asked_again: Counter[int] = Counter()
        while killed < options.kills:
            before = Counter(server.requests)
            child = os.fork()
            if not child:
                with open(os.devnull, "w") as nowhere:  # noqa: PTH123
                    os.dup2(nowhere.fileno(), 2)
                _run(server, folder, out / "killed", concurrency=at_once)
                os._exit(0)
            time.sleep(0.05 + chance.random() * 0.25)
            os.kill(child, signal.SIGKILL)
            ended = os.waitpid(child, 0)[1]
            asked_again.update({one: server.requests[one] - before[one] for one in committed})
            killed += ended != 0
            committed = _committed(out / "killed")
            if ended == 0:
                break
        _run(server, folder, out / "killed", concurrency=at_once)
        asked_again.update(dict.fromkeys(committed, 0))
        one, other = dataset(out / "undisturbed"), dataset(out / "killed")
        differing = sum(one.get(path) != other.get(path) for path in one.keys() | other.keys())
    yield Figure("kills: times killed", killed, min(options.kills, 1), is_least=True)
    yield Figure("kills: outcomes that differ from an undisturbed run", differing, 0)
    yield Figure("kills: requests for articles whose reply was on disk", sum(asked_again.values()), 0)
    extra = len(server.asked) - articles
    yield Figure("kills: further requests for each kill, 4 in flight", extra / max(1, killed), at_once)
    server.close()


def _committed(out: Path) -> set[int]:
    """Return the articles whose reply is on disk."""
    import sqlite3

    from extractor.batch import FILE_NAME

    if not (out / FILE_NAME).exists():
        return set()
    connection = sqlite3.connect(out / FILE_NAME)
    try:
        rows = connection.execute(
            "SELECT DISTINCT attempts.label FROM replies JOIN attempts ON attempts.request = replies.request"
        ).fetchall()
    except sqlite3.OperationalError:
        rows = []
    finally:
        connection.close()
    return {int(label[1:]) for (label,) in rows}


def child_many(folder: str, out: str) -> dict[str, Any]:
    """Read short articles through a transport in the process; tell the peak of memory and the seconds."""
    from extractor.articles import ArticleReader
    from extractor.batch import Journal, Run
    from extractor.batch.execution import Plan, _Counting
    from extractor.extraction import Extractor
    from extractor.llm import Exchange, Pace, Request, Shared
    from extractor.settings import Settings

    settings = Settings(model="openai/m")

    class Instant:
        async def send(self, request: Request) -> Exchange:  # noqa: ARG002
            return Exchange(200, {}, completion(NOTHING))

    async def read() -> tuple[int, int]:
        with Journal(Path(out), settings, task="meetings", prompt="") as journal:
            shared = Shared(Pace(most=16), replies=journal.replies)
            counting = _Counting(Plan(paths=(Path(folder),), out=Path(out), settings=settings))
            async with Extractor(settings=settings, client=Instant(), shared=shared) as extractor:
                run = Run(extractor, journal, size=16)
                outcomes = sum([1 async for _ in run.outcomes(ArticleReader([Path(folder)]))])
                return outcomes, counting.wait()

    began = time.monotonic()
    outcomes, counted = asyncio.run(read())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"outcomes": outcomes, "counted": counted, "megabytes": peak, "seconds": time.monotonic() - began}


def memory(options: argparse.Namespace) -> Iterator[Figure]:
    place = Path(tempfile.mkdtemp())
    try:
        peaks = {}
        for count in (1_000, options.many):
            folder = place / str(count)
            folder.mkdir()
            for number in range(count):
                (folder / f"a{number:06}.txt").write_text(SHORT.format(number=number))
            found = in_child("many", folder, place / f"out-{count}")
            if found["outcomes"] != count or found["counted"] != count:
                sys.exit(f"The measurement is void: {found}.")
            peaks[count] = found["megabytes"]
            yield Figure(f"memory: peak MB at {count} articles", found["megabytes"], 1_000)
        yield Figure("memory: peak at many articles over that at 1,000", peaks[options.many] / peaks[1_000], 1.2)
        again = in_child("many", place / str(options.many), place / f"out-{options.many}")
        yield Figure("memory: outcomes of a run that was finished", again["outcomes"], 0)
        yield Figure("memory: seconds to resume it", again["seconds"], 10.0)
    finally:
        shutil.rmtree(place)


CHILDREN: dict[str, Callable[..., dict[str, Any]]] = {"long": child_long, "many": child_many}
PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Figure]]] = {
    "window": window,
    "throughput": throughput,
    "kept": kept,
    "fault": fault,
    "stragglers": stragglers,
    "storm": storm,
    "kills": kills,
    "memory": memory,
}


if __name__ == "__main__":
    sys.exit(main())
