"""An extraction as rows of three tables, for CSV, Parquet and data frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from extractor.models.frames import Columns, Row, Table

if TYPE_CHECKING:
    from extractor.models.extraction import Extraction
    from extractor.models.span import Span

TableName = Literal["meetings", "participants", "claims"]

_OF_MAKING: Columns = {"problems": "number", "model": "text", "prompt": "text"}
COLUMNS: Mapping[TableName, Columns] = {
    "meetings": {
        "article": "text",
        "meeting": "text",
        "headline": "text",
        "status": "text",
        "format": "text",
        "participants": "list",
        "participant_ids": "list",
        "date": "text",
        "date_text": "text",
        "place_text": "text",
        "country": "text",
        "topics": "list",
        "outcome": "text",
        "evidence": "list",
        "evidence_start": "number",
        "evidence_end": "number",
        "article_title": "text",
        "article_published": "text",
        "article_source": "text",
        "article_url": "text",
        **_OF_MAKING,
    },
    "participants": {
        "article": "text",
        "participant": "text",
        "name": "text",
        "kind": "text",
        "role": "text",
        "represents": "text",
        "aliases": "list",
        "mentions": "number",
        "meetings": "list",
        "claims": "list",
        **_OF_MAKING,
    },
    "claims": {
        "article": "text",
        "claim": "text",
        "speaker": "text",
        "speaker_id": "text",
        "reported_by": "text",
        "cue": "text",
        "content": "list",
        "content_start": "number",
        "content_end": "number",
        "statement": "text",
        "modality": "text",
        "meeting": "text",
        **_OF_MAKING,
    },
}
"""The columns of each table, in order. An article's ids of records are its own: `p1` of another article is another."""


def rows_of(extraction: Extraction, table: TableName) -> Iterator[Row]:
    """Yield the rows of one table, every column of `COLUMNS` in each."""
    return _ROWS[table](extraction)


def tables_of(extraction: Extraction) -> dict[str, Table]:
    """Return the three tables of one extraction by name."""
    return {table: (COLUMNS[table], rows_of(extraction, table)) for table in COLUMNS}


def _meetings(extraction: Extraction) -> Iterator[Row]:
    article = extraction.article
    for one in extraction.meetings:
        yield {
            "article": article.id,
            "meeting": one.id,
            "headline": one.title,
            "status": one.status,
            "format": one.format,
            "participants": [_name(extraction, id) for id in one.participants],
            "participant_ids": list(one.participants),
            "date": one.date,
            "date_text": text_of(one.date_text),
            "place_text": text_of(one.place_text),
            "country": one.country,
            "topics": list(one.topics),
            "outcome": one.outcome,
            "evidence": [span.text for span in one.evidence],
            "evidence_start": one.evidence[0].start if one.evidence else None,
            "evidence_end": one.evidence[0].end if one.evidence else None,
            "article_title": article.title,
            "article_published": article.published.isoformat() if article.published else None,
            "article_source": article.source,
            "article_url": article.url,
            **_making(extraction, "meeting", one.id),
        }


def _participants(extraction: Extraction) -> Iterator[Row]:
    for one in extraction.participants:
        yield {
            "article": extraction.article.id,
            "participant": one.id,
            "name": one.name,
            "kind": one.kind,
            "role": one.role,
            "represents": one.represents,
            "aliases": list(one.aliases),
            "mentions": len(one.mentions),
            "meetings": [meeting.id for meeting in extraction.meetings if one.id in meeting.participants],
            "claims": [claim.id for claim in extraction.claims if claim.source == one.id],
            **_making(extraction, "participant", one.id),
        }


def _claims(extraction: Extraction) -> Iterator[Row]:
    for one in extraction.claims:
        yield {
            "article": extraction.article.id,
            "claim": one.id,
            "speaker": _name(extraction, one.source),
            "speaker_id": one.source,
            "reported_by": one.reported_by,
            "cue": text_of(one.cue),
            "content": [span.text for span in one.content],
            "content_start": one.content[0].start if one.content else None,
            "content_end": one.content[0].end if one.content else None,
            "statement": one.statement,
            "modality": one.modality,
            "meeting": one.meeting,
            **_making(extraction, "claim", one.id),
        }


_ROWS: Mapping[TableName, Callable[[Extraction], Iterator[Row]]] = {
    "meetings": _meetings,
    "participants": _participants,
    "claims": _claims,
}


def _making(extraction: Extraction, kind: str, id: str) -> Row:
    return {
        "problems": sum(one.kind == kind and one.record == id for one in extraction.problems),
        "model": extraction.provenance.model,
        "prompt": extraction.provenance.prompt,
    }


def _name(extraction: Extraction, id: str) -> str:
    try:
        return extraction.participant(id).name
    except KeyError:
        return id


def text_of(span: Span | None) -> str | None:
    """Return the words of a quote that may be missing."""
    return span.text if span else None
