"""Placing the quotes of a reply, of whatever form: each where the article has it, those of one record together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel

from extractor.grounding import Passage, QuoteGroup, place_quotes
from extractor.models import Path, Span, find_quotes
from extractor.models.forms import record_lists

Offsets = Sequence[Sequence[int]]


def place_reply(
    reply: BaseModel, passage: Passage, *, near: Callable[[Path], Offsets] = lambda _: ()
) -> Mapping[Path, tuple[str, Span | None]]:
    """Return every quote of the reply with its place, by its path; None where the article does not have it.

    The quotes of a record are placed close to each other, and close to the offsets that `near` gives for the record's
    path, one sequence for each party of it.
    """
    lists = record_lists(type(reply))
    groups: dict[Path, dict[Path, str]] = defaultdict(dict)
    for path, quote in find_quotes(reply):
        groups[path[:2] if path[0] in lists else ()][path] = quote
    asked = [QuoteGroup(list(quotes.values()), near(record)) for record, quotes in groups.items()]
    placed: dict[Path, tuple[str, Span | None]] = {}
    for quotes, spans in zip(groups.values(), place_quotes(passage, asked), strict=True):
        placed |= {path: (quote, span) for (path, quote), span in zip(quotes.items(), spans, strict=True)}
    return placed
