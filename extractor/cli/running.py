"""The commands about runs: a folder of articles to outcomes, and where a run stands."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from extractor import terminal
from extractor.articles import Shard
from extractor.articles.source import STANDARD_INPUT
from extractor.batch import FILE_NAME, JournalReader, Retry
from extractor.batch.estimate import Estimate, estimate
from extractor.batch.execution import Plan, Report, Way, execute
from extractor.batch.merging import merge_runs
from extractor.batch.ray import read_on_ray
from extractor.cli.options import (
    BaseUrlOption,
    ModelOption,
    OutOption,
    PromptOption,
    SchemaOption,
    SetOption,
    complain,
    given,
    read_fields,
    read_schema,
    read_settings,
    reported_errors,
)
from extractor.errors import CassetteMiss, ConfigurationError
from extractor.models import FAILED_KINDS, Extraction, Outcome, SchemaExtraction
from extractor.settings import Settings

app = typer.Typer()

Engine = Literal["local", "ray"]

_SHOWN = 50
"""Articles in the table at the end; a run of thousands is looked at in its results."""
_SECONDS_BETWEEN_LINES = 10.0
"""Of progress, where there is no terminal to draw it on."""

_TALKATIVE = ("htmldate", "justext", "pypdf", "trafilatura")
"""Libraries that log each oddity of a damaged file; what matters of it is the reason of its outcome."""


@app.command(epilog="Example: extractor run articles/ --out out --model openai/gpt-5-mini --budget 5")
def run(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files of articles, folders of them, or - (docs/reading.md)."),
    ],
    out: OutOption = Path("out"),
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    set_: SetOption = None,
    schema: SchemaOption = None,
    prompt: PromptOption = None,
    concurrency: Annotated[
        str, typer.Option(metavar="N|auto", help="Articles under way at once; auto finds it by the endpoint's answers.")
    ] = "8",
    rpm: Annotated[float | None, typer.Option(min=0.01, help="Requests a minute at most.")] = None,
    tpm: Annotated[float | None, typer.Option(min=1, help="Tokens a minute at most, in and out.")] = None,
    budget: Annotated[
        float | None,
        typer.Option(min=0.000001, help="US dollars that all runs into OUT may cost; stops before it is passed."),
    ] = None,
    retry: Annotated[
        Retry,
        typer.Option(help="Which articles are read again, beside changed ones: failed, all, or none at all."),
    ] = "failed",
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many articles.")] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Read only the I-th of N parts, each with its own OUT.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(help="Key of a record for a field, such as text=body; may be given several times."),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(metavar="SQL", help="What SQLite files are asked; a row is an article."),
    ] = None,
    near_duplicates: Annotated[
        bool, typer.Option("--near-duplicates", help="Do not read articles that are nearly the same as an earlier one.")
    ] = False,
    similarity: Annotated[
        float, typer.Option(min=0.1, max=1.0, help="From which articles are nearly the same: 1 for the same words.")
    ] = 0.8,
    detect_language: Annotated[
        bool, typer.Option("--detect-language", help="Fill in the language of articles that do not say theirs.")
    ] = False,
    via: Annotated[
        Way,
        typer.Option(help="direct, or batch: through the provider's batch service, at half the price, within a day."),
    ] = "direct",
    engine: Annotated[
        Engine, typer.Option(help="local, or ray: shards of the articles over the workers of a Ray cluster.")
    ] = "local",
    workers: Annotated[int, typer.Option(min=1, help="Workers of the engine ray.")] = 2,
    address: Annotated[
        str | None, typer.Option(help="Address of the Ray cluster; without one it is made on this machine.")
    ] = None,
    only_likely: Annotated[
        bool, typer.Option("--only-likely", help="Let the rules choose the articles that may tell of a meeting.")
    ] = False,
    record: Annotated[Path | None, typer.Option(help="Keep every exchange with the model in this folder.")] = None,
    replay: Annotated[Path | None, typer.Option(help="Answer from this folder of cassettes, offline.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing; tell what there is to read, and what it may cost.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print each event as a line of JSON.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log requests and pauses to stderr.")] = False,
) -> None:
    """Extract from articles; the outcome of each goes into OUT/events.db as it comes.

    Run again with the same OUT, it goes on: finished articles are left alone, failed and changed ones are read, and no
    reply is paid for twice. Ctrl-C finishes what is under way; pressed again, it stops at once.

    Exit code: 0 all well, 1 some articles failed, 2 wrong use or configuration, 3 stopped before the end (budget,
    quota, endpoint or disk gone), 130 or 143 interrupted.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(name)s: %(message)s")
    for name in () if verbose else _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if missing := [str(path) for path in paths if path != STANDARD_INPUT and not path.exists()]:
        raise typer.BadParameter(f"there is no file or folder {', '.join(map(repr, missing))}")
    progress = _Progress(as_json)
    with reported_errors():
        plan = Plan(
            paths=tuple(paths),
            out=out,
            settings=Settings.from_environment(**(read_settings(set_) | given(model=model, base_url=base_url))),
            schema=read_schema(schema, prompt),
            fields=read_fields(field),
            query=query,
            detects_language=detect_language,
            near_duplicates=similarity if near_duplicates else None,
            shard=_read_shard(shard),
            limit=limit,
            retry=retry,
            concurrency=_read_concurrency(concurrency),
            requests_per_minute=rpm,
            tokens_per_minute=tpm,
            budget=budget,
            only_likely=only_likely,
            record=record,
            replay=replay,
            via=via,
        )
        if dry_run:
            _print_estimate(estimate(plan), plan, as_json=as_json)
            return
        if engine == "ray":
            merge_runs(read_on_ray(plan, workers=workers, address=address), out)
            raise typer.Exit(_print_merged(out))
        with progress:
            report = execute(plan, progress)
        if not report.inputs:
            raise typer.BadParameter("there is no article in " + ", ".join(map(repr, map(str, paths))))
        if not as_json and report.inputs > report.pending:
            _print_extractions(out)
    _print_report(report, out, as_json=as_json, is_replayed=replay is not None)
    raise typer.Exit(_exit_code(report))


