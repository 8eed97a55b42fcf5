"""Measures the CPU that the library costs an article, beside the bare SDK and LangExtract, where the model costs none.

    python benchmarks/overhead.py [--articles 300] [--rounds 5] [--json] [--langextract-python PATH]

Each contender reads the same articles in a process of its own, ten at a time, from one server on loopback that answers
at once with a canned reply. Counted is user and system time of that process from behind the first 20 articles on, so
that imports and first uses are left out. The bare SDK sends the requests that the library sends, ready-made, and parses
the JSON of the reply; the library renders, asks, validates, grounds and writes; LangExtract prompts, asks, parses and
aligns, and writes nothing. A reply that is not borne out in full ends the benchmark, so all of it is always done.

Ends with 1 where the library's median is over 2.5 times the bare SDK's or over a quarter of LangExtract's. LangExtract
runs where a Python that has it is named, by the option or by LANGEXTRACT_PYTHON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

WARM_UP = 20
CONCURRENCY = 10
MOST_TIMES_BARE = 2.5
MOST_OF_LANGEXTRACT = 0.25
INSTALLING = "pip install 'langextract[openai]==1.7.1', in an environment of its own"

MET = date(2014, 1, 7)
"""The Tuesday of article 0; each further article is a week younger, so that no date can be remembered from another."""
ARTICLE = """\
In dispatch {number} of the season, the foreign ministers of Valdoria and Kestria met in Geneva on Tuesday to discuss \
the reopening of the Sarn crossing, which has been closed since the floods of last spring.

Valdorian Foreign Minister Elena Marsk called the talks frank and useful. “We will open the crossing to lorries before \
the winter,” Marsk told reporters outside the hotel. Her office later added that an inspection of the bridge had found \
no damage to its piers.

Her Kestrian counterpart, Tomas Brandel, denied that his government had asked for a toll. “There was no such demand, \
neither in writing nor at the table,” Brandel said. Newspapers in both capitals had reported for weeks that a fee on \
every lorry was the price of an agreement.

The two ministers were joined by Amara Osei, the United Nations envoy for the Sarn valley. Osei warned that grain \
stocks in the upper villages would run out within six weeks unless convoys are let through. Some 14,000 people live \
above the crossing, most of them farmers and herders who lost a part of their animals in the flood.

The Lake Transport Union, which speaks for four thousand drivers on both shores, demanded that its members be insured \
on the Kestrian side of the border. “No driver will cross without papers that protect him,” the union said in a \
statement. Two of its drivers were held for nine days last autumn because of a missing stamp.

Separately, Kestrian Trade Minister Ilse Varga is due to receive Paul Adeyemi, the chairman of the Northern Grain \
Company, in Lima to sign a contract for the delivery of seed. Varga announced that the contract would cover three \
harvests and be paid for in instalments.

Adeyemi said the first ships could leave port in March, provided that the rail link to the coast is repaired in time. \
The line has been cut at two places by landslides, and a single gang of workers is clearing it from the eastern end.

