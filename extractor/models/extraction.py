"""The extraction: what comes out, every fact with its place in the article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from extractor.models.article import Article
from extractor.models.frames import pandas_frames, polars_frames
from extractor.models.notebook import html_of
from extractor.models.problem import Problem
from extractor.models.provenance import Provenance
from extractor.models.record import Record
from extractor.models.reply import MeetingFormat, MeetingStatus, Modality, ParticipantKind
from extractor.models.rows import tables_of
from extractor.models.span import Span

if TYPE_CHECKING:
    import pandas
    import polars

RecordKind = Literal["participant", "meeting", "claim"]


class Participant(Record):
    """A party that takes part in a meeting or makes a claim."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: ParticipantKind
    role: str | None
    represents: str | None
    mentions: tuple[Span, ...]
    """Where the article names the party, in text order."""


class Meeting(Record):
    """An occasion on which parties deal with each other directly."""

    id: str
    title: str
    format: MeetingFormat
    status: MeetingStatus
    participants: tuple[str, ...]
    """Ids of `Extraction.participants`."""
    date_text: Span | None
    date: str | None
    """ISO 8601: a day, month or year, or an interval `start/end`."""
    place_text: Span | None
    country: str | None
    """ISO 3166-1 alpha-2."""
    topics: tuple[str, ...]
    """In the model's words."""
    outcome: str | None
    """In the model's words."""
    evidence: tuple[Span, ...]


class Claim(Record):
    """What a source asserts, denies, forecasts, intends or demands."""

    id: str
    source: str
    """Id of the participant who makes it."""
    reported_by: str | None
    cue: Span | None
    """None only where the model's cue does not stand in the article; a problem says so."""
    content: tuple[Span, ...]
    statement: str
    """The content as one sentence, in the model's words."""
    modality: Modality
    meeting: str | None
    """Id of the meeting it is about."""


class Extraction(Record):
    """The meetings, participants and claims of one article, grounded in its words."""

    article: Article
    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]
    """What was left out, and what to look at; empty where all is well."""
    provenance: Provenance

    def participant(self, id: str) -> Participant:
        """Return the participant of that id. Raises KeyError."""
        for participant in self.participants:
            if participant.id == id:
                return participant
        raise KeyError(id)

    def quotes(self) -> Iterator[tuple[str, str, Span]]:
        """Yield (record id, field, span) of every quote, in record order."""
        for meeting in self.meetings:
            yield from ((meeting.id, "evidence", span) for span in meeting.evidence)
            if meeting.date_text:
                yield meeting.id, "date_text", meeting.date_text
            if meeting.place_text:
                yield meeting.id, "place_text", meeting.place_text
        for claim in self.claims:
            yield from ((claim.id, "content", span) for span in claim.content)
            if claim.cue:
                yield claim.id, "cue", claim.cue

    def to_pandas(self) -> dict[str, pandas.DataFrame]:
        """Return pandas frames of `meetings`, `participants` and `claims`. Needs the extra `pandas`."""
        return pandas_frames(tables_of(self))

    def to_polars(self) -> dict[str, polars.DataFrame]:
        """Return polars frames of `meetings`, `participants` and `claims`. Needs the extra `polars`."""
        return polars_frames(tables_of(self))

    def _repr_html_(self) -> str:
        return html_of(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - IPython's signature
        counted = f"{len(self.meetings)} meetings, {len(self.participants)} participants, {len(self.claims)} claims"
        printer.text(f"<Extraction of {self.article.id!r}: {counted}, {len(self.problems)} problems>")