@app.command(epilog="Example: extractor status out")
def status(
    out: Annotated[Path, typer.Argument(help="Folder of a run.")] = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show where a run stands, live or ended: outcomes, causes of failures, requests, tokens and cost."""
    with reported_errors(), JournalReader(out) as journal:
        found = journal.status()
    if as_json:
        print(json.dumps(asdict(found) | {"usage": found.usage.model_dump()}, indent=1))
    else:
        terminal.console().print(terminal.status_view(found), markup=False)


@app.command(epilog="Example: extractor merge out1 out2 out3 --out all")
def merge(
    sources: Annotated[list[Path], typer.Argument(help="Folders of runs, such as those of the shards.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the merged results.", file_okay=False)],
) -> None:
    """Merge runs into one: articles, replies, requests and their cost.

    Done again, also with further folders, it makes OUT anew from them.
    """
    with reported_errors():
        merge_runs(sources, out)
        _print_merged(out)


class _Progress:
    """What a run tells while it goes on: a bar on a terminal, a line now and then in a pipe, or events as JSON."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._messages = terminal.console(stderr=True)
        self._outcomes: Counter[str] = Counter()
        self._cost = 0.0
        self._count: Callable[[], int | None] = lambda: None
        self._began = self._told = time.monotonic()
        self._bar = _bar(self._messages) if self._messages.is_terminal else None
        self._task = self._bar.add_task("reading", total=None) if self._bar else None

    def __enter__(self) -> None:
        if self._bar:
            self._bar.start()

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def begun(self, count: Callable[[], int | None]) -> None:
        """Take the function that counts the articles."""
        self._count = count

    def finished(self, outcome: Outcome, known: int) -> None:
        """Count an outcome and show it where somebody may look at it."""
        self._outcomes[outcome.kind] += 1
        self._cost += sum(attempt.cost or 0.0 for attempt in outcome.attempts)
        if self._as_json:
            print(json.dumps({"event": "outcome", "outcome": outcome.model_dump(mode="json")}), flush=True)
        if outcome.failure:
            self._messages.print(terminal.outcome_line(outcome), markup=False)
        done = known + sum(self._outcomes.values())
        if self._bar and self._task is not None:
            self._bar.update(self._task, completed=done, total=self._total(done), description=self._told_in_words())
        elif time.monotonic() - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            self._messages.print(f"{done} of {self._total(done) or '?'}: {self._told_in_words()}", markup=False)

    def _total(self, done: int) -> int | None:
        # Standard input counts as one article, however many come.
        counted = self._count()
        return counted and max(counted, done)

    def waiting(self, batches: int, answered: int, requests: int) -> None:
        """Tell how far the batches are."""
        if self._as_json:
            print(
                json.dumps({"event": "waiting", "batches": batches, "answered": answered, "requests": requests}),
                flush=True,
            )
        self._messages.print(
            f"Waiting for batches at the provider ({batches}): {answered:,} of {requests:,} requests answered",
            markup=False,
        )

    def stopping(self) -> None:
        """Tell that what is under way is finished first."""
        self._messages.print("Finishing what is under way; once more to stop at once.", markup=False)

    def _told_in_words(self) -> str:
        read = sum(self._outcomes.values())
        rate = read / max(1e-9, time.monotonic() - self._began)
        cost = f", ${self._cost:.2f}" if self._cost else ""
        return f"{_counted(self._outcomes)}, {rate:.1f} a second{cost}"


def _print_estimate(found: Estimate, plan: Plan, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"event": "estimate", **asdict(found)}))
        return
    told = f"${found.cost:.4f}" if found.cost is not None else 'unknown; give --set price=\'{"input": 1, "output": 4}\''
    lines = [
        f"{found.to_read:,} articles to read, {found.known:,} done before, {found.duplicates:,} duplicates, "
        f"{found.unreadable:,} unreadable" + (f", {found.unlikely:,} unlikely" if found.unlikely else ""),
        f"about {found.input_tokens:,} tokens in, {found.output_tokens:,} out",
        f"cost with {plan.settings.model}{', in batches' if plan.via == 'batch' else ''}: {told}",
        found.basis,
    ]
    for line in lines:
        terminal.console().print(line, markup=False, soft_wrap=True)


