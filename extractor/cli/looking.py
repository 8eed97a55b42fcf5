"""Commands that look: at an article of a run, at the schemas, at an endpoint."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from extractor import contracts, terminal
from extractor.batch import read_outcomes
from extractor.cli.options import (
    BaseUrlOption,
    ModelOption,
    OutOption,
    SetOption,
    complain,
    given,
    read_settings,
    reported_errors,
)
from extractor.llm import open_transport
from extractor.llm.probe import EndpointReport, probe_endpoint
from extractor.settings import RULES, Settings

app = typer.Typer()


@app.command(epilog="Example: extractor show 003_4a4f9f7d01dcf72d --out out")
def show(
    target: Annotated[str, typer.Argument(help="Id of an article of the run, or a file of results.")],
    out: OutOption = Path("out"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the extraction as JSON.")] = False,
) -> None:
    """Show an article with its evidence highlighted, and the records found in it."""
    with reported_errors():
        is_file = Path(target).is_file()
        outcomes = list(read_outcomes(Path(target) if is_file else out))
        chosen = [outcome for outcome in outcomes if is_file or outcome.article_id == target]
        if not chosen:
            known = ", ".join(outcome.article_id for outcome in outcomes[:5])
            raise typer.BadParameter(f"there is no article {target!r} in {str(out)!r}; it has {known} …")
    for outcome in chosen:
        if outcome.extraction is None or outcome.reason:
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
        with reported_errors():
            for path in contracts.write_schemas(out):
                print(path)
        return
    stale = contracts.stale_schemas(out)
    for name in stale:
        complain(f"{out / name} is out of date; run: extractor schema --out {out}")
    raise typer.Exit(1 if stale else 0)


@app.command(epilog="Example: extractor check --model ollama/qwen3")
def check(model: ModelOption = None, base_url: BaseUrlOption = None, set_: SetOption = None) -> None:
    """Check that the endpoint answers, and whether it honours the schema of the reply.

    Sends at most six small requests.
    """
    with reported_errors():
        settings = Settings.from_environment(**(read_settings(set_) | given(model=model, base_url=base_url)))
        if settings.model == RULES:
            print("The built-in rules read here, which ask nobody; name a model to check its endpoint.")
            return
        report = asyncio.run(_probe(settings))
    messages = terminal.console()
    messages.print(f"{settings.model} answers as {report.model_reported or 'nobody'}", markup=False)
    for name, verdict in report.verdicts.items():
        messages.print(f"  {name:<12} {verdict}", markup=False)
    if report.recommended is None:
        complain("No reply format works with this endpoint.")
        raise typer.Exit(1)
    if report.recommended != "json_schema":
        messages.print(f"Give: --set reply_format={report.recommended}", markup=False)


async def _probe(settings: Settings) -> EndpointReport:
    transport = open_transport(settings)
    try:
        return await probe_endpoint(transport, settings)
    finally:
        await transport.close()
