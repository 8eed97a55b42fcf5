"""The results of a run: `extractions.jsonl`, one outcome a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from extractor.errors import ConfigurationError
from extractor.files import write_whole
from extractor.models import Outcome

FILE_NAME = "extractions.jsonl"


class ResultFile:
    """The outcomes of runs into one folder, on disk before they count.

    Nothing that is there is ever lost: a line is replaced only by a later outcome for the same path, when the file is
    closed. A line that a crash cut off is dropped, so that its article is read again.
    """

    def __init__(self, folder: Path) -> None:
        """Open `extractions.jsonl` in the folder for this process alone. Raises ConfigurationError or OSError."""
        self.path = folder / FILE_NAME
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(folder / ".lock")
        try:
            self._done: set[tuple[str, str]] = set()
            self._paths: set[str] = set()
            self._has_replaced = False
            self._read()
            self._file = self.path.open("ab")
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        if self._has_replaced:
            write_whole(self.path, "".join(self._last_lines()))
        self._lock.close()

    def has(self, article_id: str, request: str) -> bool:
        """Tell whether the article of this id was extracted with this very request."""
        return (article_id, request) in self._done

    def add(self, outcome: Outcome) -> None:
        """Append the outcome; it survives a crash from the moment this returns."""
        line = outcome.model_dump_json().encode() + b"\n"
        self._has_replaced |= outcome.path in self._paths
        self._paths.add(outcome.path)
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self) -> None:
        if not self.path.exists():
            return
        whole = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
                try:
                    outcome = json.loads(line)
                    self._paths.add(outcome["path"])
                    if outcome["extraction"]:
                        self._done.add((outcome["article_id"], outcome["extraction"]["provenance"]["request"]))
                except (ValueError, KeyError, TypeError) as error:
                    raise ConfigurationError(
                        f"{str(self.path)!r}, line {number}, is not a result of this version; choose another --out."
                    ) from error
        os.truncate(self.path, whole)

    def _last_lines(self) -> Iterator[str]:
        """Yield one line a path, the last: a text that changed since an earlier run has two."""
        last: dict[str, int] = {}
        with self.path.open("rb") as file:
            for number, line in enumerate(file):
                last[json.loads(line)["path"]] = number
        kept = set(last.values())
        with self.path.open(encoding="utf-8", newline="\n") as lines:
            yield from (line for number, line in enumerate(lines) if number in kept)


def read_outcomes(path: Path) -> Iterator[Outcome]:
    """Read the outcomes of a results file, or of one in that folder.

    A last line that is not whole is left aside: the run is still writing it, or was cut off there. Raises
    ConfigurationError, naming the line, where there is no such file or it is damaged.
    """
    if path.is_dir():
        path = path / FILE_NAME
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield Outcome.model_validate_json(line)
                except ValueError as error:
                    raise ConfigurationError(f"{str(path)!r}, line {number}, is not an outcome.") from error
    except OSError as error:
        raise ConfigurationError(f"{str(path)!r} cannot be read: {error.strerror}.") from error


def _lock(path: Path) -> IO[bytes]:
    """Hold the file for this process until it is closed. Raises ConfigurationError where another holds it."""
    file = path.open("ab")
    try:
        import fcntl
    except ImportError:  # Windows; there two runs into one folder are not kept apart
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise ConfigurationError(
            f"Another run is writing to {str(path.parent)!r}; wait, or choose another --out."
        ) from error
    return file
