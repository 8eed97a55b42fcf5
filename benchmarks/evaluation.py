"""Measures the scorer: seconds for 1,000 articles of 10 meetings and 30 claims each, and for a bootstrap interval.

    python benchmarks/evaluation.py [--articles N] [--json]

Exits with 1 where the scoring of 1,000 articles takes 20 s or more.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time

from extractor.evaluation.documents import ClaimUnit, Document, MeetingUnit, Party
from extractor.evaluation.report import counts_table
from extractor.evaluation.scores import Scores, score_document
from extractor.evaluation.significance import f1, interval

GIVEN = ["Lars", "Wanjiru", "Daniel", "Ana", "Tomas", "Leila", "Ivo", "Mei", "Omar", "Freya"]
FAMILY = ["Hegge", "Odhiambo", "Mworia", "Rojas", "Brandt", "Haddad", "Petrov", "Lin", "Farouk", "Dahl"]
PLACES = ["Nairobi", "Oslo", "Lima", "Tunis", "Sofia"]
STATUSES = ["held", "planned", "unconfirmed", "denied"]


def article(rng: random.Random, id: str) -> Document:
    """Return a document of 60 sentences with 10 meetings and 30 claims at random places."""
    sentences = [f"Sentence {n} of {id} tells at some length what was said and done there." for n in range(60)]
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]

    def party() -> Party:
        return Party((f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}",), "person")

    def place() -> tuple[int, int]:
        start = rng.choice(starts)
        return start, start + rng.randint(20, 60)

    meetings = [
        MeetingUnit(
            title="",
            parties=(party(), party(), party()),
            date=f"2019-03-{rng.randint(10, 28)}",
            place=rng.choice(PLACES),
            country=None,
            format="in_person",
            status=rng.choice(STATUSES),
            evidence=(place(),),
        )
        for _ in range(10)
    ]
    claims = [ClaimUnit("", party(), place(), (place(),), "asserted") for _ in range(30)]
    return Document(id, text, tuple(meetings), tuple(claims))


def perturbed(rng: random.Random, document: Document) -> Document:
    """Return the document with a fifth of its records exchanged for others."""
    other = article(rng, document.id)
    meetings = [rng.choices(pair, (4, 1))[0] for pair in zip(document.meetings, other.meetings, strict=True)]
    claims = [rng.choices(pair, (4, 1))[0] for pair in zip(document.claims, other.claims, strict=True)]
    rng.shuffle(meetings)
    return Document(document.id, document.text, tuple(meetings), tuple(claims))


def main() -> None:
    """Measure, print, and exit with 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rng = random.Random(3)
    gold = [article(rng, f"a{number}") for number in range(options.articles)]
    pairs = [(one, perturbed(rng, one)) for one in gold]
    started = time.perf_counter()
    scores = Scores(tuple(score_document(one, other) for one, other in pairs))
    scoring = time.perf_counter() - started
    started = time.perf_counter()
    interval(counts_table(scores, "meetings"), f1)
    bootstrap = time.perf_counter() - started
    figures = {
        "articles": options.articles,
        "scoring, s": round(scoring, 2),
        "one interval of 10,000 resamples, s": round(bootstrap, 2),
        "F1 meetings": round(scores.micro("meetings").f1, 3),
        "F1 claims": round(scores.micro("claims").f1, 3),
    }
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:<40}{value:>10}")
    sys.exit(0 if scoring < 20 * options.articles / 1000 else 1)


if __name__ == "__main__":
    main()