def _bar(console: Any) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def _print_extractions(out: Path) -> None:
    with JournalReader(out) as journal:
        shown = sorted(journal.latest_extractions(_SHOWN), key=lambda one: one.article.id)
    records = [one for one in shown if isinstance(one, SchemaExtraction)]
    if records:
        terminal.console().print(terminal.records_table(records))
    else:
        terminal.console().print(terminal.meetings_table(one for one in shown if isinstance(one, Extraction)))


def _print_merged(out: Path) -> int:
    """Print what merged runs came to, and return the exit code of a run that ended so."""
    with JournalReader(out) as journal:
        found = journal.status()
    told = f"{found.requests} requests, ${found.cost:.4f}"
    terminal.console(stderr=True).print(
        f"{_counted(found.outcomes)}; {told}; results in {out / FILE_NAME}", markup=False
    )
    return int(any(found.outcomes.get(kind) for kind in FAILED_KINDS))


def _print_report(report: Report, out: Path, *, as_json: bool, is_replayed: bool) -> None:
    if as_json:
        told = {name: value for name, value in asdict(report).items() if name not in ("stopped_by", "interrupted_by")}
        stopped_by = str(report.stopped_by) if report.stopped_by else None
        print(json.dumps({"event": "end", **told, "usage": report.usage.model_dump(), "stopped_by": stopped_by}))
    messages = terminal.console(stderr=True)
    parts = [_counted(report.outcomes)]
    known_done = report.known - report.known_failed
    parts += [f"{known_done} done before"] if known_done else []
    parts += [f"{report.known_failed} failed before"] if report.known_failed else []
    parts += [f"{report.pending} pending"] if report.pending else []
    parts += [f"{report.ignored} files of other kinds left aside"] if report.ignored else []
    messages.print(f"{', '.join(parts)}; results in {out / FILE_NAME}", markup=False)
    if report.requests and not is_replayed:
        tokens = f"{report.usage.input_tokens:,} tokens in, {report.usage.output_tokens:,} out"
        cost = terminal.cost_in_words(report.cost, report.cost_unknown)
        messages.print(f"{report.requests} requests, {tokens}, {cost}", markup=False)
    if report.stopped_by:
        complain(str(report.stopped_by))
    if report.interrupted_by:
        complain("Interrupted; what is finished is kept, and the same command goes on from there.")
    if report.under_way:
        complain(f"Batches go on at the provider ({report.under_way}); the same command collects them.")
    sys.stdout.flush()


def _counted(outcomes: Any) -> str:
    named = {kind: outcomes.get(kind, 0) for kind in ("done", "failed", "refused", "truncated", "skipped", "duplicate")}
    return ", ".join(f"{number} {kind}" for kind, number in named.items() if number or kind in ("done", "failed"))


def _exit_code(report: Report) -> int:
    if report.interrupted_by:
        return 128 + report.interrupted_by
    if report.stopped_by:
        return 2 if isinstance(report.stopped_by, ConfigurationError | CassetteMiss) else 3
    return 1 if report.failed else 0


def _read_shard(text: str | None) -> Shard | None:
    if text is None:
        return None
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise typer.BadParameter(f"--shard {text!r}: write I/N, from 1/N to N/N")
    return Shard(int(number), int(of))


def _read_concurrency(text: str) -> int | None:
    if text == "auto":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise typer.BadParameter(f"--concurrency {text!r}: write a number, or auto")
    return int(text)
