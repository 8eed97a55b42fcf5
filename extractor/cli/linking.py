"""The command that links: the same parties and meetings across the articles of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.options import reported_errors

app = typer.Typer()


@app.command("link", epilog="Example: extractor link out")
def link_articles(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run, or its events.db.")] = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Link the same parties and meetings across the articles of a run, and find what the articles disagree on.

    Writes tables and views into the run's events.db, and metadata.json for Datasette beside it. Reads no model.
    """
    from extractor.linking import link_run
    from extractor.linking.summary import summarize

    with reported_errors():
        found = summarize(link_run(run_folder))
    if as_json:
        print(json.dumps(found.as_json(), indent=1, ensure_ascii=False))
        return
    print(f"{found.entities:,} entities, {found.entities_of_several_articles:,} of them in several articles")
    print(
        f"{found.occasions:,} occasions from {found.meetings:,} meetings, "
        f"{found.occasions_of_several_articles:,} of them in several articles"
    )
    print(f"{found.conflicts:,} conflicts between articles, {found.denials:,} claims denied by another source")
    for kind, examples in found.examples.items():
        if examples:
            print(f"\n{kind}, for example:")
        for example in examples:
            print(f"  {example.name}")
            for line in example.lines:
                print(f"    {line}")
