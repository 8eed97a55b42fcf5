"""The service: one endpoint over HTTP that reads an article, for code that is not Python."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict

from extractor._version import __version__
from extractor.articles import Found
from extractor.extraction import STOPPING, Extractor
from extractor.extras import require
from extractor.models import Article, Outcome

if TYPE_CHECKING:
    from fastapi import FastAPI

LOOPBACK = ("127.0.0.1", "localhost")
"""Names under which a browser on this machine reaches a service that nobody else is to reach."""


class SentArticle(Article):
    """An article as the service takes it."""

    # FastAPI cannot do with models that are built when they are first used.
    model_config = ConfigDict(defer_build=False)


class SentOutcome(Outcome):
    """An outcome as the service gives it."""

    model_config = ConfigDict(defer_build=False)


def make_service(extractor: Extractor[Any], *, hosts: tuple[str, ...] = LOOPBACK) -> FastAPI:
    """Return an ASGI application with `POST /extract`: an article in JSON to its outcome.

    A request that names another host than those of `hosts` is refused, so that no web page that is open on this machine
    can spend money through it; "*" lets all in. Needs the extra `serve`; raises ConfigurationError where it is missing.
    """
    fastapi = require("fastapi", extra="serve")
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with extractor:
            yield

    service: FastAPI = fastapi.FastAPI(title="extractor", version=__version__, lifespan=lifespan, docs_url=None)
    service.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))

    @service.post("/extract", response_model=SentOutcome)
    async def extract(article: SentArticle) -> Any:
        """Read an article and return its outcome; one that could not be read has a failure that says why.

        Status 503 where no article can be read: the key, the quota or the budget is to be looked at.
        """
        try:
            outcome = await extractor.outcome_of(Found(path="request", id=article.id, article=article))
        except STOPPING as error:
            raise fastapi.HTTPException(503, str(error)) from error
        return fastapi.Response(outcome.model_dump_json(), media_type="application/json")

    return service


def serve(extractor: Extractor[Any], *, host: str, port: int) -> None:
    """Serve until interrupted, to this machine alone unless `host` is another's address or name.

    Raises ConfigurationError where the extra `serve` is missing.
    """
    uvicorn = require("uvicorn", extra="serve")
    hosts = LOOPBACK if host in LOOPBACK else ("*",)
    uvicorn.run(make_service(extractor, hosts=hosts), host=host, port=port, log_level="warning")
