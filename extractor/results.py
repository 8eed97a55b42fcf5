"""The results of a run: `extractions.jsonl`, one outcome a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from extractor.errors import ConfigurationError
from extractor.files import write_whole
from extractor.models import Article, Outcome

FILE_NAME = "extractions.jsonl"


class ResultFile:
    """The outcomes of a run, on disk before they count.

    Opening it again goes on where an earlier run stopped: extractions stay, failures and a line that was cut off are
    dropped, so that those articles are read again.
    """

    def __init__(self, folder: Path, *, model: str | None, prompt: str) -> None:
        """Open `extractions.jsonl` in the folder for a model and a prompt fingerprint. Raises ConfigurationError."""
        self.path = folder / FILE_NAME
        self._asked = (model, prompt)
        self._done: dict[str, str] = {}
        self._has_replaced = False
        lines = list(self._kept_lines())
        write_whole(self.path, "".join(lines))
        self._file: TextIO = self.path.open("a", encoding="utf-8", newline="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        if self._has_replaced:
            write_whole(self.path, "".join(self._last_lines()))

    def has(self, article: Article) -> bool:
        """Tell whether this very text, under this id, was extracted with this model and prompt."""
        return self._done.get(article.id) == article.digest

    def add(self, outcome: Outcome) -> None:
        """Append the outcome; it survives a crash from the moment this returns."""
        self._has_replaced |= outcome.article_id in self._done
        self._file.write(outcome.model_dump_json() + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _kept_lines(self) -> Iterator[str]:
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                try:
                    extraction = json.loads(line)["extraction"]
                    provenance = extraction["provenance"] if extraction else None
                    id = extraction["article"]["id"] if extraction else ""
                except (ValueError, KeyError, TypeError) as error:
                    if not line.endswith("\n"):
                        return
                    raise ConfigurationError(
                        f"{str(self.path)!r} is not a file of results of this version; choose another --out."
                    ) from error
                if provenance is None or (provenance["model"], provenance["prompt"]) != self._asked:
                    continue
                self._done[id] = provenance["article"]
                yield line

    def _last_lines(self) -> Iterable[str]:
        """Return one line an article, the last: a text that changed since an earlier run has two."""
        with self.path.open(encoding="utf-8", newline="\n") as file:
            return {json.loads(line)["article_id"]: line for line in file}.values()


def read_outcomes(path: Path) -> Iterator[Outcome]:
    """Read the outcomes of a results file, or of one in that folder.

    Raises ConfigurationError, naming the line, where there is none or it is damaged.
    """
    if path.is_dir():
        path = path / FILE_NAME
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Outcome.model_validate_json(line)
                except ValueError as error:
                    raise ConfigurationError(f"{str(path)!r}, line {number}, is not an outcome.") from error
    except OSError as error:
        raise ConfigurationError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
