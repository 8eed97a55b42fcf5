"""The command: arguments to calls to exit codes."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import io
import itertools
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from extractor import contracts, terminal
from extractor._version import __version__
from extractor.articles import FIELD_NAMES, ArticleReader, Found
from extractor.batch import run_articles
from extractor.errors import ConfigurationError, ExtractorError
from extractor.extract import Extractor
from extractor.files import write_whole
from extractor.llm import open_transport
from extractor.llm.probe import EndpointReport, probe_endpoint
from extractor.models import Attempt, Extraction, Outcome, Usage, cost_of_attempts
from extractor.results import ResultFile, read_outcomes
from extractor.settings import Settings

if TYPE_CHECKING:
    from extractor.evaluation.annotations import Annotations
    from extractor.evaluation.scores import Scores

app = typer.Typer(
    name="extractor",
    help="Meetings, participants and claims from news articles, each tied to the exact words that show it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_SHOWN = 50
"""Articles in the table at the end; a run of thousands is looked at in its results."""

OutOption = Annotated[Path, typer.Option("--out", help="Folder for the results.", file_okay=False)]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="The model as provider/name. Default: EXTRACTOR_MODEL.", show_default=False),
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--base-url", help="An OpenAI-compatible server. Default: EXTRACTOR_BASE_URL, then the provider's own."
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help='Any other setting, such as timeout=60, reply_format=json_object or price=\'{"input":1,"output":4}\'; '
        "may be given several times.",
        show_default=False,
    ),
]


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
    with _reported_errors():
        settings = Settings.from_environment(**(_settings(set_) | _given(model=model, base_url=base_url)))
        extractor = Extractor(settings=settings, record=record, replay=replay)
        reader = ArticleReader(paths, _fields(field))
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


@app.command(epilog="Example: extractor show 003_4a4f9f7d01dcf72d --out out")
def show(
    target: Annotated[str, typer.Argument(help="Id of an article of the run, or a file of results.")],
    out: OutOption = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the extraction as JSON.")] = False,
) -> None:
    """Show an article with its evidence highlighted, and the records found in it."""
    with _reported_errors():
        is_file = Path(target).is_file()
        outcomes = list(read_outcomes(Path(target) if is_file else out))
        chosen = [outcome for outcome in outcomes if is_file or outcome.article_id == target]
        if not chosen:
            known = ", ".join(outcome.article_id for outcome in outcomes[:5])
            raise typer.BadParameter(f"there is no article {target!r} in {str(out)!r}; it has {known} …")
    for outcome in chosen:
        if outcome.extraction is None:
            terminal.console().print(terminal.outcome_line(outcome), markup=False)
        elif as_json:
            print(outcome.extraction.model_dump_json(indent=2))
        else:
            terminal.console().print(terminal.article_view(outcome.extraction))


@app.command(epilog="Example: extractor schema --out schemas")
def schema(
    out: Annotated[Path, typer.Option(help="Folder for the schemas.", file_okay=False)] = Path("schemas"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where a file is out of date.")] = False,
) -> None:
    """Write the JSON Schemas of articles, replies and results."""
    if not check:
        with _reported_errors():
            for path in contracts.write_schemas(out):
                print(path)
        return
    stale = contracts.stale_schemas(out)
    for name in stale:
        _complain(f"{out / name} is out of date; run: extractor schema --out {out}")
    raise typer.Exit(1 if stale else 0)


@app.command(epilog="Example: extractor check --model ollama/qwen3")
def check(model: ModelOption = None, base_url: BaseUrlOption = None, set_: SetOption = None) -> None:
    """Check that the endpoint answers, and whether it honours the schema of the reply.

    Sends at most six small requests.
    """
    with _reported_errors():
        settings = Settings.from_environment(**(_settings(set_) | _given(model=model, base_url=base_url)))
        report = asyncio.run(_probe(settings))
    messages = terminal.console()
    messages.print(f"{settings.model} answers as {report.model_reported or 'nobody'}", markup=False)
    for name, verdict in report.verdicts.items():
        messages.print(f"  {name:<12} {verdict}", markup=False)
    if report.recommended is None:
        _complain("No reply format works with this endpoint.")
        raise typer.Exit(1)
    if report.recommended != "json_schema":
        messages.print(f"Give: --set reply_format={report.recommended}", markup=False)


async def _probe(settings: Settings) -> EndpointReport:
    transport = open_transport(settings)
    try:
        return await probe_endpoint(transport, settings)
    finally:
        await transport.close()


gold_app = typer.Typer(
    no_args_is_help=True, help="Work with gold: the annotated articles that runs are measured against."
)
app.add_typer(gold_app, name="gold")


@gold_app.command("check", epilog="Example: extractor gold check tests/gold")
def gold_check(folder: Annotated[Path, typer.Argument(help="Folder of gold, one .json file an article.")]) -> None:
    """Check that gold is well formed, naming file, record and field of every fault."""
    from extractor.evaluation.gold import digest_of_gold, read_gold

    with _reported_errors():
        gold = read_gold(folder)
    meetings, claims = sum(len(one.meetings) for one in gold), sum(len(one.claims) for one in gold)
    print(f"{len(gold)} articles, {meetings} meetings, {claims} claims; digest {digest_of_gold(gold)}")


@gold_app.command("from", epilog="Example: extractor gold from out --article 003_4a4f9f7d01dcf72d > draft.json")
def gold_from(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder or file of results.")],
    article: Annotated[str, typer.Option(help="Id of the article.")],
) -> None:
    """Print an extraction as a draft of gold, to be corrected by a person and kept as a fixture."""
    from extractor.evaluation.gold import draft_of

    with _reported_errors():
        extraction = _predictions(run_folder).get(article)
        if extraction is None:
            raise ConfigurationError(f"There is no extraction of {article!r} in {str(run_folder)!r}.")
    print(draft_of(extraction))


@app.command("eval", epilog="Example: extractor eval --gold tests/gold --pred out --html scores.html")
def evaluate_runs(
    pred: Annotated[list[Path], typer.Option(help="A run's folder or file of results; several make a leaderboard.")],
    gold: Annotated[Path | None, typer.Option(help="Folder of gold, one .json file an article.")] = None,
    adapter: Annotated[
        tuple[str, Path] | None, typer.Option(help="Other people's annotations instead: a known form and its file.")
    ] = None,
    against: Annotated[Path | None, typer.Option(help="A run to compare the first one with.")] = None,
    gate: Annotated[Path | None, typer.Option(help="Fail where a score lies below its floor in this file.")] = None,
    store_gate: Annotated[
        bool, typer.Option("--store-gate", help="Write the scores into the gate file as floors; may lower them.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page with the scores and every article here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Measure runs against gold: precision, recall and F1 with intervals, what was missed and what was invented.

    Needs the extra `eval` (numpy and scipy). Exit code 1 where a gate is not passed.
    """
    with _reported_errors():
        _require_eval()
        from extractor.evaluation import report

        annotations = _annotations(gold, adapter)
        runs = {path: _predictions(path) for path in (*pred, *([against] if against else []))}
        scored = {path: annotations.score(extractions) for path, extractions in runs.items()}
        ranked = [report.Run(str(path), scored[path], list(runs[path].values())) for path in dict.fromkeys(pred)]
        scores, extractions = ranked[0].scores, ranked[0].extractions
        below = _pass_gate(gate, scores, annotations.digest, store=store_gate) if gate else []
        if html:
            from extractor.evaluation.page import evaluation_page

            write_whole(html, evaluation_page(scores, extractions, title=str(pred[0]), runs=ranked))
    if as_json:
        print(json.dumps(report.scores_as_json(scores, extractions), indent=1))
    else:
        shown = terminal.console()
        if len(pred) > 1:
            shown.print(report.leaderboard_view(ranked))
        else:
            shown.print(report.scores_view(scores, extractions))
        if against:
            shown.print(report.comparison_view(scores, scored[against]))
    for sentence in below:
        _complain(sentence)
    raise typer.Exit(1 if below else 0)


