"""The journal of a run: what became of every article, in `events.db`, on disk before it counts."""

from __future__ import annotations

import contextlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydantic import TypeAdapter, ValidationError

from extractor._version import __version__
from extractor.database import Database, Row, open_for_reading, time_now, told
from extractor.errors import ConfigurationError, StoreFailed
from extractor.llm import KeptReplies
from extractor.models import FAILED_KINDS, AnyExtraction, Failure, Outcome, OutcomeKind, Usage, cost_of_attempts
from extractor.settings import Settings

FILE_NAME = "events.db"
_EFFORT = (
    "SELECT count(*), coalesce(sum(input_tokens), 0), coalesce(sum(cached_tokens), 0), "
    "coalesce(sum(output_tokens), 0), coalesce(sum(cost), 0), coalesce(sum(status < 400 AND cost IS NULL), 0) "
    "FROM attempts"
)
_FIND = "SELECT key, outcome, duplicate_of, run FROM articles WHERE path = ?"
_COLUMNS = "path, article_id, key, outcome, extraction, failure, coalesce(duplicate_of, message), similarity"


_FAULTS_OF_REPLIES = frozenset(("InvalidReply", "EmptyReply", "ReplyTruncated", "ModelRefused", "ContentFiltered"))
_EXTRACTION: TypeAdapter[AnyExtraction] = TypeAdapter(AnyExtraction)
_MOST_JUST_SEEN = 5_000
_MOST_SEEN_TOGETHER = 500
"""Articles that are left alone, written down in one statement."""
_FOUND = "INSERT OR REPLACE INTO inputs SELECT value, ? FROM json_each(?)"


@dataclass(frozen=True)
class Known:
    """What the journal has of an article."""

    key: str
    kind: OutcomeKind
    duplicate_of: str | None
    run: int
    """The run that it was read in."""


