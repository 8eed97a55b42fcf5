"""A language model that answers in the form of a Pydantic model, through Instructor."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, PrivateAttr, ValidationError

from extractor.errors import (
    ConfigurationError,
    ContentFiltered,
    EmptyReply,
    ExtractorError,
    InvalidReply,
    ModelRefused,
    ModelUnavailable,
    QuotaExhausted,
    ReplyTruncated,
    RequestRejected,
)
from extractor.llm.budget import Budget
from extractor.llm.exchange import ConnectionLost, Exchange, Request, Transport
from extractor.llm.gate import Gated
from extractor.llm.ledger import Counting
from extractor.llm.pacing import Pace
from extractor.llm.replies import KeptReplies
from extractor.llm.retrying import Retrying, is_quota_exhausted, is_transient
from extractor.llm.schema import response_format, strict_schema
from extractor.models import Attempt, may_be_billed
from extractor.settings import ReplyFormat, Settings

ReplyT = TypeVar("ReplyT", bound=BaseModel)
ErrorT = TypeVar("ErrorT", bound=BaseException)

_MOST_BILLED = 3
"""Requests for one article that may be billed, where answers are lost on their way: a line or a text that kills every
answer is not worth more."""


@dataclass(frozen=True)
class Answer(Generic[ReplyT]):
    """A reply of the asked form, and what it took to get it."""

    reply: ReplyT
    text: str
    """The JSON that the reply was made of."""
    model_reported: str | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class Shared:
    """What all requests of a run have in common."""

    pace: Pace = field(default_factory=Pace)
    budget: Budget | None = None
    replies: KeptReplies | None = None
    """Where replies are kept before they are read, and found again."""


class LanguageModel:
    """A model at an endpoint, asked through a transport."""

    def __init__(self, transport: Transport, settings: Settings, shared: Shared | None = None) -> None:
        self.name = settings.model
        self._transport = transport
        self._settings = settings
        self._shared = shared or Shared()

    async def ask(
        self,
        messages: Sequence[Mapping[str, str]],
        reply_model: type[ReplyT],
        *,
        label: str = "",
        corrections: int | None = None,
        before: Sequence[Attempt] = (),
        keeps_cut_off: bool = False,
    ) -> Answer[ReplyT]:
        """Send the messages and return the reply as an instance of `reply_model`.

        A reply that is not of the form goes back `corrections` times (by default as often as the settings say), with
        what is wrong. `before` are the attempts that the same matter took already. A reply that was no good is not
        served again, but for one that was cut off where `keeps_cut_off` says that the matter goes on all the same.
        Raises ModelError, with the attempts made, or ConfigurationError or CassetteMiss.
        """
        settings, shared = self._settings, self._shared
        counting = Counting(self._transport, model=self.name, price=settings.price, ledger=shared.replies)
        first = self.request(messages, reply_model, label)
        asked = [first]
        reported: list[str] = []
        last_text: list[str] = []

        async def create(**arguments: Any) -> Any:
            body = self._body(arguments, reply_model)
            if answered and body == first.body:
                exchange = answered
            else:
                asked.append(Request(body, label))
                exchange = await self._exchange(asked[-1], counting, before)
            last_text.append(read_content(exchange, model=self.name))
            reported.append(str(exchange.body.get("model")))
            return _completion_of(exchange, last_text[-1])

        try:
            # A reply that is on disk is read as it stands; Instructor is to judge what is not of the form.
            is_plain = shared.replies is not None and settings.reply_format == "json_schema"
            answered = await self._exchange(first, counting, before) if is_plain else None
            if answered and (sound := self._sound(answered, reply_model)):
                return Answer(*sound, str(answered.body.get("model")), tuple(counting.attempts))
            shell = await _instructed(create, settings.reply_format)(
                response_model=_shell_of(reply_model, settings.reply_format),
                messages=[dict(message) for message in messages],
                model=self.name.partition("/")[2],
                max_retries=settings.corrections if corrections is None else corrections,
                # Pydantic's strict mode would pay for a correction where a server writes "4" for 4.
                strict=False,
            )
        except (ExtractorError, asyncio.CancelledError) as error:
            raise _with_attempts(error, counting.attempts) from error.__cause__
        except Exception as error:
            found = _translate(error, last_text)
            if isinstance(found, InvalidReply) and reported:
                found.model_reported = reported[-1]
            is_over = not (keeps_cut_off and isinstance(found, ReplyTruncated))
            if shared.replies and is_over and isinstance(found, InvalidReply | ModelRefused):
                await shared.replies.forget(asked)
            raise _with_attempts(found, counting.attempts) from error
        return Answer(shell.reply, shell.text, reported[-1] if reported else None, tuple(counting.attempts))

    async def _exchange(self, request: Request, counting: Counting, before: Sequence[Attempt]) -> Exchange:
        """Return the answer that was kept, or send the request and keep what is answered."""
        shared, settings = self._shared, self._settings
        if shared.replies and (kept := shared.replies.find(request)):
            counting.attempts.extend(kept.attempts)
            return kept.exchange
        gated = Gated(counting, shared.pace, shared.budget)
        billed = sum(may_be_billed(attempt) for attempt in (*before, *counting.attempts))
        retrying = Retrying(
            gated,
            shared.pace,
            attempts=settings.attempts,
            longest_wait=settings.longest_wait,
            most_lost=max(1, _MOST_BILLED - billed),
        )
        already = len(counting.attempts)
        try:
            exchange = await retrying.send(request)
        except ConnectionLost as error:
            raise ModelUnavailable(f"The model's endpoint cannot be reached: {error}.") from error
        if shared.replies and exchange.status < 400:
            await shared.replies.keep(request, exchange, counting.attempts[already:])
        return exchange

    def _sound(self, exchange: Exchange, reply_model: type[ReplyT]) -> tuple[ReplyT, str] | None:
        """Return the reply of an exchange and its JSON if it is of the form; no SDK is loaded for it."""
        try:
            text = read_content(exchange, model=self.name)
            return reply_model.model_validate_json(text), text
        except (ValidationError, ExtractorError):
            return None

    def request(self, messages: Sequence[Mapping[str, str]], reply_model: type[BaseModel], label: str = "") -> Request:
        """Return the request that `ask` begins with, where the reply's form is asked for by a JSON Schema.

        In the other formats Instructor writes the schema into the messages; the request is named by the same parts.
        """
        arguments = {"messages": [dict(message) for message in messages], "model": self.name.partition("/")[2]}
        if self._settings.reply_format != "json_schema":
            arguments["response_format"] = [self._settings.reply_format, response_format(reply_model)]
        return Request(self._body(arguments, reply_model), label)

    def _body(self, arguments: Mapping[str, Any], reply_model: type[BaseModel]) -> dict[str, Any]:
        settings = self._settings
        body = dict(arguments)
        if settings.reply_format == "json_schema":
            # Instructor sends the schema without `strict`, and Pydantic's own is not in the strict subset.
            body["response_format"] = response_format(reply_model)
        if settings.temperature is not None:
            body["temperature"] = settings.temperature
        if settings.max_output_tokens is not None:
            # OpenAI's reasoning models refuse the older name, and other servers know no other.
            openai_proper = self.name.startswith(("openai/", "azure/")) and settings.base_url is None
            body["max_completion_tokens" if openai_proper else "max_tokens"] = settings.max_output_tokens
        return {**body, **settings.request}


def read_content(exchange: Exchange, *, model: str) -> str:
    """Return the text of the reply that an exchange holds.

    Raises the ModelError (or ConfigurationError) that says why it holds none.
    """
    if exchange.status >= 400:
        raise _error_of_status(exchange, model)
    choices = exchange.body.get("choices") if isinstance(exchange.body, Mapping) else None
    if choices is None:
        start = str(exchange.body)[:200]
        raise InvalidReply(
            f"The endpoint's answer is not a chat completion; check the base URL. It begins: {start!r}.",
            raw=str(exchange.body),
        )
    if not choices:
        raise EmptyReply("The model's reply has no choices.")
    message = choices[0].get("message") or {}
    content = message.get("content")
    finish = choices[0].get("finish_reason")
    if message.get("refusal"):
        raise ModelRefused(f"The model refused: {message['refusal']}")
    if finish == "content_filter":
        raise ContentFiltered("The provider's content filter stopped the reply.")
    if finish == "length":
        raise ReplyTruncated(
            "The reply was cut off at the token limit; raise max_output_tokens or the server's context size.",
            raw=content or "",
        )
    if not content or not content.strip():
        raise EmptyReply("The model's reply is empty.")
    return str(content)


def _completion_of(exchange: Exchange, content: str) -> Any:
    """Return the SDK's ChatCompletion of an exchange that holds a usable reply."""
    from openai.types.chat import ChatCompletion, ChatCompletionMessage
    from openai.types.chat.chat_completion import Choice

    # Only what Instructor reads; with a usage of nothing, since it would add up what is counted already.
    said = ChatCompletionMessage.model_construct(role="assistant", content=content)
    choice = Choice.model_construct(index=0, finish_reason="stop", message=said)
    return ChatCompletion.model_construct(
        id="", object="chat.completion", model=exchange.body.get("model"), choices=[choice], usage=_no_usage()
    )


