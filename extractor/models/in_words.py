"""Records in a form of one's own as people read them: fields in words, quotes apart from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.models.columns import json_text
from extractor.models.quote import Path
from extractor.models.span import Span

if TYPE_CHECKING:
    from extractor.models.schema_extraction import SchemaExtraction


@dataclass(frozen=True)
class RecordInWords:
    """A record as people read it."""

    id: str
    kind: str
    fields: Mapping[str, str]
    """Those that have a value."""
    quotes: tuple[tuple[Path, Span], ...]
    """Each with its path in the record."""

    @property
    def other_fields(self) -> dict[str, str]:
        """The fields that are neither a quote nor a list of quotes."""
        quoted = {path[0] for path, _ in self.quotes if len(path) == 1 or (len(path) == 2 and isinstance(path[1], int))}
        return {name: words for name, words in self.fields.items() if name not in quoted}


def records_in_words(extraction: SchemaExtraction[Any]) -> Iterator[RecordInWords]:
    """Yield every record of an extraction, in its order."""
    quotes: defaultdict[Path, list[tuple[Path, Span]]] = defaultdict(list)
    for record, path, span in extraction.quotes_of_records():
        quotes[record.path].append((path, span))
    for record, content in extraction.contents():
        fields = {name: words for name, value in content.items() if (words := in_words(value))}
        yield RecordInWords(record.id, record.kind, fields, tuple(quotes[record.path]))


def in_words(value: Any) -> str:
    """Return a value of JSON as it is told: `name: Acme, kind: firm; name: Bell, kind: person`."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {words}" for name, item in value.items() if (words := in_words(item)))
    if isinstance(value, list):
        return "; ".join(filter(None, map(in_words, value)))
    return json_text(value)
