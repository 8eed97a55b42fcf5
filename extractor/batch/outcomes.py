"""Outcomes read back: from the journal of a run, or from a file of JSON Lines that was exported from one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from extractor.batch.journal import JournalReader
from extractor.errors import ConfigurationError
from extractor.models import Outcome


class Outcomes:
    """The outcomes of a run, read anew each time they are gone through.

    Going through them raises ConfigurationError, naming the line, where there is no such file or it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[Outcome]:
        if self._path.is_dir() or self._path.suffix == ".db":
            with JournalReader(self._path) as journal:
                yield from journal.outcomes()
        else:
            yield from _read_lines(self._path)


def read_outcomes(path: Path) -> Outcomes:
    """Return the outcomes of a run's folder, its `events.db`, or JSON Lines that were exported from one."""
    return Outcomes(path)


def _read_lines(path: Path) -> Iterator[Outcome]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Outcome.model_validate_json(line)
                except ValueError as error:
                    raise ConfigurationError(f"{str(path)!r}, line {number}, is not an outcome.") from error
    except OSError as error:
        raise ConfigurationError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
