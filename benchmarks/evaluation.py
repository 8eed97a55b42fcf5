"""Measures the scorer: seconds for 1,000 articles of 10 meetings and 30 claims each, and for a bootstrap interval;
and for as many articles of 10 records of 8 fields, by a schema of one's own.

    python benchmarks/evaluation.py [--articles N] [--json]

Exits with 1 where the scoring of 1,000 articles takes 20 s or more, of either sort.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from datetime import UTC, datetime
from typing import Any

from extractor.evaluation import SchemaGold, evaluate
from extractor.evaluation.counting import score_document
from extractor.evaluation.documents import ClaimUnit, Document, MeetingUnit, Party
from extractor.evaluation.report import counts_table, figures
from extractor.evaluation.scores import Scores
from extractor.evaluation.significance import f1, interval
from extractor.models import Article, PlacedQuote, Provenance, SchemaExtraction, Span

GIVEN = ["Lars", "Wanjiru", "Daniel", "Ana", "Tomas", "Leila", "Ivo", "Mei", "Omar", "Freya"]
FAMILY = ["Hegge", "Odhiambo", "Mworia", "Rojas", "Brandt", "Haddad", "Petrov", "Lin", "Farouk", "Dahl"]
PLACES = ["Nairobi", "Oslo", "Lima", "Tunis", "Sofia"]
STATUSES = ["held", "planned", "unconfirmed", "denied"]


def sentences(id: str) -> list[str]:
    """Return the 60 sentences of an article."""
    return [f"Sentence {n} of {id} tells at some length what was said and done there." for n in range(60)]


def article(rng: random.Random, id: str) -> Document:
    """Return a document of 60 sentences with 10 meetings and 30 claims at random places."""
    text = " ".join(sentences(id))
    starts = [text.index(sentence) for sentence in sentences(id)]

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


def record(rng: random.Random, id: str) -> dict[str, Any]:
    """Return a record of 8 fields, one of them a list of three objects and one a quote."""
    reasons = "support for the war human rights abuses evasion of earlier measures".split()
    return {
        "authority": f"{rng.choice(PLACES)} {rng.choice(['Council', 'Ministry', 'Parliament'])}",
        "measure": rng.choice(STATUSES),
        "since": f"2022-03-{rng.randint(10, 28)}",
        "amount": rng.randint(1, 10**6),
        "is_new": rng.random() < 0.5,
        "reason": " ".join(rng.sample(reasons, 6)),
        "targets": [
            {"name": f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}", "kind": rng.choice(["person", "company"])}
            for _ in range(3)
        ],
        "evidence": rng.choice(sentences(id)),
    }


def extraction(id: str, records: list[dict[str, Any]]) -> SchemaExtraction[Any]:
    """Return an extraction of an article that has these records."""
    article = Article(id=id, text=" ".join(sentences(id)))
    starts = [article.text.index(one["evidence"]) for one in records]
    return SchemaExtraction[Any](
        article=article,
        data={"sanctions": records},
        quotes_placed=tuple(
            PlacedQuote(
                path=("sanctions", number, "evidence"),
                span=Span(text=one["evidence"], start=start, end=start + len(one["evidence"])),
            )
            for number, (one, start) in enumerate(zip(records, starts, strict=True))
        ),
        lists=("sanctions",),
        records=(),
        problems=(),
        provenance=Provenance(
            library="0",
            schema_version="1",
            task="Sanctions",
            model="",
            model_reported=None,
            prompt="",
            article=article.digest,
            key="",
            replayed=False,
            extracted_at=datetime(2024, 1, 1, tzinfo=UTC),
            attempts=(),
        ),
    )


def measure_schema(rng: random.Random, articles: int) -> dict[str, float]:
    """Score articles of 10 records, a fifth of them exchanged for others, in another order."""
    gold, given = [], {}
    for id in (f"a{number}" for number in range(articles)):
        told = [record(rng, id) for _ in range(10)]
        found = [rng.choices((one, record(rng, id)), (4, 1))[0] for one in told]
        rng.shuffle(found)
        gold.append(SchemaGold(article=id, schema="Sanctions", data={"sanctions": told}))
        given[id] = extraction(id, found)
    started = time.perf_counter()
    scores = evaluate(gold, given)
    scoring = time.perf_counter() - started
    started = time.perf_counter()
    figures(scores)
    bootstrap = time.perf_counter() - started
    return {
        "scoring by a schema, s": round(scoring, 2),
        f"intervals of its {len(scores.metrics)} metrics, s": round(bootstrap, 2),
        "F1 records": round(scores.micro("all records").f1, 3),
        "F1 values": round(scores.micro("all values").f1, 3),
    }


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
    measured = {
        "articles": options.articles,
        "scoring, s": round(scoring, 2),
        "one interval of 10,000 resamples, s": round(bootstrap, 2),
        "F1 meetings": round(scores.micro("meetings").f1, 3),
        "F1 claims": round(scores.micro("claims").f1, 3),
        **measure_schema(rng, options.articles),
    }
    if options.json:
        print(json.dumps(measured, indent=2))
    else:
        for name, value in measured.items():
            print(f"{name:<40}{value:>10}")
    slowest = max(scoring, measured["scoring by a schema, s"])
    sys.exit(0 if slowest < 20 * options.articles / 1000 else 1)


if __name__ == "__main__":
    main()