class Journal(AbstractContextManager["Journal"]):
    """The outcomes of all runs into one folder, for this process alone.

    Once `add` has returned, an outcome survives the process and the machine. A later outcome for the same path takes
    its place.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        *,
        task: str,
        prompt: str,
        check: Callable[[Journal], None] = lambda _: None,
    ) -> None:
        """Open the journal and begin a run. Raises ConfigurationError where another process holds it.

        `check` looks at what is there before the run is written down, and may raise to prevent it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE_NAME
        self._lock = lock_folder(folder)
        try:
            self.database = Database(self.path)
            check(self)
            self.run = self.database.commit_now(
                "INSERT INTO runs (started, library, model, prompt, settings, task) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    time_now(),
                    __version__,
                    settings.model,
                    prompt,
                    settings.model_dump_json(exclude={"api_key"}),
                    task,
                ),
            )
        except BaseException:
            self._lock.close()
            raise
        self.replies = KeptReplies(self.database, settings, run=self.run)
        self._just_seen: OrderedDict[str, None] = OrderedDict()
        """The last paths that were seen, since what is on its way to the disk cannot be read yet."""
        self._unwritten: list[str] = []
        """Those of them that are not even queued for the disk."""

    def find(self, path: str) -> Known | None:
        """Return what is known of the article at a path."""
        rows = self.database.read(_FIND, (path,))
        return Known(*rows[0]) if rows else None

    def find_same(self, key: str, *, but: str) -> str | None:
        """Return the path of another article of this run that was extracted and has this key."""
        rows = self.database.read(
            "SELECT path, inputs.run FROM articles LEFT JOIN inputs USING (path) "
            "WHERE key = ? AND outcome = 'done' AND path <> ? ORDER BY path",
            (key, but),
        )
        return next((path for path, found_by in rows if found_by == self.run or path in self._just_seen), None)

    def has_done(self, path: str, key: str) -> bool:
        """Tell whether the article at a path was extracted as it is now."""
        known = self.find(path)
        return known is not None and known.kind == "done" and known.key == key

    async def add(self, outcome: Outcome) -> None:
        """Write the outcome down, and return once it is on disk. Raises StoreFailed."""
        attempts = outcome.attempts
        usage = sum((attempt.usage for attempt in attempts if attempt.usage), Usage())
        failure = outcome.failure
        if failure and failure.kind in _FAULTS_OF_REPLIES:
            # Tried again, the article must be asked about anew, and not be served what it failed by.
            self.database.write(
                "UPDATE replies SET is_served = 0 WHERE request IN (SELECT request FROM attempts WHERE label = ?)",
                (outcome.article_id,),
            )
        self._unwritten.append(outcome.path)
        self._write_seen()
        if outcome.kind == "done":
            # The same article at a path where this run did not find it: a file that was renamed, or named otherwise.
            self.database.write(
                "UPDATE articles SET outcome = 'duplicate', extraction = NULL, duplicate_of = ? "
                "WHERE key = ? AND outcome = 'done' AND path <> ? "
                "AND path NOT IN (SELECT path FROM inputs WHERE run = ?)",
                (outcome.path, outcome.key, outcome.path, self.run),
            )
        await self.database.commit(
            "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                outcome.path,
                outcome.article_id,
                outcome.key,
                outcome.kind,
                failure.kind if failure else None,
                failure.message if failure else outcome.reason if outcome.kind == "skipped" else None,
                outcome.reason if outcome.kind == "duplicate" else None,
                outcome.similarity,
                outcome.extraction.model_dump_json() if outcome.extraction else None,
                failure.model_dump_json() if failure else None,
                len(attempts),
                usage.input_tokens,
                usage.cached_tokens,
                usage.output_tokens,
                cost_of_attempts(attempts),
                sum(attempt.seconds for attempt in attempts),
                self.run,
                time_now(),
            ),
        )

    def see(self, path: str) -> None:
        """Write down that the article at a path is still among the inputs."""
        self._unwritten.append(path)
        if len(self._unwritten) >= _MOST_SEEN_TOGETHER:
            self._write_seen()
        self._just_seen[path] = None
        if len(self._just_seen) > _MOST_JUST_SEEN:
            self._just_seen.popitem(last=False)

    def _write_seen(self) -> None:
        if self._unwritten:
            self.database.write(_FOUND, (self.run, json.dumps(self._unwritten)))
            self._unwritten.clear()

    def spent(self, *, unknown: float) -> float:
        """Return the US dollars that all runs into this folder may have cost.

        What may have been billed and has no known cost, such as what was under way in a crash, is taken to have cost as
        much as the dearest request so far, and `unknown` at least. What a batch has not brought back is not counted.
        """
        ((spent, dearest, doubtful),) = self.database.read(
            "SELECT coalesce(sum(cost), 0), coalesce(max(cost), 0), "
            "coalesce(sum(cost IS NULL AND (status IS NULL OR status < 400)), 0) FROM attempts "
            "WHERE batch IS NULL OR state <> 'sent'"
        )
        return float(spent + max(unknown, dearest) * doubtful)

    def before(self) -> tuple[str, str] | None:
        """Return task and model of the last run that gave outcomes, where there are any."""
        rows = self.database.read("SELECT task, model FROM runs WHERE id = (SELECT max(run) FROM articles)")
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def open_batches(self) -> int:
        """Return how many batches are under way at the provider, or about to be."""
        return int(self.database.read("SELECT count(*) FROM batches WHERE state IN ('intended', 'submitted')")[0][0])

    def longest_output(self) -> int:
        """Return the tokens of the longest reply that any run into this folder was given."""
        return int(self.database.read("SELECT coalesce(max(output_tokens), 0) FROM attempts")[0][0])

    def effort(self) -> tuple[int, Usage, float, int]:
        """Return the requests of this run, their tokens, their known cost, and how many have no known cost."""
        (row,) = self.database.read(f"{_EFFORT} WHERE run = ?", (self.run,))
        return _effort(row)

    async def end(self, ending: str, *, inputs: int | None) -> None:
        """Write down why the run ended, and how many articles it was given. Raises StoreFailed."""
        self._write_seen()
        await self.database.commit(
            "UPDATE runs SET ended = ?, ending = ?, inputs = ? WHERE id = ?", (time_now(), ending, inputs, self.run)
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with contextlib.suppress(StoreFailed):
            self._write_seen()
        self.database.close()
        self._lock.close()


@dataclass(frozen=True)
class RunStatus:
    """Where a run stands."""

    is_live: bool
    model: str
    started: str
    ended: str | None
    ending: str | None
    inputs: int | None
    outcomes: dict[str, int]
    """How many articles have which outcome."""
    requests: int
    in_doubt: int
    """Requests of which nobody knows what became of them: lost, or under way when the process died."""
    usage: Usage
    cost: float
    """US dollars of the requests whose cost is known."""
    cost_unknown: int
    """Requests that were answered and have no known cost."""
    causes: dict[str, int]
    """How many articles failed by which error."""
    batches: int
    """Batches whose answers are still to be collected from the provider."""


@dataclass(frozen=True)
class Observed:
    """What articles took: tokens of all their requests, and the bytes of their texts."""

    articles: int
    requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    bytes: int


class JournalReader:
    """Reads a journal, also while a run writes to it."""

    def __init__(self, path: Path) -> None:
        """Open the `events.db` of a folder, or that file. Raises ConfigurationError."""
        self._path = path / FILE_NAME if path.is_dir() else path
        self._connection = open_for_reading(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def outcomes(self) -> Iterator[Outcome]:
        """Yield every outcome, by path."""
        for row in self._read(f"SELECT {_COLUMNS} FROM articles ORDER BY path"):  # noqa: S608
            yield _outcome(row)

    def find(self, path: str) -> Known | None:
        """Return what is known of the article at a path."""
        row = next(self._read(_FIND, (path,)), None)
        return Known(*row) if row else None

    def observed(self, model: str, most: int) -> Observed | None:
        """Return what the latest articles that the model read took; None where there are none."""
        rows = self._read(
            "SELECT count(*), sum(requests), sum(input_tokens), sum(cached_tokens), sum(output_tokens), "
            "sum(length(CAST(words AS BLOB))) FROM ("
            "SELECT *, json_extract(extraction, '$.article.text') || "
            "coalesce(json_extract(extraction, '$.article.title'), '') || "
            "coalesce(json_extract(extraction, '$.article.source'), '') AS words FROM articles "
            "WHERE outcome = 'done' AND output_tokens AND run IN (SELECT id FROM runs WHERE model = ?) "
            "ORDER BY finished DESC LIMIT ?)",
            (model, most),
        )
        row = next(rows)
        return Observed(*row) if row[0] else None

    def latest_extractions(self, most: int) -> list[AnyExtraction]:
        """Return extractions of the articles that the last run had among its inputs."""
        rows = self._read(
            "SELECT extraction FROM articles JOIN inputs USING (path) "
            "WHERE outcome = 'done' AND inputs.run = (SELECT max(id) FROM runs) "
            "ORDER BY path LIMIT ?",
            (most,),
        )
        return [_EXTRACTION.validate_json(text) for (text,) in rows]

    def status(self) -> RunStatus:
        """Return where the run stands."""
        read = self._read
        latest = next(read("SELECT model, started, ended, ending, inputs, id FROM runs ORDER BY id DESC LIMIT 1"), None)
        if latest is None:
            raise ConfigurationError(f"No run has begun in {str(self._path)!r}.")
        requests, usage, cost, cost_unknown = _effort(next(read(_EFFORT)))
        is_live = is_locked(self._path.parent)
        doubtful = (
            "SELECT count(*) FROM attempts "
            "WHERE state = 'lost' AND cost IS NULL OR state = 'sent' AND batch IS NULL AND run < ?"
        )
        last_run = latest[5]
        return RunStatus(
            is_live=is_live,
            model=latest[0],
            started=latest[1],
            ended=latest[2],
            ending=latest[3],
            inputs=latest[4],
            outcomes=dict(read("SELECT outcome, count(*) FROM articles GROUP BY outcome ORDER BY outcome")),
            requests=requests,
            in_doubt=next(read(doubtful, (last_run if is_live else last_run + 1,)))[0],
            usage=usage,
            cost=cost,
            cost_unknown=cost_unknown,
            causes=dict(
                read("SELECT cause, count(*) FROM articles WHERE failure IS NOT NULL GROUP BY cause ORDER BY 2 DESC")
            ),
            batches=next(read("SELECT count(*) FROM batches WHERE state IN ('intended', 'submitted')"))[0],
        )

    def _read(self, query: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
        with told(self._path):
            yield from self._connection.execute(query, parameters)


def _effort(row: Row) -> tuple[int, Usage, float, int]:
    requests, taken, cached, given, cost, cost_unknown = row
    return requests, Usage(input_tokens=taken, cached_tokens=cached, output_tokens=given), cost, cost_unknown


def _outcome(row: Row) -> Outcome:
    path, article_id, key, kind, extraction, failure, reason, similarity = row
    try:
        return Outcome(
            article_id=article_id,
            path=path,
            key=key,
            kind=kind,
            extraction=_EXTRACTION.validate_json(extraction) if extraction else None,
            failure=Failure.model_validate_json(failure) if failure else None,
            reason=reason if kind not in FAILED_KINDS and kind != "done" else None,
            similarity=similarity,
        )
    except ValidationError as error:
        raise StoreFailed(f"The outcome of {path!r} was written by another version; read it again.") from error


def lock_folder(folder: Path) -> IO[bytes]:
    """Hold a folder for this process until what is returned is closed. Raises ConfigurationError."""
    file = (folder / ".lock").open("ab")
    # Somebody who only asks whether a run is live holds the lock for an instant.
    tries = 5
    while not _lock(file) and tries:
        tries -= 1
        time.sleep(0.05)
    if not tries:
        file.close()
        raise ConfigurationError(f"Another run is writing to {str(folder)!r}; wait, or choose another --out.")
    return file


def is_locked(folder: Path) -> bool:
    """Tell whether a process holds the folder."""
    try:
        with (folder / ".lock").open("rb") as file:
            return not _lock(file, shared=True)
    except OSError:
        return False


def _lock(file: IO[bytes], *, shared: bool = False) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows; there two runs into one folder are not kept apart
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
