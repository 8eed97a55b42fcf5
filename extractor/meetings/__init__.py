"""The built-in task: meetings, their participants, and claims."""

from __future__ import annotations

import functools

from extractor.meetings.checking import Records, check_reply
from extractor.meetings.mending import MENDABLE, complete_reply, mend_reply
from extractor.meetings.merging import merge_records
from extractor.models import Reply
from extractor.prompts import load_prompt
from extractor.task import Task

__all__ = ["Records", "check_reply", "meetings_task", "mend_reply", "merge_records"]


@functools.cache
def meetings_task() -> Task[Reply, Records]:
    """Return the task of finding the meetings, participants and claims of an article."""
    return Task(
        name="meetings",
        reply_model=Reply,
        prompt=load_prompt("meetings"),
        check=check_reply,
        mend=mend_reply,
        mendable=MENDABLE,
        complete=complete_reply,
        merge=merge_records,
    )
