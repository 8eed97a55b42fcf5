"""Measures grounding on synthetic articles: invented quotes placed, verbatim quotes exact, and time for a near quote.

    python benchmarks/grounding.py [--langextract-python PATH] [--json]

LangExtract 1.7.1 runs on the same articles and quotes where PATH is a Python that has it
(`pip install langextract==1.7.1` in an environment of its own). Exits with 1 where the extractor misses its aims.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

Ground = Callable[[str, Sequence[str]], list[str | None]]
"""From an article and its quotes to how each was matched; None where it was not placed."""

PEOPLE = ["Lars Hegge", "Wanjiru Odhiambo", "Daniel Mworia", "Ana Rojas", "Tomas Brandt", "Leila Haddad", "Ivo Petrov"]
PLACES = ["Nairobi", "Oslo", "Lima", "Tunis", "Sofia", "Vienna", "Accra", "Montevideo"]
VERBS = ["met", "called", "received", "wrote to", "spoke with", "sat down with"]
MATTERS = ["port fees", "a fisheries agreement", "the border crossing", "grain shipments", "a prisoner exchange"]
TIMES = ["on Monday", "last week", "in early spring", "after the vote", "two days before the summit"]
ENDINGS = [
    "and both sides described the atmosphere as frank",
    "although no agreement was announced afterwards",
    "while reporters were kept waiting outside the hall",
    "but the delegations left without a joint statement",
    "and a second round is expected before the end of the year",
]
FILLERS = [
    "The harbour has been a source of dispute since the road was closed by heavy rain and trade fell by a third.",
    "Prices in the district rose again, and many families turned to the smaller markets along the river.",
    "The ministry has published no figures for the past season, which farmers call the driest in memory.",
]

SUBSTANCE = {
    word
    for text in (*ENDINGS, *FILLERS)
    for word in text.split()
    if len(word) > 5 and word.isalpha() and word.islower()
} - {
    "before",
    "second",
    "without",
}


def sentence(rng: random.Random) -> str:
    """Return a sentence of about 20 words about two people who meet."""
    one, other = rng.sample(PEOPLE, 2)
    return (
        f"{one} {rng.choice(VERBS)} {other} in {rng.choice(PLACES)} {rng.choice(TIMES)} "
        f"to discuss {rng.choice(MATTERS)}, {rng.choice(ENDINGS)}."
    )


def article(rng: random.Random, length: int = 2500) -> list[str]:
    """Return the sentences of an article of about `length` characters, all different."""
    sentences: list[str] = []
    while sum(map(len, sentences)) < length:
        new = sentence(rng) if rng.random() < 0.7 else f"{rng.randint(2, 99)} days on: {rng.choice(FILLERS)}"
        if new not in sentences:
            sentences.append(new)
    return sentences


def change_two_words(quote: str) -> str:
    """Replace two words, at a third and at two thirds of the quote, by others; no word that carries a fact."""
    words = quote.split()
    for index in (len(words) // 3, 2 * len(words) // 3):
        while words[index] not in SUBSTANCE:
            index += 1
        words[index] = "somewhat"
    return " ".join(words)


def change_a_fact(quote: str, rng: random.Random) -> str:
    """Put another person, place or number into the quote, or take its negation out."""
    words = quote.split()
    if rng.random() < 0.25 and " no " in quote:
        return quote.replace(" no ", " an ")
    if words[0].isdigit():
        return quote.replace(words[0], str(int(words[0]) + rng.randint(1, 9)), 1)
    kind = rng.choice([PEOPLE, PLACES])
    present = next(one for one in kind if one in quote)
    return quote.replace(present, rng.choice([one for one in kind if one not in quote]))


def measure(ground: Ground) -> dict[str, float]:
    """Return the figures of one way of grounding."""
    rng = random.Random(20)
    placed = exact = shuffled = 0
    for _ in range(20):
        sentences = article(rng)
        invented: list[str] = []
        while len(invented) < 20:
            new = sentence(rng)
            if new not in sentences:
                invented.append(new)
        placed += sum(kind is not None for kind in ground(" ".join(sentences), invented))
    altered = 0
    for _ in range(20):
        sentences = article(rng)
        changed = [change_a_fact(one, rng) for one in rng.choices(sentences, k=20)]
        changed = [one for one in changed if one not in sentences]
        altered += sum(kind is not None for kind in ground(" ".join(sentences), changed))
    started = time.process_time()
    for _ in range(200):
        sentences = article(rng)
        quotes = rng.sample(sentences, 5)
        kinds = ground(" ".join(sentences), quotes)
        shuffled += len(kinds)
        exact += sum(kind == "exact" for kind in kinds)
    exact_seconds = time.process_time() - started
    found, times = 0, []
    for _ in range(20):
        text = " ".join(article(rng))
        words = text.split()
        quote = change_two_words(" ".join(words[100:228]))
        started = time.process_time()
        found += ground(text, [quote])[0] is not None
        times.append(1000 * (time.process_time() - started))
    return {
        "invented placed, of 400": placed,
        "placed with a name, number or negation changed, of 400": altered,
        "verbatim exact in shuffled order, of 1,000": exact,
        "CPU for those 1,000, s": round(exact_seconds, 2),
        "near quotes of 128 words placed, of 20": found,
        "CPU for one of them, median ms": round(statistics.median(times), 2),
        "CPU for one of them, most ms": round(max(times), 2),
    }


def ground_with_extractor(text: str, quotes: Sequence[str]) -> list[str | None]:
    """Place the quotes with this library."""
    from extractor.grounding import Passage, QuoteGroup, place_quotes

    placed = place_quotes(Passage(text), [QuoteGroup([quote]) for quote in quotes])
    return [span.match if span else None for (span,) in placed]


def ground_with_langextract(text: str, quotes: Sequence[str]) -> list[str | None]:
    """Place the quotes with LangExtract's resolver and its defaults."""
    from langextract.core.data import Extraction  # type: ignore[import-not-found, unused-ignore]
    from langextract.resolver import Resolver  # type: ignore[import-not-found, unused-ignore]

    extractions = [Extraction("quote", quote) for quote in quotes]
    aligned = {id(one): one for one in Resolver().align(extractions, text, 0, 0)}
    found = [aligned.get(id(one), one) for one in extractions]
    return [one.alignment_status.value.removeprefix("match_") if one.char_interval else None for one in found]


def main() -> None:
    """Measure, print a table, and exit with 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--langextract-python", help="a Python that has LangExtract")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=["extractor", "langextract"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(ground_with_langextract if options.only == "langextract" else ground_with_extractor)))
        return
    results = {"extractor": measure(ground_with_extractor)}
    if options.langextract_python:
        command = [options.langextract_python, __file__, "--only", "langextract"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        results["LangExtract"] = json.loads(printed.splitlines()[-1])
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        print(f"{'':<56}" + "".join(f"{name:>14}" for name in results))
        for figure in results["extractor"]:
            print(f"{figure:<56}" + "".join(f"{found[figure]:>14,}" for found in results.values()))
    invented, altered, exact, _, near, milliseconds, _ = results["extractor"].values()
    sys.exit(0 if (invented, altered, exact, near) == (0, 0, 1000, 20) and milliseconds < 10 else 1)


if __name__ == "__main__":
    main()
