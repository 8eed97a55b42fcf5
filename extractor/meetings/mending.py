"""Mending: the second reply's records in the place of those that had a problem, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from extractor.models import Problem, Reply

MENDABLE: frozenset[str] = frozenset(
    {
        "quote_not_found",
        "name_not_found",
        "unknown_id",
        "repeated_id",
        "no_evidence",
        "date_malformed",
        "date_unsupported",
        "date_disagrees",
        "country_invalid",
        "country_disagrees",
    }
)
"""What the model can put right when told; the rest needs no second request."""


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


RecordT = TypeVar("RecordT", bound=_WithId)


def mend_reply(first: Reply, second: Reply, problems: Sequence[Problem]) -> Reply:
    """Return the first reply with its faulty records replaced by those of the same id in the second.

    Records without a problem stay as they are, whatever the second reply says of them; a faulty record that the
    second reply leaves out stays too, and the check will leave out what is wrong with it. Participants that only the
    second reply has are added, since a mended record may need them.
    """
    faulty = {problem.record for problem in problems}
    known = {participant.id for participant in first.participants}
    added = [participant for participant in second.participants if participant.id not in known]
    return Reply(
        participants=[*_replaced(first.participants, second.participants, faulty), *added],
        meetings=_replaced(first.meetings, second.meetings, faulty),
        claims=_replaced(first.claims, second.claims, faulty),
    )


def _replaced(first: Sequence[RecordT], second: Sequence[RecordT], faulty: set[str]) -> list[RecordT]:
    mended = {record.id: record for record in second if record.id in faulty}
    return [mended.pop(record.id, record) for record in first]
