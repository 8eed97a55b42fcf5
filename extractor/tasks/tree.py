"""A reply as a tree of JSON from which parts are left out, and where what is left stands then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from extractor.models import Path

_LEFT_OUT = object()


class Tree:
    """A value of JSON, with what is left out of it. Paths are those of the whole."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self._left_out: set[Path] = set()
        self._entries: set[Path] = set()
        """What of it is left out with its key."""
        self.is_changed = False
        self.moved: dict[Path, Path] = {}
        """Where each part stands in what `rest` returned last; what is left out is missing."""
        self._back: dict[Path, Path] = {}

    def at(self, path: Path) -> Any:
        """Return the part at a path of the whole."""
        value = self._value
        for step in path:
            value = value[step]
        return value

    def put(self, path: Path, value: Any) -> None:
        """Put a value in the place of a part."""
        around = self.at(path[:-1])
        self.is_changed |= around[path[-1]] != value
        around[path[-1]] = value

    def leave_out(self, path: Path, *, is_entry: bool = False) -> None:
        """Leave a part out: an item goes from its list, an entry from its mapping, and a field becomes null."""
        self.is_changed = True
        self._left_out.add(path)
        if is_entry:
            self._entries.add(path)

    def has(self, path: Path) -> bool:
        """Tell whether a part and all around it are still there."""
        return not any(path[:length] in self._left_out for length in range(len(path) + 1))

    def rest(self) -> Any:
        """Return what is there without what is left out."""
        self.moved = {}
        found = self._rest(self._value, (), ())
        self._back = {new: old for old, new in self.moved.items()}
        return None if found is _LEFT_OUT else found

    def whole_path(self, path: Path) -> Path:
        """Return where something that stands at a path of the rest stands in the whole.

        Steps that lead nowhere, such as the branch of a union that an error names, are passed over.
        """
        reached: Path = ()
        for step in path:
            if (*reached, step) in self._back:
                reached = (*reached, step)
        return self._back[reached]

    def _rest(self, value: Any, path: Path, moved: Path) -> Any:
        if path in self._left_out:
            return _LEFT_OUT
        self.moved[path] = moved
        if isinstance(value, Mapping):
            there = {name: part for name, part in value.items() if (*path, name) not in self._entries}
            parts = {name: self._rest(part, (*path, name), (*moved, name)) for name, part in there.items()}
            return {name: None if part is _LEFT_OUT else part for name, part in parts.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            items: list[Any] = []
            for index, part in enumerate(value):
                item = self._rest(part, (*path, index), (*moved, len(items)))
                if item is not _LEFT_OUT:
                    items.append(item)
            return items
        return value
