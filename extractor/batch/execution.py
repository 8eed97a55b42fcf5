"""Execution: a plan of a run to its report, from the first file to the last outcome."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol

from extractor.articles import ArticleReader, Found, Shard, detect_languages
from extractor.articles.source import STANDARD_INPUT
from extractor.batch.journal import Journal
from extractor.batch.provider import Rounds
from extractor.batch.run import Retry, Run
from extractor.batch.service import Pauses
from extractor.batch.submissions import Limits
from extractor.errors import ConfigurationError, StoreFailed
from extractor.extraction import STOPPING, Extractor
from extractor.llm import Budget, Pace, Shared
from extractor.meetings import meetings_task
from extractor.models import FAILED_KINDS, Outcome, Usage
from extractor.reading import engine_of, fingerprint_of
from extractor.rules import is_likely
from extractor.settings import RULES, Settings
from extractor.tables import fill_tables
from extractor.tasks import AnyTask, SchemaSource

WIDEST = 256
"""Articles under way at most where the endpoint's answers decide how many there are."""


Way = Literal["direct", "batch"]
"""How requests reach the model: each by itself, or many together through the provider's batch service."""


@dataclass(frozen=True)
class Plan:
    """What is to be read, how, and where the outcomes go."""

    paths: tuple[Path, ...]
    out: Path
    settings: Settings
    schema: SchemaSource | None = None
    """What is looked for where it is not meetings."""
    fields: Mapping[str, str] = field(default_factory=dict)
    query: str | None = None
    """What databases among the paths are asked."""
    detects_language: bool = False
    """Whether articles that do not say their language have it detected."""
    near_duplicates: float | None = None
    """The similarity, up to 1, from which an article is taken for a copy of an earlier one; None to read all."""
    shard: Shard | None = None
    limit: int | None = None
    retry: Retry = "failed"
    concurrency: int | None = 8
    """Articles under way at once; None to find the number by the endpoint's answers."""
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    budget: float | None = None
    only_likely: bool = False
    """Whether the rules decide first which articles tell of a meeting at all."""
    record: Path | None = None
    replay: Path | None = None
    via: Way = "direct"
    limits: Limits = field(default_factory=Limits)
    """What a file of a batch may hold."""
    pauses: Pauses = field(default_factory=Pauses)
    """Between two looks at a batch."""

    def load_task(self) -> AnyTask:
        """Return what is asked about each article. Raises ConfigurationError."""
        task: AnyTask = self.schema.load() if self.schema else meetings_task()
        if self.only_likely and self.schema:
            raise ConfigurationError(f"The rules tell which articles may have meetings, not {task.name}.")
        if self.settings.model == RULES:
            engine_of(task)
        return task


@dataclass(frozen=True)
class Report:
    """What came of a run."""

    inputs: int
    outcomes: Mapping[str, int]
    """How many articles got which outcome in this run."""
    known: int
    """Articles that had their outcome from an earlier run."""
    known_failed: int
    pending: int
    """Articles that have no outcome, since the run stopped."""
    under_way: int
    """Batches that go on at the provider."""
    ignored: int
    """Files of other kinds that lay in the folders."""
    requests: int
    usage: Usage
    cost: float
    cost_unknown: int
    stopped_by: Exception | None
    """Why the run ended early; None where it went to its end or was interrupted."""
    interrupted_by: signal.Signals | None

    @property
    def failed(self) -> int:
        """How many articles have failed, in this run or before."""
        return self.known_failed + sum(self.outcomes.get(kind, 0) for kind in FAILED_KINDS)


class Watcher(Protocol):
    """Whoever is told how a run goes."""

    def begun(self, count: Callable[[], int | None]) -> None:
        """Take a function that returns how many articles there are, once that is known."""
        ...

    def finished(self, outcome: Outcome, known: int) -> None:
        """Take an outcome, and how many articles had theirs before."""
        ...

    def waiting(self, batches: int, answered: int, requests: int) -> None:
        """Take note of the batches that are waited for, their requests, and how many of these are answered."""
        ...

    def stopping(self) -> None:
        """Take note that no further articles are taken."""
        ...


