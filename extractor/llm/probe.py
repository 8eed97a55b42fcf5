"""A probe: what an endpoint does with each way of asking for a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from extractor.errors import InvalidReply, RequestRejected
from extractor.llm.exchange import Transport
from extractor.llm.model import LanguageModel
from extractor.settings import ReplyFormat, Settings

Verdict = Literal["enforced", "followed", "ignored", "rejected"]

_OBEDIENT = 'Reply with a JSON object of one field, "colour": the colour of grass.'
_TEMPTING = "In one sentence of plain English prose, no JSON: what is the colour of a clear sky?"


class Probe(BaseModel):
    """The colour."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    colour: Literal["red", "green"]
    """One of the two."""


@dataclass(frozen=True)
class EndpointReport:
    """What an endpoint made of each reply format."""

    model_reported: str | None
    verdicts: Mapping[ReplyFormat, Verdict]
    """enforced: the form holds even against the prompt; followed: it holds where the prompt asks for it; ignored: the
    reply has another form; rejected: the endpoint takes no such request."""

    @property
    def recommended(self) -> ReplyFormat | None:
        """The strictest format that works; None where none does."""
        working = [name for name, verdict in self.verdicts.items() if verdict in ("enforced", "followed")]
        return working[0] if working else None


async def probe_endpoint(transport: Transport, settings: Settings) -> EndpointReport:
    """Send up to six small requests and report which reply formats the endpoint honours.

    Raises ConfigurationError or ModelUnavailable where it cannot be reached or refuses the key.
    """
    reported: list[str] = []
    verdicts: dict[ReplyFormat, Verdict] = {}
    formats: tuple[ReplyFormat, ...] = ("json_schema", "json_object", "text")
    for name in formats:
        model = LanguageModel(transport, settings.model_copy(update={"reply_format": name, "attempts": 1}))
        verdicts[name] = await _judge(model, reported)
    return EndpointReport(reported[-1] if reported else None, verdicts)


async def _judge(model: LanguageModel, reported: list[str]) -> Verdict:
    trials: tuple[tuple[str, Verdict], ...] = ((_TEMPTING, "enforced"), (_OBEDIENT, "followed"))
    for prompt, verdict in trials:
        try:
            answer = await model.ask([{"role": "user", "content": prompt}], Probe, label="probe", corrections=0)
        except RequestRejected:
            return "rejected"
        except InvalidReply as error:
            reported += filter(None, [error.model_reported])
            continue
        reported += filter(None, [answer.model_reported])
        return verdict
    return "ignored"
