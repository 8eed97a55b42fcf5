"""The database of a run: one SQLite file, written by one thread, committed before anything counts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from extractor.errors import ConfigurationError, StoreFailed

log = logging.getLogger(__name__)

Row = tuple[Any, ...]

_APPLICATION = 0x45585452
"""SQLite's mark of whose file it is: "EXTR"."""
_MIGRATIONS = ("0001.sql", "0002.sql", "0003.sql", "0004.sql")
_MOST_TOGETHER = 500
"""Statements in one transaction; more would make the first of them wait for its place on disk."""


@dataclass(frozen=True)
class _Write:
    statement: str
    parameters: Sequence[Any]
    is_on_disk: Future[int] | None
    """Told the row id once the transaction is committed."""


class Database:
    """An SQLite file in write-ahead mode with full synchronization.

    Statements are queued and committed in groups by a thread of its own, so that no event loop waits for a disk. What
    was queued first is on disk first. Reads see what is committed, from any thread.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, making or migrating its tables. Raises ConfigurationError or StoreFailed."""
        self.path = path
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._broken: str | None = None
        """What went wrong with a write; each who meets it is raised an error of its own."""
        self._is_closed = False
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30.0)
            try:
                _prepare(self._writer, path)
            except BaseException:
                self._writer.close()
                raise
        self._thread = threading.Thread(target=self._write_queued, name="extractor-database", daemon=True)
        self._thread.start()

    def write(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Queue a statement; it is on disk no later than any that is queued after it.

        Raises StoreFailed where an earlier one could not be written.
        """
        self._put(_Write(statement, parameters, None))

    async def commit(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Queue a statement, wait until it is on disk, and return its row id. Raises StoreFailed."""
        is_on_disk: Future[int] = Future()
        self._put(_Write(statement, parameters, is_on_disk))
        return await asyncio.wrap_future(is_on_disk)

    def commit_now(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Do as `commit` does, from code that is not asynchronous."""
        is_on_disk: Future[int] = Future()
        self._put(_Write(statement, parameters, is_on_disk))
        return is_on_disk.result()

    def read(self, query: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a query. Raises StoreFailed."""
        with told(self.path):
            return self._reader().execute(query, parameters).fetchall()

    def stream(self, query: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """Yield the rows of a query without holding them all. Raises StoreFailed."""
        with told(self.path):
            yield from self._reader().execute(query, parameters)

    def close(self) -> None:
        """Write what is queued and close the file; whoever writes afterwards is told so."""
        self._is_closed = True
        self._queue.put(None)
        self._thread.join()
        with contextlib.suppress(sqlite3.Error):
            self._writer.execute("PRAGMA optimize")
        for connection in (*self._readers, self._writer):
            connection.close()

    def _put(self, write: _Write) -> None:
        if self._broken:
            raise StoreFailed(self._broken)
        if self._is_closed:
            # Nobody would ever take it from the queue.
            raise StoreFailed(f"The database {str(self.path)!r} is closed.")
        self._queue.put(write)

    def _reader(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = open_for_reading(self.path)
            self._readers.append(self._local.connection)
        reader: sqlite3.Connection = self._local.connection
        return reader

    def _write_queued(self) -> None:
        is_open = True
        while is_open:
            writes = [self._queue.get()]
            while len(writes) < _MOST_TOGETHER and not self._queue.empty():
                writes.append(self._queue.get())
            is_open = None not in writes
            self._write_together([write for write in writes if write is not None])

    def _write_together(self, writes: Sequence[_Write]) -> None:
        if not writes:
            return
        try:
            if self._broken:
                raise StoreFailed(self._broken)
            self._writer.execute("BEGIN IMMEDIATE")
            rows = [self._writer.execute(write.statement, write.parameters).lastrowid or 0 for write in writes]
            self._writer.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - a value that SQLite cannot take must not leave others waiting
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")
            # One loss is enough: whatever is written later could rest on what was lost.
            if not self._broken:
                self._broken = _what_failed(self.path, error)
                log.error("%s", self._broken)
            for waiting in _waiting(writes):
                waiting.set_exception(StoreFailed(self._broken))
            return
        for write, row in zip(writes, rows, strict=True):
            for waiting in _waiting([write]):
                waiting.set_result(row)


def _waiting(writes: Sequence[_Write]) -> Iterator[Future[int]]:
    """Yield the futures that somebody still waits for; a task may have been cancelled meanwhile."""
    for write in writes:
        if write.is_on_disk and write.is_on_disk.set_running_or_notify_cancel():
            yield write.is_on_disk


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open a file of a run, live or finished, for reading alone. Raises ConfigurationError where it is none."""
    if not path.is_file():
        raise ConfigurationError(f"There is no run at {str(path)!r}.")
    with told(path):
        # Not `mode=ro`: the reader of a file in write-ahead mode must be able to make its index where it is missing.
        connection = _connect_to_read(path)
        try:
            if not _check_version(connection, path):
                raise ConfigurationError(f"There is no run at {str(path)!r}.")
        except BaseException:
            connection.close()
            raise
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30.0)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # In a folder that cannot be written to, nobody else writes to the file either.
        unchanging = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(unchanging, uri=True, check_same_thread=False, isolation_level=None)
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    return connection


@contextlib.contextmanager
def open_for_writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file of a run beside the thread that writes to it, its tables brought up to date.

    Raises ConfigurationError where it is none, StoreFailed where SQLite fails.
    """
    open_for_reading(path).close()
    with told(path), contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=30.0)) as connection:
        _prepare(connection, path)
        yield connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is written within, all of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself where the disk is full.
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    if _switch_to_write_ahead(connection) != "wal":
        log.warning("%s: this file system knows no write-ahead log; writing is slower", path)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    version = _check_version(connection, path)
    for number, name in enumerate(_MIGRATIONS[version:], version + 1):
        script = resources.files("extractor").joinpath("migrations", name).read_text(encoding="utf-8")
        marks = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {number};"
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {script}; {marks} COMMIT;")
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            # Another process may have been the first to make the tables.
            if _check_version(connection, path) < number:
                raise


def _switch_to_write_ahead(connection: sqlite3.Connection) -> str:
    """Return the mode that the file is in; those that open it at once wait for each other, as SQLite does not here."""
    for _ in range(200):
        with contextlib.suppress(sqlite3.OperationalError):
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        time.sleep(0.02)
    return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the number of migrations that the file has."""
    # In one statement, so that no other process makes the tables between two looks.
    (application, version, tables) = connection.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if application != _APPLICATION and tables:
        raise ConfigurationError(f"{str(path)!r} is a database of something else; choose another folder.")
    if version > len(_MIGRATIONS):
        raise ConfigurationError(f"{str(path)!r} was written by a newer version of extractor.")
    return int(version)


def time_now() -> str:
    """Return the time as the tables have it, in UTC to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn errors of SQLite into StoreFailed."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreFailed(_what_failed(path, error)) from error


def _what_failed(path: Path, error: Exception) -> str:
    return f"The database {str(path)!r} failed: {error}. What was committed is kept."