class Silent:
    """A watcher that tells nobody."""

    def begun(self, count: Callable[[], int | None]) -> None:
        """Say nothing."""

    def finished(self, outcome: Outcome, known: int) -> None:
        """Say nothing."""

    def waiting(self, batches: int, answered: int, requests: int) -> None:
        """Say nothing."""

    def stopping(self) -> None:
        """Say nothing."""


def execute(plan: Plan, watcher: Watcher) -> Report:
    """Run the plan. Raises ConfigurationError where it cannot begin."""
    return asyncio.run(execute_async(plan, watcher))


async def execute_async(plan: Plan, watcher: Watcher) -> Report:
    """Run the plan, as `execute` does. The first SIGINT or SIGTERM ends it gently, the second at once."""
    articles = PlannedArticles(plan)
    size = plan.concurrency or WIDEST
    pace = Pace(
        most=size,
        adapts=plan.concurrency is None,
        requests_per_minute=plan.requests_per_minute,
        tokens_per_minute=plan.tokens_per_minute,
        patience=plan.settings.deadline,
        longest_pause=plan.settings.longest_wait,
    )
    if plan.via == "batch" and (plan.record or plan.replay):
        raise ConfigurationError("Exchanges of a batch are neither recorded nor replayed.")
    if plan.via == "batch" and (plan.requests_per_minute or plan.tokens_per_minute):
        raise ConfigurationError("A batch goes at the provider's pace; give no requests or tokens a minute.")
    if plan.via == "batch" and STANDARD_INPUT in plan.paths:
        raise ConfigurationError("A batch goes through its articles anew in each round: give files, not -.")
    task = plan.load_task()
    prompt = fingerprint_of(plan.settings, task)
    check = functools.partial(_check_nothing_is_replaced, plan, task)
    with Journal(plan.out, plan.settings, task=task.name, prompt=prompt, check=check) as journal:
        budget = None
        if plan.budget is not None:
            budget = Budget(plan.budget, plan.settings)
            budget.spent = journal.spent(unknown=budget.dearest)
        if plan.via == "direct" and journal.open_batches():
            raise ConfigurationError(
                "Batches of this folder are under way at the provider and would be paid for besides; collect them "
                "first, with --via batch."
            )
        async with contextlib.AsyncExitStack() as opened:
            prefilter = is_likely if plan.only_likely else None
            run: Run | Rounds
            if plan.via == "batch":
                run = Rounds(
                    plan.settings,
                    journal,
                    task=task,
                    size=size,
                    retry=plan.retry,
                    near_duplicates=plan.near_duplicates,
                    budget=plan.budget,
                    limits=plan.limits,
                    pauses=plan.pauses,
                    watch=watcher.waiting,
                    prefilter=prefilter,
                )
            else:
                extractor = Extractor(
                    task=task,
                    settings=plan.settings,
                    record=plan.record,
                    replay=plan.replay,
                    prefilter=prefilter,
                    shared=Shared(pace=pace, budget=budget, replies=None if plan.replay else journal.replies),
                )
                await opened.enter_async_context(extractor)
                run = Run(extractor, journal, size=size, retry=plan.retry, near_duplicates=plan.near_duplicates)
            counting = _Counting(plan)
            watcher.begun(counting.result)
            outcomes: Counter[str] = Counter()
            stopped_by: Exception | None = None
            interrupted: list[signal.Signals] = []
            with _signals(run, watcher, interrupted):
                try:
                    async with contextlib.aclosing(run.outcomes(articles)) as coming:
                        async for outcome in coming:
                            outcomes[outcome.kind] += 1
                            watcher.finished(outcome, run.known)
                except STOPPING as error:
                    stopped_by = error
                except asyncio.CancelledError:
                    if not interrupted:
                        raise
        handled = sum(outcomes.values()) + run.known
        inputs = max(handled, counting.wait()) if stopped_by or interrupted else handled
        # Where the disk is full, that is why the run ends, and is told.
        with contextlib.suppress(StoreFailed):
            await journal.end(_ending(stopped_by, interrupted), inputs=inputs)
            if not interrupted:
                await asyncio.to_thread(fill_tables, journal.path)
        requests, usage, cost, cost_unknown = journal.effort()
        return Report(
            inputs=inputs,
            outcomes=dict(outcomes),
            known=run.known,
            known_failed=run.known_failed,
            pending=inputs - handled,
            under_way=run.under_way if isinstance(run, Rounds) else 0,
            ignored=articles.ignored,
            requests=requests,
            usage=usage,
            cost=cost,
            cost_unknown=cost_unknown,
            stopped_by=stopped_by,
            interrupted_by=interrupted[0] if interrupted else None,
        )


