"""Ids of articles, each given out once, however many there are."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b


class Ids:
    """Makes ids unique by a number behind them.

    The ids of millions of records fill the memory, so that they stand in a temporary file, which SQLite removes.
    """

    def __init__(self) -> None:
        # A generator that reads articles may be closed by another thread than began it.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA cache_size = -16384")
        self._database.execute("CREATE TABLE ids (id INTEGER PRIMARY KEY, times INTEGER NOT NULL)")
        self._database.execute("BEGIN")

    def unique(self, id: str) -> str:
        """Return the id, with a number where it was given out before."""
        unique = id
        while not self._take(unique):
            # How often the id came so far, so that many records of one id take no quadratic time.
            (times,) = self._database.execute(
                "UPDATE ids SET times = times + 1 WHERE id = ? RETURNING times", (_number(id),)
            ).fetchone()
            unique = f"{id}~{times}"
        return unique

    def close(self) -> None:
        """Remove the file."""
        self._database.close()

    def _take(self, id: str) -> bool:
        return self._database.execute("INSERT OR IGNORE INTO ids VALUES (?, 1)", (_number(id),)).rowcount == 1


def _number(id: str) -> int:
    return int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), signed=True)
