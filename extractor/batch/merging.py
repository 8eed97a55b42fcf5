"""Merging: the databases of several runs, such as those of shards, into one."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from extractor.batch.journal import FILE_NAME, lock_folder
from extractor.database import Database, Row, open_for_reading
from extractor.errors import ConfigurationError, StoreFailed
from extractor.meetings import MEETINGS
from extractor.tables import fill_tables

_RENUMBERED: Mapping[str, Mapping[str, str]] = {
    "runs": {"id": "id + :runs"},
    "articles": {"run": "run + :runs"},
    "inputs": {"run": "CASE run WHEN :last THEN :merge ELSE run + :runs END"},
    "replies": {},
    "attempts": {"id": "id + :attempts", "run": "run + :runs"},
    "batches": {"run": "run + :runs"},
}
"""The tables that are merged, and what becomes of their numbers."""
_CONFLICTS: Mapping[str, str] = {
    # Done before not done, and then the later one; a path is read by one shard, unless the shards were cut anew.
    "articles": "ON CONFLICT (path) DO UPDATE SET {all} "
    "WHERE (excluded.outcome = 'done', excluded.finished) > (articles.outcome = 'done', articles.finished)",
    "inputs": "ON CONFLICT (path) DO UPDATE SET {all} WHERE excluded.run > inputs.run",
    "replies": "ON CONFLICT (request, endpoint) DO UPDATE SET {all} "
    "WHERE (excluded.is_served, excluded.received) > (replies.is_served, replies.received)",
    "batches": "ON CONFLICT (id) DO NOTHING",
}
_FIND_DUPLICATES = """
    UPDATE articles SET outcome = 'duplicate', extraction = NULL, duplicate_of = first.path, similarity = NULL
    FROM (SELECT key, min(path) AS path FROM articles WHERE outcome = 'done' GROUP BY key) AS first
    WHERE articles.key = first.key AND articles.path <> first.path AND articles.outcome IN ('done', 'duplicate')
"""
"""What one run would have found: of the articles that are the same, one is read."""
_REPOINT_COPIES = """
    UPDATE articles SET duplicate_of = same.duplicate_of
    FROM articles AS same
    WHERE articles.duplicate_of = same.path AND same.outcome = 'duplicate' AND articles.similarity IS NOT NULL
