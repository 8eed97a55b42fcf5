"""The built-in task: meetings, their participants, and claims."""

from __future__ import annotations

import functools

from extractor.meetings.checking import Records, check_reply
from extractor.meetings.mending import MENDABLE, mend_reply
from extractor.models import Article, Extraction, Reply
from extractor.prompts import load_prompt
from extractor.tasks import Engine, Task

__all__ = ["MEETINGS", "Records", "check_reply", "meetings_task", "mend_reply"]

MEETINGS = "meetings"
"""The name of the built-in task."""


@functools.cache
def meetings_task() -> Task[Reply, Records, Extraction]:
    """Return the task of finding the meetings, participants and claims of an article."""
    return Task(
        name=MEETINGS,
        reply_model=Reply,
        prompt=load_prompt("meetings"),
        check=check_reply,
        mend=mend_reply,
        mendable=MENDABLE,
        nothing=Records((), (), ()),
        extraction=Extraction,
        engine=Engine(_read_by_rules, _fingerprint_of_rules),
    )


def _read_by_rules(article: Article) -> Reply:
    # The rules and their tables are loaded where they read.
    from extractor.rules import read_article

    return read_article(article)


def _fingerprint_of_rules() -> str:
    from extractor.rules import fingerprint

    return fingerprint()
