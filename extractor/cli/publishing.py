"""Commands that publish a run: as a page to read, in the forms that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.batch import read_outcomes
from extractor.cli.options import complain, reported_errors
from extractor.errors import ConfigurationError
from extractor.export import ExportFormat
from extractor.export import export as write_export

app = typer.Typer()


RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="Folder or file of results.")]


@app.command(epilog="Example: extractor report out --out report.html")
def report(
    run_folder: RunArgument = Path("out"),
    out: Annotated[Path, typer.Option(help="The page.", dir_okay=False)] = Path("report.html"),
    title: Annotated[str | None, typer.Option(help="Heading of the page; the name of RUN without it.")] = None,
    page_size: Annotated[
        int | None, typer.Option(min=1, help="Articles on a page at most; with more, OUT is an index of several pages.")
    ] = None,
) -> None:
    """Write a run as one HTML page to search, to read with its evidence and to correct.

    The page loads nothing and can be read without JavaScript. Corrections made in it are downloaded as a file for
    `extractor gold apply`.
    """
    from extractor.report import MOST_ARTICLES, write_report

    with reported_errors():
        outcomes = read_outcomes(run_folder)
        if next(iter(outcomes), None) is None:
            raise ConfigurationError(f"There is no outcome in {str(run_folder)!r}.")
        name = title or run_folder.resolve().stem
        written = write_report(outcomes, out, title=name, most_articles=page_size or MOST_ARTICLES)
    print(written.paths[0])
    if len(written.paths) > 1:
        complain(f"{written.articles:,} articles are too many for one page: {len(written.paths) - 1} pages beside it.")


@app.command(epilog="Example: extractor export out --format csv --out tables")
def export(
    run_folder: RunArgument = Path("out"),
    form: Annotated[
        ExportFormat,
        typer.Option(
            "--format",
            help="jsonl: outcomes (schemas/outcome.schema.json); csv, parquet: tables. Of meetings also graphml, gexf: "
            "who met whom; plover: event rows; ics: planned meetings.",
        ),
    ] = "jsonl",
    out: Annotated[
        Path | None,
        typer.Option(help="File to write, a folder for csv and parquet; jsonl goes to stdout without it."),
    ] = None,
) -> None:
    """Write a run in a form that other tools read, or print its outcomes as JSON Lines.

    parquet needs the extra `parquet`, graphml and gexf `network`, ics `calendar`.
    """
    with reported_errors():
        outcomes = read_outcomes(run_folder)
        if out is None:
            if form != "jsonl":
                raise ConfigurationError(f"Give where {form} is to be written: --out PATH.")
            for outcome in outcomes:
                print(outcome.model_dump_json())
            return
        written = write_export(outcomes, form, out)
    for path in written.paths:
        print(path)
    if not written.paths:
        complain("There is no record to write.")
    for reason, number in written.left_out.items():
        complain(f"{number} meeting{'s are' if number > 1 else ' is'} not in it: {reason}")