def _annotations(gold: Path | None, adapter: tuple[str, Path] | None) -> Annotations:
    from extractor.evaluation.annotations import adapted_annotations, gold_annotations

    if (gold is None) == (adapter is None):
        raise ConfigurationError("Give either --gold FOLDER or --adapter NAME FILE.")
    return gold_annotations(gold) if gold else adapted_annotations(*adapter)  # type: ignore[misc]


def _pass_gate(gate: Path, scores: Scores, digest: str, *, store: bool) -> list[str]:
    from extractor.evaluation import report

    if store:
        write_whole(gate, json.dumps(report.floors_of(scores, digest), indent=1) + "\n")
        return []
    try:
        floors = json.loads(gate.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigurationError(f"{str(gate)!r} holds no floors: {error}.") from error
    return report.check_floors(floors, scores, digest)


def _predictions(path: Path) -> dict[str, Extraction]:
    found: dict[str, Extraction] = {}
    for outcome in read_outcomes(path):
        if outcome.extraction:
            if outcome.article_id in found:
                raise ConfigurationError(f"{str(path)!r} has two extractions of {outcome.article_id!r}.")
            found[outcome.article_id] = outcome.extraction
    if not found:
        raise ConfigurationError(f"There is no extraction in {str(path)!r}.")
    return found


def _require_eval() -> None:
    if importlib.util.find_spec("scipy") is None:
        raise ConfigurationError("Evaluation needs numpy and scipy: pip install 'news-event-extractor[eval]'.")


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        print(__version__)
        raise typer.Exit


def _fields(pairs: list[str] | None) -> dict[str, str]:
    fields = {}
    for pair in pairs or []:
        name, separator, key = pair.partition("=")
        if not separator or name not in FIELD_NAMES:
            raise typer.BadParameter(f"--field {pair!r}: write FIELD=KEY, with one of {', '.join(FIELD_NAMES)}")
        fields[name] = key
    return fields


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _settings(pairs: list[str] | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for pair in pairs or []:
        name, separator, text = pair.partition("=")
        if not separator or name not in Settings.model_fields or name == "api_key":
            raise typer.BadParameter(
                f"--set {pair!r}: write NAME=VALUE, with one of {', '.join(Settings.model_fields)}"
            )
        try:
            values[name] = json.loads(text)
        except ValueError:
            values[name] = text
    return values


@contextlib.contextmanager
def _reported_errors() -> Iterator[None]:
    """Turn what can go wrong into a message and an exit code, without a traceback."""
    try:
        yield
    except ExtractorError as error:
        _stop(str(error), 2)
    except OSError as error:
        _stop(f"{error.filename or ''}: {error.strerror or error}", 2)
    except KeyboardInterrupt:
        _stop("Interrupted; what is finished is kept, and the same command goes on from there.", 130)


def _stop(message: str, code: int) -> NoReturn:
    _complain(message)
    raise typer.Exit(code)


def _complain(message: str) -> None:
    terminal.console(stderr=True).print(terminal.clean(message), markup=False, style="red")


def main() -> None:
    """Run the command."""
    # Results are UTF-8 wherever they go; a terminal of another encoding must not end a run.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()
