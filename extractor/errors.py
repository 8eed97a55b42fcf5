"""The errors a user can meet, and what each asks of them.

ExtractorError
├── ConfigurationError      mend the settings and run again; nothing was lost
├── ArticleError            this article cannot be read; the others can
├── RunStopped              the run ended before all articles were read; the same command goes on
│   ├── StoreFailed         the results cannot be written: the disk is full or gone
│   └── BudgetExceeded      the next request could cost more than is left
├── ModelError              the model gave no usable reply
│   ├── ModelUnavailable    the endpoint did not answer; try later
│   │   └── QuotaExhausted  the account has no quota left; every further request would fail too
│   ├── RequestRejected     the endpoint will not take this request (too long, not supported)
│   ├── ModelRefused        the model declined to read this article
│   │   └── ContentFiltered the provider's filter stopped the reply
│   └── InvalidReply        the reply is not what was asked for; carries its text in `raw`
│       ├── ReplyTruncated  the reply ended at the token limit
│       └── EmptyReply      the reply has no content
├── NotAnswered             the answer is still to come with a batch; carries the request in `request`
└── CassetteMiss            nothing was recorded for this request; carries it in `request`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ExtractorError(Exception):
    """Any error this library raises on purpose; its text is one message in the user's terms.

    `attempts` holds the `Attempt` records of the requests that were made before it, oldest first.
    """

    attempts: tuple[Any, ...] = ()


class ConfigurationError(ExtractorError):
    """The settings, arguments or environment are wrong."""


class ArticleError(ExtractorError):
    """An article cannot be read."""


class RunStopped(ExtractorError):
    """The run ended before all articles were read."""


class StoreFailed(RunStopped):
    """The results cannot be written."""


class BudgetExceeded(RunStopped):
    """The next request could cost more than the budget has left."""


class ModelError(ExtractorError):
    """The model gave no usable reply."""


class ModelUnavailable(ModelError):
    """The endpoint could not be reached or was overloaded, also after waiting."""


class QuotaExhausted(ModelUnavailable):
    """The account has no quota left."""


class RequestRejected(ModelError):
    """The endpoint does not take this request."""


class ModelRefused(ModelError):
    """The model declined to answer."""


class ContentFiltered(ModelRefused):
    """The provider's content filter stopped the reply."""


class InvalidReply(ModelError):
    """The reply does not have the form that was asked for."""

    def __init__(self, message: str, raw: str = "") -> None:
        super().__init__(message)
        self.raw = raw
        self.model_reported: str | None = None
        """The model that the endpoint says answered."""


class ReplyTruncated(InvalidReply):
    """The reply ended at the token limit."""


class EmptyReply(InvalidReply):
    """The reply has no content."""


class NotAnswered(ExtractorError):
    """The request goes out with a batch, and its answer comes later."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        super().__init__("The answer comes with a batch, and is not there yet.")
        self.request = request


class CassetteMiss(ExtractorError):
    """No recorded exchange answers the request."""

    def __init__(self, message: str, request: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.request = request
