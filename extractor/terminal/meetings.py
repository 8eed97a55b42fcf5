"""Meetings and claims: their table, and how they stand in and below their article."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from extractor.models import Claim, Extraction, Meeting, Span
from extractor.terminal.entries import Highlights, entry_view
from extractor.terminal.screen import clean, empty_table

STATUS_STYLES = {
    "held": "green",
    "ongoing": "green",
    "planned": "cyan",
    "proposed": "cyan",
    "unconfirmed": "yellow",
    "cancelled": "red",
    "denied": "red",
}


def meetings_table(extractions: Iterable[Extraction]) -> Table:
    """Return a table with a row a meeting: what, status, who, where and when, number of claims, and one quote."""
    table = empty_table()
    table.add_column("Meeting", ratio=8)
    table.add_column("Status", min_width=11)
    table.add_column("Who", ratio=10)
    table.add_column("Where, when", ratio=6, min_width=13, overflow="fold")
    table.add_column("Claims", justify="right", min_width=6)
    table.add_column("In the article's words", ratio=14, style="italic")
    for extraction in extractions:
        for meeting in extraction.meetings:
            table.add_row(*_row(extraction, meeting))
    return table


def _row(extraction: Extraction, meeting: Meeting) -> list[RenderableType]:
    who = [_party(extraction, id) for id in meeting.participants]
    claims = sum(claim.meeting == meeting.id for claim in extraction.claims)
    where = _joined(meeting.place_text, meeting.country)
    when = meeting.date or (meeting.date_text.text if meeting.date_text else "")
    return [
        Text(clean(meeting.title), style="bold"),
        Text(meeting.status, style=STATUS_STYLES[meeting.status]),
        Text("\n".join(map(clean, who))),
        Text(clean("\n".join(filter(None, (where, when))) or "–")),
        Text(str(claims)),
        Text(f"“{clean(meeting.evidence[0].text)}”"),
    ]


def _party(extraction: Extraction, id: str) -> str:
    participant = extraction.participant(id)
    if participant.represents is None or participant.represents in participant.name:
        return participant.name
    return f"{participant.name} ({participant.represents})"


def highlight_meetings(extraction: Extraction) -> Highlights:
    """Underlay evidence, show names in bold, and name each record behind its first words."""
    found = Highlights()
    for participant in extraction.participants:
        found.styles.extend((span, "bold") for span in participant.mentions)
    for claim in extraction.claims:
        found.styles.extend((span, "on dark_blue") for span in claim.content)
        found.name(claim.id, claim.content[-1].end)
        if claim.cue:
            found.styles.append((claim.cue, "bright_blue underline"))
    for meeting in extraction.meetings:
        found.styles.extend((span, "yellow") for span in meeting.evidence)
        found.name(meeting.id, meeting.evidence[0].end)
    return found


def meeting_views(extraction: Extraction) -> list[RenderableType]:
    """Return the meetings, then the claims."""
    meetings = [_meeting_view(extraction, meeting) for meeting in extraction.meetings]
    return [*meetings, *(_claim_view(extraction, claim) for claim in extraction.claims)]


def _meeting_view(extraction: Extraction, meeting: Meeting) -> RenderableType:
    line = Text(clean(f"{meeting.id} "), style="bold yellow").append(clean(meeting.title), style="bold default")
    line.append(f"  {meeting.status}", style=STATUS_STYLES[meeting.status]).append(f"  {meeting.format}", style="dim")
    details = [
        ("who", ", ".join(_party(extraction, id) for id in meeting.participants)),
        ("where", _joined(meeting.place_text, meeting.country)),
        ("when", _joined(meeting.date_text, meeting.date)),
        ("about", "; ".join(meeting.topics)),
        ("outcome", meeting.outcome or ""),
    ]
    return entry_view(line, details, [("", span) for span in meeting.evidence])


def _claim_view(extraction: Extraction, claim: Claim) -> RenderableType:
    line = Text(clean(f"{claim.id} "), style="bold bright_blue").append(clean(claim.statement), style="bold default")
    line.append(f"  {claim.modality}", style="dim")
    who = _party(extraction, claim.source) + (f", reported by {claim.reported_by}" if claim.reported_by else "")
    details = [("source", who), ("cue", claim.cue.text if claim.cue else ""), ("meeting", claim.meeting or "")]
    return entry_view(line, details, [("", span) for span in claim.content])


def _joined(span: Span | None, normal: str | None) -> str:
    if span is None:
        return normal or ""
    return f"{span.text} ({normal})" if normal else span.text
