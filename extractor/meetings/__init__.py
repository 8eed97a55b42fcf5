"""The built-in task: meetings, their participants, and claims."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from extractor.meetings.checking import Records, check_reply
from extractor.meetings.mending import MENDABLE, complete_reply, mend_reply
from extractor.meetings.merging import merge_records
from extractor.models import Article, Extraction, Problem, Provenance, Reply
from extractor.prompts import load_prompt
from extractor.tasks import Engine, Part, Task

__all__ = ["MEETINGS", "MeetingsTask", "Records", "check_reply", "meetings_task", "mend_reply", "merge_records"]

MEETINGS = "meetings"
"""The name of the built-in task."""


class MeetingsTask(Task[Reply, Records, Extraction]):
    """The task of finding the meetings, participants and claims of an article."""

    mendable = MENDABLE
    nothing = Records((), (), ())

    def __init__(self) -> None:
        super().__init__(MEETINGS, Reply, load_prompt(MEETINGS))
        self.engine = Engine(_read_by_rules, _fingerprint_of_rules)

    def receive(self, reply: Any, text: str) -> Reply:  # noqa: ARG002 - the instance has all of it
        """Return the reply as it is."""
        received: Reply = reply
        return received

    def show(self, reply: Reply) -> str:
        """Return the reply in JSON."""
        return reply.model_dump_json()

    def check(self, reply: Reply, article: Article) -> tuple[Records, list[Problem]]:
        """Ground and normalise a reply."""
        return check_reply(reply, article)

    def mend(self, first: Reply, second: Reply, problems: Sequence[Problem], article: Article) -> Reply:
        """Put records of the second reply in the place of faulty ones."""
        return mend_reply(first, second, problems, article)

    def complete(self, reply: Reply, before: Reply) -> Reply:
        """Add the participants and meetings to which a further reply refers."""
        return complete_reply(reply, before)

    def merge(self, parts: Sequence[Part[Records]], article: Article) -> tuple[Records, list[Problem]]:
        """Make one of what several readings have found."""
        return merge_records(parts, article)

    def present(
        self, records: Records, article: Article, problems: tuple[Problem, ...], provenance: Provenance
    ) -> Extraction:
        """Return the extraction with its records."""
        return Extraction(
            article=article,
            participants=records.participants,
            meetings=records.meetings,
            claims=records.claims,
            problems=problems,
            provenance=provenance,
        )


@functools.cache
def meetings_task() -> MeetingsTask:
    """Return the task of finding the meetings, participants and claims of an article."""
    return MeetingsTask()


def _read_by_rules(article: Article) -> Reply:
    # The rules and their tables are loaded where they read.
    from extractor.rules import read_article

    return read_article(article)


def _fingerprint_of_rules() -> str:
    from extractor.rules import fingerprint

    return fingerprint()
