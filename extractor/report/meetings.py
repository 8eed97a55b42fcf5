"""The report of meetings: a list of them, when they were, who met whom, and the articles."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from extractor.export.ties import link_outcomes, pairs_of
from extractor.linking import Occasion
from extractor.models import Extraction, Outcome
from extractor.models.reply import MeetingFormat, MeetingStatus, Modality, ParticipantKind
from extractor.report.files import Page
from extractor.report.meeting_articles import article_view
from extractor.report.meeting_rows import rows_of_page
from extractor.report.network import picture_of, rank
from extractor.report.timeline import timeline_of

ORDER: tuple[MeetingStatus, ...] = ("held", "ongoing", "planned", "proposed", "unconfirmed", "cancelled", "denied")
"""Statuses as they are listed and stacked."""
_MOST_SUGGESTED = 1000
_CHOICES = {
    "status": get_args(MeetingStatus),
    "format": get_args(MeetingFormat),
    "modality": get_args(Modality),
    "kind": get_args(ParticipantKind),
}


@dataclass(frozen=True)
class Totals:
    """How many meetings a report or a page of it has."""

    meetings: int
    linked: int
    """Meetings of which several articles tell."""
    conflicts: int
    """Meetings on which articles disagree."""


class MeetingsContent:
    """What the report of a run of the built-in task shows."""

    name: ClassVar[str] = "meetings"

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._dataset = link_outcomes(outcomes)
        self._pairs = pairs_of(self._dataset)

    def counts(self, extraction: Extraction) -> Mapping[str, int]:
        """Return how many meetings and claims an article has."""
        return {"meetings": len(extraction.meetings), "claims": len(extraction.claims)}

    def of_page(self, page: Page[Extraction]) -> Mapping[str, Any]:
        """Return the meetings that the articles of a page tell of, those of the whole run in an index."""
        occasions = tuple(
            one
            for one in self._dataset.occasions
            if page.is_whole or any(member.article in page.extractions for member in one.members)
        )
        counts = Counter(one.status for one in occasions)
        entities = {one.id: one for one in self._dataset.entities}
        ranking = rank(entities, occasions, most=_MOST_SUGGESTED)
        return {
            "totals": _totals(occasions),
            "rows": rows_of_page(self._dataset, page.places, page.extractions, page.link.file),
            "views": (article_view(one, page.places[key]) for key, one in page.extractions.items()),
            "choices": json.dumps(_CHOICES),
            "statuses": [(status, counts[status]) for status in ORDER if counts[status]],
            "timeline": timeline_of(((one.date, one.status) for one in occasions), ORDER),
            "network": picture_of(entities.values(), occasions, self._pairs),
            "ranking": ranking[:12],
            "suggestions": sorted({name for one, _ in ranking for name in (one.name, *one.represents)}),
        }


def _totals(occasions: tuple[Occasion, ...]) -> Totals:
    return Totals(
        meetings=len(occasions),
        linked=sum(len({member.article for member in one.members}) > 1 for one in occasions),
        conflicts=sum(bool(one.conflicts) for one in occasions),
    )
