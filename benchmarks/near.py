"""Measure what finding near duplicates costs: time, memory and disk by number of articles, and what is found.

    python benchmarks/near.py [--articles 100000] [--json]

A tenth of the articles are copies of an earlier one of which one word in fifty is another.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time

from extractor.batch.near import NearIndex

WORDS_AN_ARTICLE = 400


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    row = measure(options.articles)
    if options.json:
        print(json.dumps(row))
    else:
        print("\n".join(f"{name:<28}{value:>12,.2f}" for name, value in row.items()))
    return int(row["copies found, of 100"] < 95 or row["others taken for copies"] > 0)


def measure(articles: int) -> dict[str, float]:
    chance = random.Random(0)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 10))) for _ in range(20_000)]
    before = _peak_mb()
    seconds = 0.0
    copies = found = false = 0
    earlier: list[list[str]] = []
    with NearIndex(0.8) as index:
        for number in range(articles):
            is_copy = number % 10 == 9
            if is_copy:
                text = [chance.choice(words) if chance.random() < 0.02 else word for word in chance.choice(earlier)]
            else:
                text = chance.choices(words, k=WORDS_AN_ARTICLE)
                # A few are enough to copy from, and do not count as the index's memory.
                earlier = [*earlier[-99:], text]
            began = time.perf_counter()
            near = index.find_or_add(" ".join(text), path=f"articles/{number}.txt", key="0" * 64)
            seconds += time.perf_counter() - began
            copies += is_copy
            found += is_copy and near is not None
            false += not is_copy and near is not None
    return {
        "articles": articles,
        "ms an article": seconds / articles * 1000,
        "peak memory grown by, MB": _peak_mb() - before,
        "copies found, of 100": 100 * found / max(1, copies),
        "others taken for copies": false,
    }


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main())
