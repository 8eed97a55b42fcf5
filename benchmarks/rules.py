"""Measures the built-in engine: articles a second on one core, and memory over many different articles.

    python benchmarks/rules.py [--articles N] [--dev FOLDER] [--json]

The articles are made of the sentences of `seeds/`, or of the texts in FOLDER (see `rules_scores.py`): 2,500 characters
each, with names, numbers and dates that no other article has, so that nothing is read twice. Each is read, then checked
as any reply is. Exits with 1 where fewer than 200 articles a second are read (120 of the seeds, which are nothing but
meetings and claims), memory grows by more than 5 MB after the first fifth, a quote is not in its article, or a second
reading differs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from extractor.meetings.checking import check_reply
from extractor.models import Article
from extractor.rules.engine import read_article

ROOT = Path(__file__).resolve().parents[1]
LENGTH = 2_500
LEAST_A_SECOND = 200
LEAST_OF_SEEDS = 120
MOST_GROWTH = 5.0
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sentences_of(dev: Path | None) -> list[str]:
    """Return the sentences that articles are made of."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    if dev is not None:
        files = sorted(dev.glob("*.jsonl"))
        records = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        texts = [one["text"] for one in records if "text" in one]
    return [part for text in texts for part in re.split(r"(?<=[.!?])\s+", text) if part]


def articles(sentences: list[str], number: int) -> Iterator[Article]:
    """Yield articles that differ in their sentences, names, numbers and days."""
    rng = random.Random(11)
    for index in range(number):
        start = rng.randrange(len(sentences))
        text = ""
        while len(text) < LENGTH:
            text += sentences[start % len(sentences)] + (" " if rng.random() < 0.7 else "\n\n")
            start += 1
        name = "".join(rng.choices(LETTERS, k=7)).capitalize()
        opening = f"{name} met Minister Ana {name[::-1].capitalize()} on May {index % 28 + 1}. "
        day = dt.date(1990, 1, 1) + dt.timedelta(days=index % 12_000)
        yield Article(text=(opening + text)[:LENGTH], published=day)


def resident_megabytes() -> float:
    """Return the memory that the process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    """Measure, print, and exit with 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    started = time.perf_counter()
    read_article(Article(text="Ana Rojas met Lars Hegge in Oslo on Monday.", published=dt.date(2024, 5, 8)))
    first = time.perf_counter() - started
    reading = checking = 0.0
    misplaced = differing = 0
    early = 0.0
    for number, article in enumerate(articles(sentences_of(options.dev), options.articles)):
        begun = time.process_time()
        reply = read_article(article)
        read = time.process_time()
        records, problems = check_reply(reply, article)
        reading, checking = reading + read - begun, checking + time.process_time() - read
        spans = [span for meeting in records.meetings for span in meeting.evidence]
        spans += [span for claim in records.claims for span in claim.content]
        misplaced += any(one.code == "quote_not_found" for one in problems) or any(s.match != "exact" for s in spans)
        if number % 20 == 0:
            differing += read_article(article) != reply
        if number == options.articles // 5:
            early = resident_megabytes()
    figures = {
        "articles": options.articles,
        "first article, with the lists, s": round(first, 3),
        "reading, ms an article": round(reading / options.articles * 1e3, 2),
        "checking, ms an article": round(checking / options.articles * 1e3, 2),
        "articles a second, one core": round(options.articles / (reading + checking)),
        "memory, MB": round(resident_megabytes(), 1),
        "grown after the first fifth, MB": round(resident_megabytes() - early, 1),
        "articles with a quote not theirs": misplaced,
        "articles read otherwise the second time": differing,
    }
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, figure in figures.items():
            print(f"{name:<44}{figure:>10}")
    is_slow = figures["articles a second, one core"] < (LEAST_OF_SEEDS if options.dev is None else LEAST_A_SECOND)
    sys.exit(1 if is_slow or figures["grown after the first fifth, MB"] > MOST_GROWTH or misplaced or differing else 0)


if __name__ == "__main__":
    main()
