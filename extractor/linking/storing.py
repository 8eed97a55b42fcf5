"""Storing: the linked dataset of a run in the tables of its database."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from extractor._version import __version__
from extractor.batch.journal import FILE_NAME, lock_folder
from extractor.database import open_for_reading, open_for_writing, time_now, transaction
from extractor.errors import ConfigurationError
from extractor.linking.dataset import Dataset, count_articles
from extractor.linking.linker import link_articles
from extractor.models import Extraction
from extractor.tables import fill_tables
from extractor.tables.filling import days_of
from extractor.tables.rows import Value, record_id

LINKING_VERSION = 2
"""Of the rules of linking; raised when they may link the same extractions otherwise."""


class StoredExtractions(Iterable[tuple[str, Extraction]]):
    """The extractions of a run, by the paths of their articles, read as a stream as often as wanted."""

    def __init__(self, path: Path) -> None:
        """Take the `events.db` of a run."""
        self._path = path

    def __iter__(self) -> Iterator[tuple[str, Extraction]]:
        with contextlib.closing(open_for_reading(self._path)) as connection:
            for path, text in connection.execute(_EXTRACTIONS):
                yield path, Extraction.model_validate_json(text)


def read_dataset(run: Path) -> Dataset:
    """Link the extractions of a run's folder, or its `events.db`, and write nothing.

    Raises ConfigurationError where there is no run of meetings.
    """
    path = _database_of(run)
    _check_it_has_meetings(path)
    return link_articles(StoredExtractions(path))


def link_run(run: Path) -> Dataset:
    """Fill the tables of a run, link what is in them, and write down what belongs together.

    What an earlier linking wrote is replaced as a whole. Raises ConfigurationError where there is no run of meetings,
    or a run writes to the folder.
    """
    path = _database_of(run)
    _check_it_has_meetings(path)
    with contextlib.closing(lock_folder(path.parent)):
        fill_tables(path)
        dataset = link_articles(StoredExtractions(path))
        with open_for_writing(path) as connection, transaction(connection):
            _write(connection, dataset)
    return dataset


_EXTRACTIONS = "SELECT path, extraction FROM articles WHERE outcome = 'done' ORDER BY path"
_FIRST_TASK = """
SELECT json_type(extraction, '$.records') IS NOT NULL, json_extract(extraction, '$.provenance.task')
FROM articles WHERE outcome = 'done' LIMIT 1
"""
"""Whether a run is of a schema of one's own, and which."""
_TABLES = (
    "linkings",
    "denials",
    "conflicts",
    "occasion_entities",
    "occasion_members",
    "occasions",
    "entity_members",
    "entities",
)
"""In an order in which nothing that is deleted takes other rows with it."""


def _database_of(run: Path) -> Path:
    return run / FILE_NAME if run.is_dir() else run


def _check_it_has_meetings(path: Path) -> None:
    with contextlib.closing(open_for_reading(path)) as connection:
        first = connection.execute(_FIRST_TASK).fetchone()
    if first and first[0]:
        raise ConfigurationError(f"{str(path)!r} has records of {first[1]}, not meetings; only meetings are linked.")


def _write(connection: sqlite3.Connection, dataset: Dataset) -> None:
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608
    (articles,) = connection.execute("SELECT count(*) FROM filled").fetchone()
    connection.execute("INSERT INTO linkings VALUES (?, ?, ?, ?)", (LINKING_VERSION, __version__, articles, time_now()))
    for table, rows in _rows(dataset):
        first = next(rows, None)
        if first is None:
            continue
        insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})"  # noqa: S608
        connection.execute(insert, first)
        connection.executemany(insert, rows)


def _rows(dataset: Dataset) -> Iterator[tuple[str, Iterator[tuple[Value, ...]]]]:
    """Yield the rows of every table, so that none points to one that comes later."""
    yield (
        "entities",
        (
            (
                one.id,
                one.kind,
                one.name,
                *map(_json, (one.names, one.represents, one.roles)),
                count_articles(one.members),
            )
            for one in dataset.entities
        ),
    )
    yield (
        "entity_members",
        (
            (record_id(member.article, member.record), member.via, one.id, member.score, _json(member.reasons))
            for one in dataset.entities
            for member in one.members
        ),
    )
    yield (
        "occasions",
        (
            (one.id, one.title, one.status, one.format, one.date, *days_of(one.date), one.country, one.place, count)
            for one in dataset.occasions
            if (count := count_articles(one.members))
        ),
    )
    yield (
        "occasion_members",
        (
            (record_id(member.article, member.record), one.id, member.score, _json(member.reasons))
            for one in dataset.occasions
            for member in one.members
        ),
    )
    yield "occasion_entities", ((one.id, entity) for one in dataset.occasions for entity in one.entities)
    yield "conflicts", _conflicts(dataset)
    yield (
        "denials",
        (
            (
                one.id,
                record_id(one.claim.article, one.claim.record),
                record_id(one.denied_by.article, one.denied_by.record),
                one.source,
                one.denier,
                one.occasion,
                one.claim.score,
                _json(one.claim.reasons),
            )
            for one in dataset.denials
        ),
    )


def _conflicts(dataset: Dataset) -> Iterator[tuple[Value, ...]]:
    for one in dataset.occasions:
        for number, conflict in enumerate(one.conflicts, 1):
            for side in conflict.sides:
                quotes = {quote.article: quote.span for quote in side.quotes}
                for member in side.members:
                    span = quotes.get(member.article)
                    place = (span.text, span.start, span.end) if span else (None, None, None)
                    yield one.id, number, conflict.field, side.value, record_id(member.article, member.record), *place


def _json(values: Sequence[str]) -> str:
    return json.dumps(values, ensure_ascii=False)
