"""Outcomes read back: from the journal of a run, or from a file of JSON Lines that was exported from one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from extractor.batch.journal import JournalReader
from extractor.errors import ConfigurationError
from extractor.models import Outcome


def read_outcomes(path: Path) -> Iterator[Outcome]:
    """Yield the outcomes of a run's folder, its `events.db`, or JSON Lines.

    Raises ConfigurationError, naming the line, where there is no such file or it is damaged.
    """
    if path.is_dir() or path.suffix == ".db":
        with JournalReader(path) as journal:
            yield from journal.outcomes()
        return
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Outcome.model_validate_json(line)
                except ValueError as error:
                    raise ConfigurationError(f"{str(path)!r}, line {number}, is not an outcome.") from error
    except OSError as error:
        raise ConfigurationError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
