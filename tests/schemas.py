"""Extractions in forms of one's own, made by hand: every string that is marked is a quote, placed in the article."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from extractor.batch import Journal
from extractor.models import Article, Outcome, Path, PlacedQuote, Problem, SchemaExtraction, SchemaRecord, Span
from extractor.settings import Settings
from tests.written import PROVENANCE

TEXT = (
    "Norway froze the assets of Acme Ltd. and Beta Ltd. on Monday. It also banned travel by Ola Nordmann, "
    "who called the measure “theatre”."
)
ARTICLE = Article(
    id="a",
    text=TEXT,
    title="Norway acts",
    published=date(2024, 3, 5),
    source="The Post",
    url="https://example.org/a",
)


class Q(str):
    """Words of the article."""


def schema_extraction(
    data: dict[str, Any] | None,
    *,
    article: Article = ARTICLE,
    task: str = "Sanctions",
    lists: tuple[str, ...] = ("sanctions",),
    problems: tuple[Problem, ...] = (),
) -> SchemaExtraction[Any]:
    """Return an extraction as it is read back from a run: lists of objects at the top are lists of records."""
    return SchemaExtraction(
        article=article,
        data=data,
        quotes_placed=tuple(PlacedQuote(path=path, span=span(article, words)) for path, words in _quotes(data, ())),
        lists=tuple(dict.fromkeys([*lists, *(str(one.path[0]) for one in _records(data or {}) if one.path)])),
        records=tuple(_records(data or {})),
        problems=problems,
        provenance=PROVENANCE.model_copy(update={"task": task}),
    )


def done(extraction: SchemaExtraction[Any], path: str = "in/a.txt") -> Outcome:
    """Return the outcome of an article that was read."""
    return Outcome(article_id=extraction.article.id, path=path, key=path, kind="done", extraction=extraction)


def store(out: pathlib.Path, *outcomes: Outcome, task: str = "Sanctions") -> pathlib.Path:
    """Put outcomes into a run's database, as a run does, and return where that is."""
    with Journal(out, Settings(model="openai/m"), task=task, prompt="0") as journal:
        for outcome in outcomes:
            asyncio.run(journal.add(outcome))
    return journal.path


def span(article: Article, words: str) -> Span:
    start = article.text.index(words)
    return Span(text=str(words), start=start, end=start + len(words))


def _quotes(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Q):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _quotes(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _quotes(item, (*path, index))


def _records(data: dict[str, Any]) -> Iterator[SchemaRecord]:
    lists = [
        name for name, value in data.items() if isinstance(value, list) and any(isinstance(one, dict) for one in value)
    ]
    for name in lists:
        yield from (SchemaRecord(id=f"{name}{index + 1}", path=(name, index)) for index in range(len(data[name])))
    if set(data) - set(lists):
        yield SchemaRecord(id="reply", path=())


FREEZE = {
    "imposed_by": Q("Norway"),
    "measure": "asset_freeze",
    "targets": [{"name": Q("Acme Ltd."), "kind": "firm"}, {"name": Q("Beta Ltd."), "kind": "firm"}],
    "since": None,
    "law": {"name": "Act 12", "year": 1998, "articles": ["§ 1", "§ 2"]},
    "is_new": True,
    "tags": ["assets", "firms"],
    "evidence": [Q("Norway froze the assets of Acme Ltd. and Beta Ltd. on Monday")],
}
BAN = {
    "imposed_by": Q("Norway"),
    "measure": "travel_ban",
    "targets": [{"name": Q("Ola Nordmann"), "kind": "person"}],
    "since": "2024-03-04",
    "law": None,
    "is_new": False,
    "tags": [],
    "evidence": [Q("banned travel by Ola Nordmann")],
}
