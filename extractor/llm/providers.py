"""The providers: where each is reached, which variable holds its key, and the SDK client for it."""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.errors import ConfigurationError
from extractor.llm.exchange import ConnectionLost, Exchange, Request, decode_body
from extractor.settings import Settings

if TYPE_CHECKING:
    from openai import AsyncOpenAI


@dataclass(frozen=True)
class Provider:
    """Where an OpenAI-compatible service is reached."""

    base_url: str | None
    key_variable: str
    key_required: bool = True
    has_batches: bool = False
    """Whether it has OpenAI's Batch API."""


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(None, "OPENAI_API_KEY", has_batches=True),
    "azure": Provider(None, "AZURE_OPENAI_API_KEY", has_batches=True),
    "vllm": Provider("http://localhost:8000/v1", "VLLM_API_KEY", key_required=False),
    "llamacpp": Provider("http://localhost:8080/v1", "LLAMACPP_API_KEY", key_required=False),
    "ollama": Provider("http://localhost:11434/v1", "OLLAMA_API_KEY", key_required=False),
    "openrouter": Provider("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
}
"""Any other OpenAI-compatible service is reached as `openai/NAME` with a base URL."""


class OpenAITransport:
    """Sends chat completions through an openai SDK client, sync or async, with the SDK's own retries off."""

    def __init__(self, client: Any, timeout: float) -> None:
        import openai

        if not isinstance(client, openai.AsyncOpenAI | openai.OpenAI):
            raise ConfigurationError(f"The client must be an openai client, not {type(client).__name__}.")
        self._client = client
        self._timeout = timeout
        self._is_async = isinstance(client, openai.AsyncOpenAI)
        # The method that the SDK has for any endpoint: it sends the body as it stands, where `completions.create`
        # refuses fields it does not know and walks through the whole schema on every call.
        self._post: Any = client.with_options(max_retries=0).post
        self._response_class = _response_class()

    async def send(self, request: Request) -> Exchange:
        """Send the request once. Raises ConnectionLost where no answer came."""
        import openai

        arguments = {"cast_to": self._response_class, "body": request.body}
        try:
            # The SDK's own timeout is for each read; an endpoint that drips would hold a request for ever.
            async with asyncio.timeout(self._timeout):
                if self._is_async:
                    response = await self._post("/chat/completions", **arguments)
                else:
                    response = await asyncio.to_thread(self._post, "/chat/completions", **arguments)
        except TimeoutError as error:
            raise ConnectionLost("no answer in time") from error
        except openai.APIConnectionError as error:
            raise _lost(error) from error
        except openai.APIStatusError as error:
            response = error.response
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = decode_body(response.text)
        return Exchange(_status_within(body) or response.status_code, headers, body)

    async def close(self) -> None:
        """Close the client's connections."""
        closing = self._client.close()
        if inspect.isawaitable(closing):
            await closing


_UNCONNECTED = frozenset({"ConnectError", "ClientConnectorError", "ConnectionTimeoutError", "ConnectionRefusedError"})
"""The names that the HTTP libraries have for a connection that was not made; which of them is used is the SDK's."""


def _lost(error: BaseException) -> ConnectionLost:
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and cause not in causes:
        causes.append(cause)
    names = {base.__name__ for cause in causes for base in type(cause).__mro__}
    # The SDK's bridge to aiohttp calls every fault of a connection a ConnectTimeout, also a reply that is cut off.
    is_fault = "ClientConnectionError" in names
    is_unsent = bool(names & _UNCONNECTED) or ("ConnectTimeout" in names and not is_fault)
    is_late = "APITimeoutError" in names and not is_fault
    return ConnectionLost("no answer in time" if is_late else str(error.__cause__ or error), is_unsent=is_unsent)


def _status_within(body: Any) -> int | None:
    """Return the status of an error that a router passes on within an answer of its own, as OpenRouter does."""
    error = body.get("error") if isinstance(body, dict) and not body.get("choices") else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else None


