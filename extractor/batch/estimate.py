"""The estimate of a run: what it would read, and about what that takes, before anything is sent."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from extractor.batch.execution import Plan, PlannedArticles
from extractor.batch.journal import FILE_NAME, JournalReader, Known, Observed
from extractor.batch.near import NearIndex
from extractor.batch.provider import check_has_batches
from extractor.batch.run import is_due
from extractor.batch.seen import Seen
from extractor.batch.submissions import BATCH_SHARE
from extractor.errors import ArticleError, ConfigurationError
from extractor.extraction import as_article
from extractor.llm.budget import count_bytes
from extractor.llm.exchange import Request
from extractor.llm.ledger import cost_of
from extractor.llm.model import LanguageModel
from extractor.llm.providers import provider_of
from extractor.models import Article, Usage
from extractor.pieces import pieces_of
from extractor.reading import configuration_of, key_of, messages_about
from extractor.rules import is_likely
from extractor.settings import RULES, Settings
from extractor.tasks import AnyTask

_TOKENS_A_BYTE = 0.25
"""Of the prompt and of English; other scripts have up to twice as many."""
OUTPUT_A_BYTE = 0.3
"""Tokens of a reply for each byte of its article: what the recorded replies to the five example articles have."""
_MOST_OBSERVED = 1_000
"""Articles of earlier runs from which is learnt what an article takes."""


@dataclass(frozen=True)
class Estimate:
    """What a run would read, and about what it would take."""

    to_read: int
    known: int
    """Articles that have their outcome and keep it."""
    unreadable: int
    unlikely: int
    """Articles that the rules find unlikely to tell of a meeting; 0 where they do not choose."""
    duplicates: int
    """Articles that repeat another one of the run, or nearly do where such are not read."""
    input_tokens: int
    output_tokens: int
    cost: float | None
    """US dollars; None where the price of the model is not known."""
    basis: str
    """What the numbers rest on."""

    @property
    def inputs(self) -> int:
        """How many articles were given."""
        return self.to_read + self.known + self.unreadable + self.unlikely + self.duplicates


def estimate(plan: Plan) -> Estimate:
    """Read the articles of a plan and return what it would take. Sends and writes nothing, and needs no key.

    Raises ConfigurationError.
    """
    settings = plan.settings
    if settings.model != RULES:
        provider_of(settings)
    if plan.via == "batch":
        check_has_batches(settings)
    with contextlib.ExitStack() as opened:
        has_journal = (plan.out / FILE_NAME).is_file()
        journal = opened.enter_context(JournalReader(plan.out)) if has_journal else None
        observed = journal.observed(settings.model, _MOST_OBSERVED) if journal else None
        task = plan.load_task()
        fixed = _fixed_bytes(settings, task)
        rates = _rates_of(observed, fixed) if observed else _assumed_rates(fixed)
        if settings.model == RULES:
            rates = _Rates(0, 0, 0, 0, 0, "the built-in rules read; nothing is sent, and nothing to pay")
        seen = opened.enter_context(contextlib.closing(Seen()))
        near = opened.enter_context(NearIndex(plan.near_duplicates)) if plan.near_duplicates is not None else None
        return _estimate(plan, task, journal.find if journal else _find_nothing, seen, near, rates)


@dataclass(frozen=True)
class _Rates:
    """About what an article takes, all its requests together."""

    input_fixed: float
    input_a_byte: float
    output_fixed: float
    output_a_byte: float
    cached: float
    """The part of the tokens in that the provider's cache serves."""
    basis: str
    is_observed: bool = False


