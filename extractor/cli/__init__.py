"""The command: arguments to calls to exit codes."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from extractor._version import __version__
from extractor.cli import linking, looking, measuring, publishing, running, serving

__all__ = ["app", "main"]

app = typer.Typer(
    name="extractor",
    help="Meetings, participants and claims from news articles, each tied to the exact words that show it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for commands in (running, looking, linking, publishing, measuring, serving):
    app.add_typer(commands.app)


@app.callback(invoke_without_command=True)
def _main(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        print(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command."""
    # Results are UTF-8 wherever they go; a terminal of another encoding must not end a run.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()
