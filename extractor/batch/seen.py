"""The digests that were seen: as many as there are, in little memory."""

from __future__ import annotations

import sqlite3


class Seen:
    """A set of digests in a file that goes with the process: those of a million articles are many."""

    def __init__(self) -> None:
        # SQLite's name for a database of its own on the disk, which it keeps in memory while it is small.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY) WITHOUT ROWID")

    def add(self, digest: str) -> bool:
        """Add a digest in hex, and tell whether it is new."""
        return bool(self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (bytes.fromhex(digest),)).rowcount)

    def close(self) -> None:
        """Forget them all."""
        self._database.close()