"""
"""What was nearly the same as an article that has become a duplicate is nearly the same as the one that is read."""


@dataclass(frozen=True)
class _Source:
    """What is told of a folder before its rows are copied."""

    folder: Path
    runs: int
    """By how much the numbers of its runs are moved."""
    attempts: int
    last_run: int
    last_attempt: int
    newest: Row | None
    """Its last run: started, ended, ending, library, model, prompt, settings."""
    pending: int | None
    """Articles of the last run that have no outcome; None where it is not known."""
    tasks: frozenset[str]
    """What its articles were read for."""


def merge_runs(sources: Sequence[Path], out: Path) -> None:
    """Merge the `events.db` of several folders into that of another, all of it or nothing.

    An article that stands in several is taken from where it was done last; one whose text was read under another path
    as well becomes a duplicate. Done again, also with further folders, it makes the target anew. Raises
    ConfigurationError where a folder is in use, has batches under way, or the target has something else in it.
    """
    folders = [source.resolve() for source in sources]
    _check_folders(folders, out.resolve())
    out.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as opened:
        for folder in (*folders, out):
            opened.enter_context(lock_folder(folder))
        path = out / FILE_NAME
        Database(path).close()  # makes the tables
        with _told(path):
            merging = opened.enter_context(contextlib.closing(sqlite3.connect(path, isolation_level=None)))
            merging.execute("PRAGMA foreign_keys = ON")
            merging.execute("PRAGMA cache_size = -65536")  # of 1 kB: digests come in no order
            _check_target(merging, folders, out)
            _merge(merging, list(_look_into(folders)))
            merging.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        fill_tables(path)


def _check_folders(folders: Sequence[Path], out: Path) -> None:
    if len(set(folders)) < len(folders):
        raise ConfigurationError("A folder is named twice.")
    if out in folders:
        raise ConfigurationError(f"{str(out)!r} cannot be merged into itself; choose another --out.")
    for folder in folders:
        if not (folder / FILE_NAME).is_file():
            raise ConfigurationError(f"There is no run at {str(folder / FILE_NAME)!r}.")


def _check_target(target: sqlite3.Connection, folders: Sequence[Path], out: Path) -> None:
    before = dict(target.execute("SELECT source, run FROM merged"))
    (last,) = target.execute("SELECT max(id) FROM runs").fetchone()
    is_merge_of_them = before.keys() <= set(map(str, folders)) and last in before.values()
    if last is not None and not is_merge_of_them:
        raise ConfigurationError(f"{str(out)!r} has other results in it; choose another --out.")


def _look_into(folders: Sequence[Path]) -> Iterator[_Source]:
    runs = attempts = 0
    for folder in folders:
        with contextlib.closing(open_for_reading(folder / FILE_NAME)) as connection:
            source = _source_of(folder, connection, runs, attempts)
        runs += source.last_run
        attempts += source.last_attempt
        yield source


def _source_of(folder: Path, connection: sqlite3.Connection, runs: int, attempts: int) -> _Source:
    def number(query: str) -> int:
        return int(connection.execute(query).fetchone()[0] or 0)

    if number("SELECT count(*) FROM batches WHERE state IN ('intended', 'submitted')"):
        raise ConfigurationError(
            f"{str(folder)!r} has batches under way at the provider; collect them first, by the same command."
        )
    newest = connection.execute(
        "SELECT started, coalesce(ended, started), ending, library, model, prompt, settings, inputs "
        "FROM runs ORDER BY id DESC LIMIT 1"
    ).fetchone()
    seen = number("SELECT count(*) FROM inputs WHERE run = (SELECT max(id) FROM runs)")
    return _Source(
        folder,
        runs,
        attempts,
        last_run=number("SELECT max(id) FROM runs"),
        last_attempt=number("SELECT max(id) FROM attempts"),
        newest=newest[:-1] if newest else None,
        pending=max(0, newest[-1] - seen) if newest and newest[-1] is not None else None,
        tasks=_tasks_of(connection),
    )


def _tasks_of(connection: sqlite3.Connection) -> frozenset[str]:
    if "task" not in _columns_of(connection, "runs"):
        return frozenset({MEETINGS})
    return frozenset(task for (task,) in connection.execute("SELECT DISTINCT task FROM runs"))


def _merge(target: sqlite3.Connection, sources: Sequence[_Source]) -> None:
    # In one transaction, whose size the disk bounds and not memory: the rows go from cursor to cursor.
    target.execute("BEGIN IMMEDIATE")
    try:
        for table in ("merged", "inputs", "articles", "replies", "attempts", "batches", "runs"):
            target.execute(f"DELETE FROM {table}")  # noqa: S608 - the tables are named above
        merge = _add_run(target, sources)
        for source in sources:
            _copy(target, source, merge)
            target.execute("INSERT INTO merged VALUES (?, ?)", (str(source.folder), merge))
        target.execute(_FIND_DUPLICATES)
        target.execute(_REPOINT_COPIES)
        _count_inputs(target, sources, merge)
        target.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            target.execute("ROLLBACK")
        raise


def _add_run(target: sqlite3.Connection, sources: Sequence[_Source]) -> int:
    """Add a run that stands for the merge, behind those that are merged, and return its number."""
    newest = [source.newest for source in sources if source.newest]
    if not newest:
        raise ConfigurationError("No run has begun in any of the folders.")
    number = sources[-1].runs + sources[-1].last_run + 1
    started, ended = min(row[0] for row in newest), max(row[1] for row in newest)
    (task, *others) = sorted(frozenset[str]().union(*(source.tasks for source in sources)))
    if others:
        raise ConfigurationError(f"The folders were read for different things: {', '.join((task, *others))}.")
    unfinished = sum(row[2] != "finished" for row in newest)
    ending = f"merged from {len(sources)} folders, {unfinished} of them not finished" if unfinished else "finished"
    library, model, prompt, settings = max(newest, key=lambda row: row[0])[3:]
    target.execute(
        "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        (number, started, ended, ending, library, model, prompt, settings, task),
    )
    return number


def _copy(target: sqlite3.Connection, source: _Source, merge: int) -> None:
    moves = {"runs": source.runs, "attempts": source.attempts, "merge": merge, "last": source.last_run}
    with contextlib.closing(open_for_reading(source.folder / FILE_NAME)) as connection:
        for table, renumbered in _RENUMBERED.items():
            columns = _columns_of(connection, table)
            found = ", ".join(renumbered.get(column, column) for column in columns)
            places = ", ".join("?" * len(columns))
            replaced = ", ".join(f"{column} = excluded.{column}" for column in columns)
            conflict = _CONFLICTS.get(table, "").replace("{all}", replaced)
            rows = connection.execute(f"SELECT {found} FROM {table}", moves)  # noqa: S608
            into = f"{table} ({', '.join(columns)})"
            target.executemany(f"INSERT INTO {into} VALUES ({places}) {conflict}", rows)  # noqa: S608


def _columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    # Those of the source: a run of an earlier version may lack some.
    return [row[1] for row in connection.execute(f"PRAGMA table_info ({table})")]


def _count_inputs(target: sqlite3.Connection, sources: Sequence[_Source], merge: int) -> None:
    """Write down how many articles the last runs were given, those that are still to be read among them."""
    pending = [source.pending for source in sources]
    if None in pending:
        return
    target.execute(
        "UPDATE runs SET inputs = ? + (SELECT count(*) FROM inputs WHERE run = ?) WHERE id = ?",
        (sum(number or 0 for number in pending), merge, merge),
    )


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreFailed(f"The merge into {str(path)!r} failed: {error}. What was there is kept.") from error
