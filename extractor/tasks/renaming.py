"""Renaming: the problems of several readings, told of the records that came of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from extractor.models import Problem

Name = tuple[int, str, str]
"""The number of a reading, the kind of a record and the id that the reading gave it."""

_KINDS = {"participants": "participant", "source": "participant", "meeting": "meeting"}
"""What the ids in a field name, where it is not records of the same kind."""
_TELLING_IDS = frozenset(("repeated_id", "repeated_record", "reference_lost", "too_few_participants"))
"""Problems whose messages have ids of other records."""
_WORD = re.compile(r"[^\s'\",;:]+")


@dataclass(frozen=True)
class Fate:
    """What became of a record of one reading."""

    id: str
    """Of the record that it is part of now."""
    is_repeated: bool = False
    """Whether another has the same, and its own problems no longer matter."""
    settled: frozenset[str] = frozenset()
    """Fields and codes of problems that the other readings have solved."""


def rename_problems(
    readings: Sequence[Iterable[Problem]], fates: Mapping[Name, Fate], name: Callable[[str, int], str]
) -> list[Problem]:
    """Return the problems of all readings, each once and about the records as they are named now.

    What was left out gets an id of its own, by `name` of its kind and a number that no record has.
    """
    renaming = _Renaming(fates, name)
    renamed = (renaming.rename(number, problem) for number, problems in enumerate(readings) for problem in problems)
    return list(dict.fromkeys(problem for problem in renamed if problem))


class _Renaming:
    def __init__(self, fates: Mapping[Name, Fate], name: Callable[[str, int], str]) -> None:
        self._fates = dict(fates)
        self._name = name
        self._counts = Counter(kind for kind, _ in {(name[1], fate.id) for name, fate in fates.items() if fate.id})

    def rename(self, reading: int, problem: Problem) -> Problem | None:
        """Return the problem about the record as it is named now; None where it is none any more."""
        if problem.kind == "reply":
            return problem
        fate = self._fate_of((reading, problem.kind, problem.record))
        if fate.is_repeated or {problem.field, problem.code} & fate.settled:
            return None
        start = f"{problem.record}."
        told = problem.message.removeprefix(start)
        if problem.code in _TELLING_IDS:
            kind = _KINDS.get(problem.field, problem.kind)
            told = _WORD.sub(lambda word: self._renamed((reading, kind, word[0])), told)
        elif problem.code == "unknown_id":
            # By now it may be the id of another.
            told = told.replace("there is no record", "what was read with it has no record", 1)
        message = f"{fate.id}.{told}" if problem.message.startswith(start) else problem.message
        return problem.model_copy(update={"record": fate.id, "message": message})

    def _renamed(self, name: Name) -> str:
        return self._fates[name].id if name in self._fates else name[2]

    def _fate_of(self, name: Name) -> Fate:
        if name not in self._fates:
            self._counts[name[1]] += 1
            self._fates[name] = Fate(self._name(name[1], self._counts[name[1]]))
        return self._fates[name]
