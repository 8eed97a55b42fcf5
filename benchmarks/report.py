"""Measures the report of 1,000 articles: seconds to write it, and for headless Chromium to open it and to filter it.

    python benchmarks/report.py [--articles N] [--schema] [--keep FILE] [--json]

With --schema the same meetings and claims are records of a schema of one's own. Needs Chromium. Exits with 1 where the
page of 1,000 articles takes 2 s or more to be ready (median of 5).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from extractor.models import (
    Article,
    Claim,
    Extraction,
    Meeting,
    Outcome,
    Participant,
    PlacedQuote,
    Provenance,
    SchemaExtraction,
    SchemaRecord,
    Span,
)
from extractor.report import write_report

GIVEN = ["Lars", "Wanjiru", "Daniel", "Ana", "Tomas", "Leila", "Ivo", "Mei", "Omar", "Freya"]
FAMILY = ["Hegge", "Odhiambo", "Mworia", "Rojas", "Brandt", "Haddad", "Petrov", "Lin", "Farouk", "Dahl"]
STATES = ["Norway", "Kenya", "Peru", "Germany", "Tunisia", "Bulgaria", "China", "Egypt"]
PLACES = [("Nairobi", "KE"), ("Oslo", "NO"), ("Lima", "PE"), ("Tunis", "TN"), ("Sofia", "BG")]
STATUSES = ["held"] * 6 + ["planned", "planned", "proposed", "unconfirmed", "cancelled", "denied"]
FILLER = "Officials on both sides spoke at some length about grain, ports and the coming season, and gave no details. "
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SEARCHED = """() => {
    const begun = performance.now(), input = document.querySelector("[name=words]");
    input.value = "overdue";
    input.dispatchEvent(new Event("input", {bubbles: true}));
    return new Promise(done => requestAnimationFrame(() => done(performance.now() - begun)));
}"""
READY = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


def outcome(rng: random.Random, number: int) -> Outcome:
    """Return an article of some 3,000 characters with three meetings and six claims."""
    day = date(2022, 1, 1) + timedelta(days=rng.randrange(900))
    people = rng.sample(
        [(f"{one} {other}", STATES[(i + j) % 8]) for i, one in enumerate(GIVEN) for j, other in enumerate(FAMILY)], 4
    )
    participants, meetings, claims = [], [], []
    text = ""

    def add(words: str) -> Span:
        nonlocal text
        start = len(text)
        text += words
        return Span(text=words, start=start, end=start + len(words))

    mentions: list[Span] = []
    for index, (name, _) in enumerate(people):
        mentions.append(add(name))
        add(", " if index < 3 else " were in the news. ")
    for index in range(3):
        add(FILLER * rng.randint(2, 4))
        one, other = rng.sample(range(4), 2)
        place, country = rng.choice(PLACES)
        begun = len(text)
        add(f"{people[one][0]} met {people[other][0]} in ")
        where = add(place)
        evidence = Span(text=text[begun:], start=begun, end=len(text))
        add(". ")
        met = day + timedelta(days=rng.randint(-3, 3))
        meetings.append(
            Meeting(
                id=f"m{index + 1}",
                title=f"{people[one][0]} and {people[other][0]} meet in {place}",
                format="in_person",
                status=rng.choice(STATUSES),
                participants=(f"p{one + 1}", f"p{other + 1}"),
                date_text=None,
                date=met.isoformat() if rng.random() < 0.8 else None,
                place_text=where,
                country=country,
                topics=("grain", "ports"),
                outcome=None,
                evidence=(evidence,),
            )
        )
        for turn in range(2):
            add(f"{people[one][0]} ")
            cue = add("said")
            add(" that ")
            content = add(f"the talks were {rng.choice(['frank', 'useful', 'long', 'overdue'])}")
            add(". ")
            claims.append(
                Claim(
                    id=f"c{2 * index + turn + 1}",
                    source=f"p{one + 1}",
                    reported_by=None,
                    cue=cue,
                    content=(content,),
                    statement=content.text.capitalize() + ".",
                    modality="asserted",
                    meeting=f"m{index + 1}",
                )
            )
    for index, (name, state) in enumerate(people):
        participants.append(
            Participant(
                id=f"p{index + 1}",
                name=name,
                aliases=(),
                kind="person",
                role="minister",
                represents=state,
                mentions=(mentions[index],),
            )
        )
    article = Article(
        id=f"a{number:06d}",
        title=f"{people[0][0]} in talks with {people[1][0]}",
        text=text,
        published=day,
        source="The Paper",
    )
    provenance = Provenance(
        library="1",
        schema_version="1",
        task="meetings",
        model="openai/some",
        model_reported=None,
        prompt="0123456789abcdef",
        article=article.digest,
        key=f"{number:064d}",
        replayed=False,
        extracted_at=datetime(2024, 1, 1, tzinfo=UTC),
        attempts=(),
    )
    extraction = Extraction(
        article=article,
        participants=tuple(participants),
        meetings=tuple(meetings),
        claims=tuple(claims),
        problems=(),
        provenance=provenance,
    )
    return Outcome(
        article_id=article.id, path=f"{article.id}.txt", key=provenance.key, kind="done", extraction=extraction
    )


def with_schema(of_meetings: Outcome) -> Outcome:
    """Return the same article with its meetings and claims as records of a schema of one's own."""
    found = of_meetings.extraction
    assert isinstance(found, Extraction)
    meetings: list[dict[str, Any]] = []
    claims: list[dict[str, Any]] = []
    quotes: list[PlacedQuote] = []

    def quote(span: Span, *path: str | int) -> str:
        quotes.append(PlacedQuote(path=path, span=span))
        return span.text

    for n, one in enumerate(found.meetings):
        who = [
            {"name": found.participant(id).name, "represents": found.participant(id).represents}
            for id in one.participants
        ]
        place = quote(one.place_text, "meetings", n, "place") if one.place_text else None
        evidence = [quote(one.evidence[0], "meetings", n, "evidence", 0)]
        told = {"title": one.title, "status": one.status, "date": one.date, "country": one.country, "who": who}
        meetings.append(told | {"place": place, "evidence": evidence})
    for n, claim in enumerate(found.claims):
        cue = quote(claim.cue, "claims", n, "cue") if claim.cue else None
        claims.append(
            {"modality": claim.modality, "cue": cue, "content": quote(claim.content[0], "claims", n, "content")}
        )
    data = {"meetings": meetings, "claims": claims}
    extraction = SchemaExtraction[Any](
        article=found.article,
        data=data,
        quotes_placed=tuple(quotes),
        lists=tuple(data),
        records=tuple(
            SchemaRecord(id=f"{name}{n + 1}", path=(name, n))
            for name, listed in data.items()
            for n in range(len(listed))
        ),
        problems=(),
        provenance=found.provenance.model_copy(update={"task": "News"}),
    )
    return of_meetings.model_copy(update={"extraction": extraction})


