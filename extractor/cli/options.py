"""Options and errors that commands share: what users write, read into values; what goes wrong, into messages."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from extractor import terminal
from extractor.articles import FIELD_NAMES
from extractor.errors import ExtractorError
from extractor.settings import Settings
from extractor.tasks import SchemaSource

OutOption = Annotated[Path, typer.Option("--out", help="Folder for the results.", file_okay=False)]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="The model as provider/name, or rules. Default: EXTRACTOR_MODEL, then the built-in rules.",
        show_default=False,
    ),
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

SchemaOption = Annotated[
    str | None,
    typer.Option(
        metavar="MODULE:MODEL",
        help="A Pydantic model to read into instead of meetings: package.module:Model or file.py:Model.",
    ),
]
PromptOption = Annotated[
    Path | None, typer.Option(help="A file that says what the schema asks for; its docstring without one.")
]


def read_schema(schema: str | None, prompt: Path | None) -> SchemaSource | None:
    """Read where a schema is defined. Raises BadParameter."""
    if schema is None and prompt is not None:
        raise typer.BadParameter("--prompt goes with --schema")
    return None if schema is None else SchemaSource(schema, prompt)


def read_fields(pairs: list[str] | None) -> dict[str, str]:
    """Read `FIELD=KEY` pairs. Raises BadParameter."""
    fields = {}
    for pair in pairs or []:
        name, separator, key = pair.partition("=")
        if not separator or name not in FIELD_NAMES:
            raise typer.BadParameter(f"--field {pair!r}: write FIELD=KEY, with one of {', '.join(FIELD_NAMES)}")
        fields[name] = key
    return fields


def given(**values: Any) -> dict[str, Any]:
    """Return the values that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def read_settings(pairs: list[str] | None) -> dict[str, Any]:
    """Read `NAME=VALUE` pairs, a value as JSON or as it stands. Raises BadParameter."""
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
def reported_errors() -> Iterator[None]:
    """Turn what can go wrong into a message and an exit code, without a traceback."""
    try:
        yield
    except ExtractorError as error:
        stop(str(error), 2)
    except OSError as error:
        stop(f"{error.filename or ''}: {error.strerror or error}", 2)
    except KeyboardInterrupt:
        stop("Interrupted; what is finished is kept, and the same command goes on from there.", 130)


def stop(message: str, code: int) -> NoReturn:
    """Say why on stderr and end with the code."""
    complain(message)
    raise typer.Exit(code)


def complain(message: str) -> None:
    """Say on stderr what is wrong."""
    terminal.console(stderr=True).print(terminal.clean(message), markup=False, style="red")
