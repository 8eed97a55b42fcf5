"""Documents: an article's data, gold or predicted, as records whose values can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.evaluation.annotated import Place
from extractor.evaluation.predictions import pair_articles
from extractor.evaluation.schema.gold import SchemaGold
from extractor.evaluation.schema.paths import Kinds
from extractor.evaluation.schema.values import Fields, Items, ValueReader
from extractor.grounding import Passage, QuoteGroup, passage_of
from extractor.models import Path, SchemaExtraction

Pattern = tuple[str | None, ...]
"""A path whose numbers are None: where a field stands in any record."""


@dataclass(frozen=True)
class SchemaDocument:
    """One article's data."""

    id: str
    text: str
    records: Mapping[str, Items]
    """By their kinds, those that are annotated."""
    reply: Fields
    """What stands beside the lists of records."""
    quotes: int
    """How many quotes the data has."""
    ungrounded: int
    """Of predictions: quotes that the model gave and the article does not have."""


@dataclass(frozen=True)
class DocumentPair:
    """What is to be found in an article, and what was."""

    gold: SchemaDocument
    predicted: SchemaDocument
    annotation: SchemaGold


def pair_documents(gold: Sequence[SchemaGold], predictions: Mapping[str, SchemaExtraction[Any]]) -> list[DocumentPair]:
    """Return gold and prediction of each article, in the order of the gold.

    Raises ConfigurationError where an article is on one side only, its text is not the one annotated, or does not have
    a quote of the gold.
    """
    kinds = tuple(dict.fromkeys(name for one in predictions.values() for name in one.lists))
    # The gold alone does not tell a quote from other strings; what is one in a prediction is one in all articles.
    quoted = frozenset(_pattern(quote.path) for one in predictions.values() for quote in one.quotes_placed)
    return [_pair(one, prediction, kinds, quoted) for one, prediction in pair_articles(gold, predictions)]


def _pair(
    gold: SchemaGold, prediction: SchemaExtraction[Any], kinds: Kinds, quoted: frozenset[Pattern]
) -> DocumentPair:
    text = prediction.article.text
    gold.check_text(text)
    passage = passage_of(text)

    def document(data: Mapping[str, Any], places: Mapping[Path, Place], ungrounded: int = 0) -> SchemaDocument:
        reply = ValueReader(passage, kinds, places, gold.is_annotated).fields(data)
        lists = {kind: found for kind in kinds if isinstance(found := reply.get(kind), Items)}
        records = {kind: lists.get(kind, Items()) for kind in kinds if gold.is_annotated(kind)}
        beside = {name: value for name, value in reply.items() if name not in lists}
        return SchemaDocument(gold.article, text, records, beside, len(places), ungrounded)

    given = {quote.path: (quote.span.start, quote.span.end) for quote in prediction.quotes_placed}
    lost = sum(problem.code == "quote_not_found" for problem in prediction.problems)
    return DocumentPair(
        document(gold.data, _places_in(gold, kinds, quoted, passage)),
        document(prediction.json_data or {}, given, lost),
        gold,
    )


def _places_in(gold: SchemaGold, kinds: Kinds, quoted: frozenset[Pattern], passage: Passage) -> dict[Path, Place]:
    groups: dict[Path, list[tuple[Path, str]]] = {}
    for path, quote in _strings(gold.data, ()):
        if _pattern(path) in quoted and quote.strip():
            groups.setdefault(path[:2] if path[0] in kinds else (), []).append((path, quote))
    placed = gold.place(passage, [QuoteGroup([quote for _, quote in group]) for group in groups.values()])
    return {
        path: place
        for group, places in zip(groups.values(), placed, strict=True)
        for (path, _), place in zip(group, places, strict=True)
    }


def _strings(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for name, held in data.items():
            yield from _strings(held, (*path, name))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _strings(item, (*path, index))


def _pattern(path: Path) -> Pattern:
    return tuple(None if isinstance(step, int) else step for step in path)