@functools.cache
def _no_usage() -> Any:
    from openai.types import CompletionUsage

    # Without any, Instructor looks on every call whether another provider's SDK is installed.
    return CompletionUsage(completion_tokens=0, prompt_tokens=0, total_tokens=0)


def _error_of_status(exchange: Exchange, model: str) -> ExtractorError:
    status = exchange.status
    message = str(exchange.error.get("message") or str(exchange.body)[:200]).strip().rstrip(".")
    if is_quota_exhausted(exchange):
        return QuotaExhausted(f"The account has no quota left: {message}.")
    if exchange.error.get("code") == "content_filter":
        return ContentFiltered(f"The provider's content filter stopped the request: {message}.")
    if status == 403 and exchange.error.get("metadata"):
        # OpenRouter's form of "this text was flagged": a fault of the article, not of the key.
        return ContentFiltered(f"The provider's moderation stopped the request: {message}.")
    if status in (401, 403):
        return ConfigurationError(f"The endpoint refused the key ({status}): {message}.")
    if status == 404:
        return ConfigurationError(f"The endpoint does not know {model!r}, or the base URL is wrong (404): {message}.")
    if is_transient(exchange):
        return ModelUnavailable(f"The endpoint failed, also after waiting (HTTP {status}): {message}.")
    return RequestRejected(f"The endpoint rejected the request ({status}): {message}.")