def _check_nothing_is_replaced(plan: Plan, task: AnyTask, journal: Journal) -> None:
    """Raise ConfigurationError where the folder has outcomes that the plan would replace without saying so."""
    if (before := journal.before()) is None:
        return
    task_before, model = before
    if task_before != task.name:
        raise ConfigurationError(f"{str(plan.out)!r} has outcomes of the task {task_before}; choose another --out.")
    if "model" not in plan.settings.model_fields_set and model != RULES:
        raise ConfigurationError(
            f"{str(plan.out)!r} has outcomes of {model}, which the rules would replace, since no model is "
            "configured; name the model, --model rules, or another --out."
        )


class PlannedArticles:
    """The articles that a plan names, each time they are gone through."""

    def __init__(self, plan: Plan) -> None:
        """Prepare to read. Raises ConfigurationError where the language is to be detected and cannot be."""
        self._limit = plan.limit
        self._reader = ArticleReader(plan.paths, plan.fields, shard=plan.shard, query=plan.query)
        self._articles = detect_languages(self._reader) if plan.detects_language else self._reader

    @property
    def ignored(self) -> int:
        """Files of other kinds that lay in the folders."""
        return self._reader.ignored

    def __iter__(self) -> Iterator[Found]:
        """Yield the articles, up to the limit."""
        return itertools.islice(iter(self._articles), self._limit)

    def count(self) -> int:
        """Return how many articles there are to read."""
        found = self._reader.count()
        return found if self._limit is None else min(found, self._limit)


def _ending(stopped_by: Exception | None, interrupted: list[signal.Signals]) -> str:
    if interrupted:
        return f"interrupted by {interrupted[0].name}"
    return f"{type(stopped_by).__name__}: {stopped_by}" if stopped_by else "finished"


@contextlib.contextmanager
def _signals(run: Run | Rounds, watcher: Watcher, interrupted: list[signal.Signals]) -> Iterator[None]:
    """Let the first signal end the run gently, and the second cancel it."""
    task = asyncio.current_task()

    def handle(number: signal.Signals) -> None:
        interrupted.append(number)
        run.stop()
        if len(interrupted) == 1:
            watcher.stopping()
        elif task:
            task.cancel()

    loop = asyncio.get_running_loop()
    signals: tuple[signal.Signals, ...] = ()
    if threading.current_thread() is threading.main_thread():
        signals = (signal.SIGINT, signal.SIGTERM)
    with contextlib.ExitStack() as stack:
        for number in signals:
            # Windows has no handlers on the loop; there the first Ctrl-C is a KeyboardInterrupt.
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, handle, number)
                stack.callback(loop.remove_signal_handler, number)
        yield


class _Counting:
    """Counts the articles of a plan in a thread of its own."""

    def __init__(self, plan: Plan) -> None:
        self._found: int | None = None
        self._plan = plan
        self._thread = threading.Thread(target=self._count, name="extractor-counting", daemon=True)
        self._thread.start()

    def result(self) -> int | None:
        """Return the number, or None while it is being counted."""
        return self._found

    def wait(self) -> int:
        """Return the number once it is counted."""
        self._thread.join()
        return self._found or 0

    def _count(self) -> None:
        self._found = PlannedArticles(replace(self._plan, detects_language=False)).count()
