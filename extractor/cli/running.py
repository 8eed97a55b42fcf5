"""The command that runs: a folder of articles to results."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from extractor import terminal
from extractor.articles import ArticleReader, Found
from extractor.batch import run_articles
from extractor.cli.options import (
    BaseUrlOption,
    ModelOption,
    OutOption,
    SetOption,
    given,
    read_fields,
    read_settings,
    reported_errors,
)
from extractor.extract import Extractor
from extractor.models import Attempt, Outcome, Usage, cost_of_attempts
from extractor.results import ResultFile, read_outcomes
from extractor.settings import Settings

app = typer.Typer()

_SHOWN = 50
"""Articles in the table at the end; a run of thousands is looked at in its results."""


@app.command(epilog="Example: extractor run articles/ --out out --model openai/gpt-5-mini")
def run(
    paths: Annotated[list[Path], typer.Argument(help="Articles (.txt .md .json .jsonl) and folders of them.")],
    out: OutOption = Path("out"),
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    set_: SetOption = None,
    record: Annotated[Path | None, typer.Option(help="Keep every exchange with the model in this folder.")] = None,
    replay: Annotated[Path | None, typer.Option(help="Answer from this folder of cassettes, offline.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many articles.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Articles under way at once.")] = 8,
    field: Annotated[
        list[str] | None,
        typer.Option(help="Key of a JSON record for a field, such as text=body; may be given several times."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each outcome as a line of JSON.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log requests and pauses to stderr.")] = False,
) -> None:
    """Extract from articles and write one line of JSON for each into OUT/extractions.jsonl.

    Run again with the same OUT, it goes on: what the model was asked before, in the same words, is not asked again.

    Exit code: 0 all well, 1 some articles failed, 2 wrong use or configuration, 130 interrupted.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(name)s: %(message)s")
    # It logs every fault as an error, with the article's text in it; ours say the same in one line.
    logging.getLogger("instructor").setLevel(logging.CRITICAL)
    with reported_errors():
        settings = Settings.from_environment(**(read_settings(set_) | given(model=model, base_url=base_url)))
        extractor = Extractor(settings=settings, record=record, replay=replay)
        reader = ArticleReader(paths, read_fields(field))
        articles = itertools.islice(reader, limit)
        summary = _Summary(as_json, is_replayed=replay is not None)
        with ResultFile(out) as results, summary.progress:
            asyncio.run(_run(articles, extractor, results, concurrency, summary))
        if not summary.seen:
            raise typer.BadParameter("there is no article in " + ", ".join(map(repr, map(str, paths))))
    summary.print(results.path, reader.ignored)
    raise typer.Exit(1 if summary.failed else 0)


async def _run(
    articles: Iterator[Found], extractor: Extractor, results: ResultFile, concurrency: int, summary: _Summary
) -> None:
    def to_do() -> Iterator[Found]:
        for found in articles:
            if found.article and results.has(found.id, extractor.request_digest(found.article)):
                summary.skip(found)
            else:
                yield found

    async with extractor:
        async for outcome in run_articles(to_do(), extractor, concurrency=concurrency):
            results.add(outcome)
            summary.add(outcome)


class _Summary:
    """What a run tells while it goes on and at its end."""

    def __init__(self, as_json: bool, *, is_replayed: bool) -> None:
        self.failed = 0
        self._is_replayed = is_replayed
        self.progress: contextlib.AbstractContextManager[Any] = contextlib.nullcontext()
        self._done = 0
        self._skipped = 0
        self._paths: set[str] = set()
        """Of the articles that the table at the end is to show."""
        self._attempts = 0
        self._usage = Usage()
        self._cost: float | None = 0.0
        self._as_json = as_json
        self._messages = terminal.console(stderr=True)
        self._bar: Progress | None = None
        if self._messages.is_terminal:
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                console=self._messages,
                transient=True,
            )
            self._task = self._bar.add_task("reading", total=None)
            self.progress = self._bar

    @property
    def seen(self) -> int:
        return self._done + self.failed + self._skipped

    def skip(self, found: Found) -> None:
        self._skipped += 1
        self._remember(found.path)

    def add(self, outcome: Outcome) -> None:
        self._count(outcome.failure.attempts if outcome.failure else outcome.extraction.provenance.attempts)  # type: ignore[union-attr]
        if outcome.failure:
            self.failed += 1
        else:
            self._done += 1
            self._remember(outcome.path)
        if self._as_json:
            print(outcome.model_dump_json(), flush=True)
        if self._bar:
            self._bar.update(self._task, description=f"{self._done} done, {self.failed} failed")
        if outcome.failure or not self._bar:
            self._messages.print(terminal.outcome_line(outcome), markup=False)

    def print(self, path: Path, ignored: int) -> None:
        if not self._as_json:
            found = (one.extraction for one in read_outcomes(path) if one.extraction and one.path in self._paths)
            shown = sorted(itertools.islice(found, _SHOWN), key=lambda extraction: extraction.article.id)
            terminal.console().print(terminal.meetings_table(shown))
        parts = [f"{self._done} done", f"{self.failed} failed"]
        if self._skipped:
            parts.append(f"{self._skipped} done before")
        if ignored:
            parts.append(f"{ignored} files of other kinds left aside")
        self._messages.print(f"{', '.join(parts)}; results in {path}", markup=False)
        if self._attempts and not self._is_replayed:
            cost = "cost unknown" if self._cost is None else f"${self._cost:.4f}"
            tokens = f"{self._usage.input_tokens:,} tokens in, {self._usage.output_tokens:,} out"
            self._messages.print(f"{self._attempts} requests, {tokens}, {cost}", markup=False)

    def _remember(self, path: str) -> None:
        if len(self._paths) < _SHOWN:
            self._paths.add(path)

    def _count(self, attempts: Sequence[Attempt]) -> None:
        self._attempts += len(attempts)
        self._usage = sum((attempt.usage for attempt in attempts if attempt.usage), self._usage)
        cost = cost_of_attempts(attempts)
        self._cost = None if self._cost is None or cost is None else self._cost + cost