def _response_class() -> type:
    """Return the class of the SDK's raw responses, of whichever HTTP library this version of it is built on."""
    import openai

    http_library = openai.DefaultHttpxClient.__mro__[-2].__module__.partition(".")[0]
    found: type = sys.modules[http_library].Response
    return found


class TransportOnDemand:
    """Opens a transport when the first request is sent: a run that finds all its replies kept needs no SDK."""

    def __init__(self, open_now: Callable[[], OpenAITransport]) -> None:
        self._open_now = open_now
        self._opened: OpenAITransport | None = None

    async def send(self, request: Request) -> Exchange:
        """Send the request once. Raises ConnectionLost or ConfigurationError."""
        self._opened = self._opened or self._open_now()
        return await self._opened.send(request)

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._opened:
            await self._opened.close()


def open_transport(settings: Settings, *, for_many: bool = False) -> TransportOnDemand:
    """Return a transport to the settings' model, on aiohttp where it is `for_many` requests at once.

    Raises ConfigurationError where the provider is not known or its key is missing.
    """
    open_now = _opener(settings, for_many)
    return TransportOnDemand(lambda: OpenAITransport(open_now(), settings.timeout))


def open_client(settings: Settings) -> AsyncOpenAI:
    """Open a client for the settings' model. Raises ConfigurationError as `open_transport` does."""
    return _opener(settings, for_many=False)()


def provider_of(settings: Settings) -> Provider:
    """Return the provider of the settings' model. Raises ConfigurationError where it is not known."""
    provider_name, separator, name = settings.model.partition("/")
    if not separator or not name:
        raise ConfigurationError(
            f"The model {settings.model!r} is not of the form provider/name; write for example openai/gpt-5-mini."
        )
    if provider_name not in PROVIDERS:
        raise ConfigurationError(
            f"The provider {provider_name!r} is not known (known: {', '.join(PROVIDERS)}). "
            f"An OpenAI-compatible service is reached as openai/{name} with its base URL."
        )
    return PROVIDERS[provider_name]


def _opener(settings: Settings, for_many: bool) -> Callable[[], AsyncOpenAI]:
    """Return what opens a client.

    Raises ConfigurationError where the provider is not known or its key is missing.
    """
    provider = provider_of(settings)
    key = settings.api_key.get_secret_value() if settings.api_key else os.environ.get(provider.key_variable, "")
    # A key read from a file often ends with a line break, and an error about it would show it.
    key = key.strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigurationError(f"The key in {provider.key_variable} has characters that no key has.")
    if settings.base_url:
        _check_address(settings.base_url)
    # A server of one's own seldom asks for a key, and the SDK insists on one.
    if not key and (settings.base_url or not provider.key_required):
        key = "none"
    if not key:
        raise ConfigurationError(f"No key for {settings.model}: set the environment variable {provider.key_variable}.")
    return lambda: _client(settings, settings.model.partition("/")[0], provider, key, for_many)


def _check_address(url: str) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise ConfigurationError(f"The base URL {url!r} is no address; write for example http://localhost:8000/v1.")


def _client(settings: Settings, provider_name: str, provider: Provider, key: str, for_many: bool) -> AsyncOpenAI:
    import openai

    # The pool of the default client looks at every connection for every request.
    connections = openai.DefaultAioHttpClient() if for_many else None
    if provider_name == "azure":
        endpoint = settings.base_url or os.environ.get("AZURE_OPENAI_ENDPOINT")
        if not endpoint:
            raise ConfigurationError("No address for Azure: set the environment variable AZURE_OPENAI_ENDPOINT.")
        return openai.AsyncAzureOpenAI(
            api_key=key,
            azure_endpoint=endpoint,
            api_version=os.environ.get("OPENAI_API_VERSION", "2024-10-21"),
            timeout=settings.timeout,
            http_client=connections,
        )
    base_url = settings.base_url or provider.base_url
    return openai.AsyncOpenAI(api_key=key, base_url=base_url, timeout=settings.timeout, http_client=connections)
