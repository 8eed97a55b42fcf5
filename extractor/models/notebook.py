"""An extraction in a notebook: its meetings and claims as escaped HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extractor.models.extraction import Extraction


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
    article = extraction.article
    parts = [f"<div><p><b>{_shown(article.title or article.id)}</b></p>"]
    parts.append(
        _table(("meeting", "status", "who", "when", "where", "in the article's words"), meetings, "No meeting.")
    )
    parts.append(_table(("source", "modality", "claim", "in the article's words"), claims, "No claim."))
    if extraction.problems:
        problems = "".join(f"<li>{_shown(one.message)}</li>" for one in extraction.problems)
        parts.append(f"<p><b>Problems</b></p><ul>{problems}</ul>")
    return "".join(parts) + "</div>"


def _table(head: Iterable[str], rows: Sequence[tuple[str, ...]], empty: str) -> str:
    if not rows:
        return f"<p>{_shown(empty)}</p>"
    names = "".join(f"<th>{_shown(name)}</th>" for name in head)
    cells = "".join(f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{cells}</tbody></table>"


def _shown(text: str) -> str:
    # Notebooks set what stands between dollar signs as mathematics.
    return escape(text).replace("$", "&#36;")
