"""Mending: the second reply's records in the place of those that had a problem, and no others."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from extractor.models import Problem

ReplyT = TypeVar("ReplyT", bound=BaseModel)

_MOST_MENDED = 50
"""Each is checked by itself; a reply with more faults than that is beyond mending."""


def mend_records(
    first: ReplyT,
    problems: Sequence[Problem],
    *,
    replaced: Callable[[ReplyT, str, str], ReplyT | None],
    count_faults: Callable[[ReplyT], int],
) -> ReplyT:
    """Return the first reply with its faulty records replaced, each only where less is wrong with the reply for it.

    `replaced` returns a reply with the record of a kind and id taken from the second reply, or None where that has it
    not; `count_faults` what is wrong with a reply that could be mended. Records without a problem stay as they are,
    whatever the second reply says of them, and so does a faulty record that it leaves out: the check will leave out
    what is wrong with it.
    """
    best, fewest = first, len(problems)
    faulty = dict.fromkeys((problem.kind, problem.record) for problem in problems)
    for kind, id in itertools.islice(faulty, _MOST_MENDED):
        candidate = replaced(best, kind, id)
        if candidate is None:
            continue
        wrong = count_faults(candidate)
        if wrong < fewest:
            best, fewest = candidate, wrong
    return best
