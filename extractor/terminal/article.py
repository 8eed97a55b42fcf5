"""An article with its evidence highlighted and its records below it."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from extractor.models import AnyExtraction, Article, Extraction, Provenance
from extractor.terminal.entries import Highlights
from extractor.terminal.meetings import highlight_meetings, meeting_views
from extractor.terminal.records import highlight_records, record_views
from extractor.terminal.screen import clean, count


def article_view(extraction: AnyExtraction) -> RenderableType:
    """Return the article with its evidence highlighted and its records below it."""
    article = extraction.article
    if isinstance(extraction, Extraction):
        highlights, records = highlight_meetings(extraction), meeting_views(extraction)
        nothing = "No meeting and no claim."
    else:
        highlights, records, nothing = highlight_records(extraction), record_views(extraction), "No record."
    parts: list[RenderableType] = [_head(article), Text(), _highlighted(article, highlights), Text()]
    parts.extend(records or [Text(nothing, style="dim")])
    if extraction.problems:
        parts.append(Text("Problems", style="bold red"))
        parts.extend(Padding(Text(clean(problem.message)), (0, 0, 0, 2)) for problem in extraction.problems)
    parts.append(_provenance_view(extraction.provenance))
    return Group(*parts)


def _head(article: Article) -> Text:
    head = Text(clean(article.id), style="bold")
    known = [article.published.isoformat() if article.published else None, article.source, article.title, article.url]
    for part in filter(None, known):
        head.append(f"  {clean(part)}", style="dim")
    return head


def _highlighted(article: Article, highlights: Highlights) -> Text:
    """Return the text with its highlights, and each record's id behind its words."""
    # Rich drops control characters itself, which would shift every offset; cleaned text has none.
    shown = Text(clean(article.text))
    for span, style in highlights.styles:
        shown.stylize(style, span.start, span.end)
    view = Text()
    start = 0
    for end in [*sorted(highlights.names), len(article.text)]:
        view.append_text(shown[start:end])
        if end in highlights.names:
            view.append(clean(f"[{' '.join(highlights.names[end])}]"), style="dim")
        start = end
    return view


def _provenance_view(made: Provenance) -> Text:
    cost = "cost unknown" if made.cost is None else f"${made.cost:.6f}"
    how = "replayed from cassettes" if made.replayed else f"{count(len(made.attempts), 'request')}, {cost}"
    tokens = f"{made.usage.input_tokens} tokens in, {made.usage.output_tokens} out"
    return Text(f"{made.model}, prompt {made.prompt}, {tokens}, {how}", style="dim")