def opened(path: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Return seconds until the page is drawn and answers, and until a search has been answered."""
    from playwright.sync_api import sync_playwright

    ready, filtered = [], []
    with sync_playwright() as playwright:
        for _ in range(rounds):
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
            page = browser.new_page()
            page.goto(path.as_uri())
            ready.append(page.evaluate(READY) / 1000)
            filtered.append(page.evaluate(SEARCHED) / 1000)
            browser.close()
    return ready, filtered


def main() -> None:
    """Measure, print, and exit with 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--schema", action="store_true", help="Measure the report of a schema of one's own.")
    parser.add_argument("--keep", type=Path, help="Keep the page here.")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rng = random.Random(1)
    outcomes = [outcome(rng, number) for number in range(arguments.articles)]
    if arguments.schema:
        outcomes = [with_schema(one) for one in outcomes]
    with tempfile.TemporaryDirectory() as folder:
        path = (arguments.keep or Path(folder) / "report.html").absolute()
        begun = time.perf_counter()
        write_report(outcomes, path, title=f"{arguments.articles:,} articles", most_articles=arguments.articles)
        written = time.perf_counter() - begun
        ready, filtered = opened(path, arguments.rounds)
        figures = {
            "articles": arguments.articles,
            "megabytes": round(path.stat().st_size / 1e6, 1),
            "written, s": round(written, 2),
            "opened, s": round(statistics.median(ready), 2),
            "searched, s": round(statistics.median(filtered), 2),
        }
    if arguments.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:<14}{value:>10,}")
    sys.exit(arguments.articles >= 1000 and figures["opened, s"] >= 2)


if __name__ == "__main__":
    main()