def _estimate(
    plan: Plan,
    task: AnyTask,
    find: Callable[[str], Known | None],
    seen: Seen,
    near_index: NearIndex | None,
    rates: _Rates,
) -> Estimate:
    configuration = configuration_of(plan.settings, task)
    known = unreadable = unlikely = duplicates = to_read = pieces = size = 0
    for found in PlannedArticles(plan):
        key = key_of(found.article, configuration) if found.article else ""
        near = None
        if near_index and found.article:
            near = near_index.find_or_add(found.article.text, path=found.path, key=key)
        before = find(found.path)
        if before and not is_due(before, key, retry=plan.retry, has_prefilter=plan.only_likely):
            known += 1
            seen.add(key)
        elif found.article is None or not _is_readable(found.article, plan.settings):
            unreadable += 1
        elif near:
            duplicates += 1
        elif plan.only_likely and not is_likely(found.article).is_likely:
            unlikely += 1
        elif not seen.add(key):
            duplicates += 1
        else:
            to_read += 1
            pieces += len(pieces_of(found.article, plan.settings.piece_characters))
            size += _size_of(found.article)
    taken = pieces * rates.input_fixed + size * rates.input_a_byte
    given = to_read * rates.output_fixed + size * rates.output_a_byte
    if not rates.is_observed:
        # A further pass is sent all that went before, and answers little.
        taken *= plan.settings.passes
    return Estimate(
        to_read=to_read,
        known=known,
        unreadable=unreadable,
        unlikely=unlikely,
        duplicates=duplicates,
        input_tokens=round(taken),
        output_tokens=round(given),
        cost=_cost(plan, to_read, taken, given, rates.cached),
        basis=rates.basis,
    )


def _find_nothing(path: str) -> Known | None:  # noqa: ARG001
    """Stand in for a journal where there is none."""
    return None


def _rates_of(observed: Observed, fixed: int) -> _Rates:
    """Return what the articles of earlier runs took, corrections and mendings among it."""
    tokens_a_byte = observed.input_tokens / (observed.articles * fixed + observed.bytes)
    return _Rates(
        input_fixed=fixed * tokens_a_byte,
        input_a_byte=tokens_a_byte,
        output_fixed=observed.output_tokens / observed.articles,
        output_a_byte=0.0,
        cached=observed.cached_tokens / max(1, observed.input_tokens),
        is_observed=True,
        basis=f"what {observed.articles} articles of earlier runs took, "
        f"{observed.requests / observed.articles:.2f} requests each",
    )


def _assumed_rates(fixed: int) -> _Rates:
    return _Rates(
        input_fixed=fixed * _TOKENS_A_BYTE,
        input_a_byte=_TOKENS_A_BYTE,
        output_fixed=0.0,
        output_a_byte=OUTPUT_A_BYTE,
        cached=0.0,
        basis=f"assumed: one request an article or piece of one, {1 / _TOKENS_A_BYTE:.0f} bytes a token, "
        f"{OUTPUT_A_BYTE} tokens of reply for each byte of article as in the recorded examples, no thinking; "
        "read a few with --limit to know",
    )


def _fixed_bytes(settings: Settings, task: AnyTask) -> int:
    """Return the bytes that every first request has beside its article."""
    model = LanguageModel(_Nowhere(), settings)
    body = model.request(messages_about(Article(text=""), task, settings), task.reply_model).body
    return count_bytes(body)


class _Nowhere:
    """A transport for a model that is not asked."""

    async def send(self, request: Request) -> NoReturn:
        """Send nothing."""
        raise ConfigurationError(f"Nothing is sent for an estimate, and not {request.label!r}.")


def _cost(plan: Plan, articles: int, taken: float, given: float, cached: float) -> float | None:
    # Some models cost more from a length on, so one article is priced and not the sum.
    each = max(1, articles)
    usage = Usage(
        input_tokens=round(taken / each), cached_tokens=round(cached * taken / each), output_tokens=round(given / each)
    )
    if plan.settings.model == RULES:
        return 0.0
    listed = cost_of(usage, model=plan.settings.model, price=plan.settings.price)
    share = BATCH_SHARE if plan.via == "batch" else 1.0
    return None if listed is None else listed * articles * share


def _is_readable(article: Article, settings: Settings) -> bool:
    try:
        as_article(article, settings)
    except ArticleError:
        return False
    return True


def _size_of(article: Article) -> int:
    return sum(len((part or "").encode()) for part in (article.text, article.title, article.source))
