"""The report of a run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from extractor.export.ties import NamedByPath
from extractor.models import Outcome
from extractor.report.files import Written, write_pages
from extractor.report.meetings import MeetingsContent

MOST_ARTICLES = 1000
"""On a page: so many open in less than two seconds (benchmarks/report.py)."""


def write_report(outcomes: Iterable[Outcome], out: Path, *, title: str, most_articles: int = MOST_ARTICLES) -> Written:
    """Write the report of a run; with more than `most_articles` it is an index with pages beside it.

    The outcomes are gone through several times and one page of them is held at a time. Articles and replies are taken
    for hostile: they are only ever text, and a page runs no script but its own. Raises OSError.
    """
    named = NamedByPath(outcomes)
    unread = [one for one in outcomes if one.extraction is None]
    return write_pages(MeetingsContent(outcomes), named, unread, out, title=title, most_articles=most_articles)
