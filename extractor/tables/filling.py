"""Filling: the extractions of a run to rows of its tables, article by article, each once."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from extractor.database import open_for_writing, transaction
from extractor.models import AnyExtraction, Claim, Extraction, Meeting, Participant
from extractor.models.rows import text_of
from extractor.normalize import parse_iso
from extractor.tables.describing import write_metadata
from extractor.tables.records import rows_of_records
from extractor.tables.rows import Rows, Value, record_id, rows_of_problems
from extractor.tables.views import make_views

log = logging.getLogger(__name__)

VERSION = 1
"""Of the tables; raised when a column changes its meaning or goes away. Rows of an older version are filled anew."""
_TOGETHER = 200
"""Articles in one transaction."""

_EXTRACTION: TypeAdapter[AnyExtraction] = TypeAdapter(AnyExtraction)


def fill_tables(path: Path) -> int:
    """Bring the tables of a run's database up to its articles, and return how many articles were filled.

    Only articles that were finished since the last filling are read. An article's rows go with its outcome when that is
    replaced. The descriptions of the tables are written beside it, for Datasette. Raises ConfigurationError or
    StoreFailed.
    """
    filled, last = 0, ""
    with open_for_writing(path) as connection:
        while rows := connection.execute(_DUE, (last, VERSION, _TOGETHER)).fetchall():
            with transaction(connection):
                for article, text in rows:
                    try:
                        extraction = _EXTRACTION.validate_json(text)
                    except ValidationError:
                        log.warning("%s: its outcome was written by another version; read it again", article)
                    else:
                        _fill(connection, article, extraction)
            filled, last = filled + len(rows), rows[-1][0]
        with transaction(connection):
            for (article,) in connection.execute(_GONE).fetchall():
                _clear(connection, article)
            views = make_views(connection)
    write_metadata(path.parent, views)
    return filled


_DUE = """
SELECT path, extraction FROM articles
WHERE outcome = 'done' AND path > ?
AND NOT EXISTS (SELECT 1 FROM filled WHERE filled.article = articles.path AND filled.version = ?)
ORDER BY path LIMIT ?
"""
_GONE = "SELECT path FROM articles WHERE outcome = 'duplicate' AND path IN (SELECT article FROM filled)"
"""The articles that were found to repeat another since they were filled."""
_PER_ARTICLE = ("filled", "participants", "meetings", "claims", "spans", "records", "problems")
"""Tables of which the others hang; deleting from them deletes from all."""


def _fill(connection: sqlite3.Connection, article: str, extraction: AnyExtraction) -> None:
    _clear(connection, article)
    found = _rows(article, extraction) if isinstance(extraction, Extraction) else rows_of_records(article, extraction)
    for table, rows in (*found, ("problems", rows_of_problems(article, extraction.problems))):
        rows = list(rows)
        if rows:
            places = ", ".join("?" * len(rows[0]))
            # A name or a place that stands twice in an extraction is one row.
            connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({places})", rows)  # noqa: S608
    connection.execute("INSERT INTO filled VALUES (?, ?)", (article, VERSION))


def _clear(connection: sqlite3.Connection, article: str) -> None:
    for table in _PER_ARTICLE:
        connection.execute(f"DELETE FROM {table} WHERE article = ?", (article,))  # noqa: S608


def _rows(article: str, extraction: Extraction) -> Iterator[tuple[str, Rows]]:
    def id_of(record: str) -> str:
        return record_id(article, record)

    yield "participants", (_participant(article, one) for one in extraction.participants)
    yield "aliases", ((id_of(one.id), alias) for one in extraction.participants for alias in one.aliases)
    yield (
        "mentions",
        ((id_of(one.id), span.start, span.end, span.text) for one in extraction.participants for span in one.mentions),
    )
    yield "meetings", (_meeting(article, one) for one in extraction.meetings)
    yield "topics", ((id_of(one.id), topic) for one in extraction.meetings for topic in one.topics)
    yield (
        "meeting_participants",
        ((id_of(one.id), id_of(party)) for one in extraction.meetings for party in one.participants),
    )
    yield "claims", (_claim(article, one) for one in extraction.claims)
    yield "spans", _spans(article, extraction)


def _participant(article: str, one: Participant) -> tuple[Value, ...]:
    return (record_id(article, one.id), article, one.id, one.kind, one.name, one.role, one.represents)


def _meeting(article: str, one: Meeting) -> tuple[Value, ...]:
    return (
        record_id(article, one.id),
        article,
        one.id,
        one.title,
        one.format,
        one.status,
        one.date,
        *days_of(one.date),
        text_of(one.date_text),
        text_of(one.place_text),
        one.country,
        one.outcome,
    )


def days_of(iso: str | None) -> tuple[str | None, str | None]:
    """Return the first and the last day of an ISO 8601 date or interval."""
    interval = parse_iso(iso) if iso else None
    return (str(interval.first), str(interval.last)) if interval else (None, None)


def _claim(article: str, one: Claim) -> tuple[Value, ...]:
    return (
        record_id(article, one.id),
        article,
        one.id,
        record_id(article, one.source),
        one.reported_by,
        text_of(one.cue),
        one.statement,
        one.modality,
        record_id(article, one.meeting) if one.meeting else None,
    )


def _spans(article: str, extraction: Extraction) -> Iterator[tuple[Value, ...]]:
    meetings = {meeting.id for meeting in extraction.meetings}
    places: dict[tuple[str, str], int] = {}
    for record, field, span in extraction.quotes():
        position = places[record, field] = places.get((record, field), -1) + 1
        id = record_id(article, record)
        owner = (id, None) if record in meetings else (None, id)
        yield f"{id}#{field}{position}", article, *owner, field, position, span.start, span.end, span.text, span.match
