"""Placing the quotes of a reply, of whatever form: each where the article has it, those of one record together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.grounding import Passage, QuoteGroup, place_quotes
from extractor.models import Path, Span
from extractor.models.forms import Form, FoundQuote

Offsets = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Placed:
    """A quote of a reply, and where the article has it; None where it has it not."""

    quote: FoundQuote
    span: Span | None


def place_reply(
    reply: Any, form: Form, passage: Passage, *, near: Callable[[Path], Offsets] = lambda _: ()
) -> Mapping[Path, Placed]:
    """Return every quote of a reply in JSON with its place, by its path.

    The quotes of a record are placed close to each other, and close to the offsets that `near` gives for the record's
    path, one sequence for each party of it.
    """
    groups: dict[Path, list[FoundQuote]] = defaultdict(list)
    for quote in form.quotes(reply):
        groups[quote.path[:2] if quote.path[0] in form.lists else ()].append(quote)
    asked = [QuoteGroup([quote.text for quote in quotes], near(record)) for record, quotes in groups.items()]
    placed: dict[Path, Placed] = {}
    for quotes, spans in zip(groups.values(), place_quotes(passage, asked), strict=True):
        placed |= {quote.path: Placed(quote, span) for quote, span in zip(quotes, spans, strict=True)}
    return placed