def _with_attempts(error: ErrorT, attempts: Sequence[Attempt]) -> ErrorT:
    error.attempts = tuple(attempts)  # type: ignore[attr-defined]
    return error


def _translate(error: Exception, texts: Sequence[str]) -> Exception:
    """Return our own error for what came out of Instructor, which wraps whatever is raised within it."""
    causes: list[BaseException] = [error]
    # What is raised within Instructor and again by us is, in the end, its own cause.
    while (cause := causes[-1].__cause__) is not None and cause not in causes:
        causes.append(cause)
    for found in causes:
        if isinstance(found, ExtractorError):
            return found
    from instructor.core.exceptions import InstructorRetryException, ResponseParsingError

    formal = (ValidationError, ResponseParsingError, json.JSONDecodeError)
    if isinstance(error, InstructorRetryException) and isinstance(causes[-1], formal):
        # str(error) would repeat every completion; the first argument is the message alone.
        detail = str(error.args[0]) if error.args else type(error).__name__
        return InvalidReply(
            f"The reply is not of the form that was asked for: {detail}", raw=texts[-1] if texts else ""
        )
    last = causes[-1]
    return last if isinstance(last, Exception) else error


def _instructed(create: Any, reply_format: ReplyFormat) -> Any:
    import instructor

    _quieten_instructor()
    modes: dict[ReplyFormat, instructor.Mode] = {
        "json_schema": instructor.Mode.JSON_SCHEMA,
        "json_object": instructor.Mode.JSON,
        "text": instructor.Mode.MD_JSON,
    }
    return instructor.patch(create=create, mode=modes[reply_format])


@functools.cache
def _quieten_instructor() -> None:
    # It logs every fault as an error, with the article's words in it; what we raise says the same in one line.
    logger = logging.getLogger("instructor")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL)


@functools.cache
def _shell_of(reply_model: type[BaseModel], reply_format: ReplyFormat) -> Any:
    """Return what Instructor takes for the response model: made once, with one schema, and validating as the real one.

    Of a model it makes a new class and schema on every call, and walks through all its fields four times; the shell
    has none.
    """
    import instructor

    # A schema in the body is put there by us; Instructor would copy its own for every call.
    schema = {} if reply_format == "json_schema" else strict_schema(reply_model)

    class Shell(BaseModel):
        _reply: Any = PrivateAttr()
        _text: str = PrivateAttr()

        @property
        def reply(self) -> Any:
            return self._reply

        @property
        def text(self) -> str:
            return self._text

        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
            return schema

        @classmethod
        def model_validate_json(cls, json_data: Any, **kwargs: Any) -> Any:
            shell = cls()
            shell._reply, shell._text = reply_model.model_validate_json(json_data, **kwargs), str(json_data)
            return shell

    Shell.__name__, Shell.__doc__ = reply_model.__name__, reply_model.__doc__
    return instructor.response_schema(Shell)
