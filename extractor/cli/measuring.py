"""Commands that measure: runs against gold, and the care of gold."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.segment import Segment

from extractor import terminal
from extractor.batch import read_outcomes
from extractor.cli.options import complain, reported_errors
from extractor.errors import ConfigurationError
from extractor.files import write_whole

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from extractor.evaluation.annotations import Annotations
    from extractor.evaluation.predictions import Prediction
    from extractor.evaluation.tally import Tally

app = typer.Typer()
gold_app = typer.Typer(
    no_args_is_help=True, help="Work with gold: the annotated articles that runs are measured against."
)
app.add_typer(gold_app, name="gold")


@gold_app.command("check", epilog="Example: extractor gold check tests/gold")
def gold_check(
    folder: Annotated[Path, typer.Argument(help="Folder of gold, one .json file an article.")],
    schema: Annotated[
        str | None,
        typer.Option(help="The Pydantic model that the gold is to fit: package.module:Model or file.py:Model."),
    ] = None,
) -> None:
    """Check that gold is well formed, naming file, record and field of every fault."""
    from extractor.evaluation.gold import digest_of_gold, read_gold, summary_of
    from extractor.tasks import load_schema

    with reported_errors():
        gold = read_gold(folder, schema=load_schema(schema) if schema else None)
    print(f"{summary_of(gold)}; digest {digest_of_gold(gold)}")


@gold_app.command("from", epilog="Example: extractor gold from out --article 003_4a4f9f7d01dcf72d > draft.json")
def gold_from(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder or file of results.")],
    article: Annotated[str, typer.Option(help="Id of the article.")],
) -> None:
    """Print an extraction as a draft of gold, to be corrected by a person and kept as a fixture."""
    from extractor.evaluation.gold import draft_of

    with reported_errors():
        extraction = _predictions(run_folder).get(article)
        if extraction is None:
            raise ConfigurationError(f"There is no extraction of {article!r} in {str(run_folder)!r}.")
    print(draft_of(extraction))


@gold_app.command("apply", epilog="Example: extractor gold apply corrections.json --run out --out gold")
def gold_apply(
    corrections: Annotated[Path, typer.Argument(help="Corrections, as the page of `extractor report` gives them.")],
    run_folder: Annotated[Path, typer.Option("--run", help="Folder or file of results that was judged.")],
    out: Annotated[Path, typer.Option(help="Folder for the gold, one file an article.", file_okay=False)],
) -> None:
    """Make gold of the articles that a person has judged as a whole; name those that are judged in part."""
    from extractor.evaluation.corrections import apply_corrections, read_corrections
    from extractor.evaluation.gold import file_name_of, text_of
    from extractor.evaluation.predictions import of_meetings

    with reported_errors():
        applied = apply_corrections(read_corrections(corrections), of_meetings(_predictions(run_folder)))
        for gold in applied.gold:
            path = out / file_name_of(gold.article)
            write_whole(path, text_of(gold) + "\n")
            print(path)
    for article, reason in applied.left_out:
        complain(f"{article} is no gold yet: {reason}")
    raise typer.Exit(0 if applied.gold else 1)


@app.command("eval", epilog="Example: extractor eval --gold tests/gold --pred out --html scores.html")
def evaluate_runs(
    pred: Annotated[
        list[Path] | None, typer.Option(help="A run's folder or file of results; several make a leaderboard.")
    ] = None,
    gold: Annotated[Path | None, typer.Option(help="Folder of gold, one .json file an article.")] = None,
    adapter: Annotated[
        tuple[str, Path] | None, typer.Option(help="Other people's annotations instead: a known form and its file.")
    ] = None,
    links: Annotated[
        list[Path] | None,
        typer.Option(help="Instead of runs: JSON Lines that give each item of a linking adapter its cluster."),
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
    with reported_errors():
        _require_eval()
        from extractor.evaluation import report
        from extractor.evaluation.adapters import ADAPTERS
        from extractor.evaluation.linking import LINKED_SETS

        if adapter and adapter[0] not in (known := [*ADAPTERS, *LINKED_SETS]):
            raise ConfigurationError(f"There is no adapter {adapter[0]!r}; there are: {', '.join(known)}.")
        if adapter and adapter[0] in LINKED_SETS:
            _evaluate_links(adapter, links or [], as_json=as_json)
            return
        if not pred:
            raise ConfigurationError("Give what is to be measured: --pred FOLDER.")
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
            shown.print(_Cleaned(report.leaderboard_view(ranked)))
        else:
            shown.print(_Cleaned(report.scores_view(scores, extractions)))
        if against:
            shown.print(_Cleaned(report.comparison_view(scores, scored[against])))
    for sentence in below:
        complain(sentence)
    raise typer.Exit(1 if below else 0)


def _evaluate_links(adapter: tuple[str, Path], links: list[Path], *, as_json: bool) -> None:
    from extractor.evaluation import linking

    gold = linking.LINKED_SETS[adapter[0]](adapter[1])
    clusterings = {str(path): linking.read_links(path, gold) for path in links} | linking.baselines(gold)
    rows = {name: linking.score_links(gold, labels) for name, labels in clusterings.items()}
    if as_json:
        print(json.dumps(rows, indent=1))
    else:
        terminal.console().print(linking.links_view(rows))


def _annotations(gold: Path | None, adapter: tuple[str, Path] | None) -> Annotations:
    from extractor.evaluation.annotations import adapted_annotations, gold_annotations

    if (gold is None) == (adapter is None):
        raise ConfigurationError("Give either --gold FOLDER or --adapter NAME FILE.")
    return gold_annotations(gold) if gold else adapted_annotations(*adapter)  # type: ignore[misc]


class _Cleaned:
    """Shows a view without what would control the terminal: titles and names come from articles and replies."""

    def __init__(self, view: RenderableType) -> None:
        self._view = view

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._view, options):
            yield segment if segment.control else Segment(terminal.clean(segment.text), segment.style)


def _pass_gate(gate: Path, scores: Tally[Any], digest: str, *, store: bool) -> list[str]:
    from extractor.evaluation import report

    if store:
        write_whole(gate, json.dumps(report.floors_of(scores, digest), indent=1) + "\n")
        return []
    try:
        floors = json.loads(gate.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigurationError(f"{str(gate)!r} holds no floors: {error}.") from error
    return report.check_floors(floors, scores, digest)


def _predictions(path: Path) -> dict[str, Prediction]:
    found: dict[str, Prediction] = {}
    by_path: dict[str, Prediction] = {}
    repeated: dict[str, str | None] = {}
    for outcome in read_outcomes(path):
        if outcome.kind == "duplicate" and outcome.similarity is None:
            repeated[outcome.article_id] = outcome.reason
        if outcome.extraction is not None:
            if outcome.article_id in found:
                raise ConfigurationError(f"{str(path)!r} has two extractions of {outcome.article_id!r}.")
            found[outcome.article_id] = by_path[outcome.path] = outcome.extraction
    # The same text is the same prediction, under whatever id.
    found |= {id: by_path[original] for id, original in repeated.items() if original in by_path}
    if not found:
        raise ConfigurationError(f"There is no extraction in {str(path)!r}.")
    return found


def _require_eval() -> None:
    if importlib.util.find_spec("scipy") is None:
        raise ConfigurationError("Evaluation needs numpy and scipy: pip install 'news-event-extractor[eval]'.")
