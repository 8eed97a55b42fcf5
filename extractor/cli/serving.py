"""The command that serves: one endpoint over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.cli.options import (
    BaseUrlOption,
    ModelOption,
    PromptOption,
    SchemaOption,
    SetOption,
    complain,
    given,
    read_schema,
    read_settings,
    reported_errors,
)
from extractor.errors import ConfigurationError
from extractor.extraction import Extractor
from extractor.llm import open_transport
from extractor.settings import RULES, Settings

app = typer.Typer()


@app.command(epilog="Example: extractor serve --model openai/gpt-5-mini")
def serve(
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    set_: SetOption = None,
    schema: SchemaOption = None,
    prompt: PromptOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on; by default only this machine is answered.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    replay: Annotated[Path | None, typer.Option(help="Answer from this folder of cassettes, offline.")] = None,
) -> None:
    """Answer POST /extract: an article in JSON (schemas/article.schema.json) to its outcome. Needs the extra `serve`.

    There is no log-in: whoever reaches the address spends the account's money.
    """
    from extractor.service import serve as serve_until_interrupted

    with reported_errors():
        settings = Settings.from_environment(**(read_settings(set_) | given(model=model, base_url=base_url)))
        if settings.model != RULES and replay is None:
            open_transport(settings)  # which tells of a wrong name or a missing key before anybody asks
        source = read_schema(schema, prompt)
        extractor = Extractor(task=source.load() if source else None, settings=settings, replay=replay)
        complain(f"Listening on http://{host}:{port}, POST /extract; Ctrl-C ends it.")
        try:
            serve_until_interrupted(extractor, host=host, port=port)
        except SystemExit as error:
            raise ConfigurationError(f"Nothing can listen on {host}:{port}.") from error
