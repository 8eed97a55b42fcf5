"""The report of a run, in the form that fits what was asked of its articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Generic

from extractor.errors import ConfigurationError
from extractor.models import Extraction, Outcome, SchemaExtraction
from extractor.report.files import ExtractionT, Written, write_pages
from extractor.report.meetings import MeetingsContent
from extractor.report.schema import SchemaContent

MOST_ARTICLES = 1000
"""On a page: so many open in less than two seconds (benchmarks/report.py)."""


def write_report(outcomes: Iterable[Outcome], out: Path, *, title: str, most_articles: int = MOST_ARTICLES) -> Written:
    """Write the report of a run; with more than `most_articles` it is an index with pages beside it.

    The outcomes are gone through several times and one page of them is held at a time. Articles and replies are taken
    for hostile: they are only ever text, and a page runs no script but its own. Raises OSError, and ConfigurationError
    where different things were asked of the articles.
    """
    unread: list[Outcome] = []
    tasks: set[tuple[bool, str]] = set()
    for one in outcomes:
        if one.extraction is None:
            unread.append(one)
        else:
            tasks.add((isinstance(one.extraction, SchemaExtraction), one.extraction.provenance.task))
    if len(tasks) > 1:
        names = " and ".join(sorted(name for _, name in tasks))
        raise ConfigurationError(f"A report is of one task, and these results are of {names}; write one for each.")
    [(is_schema, task)] = tasks or {(False, "")}
    if is_schema:
        records = _NamedByPath(outcomes, SchemaExtraction)
        return write_pages(SchemaContent(records, task), records, unread, out, title=title, most_articles=most_articles)
    meetings = _NamedByPath(outcomes, Extraction)
    return write_pages(MeetingsContent(outcomes), meetings, unread, out, title=title, most_articles=most_articles)


class _NamedByPath(Iterable[tuple[str, ExtractionT]], Generic[ExtractionT]):
    """The extractions of a form among outcomes, each named by its article's path, which no other article has."""

    def __init__(self, outcomes: Iterable[Outcome], form: type[ExtractionT]) -> None:
        self._outcomes = outcomes
        self._form: type[ExtractionT] = form

    def __iter__(self) -> Iterator[tuple[str, ExtractionT]]:
        return ((one.path, one.extraction) for one in self._outcomes if isinstance(one.extraction, self._form))
