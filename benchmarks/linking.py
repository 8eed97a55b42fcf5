"""Measures linking: CPU seconds and memory against the number of meetings, and how many come out whole.

    python benchmarks/linking.py [--meetings N ...] [--json]

Every size is a process of its own. Exits with 1 where a size takes 5 minutes or 2 GiB.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from extractor.linking import link
from extractor.models import Article, Extraction, Meeting, Participant, Provenance, Span

SIZES = [1_000, 10_000, 100_000]
MOST_SECONDS = 300
MOST_MEBIBYTES = 2048
GIVEN = "Lars Wanjiru Daniel Ana Tomas Leila Ivo Mei Omar Freya Nils Amina Pablo Greta Hugo Ines Jonas Kofi Lea".split()
STATES = [
    "Norway",
    "Kenya",
    "Peru",
    "Tunisia",
    "Bulgaria",
    "Ghana",
    "Chile",
    "Nepal",
    "Jordan",
    "Finland",
    "Laos",
    "Malta",
]
COUNTRIES = ["NO", "KE", "PE", "TN", "BG", "GH", "CL", "NP", "JO", "FI"]
SYLLABLES = "ba de ki lo mu na po ra si to ve zu".split()
FIRST_DAY = date(2020, 1, 1)
PROVENANCE = Provenance(
    library="0", schema_version="1", task="meetings", model="openai/none", model_reported=None, prompt="0", article="0",
    key="0", replayed=False, extracted_at=datetime(2026, 1, 1, tzinfo=UTC), attempts=(),
)  # fmt: skip


def people(rng: random.Random, number: int) -> list[tuple[str, str, str]]:
    """Return persons as given name, surname and state; surnames are shared by some."""
    surnames = ["".join(rng.choice(SYLLABLES) for _ in range(3)).capitalize() for _ in range(max(50, number // 2))]
    return [(rng.choice(GIVEN), rng.choice(surnames), rng.choice(STATES)) for _ in range(number)]


def extractions(reports: int, truth: dict[tuple[str, str], int]) -> Iterator[Extraction]:
    """Yield articles with one meeting each, about 2.5 articles an occasion, and write down which occasion is whose."""
    rng = random.Random(7)
    known = people(rng, max(20, reports // 20))
    number = occasion = 0
    while number < reports:
        occasion += 1
        # Few meet often, most seldom, as in news.
        met = [known[int(len(known) * rng.random() ** 2)] for _ in range(rng.choice((2, 2, 2, 3, 5)))]
        met = list(dict.fromkeys(met))
        day = FIRST_DAY + timedelta(days=rng.randrange(2000))
        country = rng.choice(COUNTRIES)
        for _ in range(min(rng.choice((1, 1, 2, 3, 5)), reports - number)):
            number += 1
            id = f"a{number}"
            truth[id, "m1"] = occasion
            yield article(rng, id, met, day, country)


def article(rng: random.Random, id: str, met: list[tuple[str, str, str]], day: date, country: str) -> Extraction:
    """Return an article about the meeting, which may leave out a name's part, the date or the place."""
    participants = []
    for place, (given, surname, state) in enumerate(met, 1):
        name = rng.choice((f"{given} {surname}", f"{given} {surname}", f"{given} K. {surname}", surname))
        participants.append(
            Participant(id=f"p{place}", name=name, aliases=(), kind="person", role=None, represents=state, mentions=())
        )
    quote = Span(text=f"They met, says {id}.", start=0, end=17)
    has_date, has_place = rng.random() < 0.7, rng.random() < 0.7
    meeting = Meeting(
        id="m1", title="Ministers meet", format="in_person", status="held",
        participants=tuple(one.id for one in participants), date_text=quote if has_date else None,
        date=day.isoformat() if has_date else None, place_text=None, country=country if has_place else None, topics=(),
        outcome=None, evidence=(quote,),
    )  # fmt: skip
    published = day + timedelta(days=rng.choice((0, 1, 1, 2)))
    return Extraction(
        article=Article(id=id, text=f"The text of {id}.", published=published),
        participants=tuple(participants), meetings=(meeting,), claims=(), problems=(), provenance=PROVENANCE,
    )  # fmt: skip


def measure(reports: int) -> dict[str, float]:
    """Return what linking takes, the making of the articles apart, and how its pairs agree with the truth."""
    truth: dict[tuple[str, str], int] = {}
    spent = 0.0

    def timed() -> Iterator[Extraction]:
        nonlocal spent
        made = extractions(reports, truth)
        while True:
            began = time.process_time()
            one = next(made, None)
            spent += time.process_time() - began
            if one is None:
                return
            yield one

    began = time.process_time()
    found = link(timed())
    seconds = time.process_time() - began - spent
    right = together = 0
    for occasion in found.occasions:
        labels = [truth[one.article, one.record] for one in occasion.members]
        together += len(labels) * (len(labels) - 1) // 2
        right += sum(labels.count(label) - 1 for label in labels) // 2
    sizes: dict[int, int] = {}
    for label in truth.values():
        sizes[label] = sizes.get(label, 0) + 1
    wanted = sum(size * (size - 1) // 2 for size in sizes.values())
    return {
        "meetings": reports,
        "occasions": len(found.occasions),
        "entities": len(found.entities),
        "cpu_seconds": round(seconds, 2),
        "mebibytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "precision": round(right / together, 4) if together else 1.0,
        "recall": round(right / wanted, 4) if wanted else 1.0,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meetings", type=int, nargs="*", default=SIZES)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = []
    for size in arguments.meetings:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(measure, (size,)))
        if not arguments.json:
            if len(rows) == 1:
                print("".join(f"{name:>12}" for name in rows[0]))
            print("".join(f"{value:>12,}" for value in rows[-1].values()), flush=True)
    if arguments.json:
        print(json.dumps(rows, indent=1))
    return int(any(row["cpu_seconds"] >= MOST_SECONDS or row["mebibytes"] >= MOST_MEBIBYTES for row in rows))


if __name__ == "__main__":
    sys.exit(main())
