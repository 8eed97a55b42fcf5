"""Problems: what several readings could not bear out, told of the records that came of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractor.meetings.checking import Records
from extractor.models import Problem
from extractor.task import Part

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


def move_problems(parts: Sequence[Part[Records]], fates: Mapping[Name, Fate]) -> list[Problem]:
    """Return the problems of all parts, each once and about the records as they are named now.

    What was left out is named by ids of its own, that no record has.
    """
    moving = _Moving(fates)
    moved = (moving.move(number, problem) for number, part in enumerate(parts) for problem in part.problems)
    return list(dict.fromkeys(problem for problem in moved if problem))


class _Moving:
    def __init__(self, fates: Mapping[Name, Fate]) -> None:
        self._fates = dict(fates)
        self._counts = Counter(kind for kind, _ in {(name[1], fate.id) for name, fate in fates.items()})

    def move(self, reading: int, problem: Problem) -> Problem | None:
        """Return the problem about the record as it is named now; None where it is none any more."""
        if problem.kind not in ("participant", "meeting", "claim"):
            return problem
        fate = self._fate_of((reading, problem.kind, problem.record))
        if fate.is_repeated or {problem.field, problem.code} & fate.settled:
            return None
        told = problem.message.removeprefix(f"{problem.record}.{problem.field}: ")
        if problem.code in _TELLING_IDS:
            kind = _KINDS.get(problem.field, problem.kind)
            told = _WORD.sub(lambda word: self._renamed((reading, kind, word[0])), told)
        elif problem.code == "unknown_id":
            told = told.replace("there is no record", "what was read with it has no record", 1)
        return problem.model_copy(update={"record": fate.id, "message": f"{fate.id}.{problem.field}: {told}"})

    def _renamed(self, name: Name) -> str:
        return self._fates[name].id if name in self._fates else name[2]

    def _fate_of(self, name: Name) -> Fate:
        if name not in self._fates:
            self._counts[name[1]] += 1
            self._fates[name] = Fate(f"{name[1][0]}{self._counts[name[1]]}")
        return self._fates[name]
