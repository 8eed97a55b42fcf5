"""An extraction in a notebook: its records as escaped HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from extractor.models.in_words import RecordInWords, records_in_words
from extractor.models.quote import path_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractor.models.extraction import Extraction
    from extractor.models.problem import Problem
    from extractor.models.schema_extraction import SchemaExtraction


def html_of(extraction: Extraction) -> str:
    """Return the records as tables; whatever came from the article or the model is only ever text."""
    names = {one.id: one.name for one in extraction.participants}
    meetings = [
        (
            one.title,
            one.status,
            ", ".join(names.get(id, id) for id in one.participants),
            one.date or (one.date_text.text if one.date_text else "–"),
            " ".join([*([one.place_text.text] if one.place_text else []), one.country or ""]).strip() or "–",
            " … ".join(f"“{span.text}”" for span in one.evidence),
        )
        for one in extraction.meetings
    ]
    claims = [
        (
            names.get(one.source, one.source),
            one.modality,
            one.statement,
            " … ".join(f"“{span.text}”" for span in one.content),
        )
        for one in extraction.claims
    ]
    return _page(
        extraction,
        _table(("meeting", "status", "who", "when", "where", "in the article's words"), meetings, "No meeting."),
        _table(("source", "modality", "claim", "in the article's words"), claims, "No claim."),
    )


def html_of_records(extraction: SchemaExtraction[Any]) -> str:
    """Return a table of each kind of record; whatever came from the article or the model is only ever text."""
    kinds: dict[str, list[RecordInWords]] = {}
    for record in records_in_words(extraction):
        kinds.setdefault(record.kind, []).append(record)
    return _page(extraction, *(map(_table_of, kinds.values()) if kinds else [_table((), (), "No record.")]))


def _table_of(records: Sequence[RecordInWords]) -> str:
    fields = dict.fromkeys(name for record in records for name in record.other_fields)
    rows = [
        (record.id, *(record.other_fields.get(name, "–") for name in fields), "; ".join(_quotes(record)))
        for record in records
    ]
    return _table(("record", *fields, "in the article's words"), rows, "")


def _quotes(record: RecordInWords) -> Iterable[str]:
    return (f"{path_in_words(path)}: “{span.text}” ({span.start}–{span.end})" for path, span in record.quotes)


def _page(extraction: Extraction | SchemaExtraction[Any], *tables: str) -> str:
    article = extraction.article
    parts = [f"<div><p><b>{_shown(article.title or article.id)}</b></p>", *tables, _problems(extraction.problems)]
    return "".join(parts) + "</div>"


def _problems(problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    return f"<p><b>Problems</b></p><ul>{''.join(f'<li>{_shown(one.message)}</li>' for one in problems)}</ul>"


def _table(head: Iterable[str], rows: Sequence[tuple[str, ...]], empty: str) -> str:
    if not rows:
        return f"<p>{_shown(empty)}</p>"
    names = "".join(f"<th>{_shown(name)}</th>" for name in head)
    cells = "".join(f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{cells}</tbody></table>"


def _shown(text: str) -> str:
    # Notebooks set what stands between dollar signs as mathematics.
    return escape(text).replace("$", "&#36;")
