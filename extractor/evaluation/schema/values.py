"""Values: data in JSON, prepared for comparing; what is null, blank or empty is not there."""

from __future__ import annotations

import functools
import itertools
import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

from extractor.evaluation.annotated import Place
from extractor.evaluation.schema.paths import Kinds, field_path, item_path
from extractor.grounding import Passage
from extractor.grounding.near import UNSPACED
from extractor.models import Path
from extractor.normalize import Interval, parse_iso

_SIGNS_BEHIND = re.compile(r"[-−+#]*$")
"""What tells "AA+" from "AA-"; other punctuation tells nothing apart."""

_TOLD = 3
"""Values in the title of a record."""
_LONGEST = 60
"""Characters of a value in a title."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    shown: str
    key: str
    """Equal where strings differ in case, white space and punctuation alone."""
    bag: frozenset[tuple[str, int]]
    """The words, each with its number among its likes."""
    dates: Interval | None
    """Of an ISO date."""
    is_word: bool
    """Whether it has no white space, as ids and the values of closed sets have none."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote: where it stands, in offsets and as the numbers of the first word and of the one behind."""

    shown: str
    place: Place
    words: Place


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list."""

    value: Value
    key: str
    """Its JSON, in one spelling: the same in whatever order it lists what it holds."""
    is_copy: bool
    """Whether an earlier item is the same."""


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Item, ...] = ()

    @functools.cached_property
    def in_one_order(self) -> list[int]:
        """The numbers of the items in an order that is the same however they are listed, copies last."""
        return sorted(range(len(self.items)), key=lambda index: (self.items[index].is_copy, self.items[index].key))


Leaf: TypeAlias = Text | Quoted | bool | int | float
Fields: TypeAlias = dict[str, "Value"]
Value: TypeAlias = Union[Leaf, Items, "Fields", None]


@functools.lru_cache(maxsize=10_000)
def read_text(shown: str) -> Text:
    """Prepare a string."""
    plain = shown.strip()
    words = Passage(plain).words.folded or [plain.casefold()]
    times: Counter[str] = Counter()
    bag = set()
    for word in words:
        times[word] += 1
        bag.add((word, times[word]))
    # Letters may be run together or not; with digits that would make another number of two.
    has_digits = any(map(str.isdigit, plain))
    signs = _SIGNS_BEHIND.search(plain)
    return Text(
        shown=shown,
        key=(" " if has_digits else "").join(words) + (signs.group() if signs else ""),
        bag=frozenset(bag),
        dates=parse_iso(plain) if has_digits else None,
        is_word=not any(map(str.isspace, plain)) and not UNSPACED.search(plain),
    )


@dataclass(frozen=True)
class ValueReader:
    """Reads the data of an article, gold or predicted."""

    passage: Passage
    """The article's text."""
    kinds: Kinds
    places: Mapping[Path, Place]
    """Where the quotes in the data stand in the text."""
    is_annotated: Callable[[str], bool]
    """Whether what is at a path, such as `sanctions.targets[]`, is to be compared."""

    def fields(self, data: Mapping[str, Any], path: Path = (), called: str = "") -> Fields:
        """Read an object: those of its fields that have a value."""
        found: Fields = {}
        for name, held in data.items():
            within = field_path(called, name)
            if self.is_annotated(within):
                value = self._value(held, (*path, name), within)
                if value not in (None, {}, Items()):
                    found[name] = value
        return found

    def _value(self, data: Any, path: Path, called: str) -> Value:
        if isinstance(data, str):
            return self._string(data, path)
        if isinstance(data, dict):
            return self.fields(data, path, called)
        if isinstance(data, list):
            return self._items(data, path, item_path(called, self.kinds))
        value: Value = data
        return value

    def _items(self, data: Iterable[Any], path: Path, called: str) -> Items:
        items = []
        seen: set[str] = set()
        for index, item in enumerate(data):
            value = self._value(item, (*path, index), called)
            if value not in (None, Items()):
                key = _spelled(item)
                items.append(Item(value, key, key in seen))
                seen.add(key)
        return Items(tuple(items))

    def _string(self, data: str, path: Path) -> Value:
        if path in self.places:
            place = self.places[path]
            return Quoted(data, place, self._words_at(place))
        return read_text(data) if data.strip() else None

    def _words_at(self, place: Place) -> Place:
        words = self.passage.words.places
        return bisect_left(words, (place[0],)), bisect_left(words, (place[1],))


def _spelled(data: Any) -> str:
    if isinstance(data, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_spelled(data[name])}" for name in sorted(data)) + "}"
    if isinstance(data, list):
        return "[" + ",".join(sorted(map(_spelled, data))) + "]"
    return json.dumps(data)


def shown_value(value: Value) -> Any:
    """Return a value as it was given, as far as it is no list and no object."""
    return value.shown if isinstance(value, Text | Quoted) else value


def title_of(value: Value) -> str:
    """Return the first words of a record, by which a person knows it."""
    return ", ".join(itertools.islice(_told(value), _TOLD))


def _told(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        for held in value.values():
            yield from _told(held)
    elif isinstance(value, Items):
        for item in value.items:
            yield from _told(item.value)
    elif value is not None:
        text = " ".join(str(shown_value(value)).split())
        yield text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
