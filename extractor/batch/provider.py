"""The way of a run through a provider's batch service: rounds of reading what is answered and sending what is not."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from extractor.articles import Found
from extractor.batch.journal import Journal
from extractor.batch.run import Retry, Run
from extractor.batch.service import BatchService, Pauses
from extractor.batch.submissions import BATCH_SHARE, Limits, Submission, Submissions, stored_or_stopped
from extractor.errors import BudgetExceeded, ConfigurationError, NotAnswered, QuotaExhausted, RunStopped
from extractor.extraction import Extractor, Prefilter
from extractor.llm import Exchange, KeptReplies, Pace, Request, Shared
from extractor.llm.budget import estimate_tokens
from extractor.llm.exchange import ConnectionLost
from extractor.llm.ledger import cost_of
from extractor.llm.providers import PROVIDERS, open_client
from extractor.llm.retrying import QUOTA_CODES, is_transient
from extractor.models import FAILED_KINDS, Attempt, Outcome, Usage
from extractor.settings import RULES, Settings
from extractor.tasks import AnyTask

if TYPE_CHECKING:
    from openai.types import Batch

log = logging.getLogger(__name__)

_LEAST_OUTPUT = 2_000
"""Tokens that a reply is taken to have at least, where a budget is kept."""
_FULL_QUEUE_CODES = frozenset({"token_limit_exceeded", "request_limit_exceeded", "batch_limit_exceeded"})
"""A batch that failed by them is sound; the provider's queue had no room for it."""
_SMALLEST_FILE = 50_000
"""Bytes; where not even a file of these fits in the provider's queue, no smaller one is tried."""


_ENDPOINTS = {"azure": "/chat/completions"}
"""As the providers name it whose name for it is not OpenAI's."""