Trade between the two countries fell by a third in the year of the flood. Before it, the crossing carried nine of ten \
lorries that went from the lake to the plain, and customs duties paid there made up a large share of what the district \
spent on its schools and roads. Since then most goods take the coast road, which is two days longer and impassable in \
heavy snow. Shopkeepers in the valley complain of empty shelves, and the price of flour has doubled within a year. The \
hotel in which the delegations met was built for the engineers of the first bridge, whose photographs hang in its hall.
"""
REPLY: dict[str, list[dict[str, object]]] = {
    "participants": [
        {"id": id, "name": name, "aliases": [], "kind": kind, "role": role, "represents": represents}
        for id, name, kind, role, represents in (
            ("p1", "Elena Marsk", "person", "Foreign Minister", "Valdoria"),
            ("p2", "Tomas Brandel", "person", "foreign minister", "Kestria"),
            ("p3", "Amara Osei", "person", "United Nations envoy for the Sarn valley", "United Nations"),
            ("p4", "Lake Transport Union", "organization", None, None),
            ("p5", "Ilse Varga", "person", "Trade Minister", "Kestria"),
            ("p6", "Paul Adeyemi", "person", "chairman", "Northern Grain Company"),
        )
    ],
    "meetings": [
        {
            "id": "m1",
            "title": "Foreign ministers of Valdoria and Kestria discuss the Sarn crossing",
            "evidence": [
                "the foreign ministers of Valdoria and Kestria met in Geneva on Tuesday",
                "The two ministers were joined by Amara Osei",
            ],
            "format": "in_person",
            "status": "held",
            "participants": ["p1", "p2", "p3"],
            "date_text": "on Tuesday",
            "date": str(MET),
            "place_text": "in Geneva",
            "country": "CH",
            "topics": ["reopening of the Sarn crossing", "toll"],
            "outcome": "The crossing is to open to lorries before the winter.",
        },
        {
            "id": "m2",
            "title": "Varga to receive Adeyemi for the signing of a seed contract",
            "evidence": ["Kestrian Trade Minister Ilse Varga is due to receive Paul Adeyemi"],
            "format": "in_person",
            "status": "planned",
            "participants": ["p5", "p6"],
            "date_text": None,
            "date": None,
            "place_text": "in Lima",
            "country": "PE",
            "topics": ["delivery of seed"],
            "outcome": None,
        },
    ],
    "claims": [
        {
            "id": id,
            "source": source,
            "reported_by": None,
            "cue": cue,
            "content": [content],
            "statement": f"It is the case that {content}.",
            "modality": modality,
            "meeting": meeting,
        }
        for id, source, cue, content, modality, meeting in (
            ("c1", "p1", "told", "We will open the crossing to lorries before the winter", "intended", "m1"),
            ("c2", "p2", "denied", "his government had asked for a toll", "denied", "m1"),
            (
                "c3",
                "p3",
                "warned",
                "grain stocks in the upper villages would run out within six weeks unless convoys are let through",
                "forecast",
                "m1",
            ),
            ("c4", "p4", "demanded", "its members be insured on the Kestrian side of the border", "demanded", None),
            ("c5", "p5", "announced", "the contract would cover three harvests", "asserted", "m2"),
            ("c6", "p6", "said", "the first ships could leave port in March", "forecast", "m2"),
        )
    ],
}
QUOTES = [
    ("meeting", "the foreign ministers of Valdoria and Kestria met in Geneva on Tuesday"),
    ("claim", "We will open the crossing to lorries before the winter"),
    ("claim", "his government had asked for a toll"),
    ("claim", "grain stocks in the upper villages would run out within six weeks unless convoys are let through"),
    ("meeting", "Kestrian Trade Minister Ilse Varga is due to receive Paul Adeyemi"),
]
LANGEXTRACT_REPLY = {
    "extractions": [{kind: quote, f"{kind}_attributes": {"status": "stated"}} for kind, quote in QUOTES]
}


def article_text(number: int) -> str:
    return ARTICLE.format(number=number)


def day_of_meeting(number: int) -> date:
    return MET + timedelta(weeks=number)


def day_of_publication(number: int) -> date:
    return day_of_meeting(number) + timedelta(days=2)


def completion(reply: object) -> dict[str, Any]:
    message = {"role": "assistant", "content": json.dumps(reply, ensure_ascii=False), "refusal": None}
    return {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1715850000,
        "model": "bench",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 4000, "completion_tokens": 900, "total_tokens": 4900},
    }


class CannedReplies(asyncio.Protocol):
    """Answers every request with the reply of its path and the date of its article, and does little beside that."""

    answers: dict[bytes, bytes] = {}  # noqa: RUF012 - filled once, by serve()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin a connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = bytearray()

    def data_received(self, data: bytes) -> None:
        """Answer each request that has come in whole."""
        self._received += data
        while (head := self._received.find(b"\r\n\r\n")) >= 0:
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", self._received[:head])
            end = head + 4 + (int(length[1]) if length else 0)
            if len(self._received) < end:
                return
            path = bytes(self._received[:head]).split(b" ", 2)[1]
            number = re.search(rb"In dispatch (\d+) of the season", self._received[head:end])
            assert number, "the request holds no article"
            date = str(day_of_meeting(int(number[1])))
            self._transport.write(self.answers[path].replace(str(MET).encode(), date.encode()))
            del self._received[:end]


async def serve() -> None:
    """Serve on a free port, which is printed, until killed."""
    for path, reply in (("/v1", REPLY), ("/langextract/v1", LANGEXTRACT_REPLY)):
        body = json.dumps(completion(reply), ensure_ascii=False).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        CannedReplies.answers[f"{path}/chat/completions".encode()] = head.encode() + body
    server = await asyncio.get_running_loop().create_server(CannedReplies, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def measure(read: Callable[[range], None], articles: int) -> dict[str, float]:
    """Return CPU milliseconds an article and articles a second, without what the first articles cost."""
    read(range(WARM_UP))
    started, used = time.perf_counter(), cpu_seconds()
    read(range(WARM_UP, WARM_UP + articles))
    used, elapsed = cpu_seconds() - used, time.perf_counter() - started
    return {"cpu_ms": 1000 * used / articles, "per_second": articles / elapsed}


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def require(condition: bool, what: str) -> None:
    if not condition:
        sys.exit(f"The measurement is void: {what}.")


def run_bare(server: str, articles: int, requests: Path) -> dict[str, float]:
    from openai import AsyncOpenAI

    prepared = json.loads(requests.read_text(encoding="utf-8"))
    client = AsyncOpenAI(api_key="none", base_url=f"{server}/v1", max_retries=0)

    async def work(numbers: Iterator[int]) -> None:
        for number in numbers:
            answer = await client.chat.completions.create(
                model=prepared["model"],
                messages=prepared["messages"][number],
                response_format=prepared["response_format"],
            )
            reply = json.loads(answer.choices[0].message.content or "")
            require(len(reply["claims"]) == len(REPLY["claims"]), "the SDK's reply is not the server's")

    async def read(numbers: Iterable[int]) -> None:
        shared = iter(numbers)
        await asyncio.gather(*(work(shared) for _ in range(CONCURRENCY)))

    with asyncio.Runner() as runner:
        return measure(lambda numbers: runner.run(read(numbers)), articles)


def run_extractor(server: str, articles: int, _requests: Path) -> dict[str, float]:
    from extractor.articles import Found
    from extractor.batch import Journal, Run
    from extractor.extraction import Extractor
    from extractor.llm import Pace, Shared
    from extractor.models import Article
    from extractor.settings import Settings

    def found(number: int) -> Found:
        id = f"bench-{number}"
        return Found(id, id, article=Article(id=id, text=article_text(number), published=day_of_publication(number)))

    settings = Settings(model="openai/bench", base_url=f"{server}/v1")

    async def read(numbers: Iterable[int], journal: Journal, extractor: Extractor) -> None:
        async for outcome in Run(extractor, journal, size=CONCURRENCY).outcomes(map(found, numbers)):
            got = outcome.extraction
            require(got is not None, f"an article failed: {outcome.failure}")
            assert got is not None
            require(not got.problems, f"the reply was not borne out: {got.problems}")
            require(len(got.provenance.attempts) == 1, "an article took more than one request")
            counts = len(got.meetings), len(got.participants), len(got.claims)
            require(counts == (2, 6, 6), f"records are missing: {counts}")

    with (
        tempfile.TemporaryDirectory() as folder,
        Journal(Path(folder), settings, task="meetings", prompt="") as journal,
        asyncio.Runner() as runner,
    ):
        shared = Shared(Pace(most=CONCURRENCY), replies=journal.replies)
        extractor = Extractor(settings=settings, shared=shared)
        try:
            return measure(lambda numbers: runner.run(read(numbers, journal, extractor)), articles)
        finally:
            runner.run(extractor.aclose())


def run_langextract(server: str, articles: int, _requests: Path) -> dict[str, float]:
    import langextract as lx  # type: ignore[import-not-found, unused-ignore]

    description = "Extract the meetings and the claims of the news article, in its exact words and in their order."
    sample = "The mayors of Ost and West met on Monday. The mayor of Ost said that the ferry would run again."
    examples = [
        lx.data.ExampleData(
            text=sample,
            extractions=[
                lx.data.Extraction(kind, quote, attributes={"status": "stated"})
                for kind, quote in (
                    ("meeting", "The mayors of Ost and West met on Monday"),
                    ("claim", "the ferry would run again"),
                )
            ],
        )
    ]
    config = lx.factory.ModelConfig(
        model_id="bench",
        provider="openai",
        provider_kwargs={"api_key": "none", "base_url": f"{server}/langextract/v1", "max_workers": CONCURRENCY},
    )
    model = lx.factory.create_model(config, examples=examples, use_schema_constraints=True)

    def read(numbers: Iterable[int]) -> None:
        annotated = lx.extract(
            [lx.data.Document(article_text(number), document_id=f"bench-{number}") for number in numbers],
            prompt_description=description,
            examples=examples,
            model=model,
            use_schema_constraints=False,  # they are in the model already
            fence_output=False,
            max_char_buffer=4000,
            batch_length=CONCURRENCY,
            max_workers=CONCURRENCY,
            show_progress=False,
        )
        for document in annotated:
            statuses = [extraction.alignment_status for extraction in document.extractions]
            exact = [lx.data.AlignmentStatus.MATCH_EXACT] * len(QUOTES)
            require(statuses == exact, f"LangExtract did not align every quote: {statuses}")

    return measure(read, articles)


CONTENDERS = {"bare SDK": run_bare, "extractor": run_extractor, "LangExtract": run_langextract}


async def prepare_requests(count: int) -> dict[str, Any]:
    """Return what the library sends for each article, caught on its way out."""
    from extractor.extraction import Extractor
    from extractor.llm import Exchange, Request
    from extractor.models import Article
    from extractor.settings import Settings

    sent: list[dict[str, Any]] = []

    class Catching:
        async def send(self, request: Request) -> Exchange:
            sent.append(dict(request.body))
            return Exchange(200, {}, completion(REPLY))

    async with Extractor(client=Catching(), settings=Settings(model="openai/bench")) as extractor:
        for number in range(count):
            await extractor.extract_async(Article(text=article_text(number), published=day_of_publication(number)))
    require(all(set(body) == {"model", "messages", "response_format"} for body in sent), "the requests have new fields")
    return {**sent[0], "messages": [body["messages"] for body in sent]}


@contextmanager
def running_server() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()


def run_rounds(pythons: dict[str, str], articles: int, rounds: int) -> dict[str, dict[str, float]]:
    """Run the contenders in turn, round after round, and return the figures of each."""
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in pythons}
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        requests = Path(folder) / "requests.json"
        requests.write_text(json.dumps(asyncio.run(prepare_requests(WARM_UP + articles))), encoding="utf-8")
        for _ in range(rounds):
            for name, python in pythons.items():
                worker = [python, __file__, "--contender", name, "--server", server, "--requests", str(requests)]
                output = subprocess.run(
                    [*worker, "--articles", str(articles)], check=True, stdout=subprocess.PIPE, env=environment
                ).stdout
                measured[name].append(json.loads(output))
    figures = {}
    for name, runs in measured.items():
        cpu = [run["cpu_ms"] for run in runs]
        figures[name] = {
            "cpu_ms_min": min(cpu),
            "cpu_ms_median": statistics.median(cpu),
            "articles_per_second": statistics.median(run["per_second"] for run in runs),
        }
    for figure in figures.values():
        figure["times_bare"] = figure["cpu_ms_median"] / figures["bare SDK"]["cpu_ms_median"]
    return figures


def print_table(figures: dict[str, dict[str, float]]) -> None:
    print(f"{'contender':<12} {'CPU ms/article':>22} {'times':>9} {'articles':>9}")
    print(f"{'':<12} {'min':>11} {'median':>10} {'bare SDK':>9} {'/s':>9}")
    for name in CONTENDERS:
        if figure := figures.get(name):
            cpu = f"{figure['cpu_ms_min']:>11.2f} {figure['cpu_ms_median']:>10.2f}"
            print(f"{name:<12} {cpu} {figure['times_bare']:>9.2f} {figure['articles_per_second']:>9.0f}")
        else:
            print(f"{name:<12} not run: {INSTALLING}, then --langextract-python PATH")


def shortcomings(figures: dict[str, dict[str, float]]) -> list[str]:
    """Return what the library promises and does not keep."""
    ours = figures["extractor"]["cpu_ms_median"]
    limits = [("bare SDK", MOST_TIMES_BARE), ("LangExtract", MOST_OF_LANGEXTRACT)]
    return [
        f"extractor takes {ours / figures[name]['cpu_ms_median']:.2f} times the CPU of {name}; {most} is allowed"
        for name, most in limits
        if name in figures and ours > most * figures[name]["cpu_ms_median"]
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=300, help="measured in each round (default: 300)")
    parser.add_argument("--rounds", type=int, default=5, help="of each contender (default: 5)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--langextract-python",
        default=os.environ.get("LANGEXTRACT_PYTHON"),
        metavar="PATH",
        help=f"a Python that has LangExtract ({INSTALLING}); default: $LANGEXTRACT_PYTHON",
    )
    # Set where the script starts itself.
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--server", help=argparse.SUPPRESS)
    parser.add_argument("--requests", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve())
    if options.contender:
        print(json.dumps(CONTENDERS[options.contender](options.server, options.articles, options.requests)))
        return 0
    pythons = {"bare SDK": sys.executable, "extractor": sys.executable}
    if options.langextract_python:
        pythons["LangExtract"] = options.langextract_python
    figures = run_rounds(pythons, options.articles, options.rounds)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        print_table(figures)
    found = shortcomings(figures)
    for one in found:
        print(one, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
