"""Mending: the second reply's records in the place of those that had a problem, and no others."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from extractor.meetings.checking import check_reply
from extractor.models import Article, Problem, Reply, ReplyClaim, ReplyMeeting, ReplyParticipant
from extractor.tasks.task import MOST_MENDED

MENDABLE: frozenset[str] = frozenset(
    {
        "quote_not_found",
        "name_not_found",
        "unknown_id",
        "no_evidence",
        "date_malformed",
        "date_unsupported",
        "date_disagrees",
        "country_invalid",
        "country_disagrees",
    }
)
"""What the model can put right when told; the rest needs no second request."""


def mend_reply(first: Reply, second: Reply, problems: Sequence[Problem], article: Article) -> Reply:
    """Return the first reply with its faulty records replaced by those of the same id in the second.

    A replacement is taken only where less is wrong with the reply for it. Records without a problem stay as they are,
    whatever the second reply says of them, and so does a faulty record that it leaves out: the check will leave out
    what is wrong with it. Participants that a taken record newly needs are added.
    """
    best, fewest = first, len(problems)
    faulty = dict.fromkeys((problem.kind, problem.record) for problem in problems)
    for kind, id in itertools.islice(faulty, MOST_MENDED):
        candidate = _replaced(best, second, kind, id)
        if candidate is None:
            continue
        wrong = sum(problem.code in MENDABLE for problem in check_reply(candidate, article)[1])
        if wrong < fewest:
            best, fewest = candidate, wrong
    return best


def complete_reply(reply: Reply, before: Reply) -> Reply:
    """Return a reply with the participants and meetings of the one before it to which it refers by their ids alone."""
    defined = {one.id for one in reply.meetings}
    needed = {one.meeting for one in reply.claims} - defined
    meetings = [*reply.meetings, *(one for one in before.meetings if one.id in needed)]
    known = {one.id for one in reply.participants}
    parties = {party for records in (meetings, reply.claims) for one in records for party in _parties(one)} - known
    participants = [*reply.participants, *(one for one in before.participants if one.id in parties)]
    return reply.model_copy(update={"participants": participants, "meetings": meetings})


def _replaced(reply: Reply, second: Reply, kind: str, id: str) -> Reply | None:
    """Return the reply with one record from the second, and the participants that it newly refers to."""
    field = f"{kind}s"
    found = next((record for record in getattr(second, field) if record.id == id), None)
    if found is None:
        return None
    records = [found if record.id == id else record for record in getattr(reply, field)]
    known = {participant.id for participant in reply.participants}
    needed = _parties(found) - known
    added = [participant for participant in second.participants if participant.id in needed]
    changed = reply.model_copy(update={field: records})
    return changed.model_copy(update={"participants": [*changed.participants, *added]})


def _parties(record: ReplyParticipant | ReplyMeeting | ReplyClaim) -> set[str]:
    if isinstance(record, ReplyMeeting):
        return set(record.participants)
    return {record.source} if isinstance(record, ReplyClaim) else set()