class Rounds:
    """A run that asks through batches.

    A round reads every article that has no outcome, with the replies that are kept; what it would have to ask goes out
    in batches, and once these are collected the next round begins. It ends when no article asks for anything more.
    Whatever is on its way is in the database before it leaves, so that a run can be cut at any moment and gone on with.
    """

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        *,
        task: AnyTask,
        size: int,
        retry: Retry,
        near_duplicates: float | None = None,
        budget: float | None = None,
        limits: Limits | None = None,
        pauses: Pauses | None = None,
        prefilter: Prefilter | None = None,
        watch: Callable[[int, int, int], None] = lambda batches, answered, requests: None,
    ) -> None:
        """Prepare the rounds of a run. `watch` is told of the batches under way, their answers and their requests.

        Raises ConfigurationError where the provider has no batch service.
        """
        self._settings = settings
        self._journal = journal
        self._size = size
        self._retry = retry
        self._near_duplicates = near_duplicates
        self._budget = budget
        self._pauses = pauses or Pauses()
        self._watch = watch
        check_has_batches(settings)
        endpoint = _ENDPOINTS.get(settings.model.partition("/")[0], "/v1/chat/completions")
        self._service = BatchService(
            open_client(settings), endpoint=endpoint, pauses=self._pauses, patience=settings.deadline
        )
        self._submissions = Submissions(
            journal, settings, limits or Limits(), endpoint=endpoint, estimate=self._most_cost_of
        )
        self._extractor = Extractor(
            task=task,
            settings=settings,
            client=_Drafting(self._submissions, settings),
            prefilter=prefilter,
            shared=Shared(pace=Pace(sleep=_no_pause), replies=_Collected(journal.database, settings)),
        )
        self._most_output = settings.max_output_tokens or _LEAST_OUTPUT
        self._pass: Run | None = None
        self._stopping = asyncio.Event()
        self._finished: Counter[str] = Counter()
        """How many articles got which outcome in the passes before the latest."""
        self._latest: Counter[str] = Counter()
        """And in the latest."""
        self._queue_is_full = False

    @property
    def known(self) -> int:
        """Articles that had their outcome before this run and keep it."""
        return max(0, self._pass.known - self._finished.total()) if self._pass else 0

    @property
    def known_failed(self) -> int:
        """Those of them that had failed."""
        failed = sum(self._finished[kind] for kind in FAILED_KINDS)
        return max(0, self._pass.known_failed - failed) if self._pass else 0

    @property
    def under_way(self) -> int:
        """Batches at the provider that are not collected."""
        return sum(submission.batch_id is not None for submission in self._submissions.uncollected())

    def stop(self) -> None:
        """Take no further articles, and wait for no batch."""
        self._stopping.set()
        if self._pass:
            self._pass.stop()

    async def outcomes(self, articles: Iterable[Found]) -> AsyncGenerator[Outcome, None]:
        """Yield the outcome of every article that has none yet, once it is on disk.

        The articles are gone through anew in each round. Raises what `Run.outcomes` does.
        """
        try:
            self._submissions.clear_away()
            await self._unless_stopped(self._adopt())
            await self._drop_unaffordable()
            await self._unless_stopped(self._settle())
            while not self._stopping.is_set():
                async with contextlib.aclosing(self._read(articles)) as coming:
                    async for outcome in coming:
                        yield outcome
                if self._stopping.is_set() or not self._submissions.uncollected():
                    return
                if too_dear := await self._drop_unaffordable():
                    raise too_dear
                await self._unless_stopped(self._settle())
        finally:
            self._submissions.close()
            await self._extractor.aclose()
            await self._service.close()

    async def _read(self, articles: Iterable[Found]) -> AsyncGenerator[Outcome, None]:
        """Go through the articles once, and draft what they ask for."""
        if self._settings.max_output_tokens is None:
            self._most_output = max(_LEAST_OUTPUT, self._journal.longest_output() * 3 // 2)
        self._submissions.begin_round()
        self._finished += self._latest
        self._latest = Counter()
        self._pass = Run(
            self._extractor,
            self._journal,
            size=self._size,
            retry=self._retry,
            near_duplicates=self._near_duplicates,
        )
        async with contextlib.aclosing(self._pass.outcomes(articles)) as coming:
            async for outcome in coming:
                self._latest[outcome.kind] += 1
                yield outcome
        if not self._stopping.is_set():
            await self._submissions.end_round()

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work until it is done or the run is to stop; it can be cut anywhere, and done again."""
        working = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            working.cancel()
            stopping.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)

    async def _adopt(self) -> None:
        """Find the batches that were made by a process that died before it could write their ids down."""
        lost = {one.id: one for one in self._submissions.uncollected() if one.batch_id is None}
        if not any(one.file_id for one in lost.values()):
            return
        since = min(one.created for one in lost.values())
        for id, batch in (await self._service.find(lost.keys(), since=since)).items():
            log.info("the batch %s was made by an earlier run, and is gone on with", batch.id)
            await self._submissions.note_batch(lost[id], batch.id)

    async def _drop_unaffordable(self) -> BudgetExceeded | None:
        """Send nothing of what is drafted, and return why, where it could cost more than is left."""
        uncollected = self._submissions.uncollected()
        drafted = [one for one in uncollected if one.batch_id is None]
        if self._budget is None or not drafted:
            return None
        left = (
            self._budget - self._journal.spent(unknown=0.0) - sum(one.most_cost for one in uncollected if one.batch_id)
        )
        most = sum(one.most_cost for one in drafted)
        if most <= left:
            return None
        for submission in drafted:
            await self._submissions.abandon(submission)
        return BudgetExceeded(
            f"The budget of ${self._budget:.2f} leaves ${max(0.0, left):.4f}, and the next "
            f"{sum(one.requests for one in drafted)} requests may cost ${most:.4f}. "
            "A batch cannot be stopped half-way; give fewer articles with --limit, or max_output_tokens with --set."
        )

    async def _settle(self) -> None:
        """Send what is drafted, and collect until nothing is under way."""
        pause = 0.0
        while submissions := self._submissions.uncollected():
            answered = batches = 0
            is_waiting = True
            for submission in submissions:
                if submission.batch_id is None:
                    if not self._queue_is_full:
                        await self._submit(submission)
                    continue
                batch = await self._service.look_at(submission.batch_id)
                batches += 1
                answered += batch.request_counts.completed + batch.request_counts.failed if batch.request_counts else 0
                if await self._follow(submission, batch):
                    is_waiting = False
                if batch.status == "failed":
                    break  # which may have changed what is to be sent
            if not is_waiting:
                pause = 0.0
                continue
            self._watch(batches or len(submissions), answered, sum(one.requests for one in submissions))
            pause = self._pauses.after(pause)
            await asyncio.sleep(pause)

    async def _submit(self, submission: Submission) -> None:
        file_id = submission.file_id
        if file_id is None:
            file_id = await self._service.upload(self._submissions.file_of(submission))
            await self._submissions.note_file(submission, file_id)
        batch = await self._service.create(file_id, submission.id, since=submission.created)
        await self._submissions.note_batch(submission, batch.id)

    async def _follow(self, submission: Submission, batch: Batch) -> bool:
        """Do what the state of a batch asks for, and tell whether it has come to its end."""
        if batch.status == "failed":
            await self._take_back(submission, batch)
        elif batch.status in ("completed", "expired", "cancelled"):
            log.info("the batch %s is %s", batch.id, batch.status)
            await self._collect(submission, batch)
        else:  # validating, in_progress, finalizing, cancelling
            return False
        return True

    async def _collect(self, submission: Submission, batch: Batch) -> None:
        answers = (batch.output_file_id, batch.error_file_id)
        with stored_or_stopped():
            for file_id, path in zip(answers, self._submissions.answers_of(submission), strict=True):
                if file_id:
                    await self._service.download(file_id, path)
        await self._submissions.collect(submission, batch)
        self._queue_is_full = False

    async def _take_back(self, submission: Submission, batch: Batch) -> None:
        """Keep a batch that the provider's queue had no room for, or raise what is wrong with it."""
        errors = (batch.errors.data if batch.errors else None) or []
        codes = {str(error.code) for error in errors}
        if not codes & _FULL_QUEUE_CODES:
            await self._submissions.abandon(submission)
            told = "; ".join(str(error.message) for error in errors[:3]) or "it does not say why"
            if codes & QUOTA_CODES:
                raise QuotaExhausted(f"The account has no quota left: {told}")
            raise ConfigurationError(f"The provider did not take the batch {batch.id}: {told}")
        log.info("the provider's queue has no room for batch %s", batch.id)
        others = [one for one in self._submissions.uncollected() if one.id != submission.id]
        if any(other.batch_id for other in others):
            self._queue_is_full = True
            await self._submissions.note_batch(submission, None)
            return
        # It is alone and still too large: the next round makes smaller ones.
        size = self._submissions.file_of(submission).stat().st_size
        if size <= _SMALLEST_FILE or submission.requests == 1:
            await self._submissions.note_batch(submission, None)
            told = "; ".join(str(error.message) for error in errors[:1])
            raise RunStopped(f"The provider's queue has no room, not even for a small batch; try later. {told}")
        self._submissions.limits = Limits(max(1, submission.requests // 2), max(_SMALLEST_FILE, size // 2))
        for one in (submission, *others):
            await self._submissions.abandon(one)
        self._queue_is_full = False

    def _most_cost_of(self, request: Request) -> float:
        if self._budget is None:
            return 0.0
        usage = Usage(input_tokens=estimate_tokens(request.body), output_tokens=self._most_output)
        listed = cost_of(usage, model=self._settings.model, price=self._settings.price)
        return BATCH_SHARE * (listed or 0.0)


class _Drafting:
    """Stands where the endpoint would: gives out the faults that batches brought back, and drafts what is to be asked.

    A request whose faults may pass is drafted again, up to the settings' `attempts`; then they are given out one after
    the other, as the endpoint would have.
    """

    def __init__(self, submissions: Submissions, settings: Settings) -> None:
        self._submissions = submissions
        self._attempts = settings.attempts
        self._given_out: dict[str, int] = {}

    async def send(self, request: Request) -> Exchange:
        """Return what came in the place of a reply. Raises ConnectionLost or NotAnswered."""
        faults = self._submissions.faults_of(request)
        may_pass = not faults or faults[-1] is None or is_transient(faults[-1])
        if may_pass and len(faults) < self._attempts:
            await self._submissions.draft(request)
            raise NotAnswered(request.body)
        turn = self._given_out.pop(request.digest, 0)
        if turn + 1 < len(faults):
            self._given_out[request.digest] = turn + 1
        fault = faults[turn]
        if fault is None:
            raise ConnectionLost("no batch carried the request out", is_unsent=True)
        return fault


class _Collected(KeptReplies):
    """The kept replies, without a ledger: a pass sends nothing itself."""

    def sent(self, request: Request) -> int:  # noqa: ARG002
        """Write nothing down."""
        return 0

    def settled(self, number: int, attempt: Attempt) -> None:
        """Write nothing down."""


def check_has_batches(settings: Settings) -> None:
    """Raise ConfigurationError where the settings' provider has no batch service."""
    if settings.model == RULES:
        raise ConfigurationError("The built-in rules send nothing, so there is no batch to send; name a model.")
    provider = settings.model.partition("/")[0]
    if provider in PROVIDERS and not PROVIDERS[provider].has_batches:
        having = ", ".join(name for name, one in PROVIDERS.items() if one.has_batches)
        raise ConfigurationError(f"The provider {provider!r} has no batch service (these have: {having}).")


async def _no_pause(seconds: float) -> None:
    """Stand in for the pauses between tries that were made long ago."""
