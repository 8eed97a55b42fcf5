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
    """Return every quote of a reply in JSON with its place, by its path, in the order of the reply.

    The quotes of a record are placed close to each other, and close to the offsets that `near` gives for the record's
    path, one sequence for each party of it. Those of an object within a record are placed close to each other, and
    then close to the record's own.
    """
    quotes = form.quotes(reply)
    own: dict[Path, list[FoundQuote]] = defaultdict(list)
    nested: dict[Path, list[FoundQuote]] = defaultdict(list)
    for quote in quotes:
        record = quote.path[:2] if quote.path[0] in form.lists else ()
        holder = _object_around(quote.path)
        (own if holder == record else nested)[holder].append(quote)
    placed = _place(passage, own, near)
    starts: dict[Path, list[int]] = defaultdict(list)
    for path, one in placed.items():
        if one.span:
            starts[path[:2] if path[0] in form.lists else ()].append(one.span.start)

    def near_record(holder: Path) -> Offsets:
        found = starts[holder[:2] if holder[0] in form.lists else ()]
        return (sorted(found),) if found else ()

    placed |= _place(passage, nested, near_record)
    return {quote.path: placed[quote.path] for quote in quotes}


def _object_around(path: Path) -> Path:
    """Return the path of the object in which a quote or a list of quotes is a field."""
    while isinstance(path[-1], int):
        path = path[:-1]
    return path[:-1]


def _place(
    passage: Passage, groups: Mapping[Path, Sequence[FoundQuote]], near: Callable[[Path], Offsets]
) -> dict[Path, Placed]:
    asked = [QuoteGroup([quote.text for quote in quotes], near(holder)) for holder, quotes in groups.items()]
    placed: dict[Path, Placed] = {}
    for quotes, spans in zip(groups.values(), place_quotes(passage, asked), strict=True):
        placed |= {quote.path: Placed(quote, span) for quote, span in zip(quotes, spans, strict=True)}
    return placed
