"""What people see in a terminal: the table of meetings, the progress of a run, an article with its evidence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractor.batch import RunStatus
from extractor.models import Claim, Extraction, Meeting, Outcome, SchemaExtraction, Span

STATUS_STYLES = {
    "held": "green",
    "ongoing": "green",
    "planned": "cyan",
    "proposed": "cyan",
    "unconfirmed": "yellow",
    "cancelled": "red",
    "denied": "red",
}
_NARROWEST = 100
"""Columns that a table needs; a pipe has no width of its own."""


def console(*, stderr: bool = False) -> Console:
    """Return a console for messages (stderr) or results (stdout), wide enough for the table in a pipe."""
    made = Console(stderr=stderr, highlight=False, emoji=False, soft_wrap=stderr)
    if not made.is_terminal:
        made.width = max(made.width, _NARROWEST)
    return made


def clean(text: str) -> str:
    """Return text that a terminal only shows, of the same length: what would control it becomes a visible mark."""
    return "".join(
        character if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf") else "\ufffd"
        for character in text.replace("\r", " ")
    )


def meetings_table(extractions: Iterable[Extraction]) -> Table:
    """Return a table with a row a meeting: what, status, who, where and when, number of claims, and one quote."""
    table = Table(box=box.HORIZONTALS, show_lines=True, expand=True, pad_edge=False)
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


def status_view(status: RunStatus) -> str:
    """Return where a run stands, in a few lines."""
    state = "running" if status.is_live else status.ending or "died without ending; the same command goes on from there"
    done = ", ".join(f"{number} {kind}" for kind, number in status.outcomes.items()) or "nothing yet"
    lines = [f"{status.model}, begun {status.started}: {clean(state)}", f"articles: {done}"]
    if status.inputs:
        lines.append(f"inputs: {status.inputs}, {max(0, status.inputs - sum(status.outcomes.values()))} pending")
    lines += [f"  {number} {cause}" for cause, number in status.causes.items()]
    cost = cost_in_words(status.cost, status.cost_unknown)
    usage = status.usage
    lines.append(
        f"{status.requests} requests, {usage.input_tokens:,} tokens in ({usage.cached_tokens:,} of them cached), "
        f"{usage.output_tokens:,} out, {cost}"
    )
    if status.batches:
        lines.append(f"batches to be collected from the provider, by the same command: {status.batches}")
    if status.in_doubt:
        lines.append(f"{status.in_doubt} requests had no answer that arrived, and may have been billed")
    return "\n".join(lines)


def cost_in_words(known: float, unknown: int) -> str:
    """Return the cost of requests, of which some may have none that is known."""
    if unknown and not known:
        return "cost unknown"
    return f"${known:.4f}" + (f" and {unknown} requests of unknown cost" if unknown else "")


def outcome_line(outcome: Outcome) -> str:
    """Return one line on an outcome, for a log or a pipe."""
    name = clean(outcome.article_id)
    if outcome.failure:
        return f"{name}: {outcome.kind}, {outcome.failure.kind}: {clean(outcome.failure.message)}"
    if outcome.extraction is None or outcome.reason:
        return f"{name}: {outcome.kind}: {clean(outcome.reason or '')}"
    found = outcome.extraction
    problems = f", {_count(len(found.problems), 'problem')}" if found.problems else ""
    if isinstance(found, SchemaExtraction):
        return f"{name}: {_count(len(found.records), 'record')}{problems}"
    meetings, claims = _count(len(found.meetings), "meeting"), _count(len(found.claims), "claim")
    return f"{name}: {meetings}, {claims}{problems}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def article_view(extraction: Extraction) -> RenderableType:
    """Return the article with its evidence highlighted and its records below it."""
    article = extraction.article
    head = Text(clean(article.id), style="bold")
    known = [article.published.isoformat() if article.published else None, article.source, article.title, article.url]
    for part in filter(None, known):
        head.append(f"  {clean(part)}", style="dim")
    parts: list[RenderableType] = [head, Text(), _highlighted(extraction), Text()]
    parts.extend(_meeting_view(extraction, meeting) for meeting in extraction.meetings)
    parts.extend(_claim_view(extraction, claim) for claim in extraction.claims)
    if not extraction.meetings and not extraction.claims:
        parts.append(Text("No meeting and no claim.", style="dim"))
    if extraction.problems:
        parts.append(Text("Problems", style="bold red"))
        parts.extend(Padding(Text(clean(problem.message)), (0, 0, 0, 2)) for problem in extraction.problems)
    parts.append(_provenance_view(extraction))
    return Group(*parts)


def _highlighted(extraction: Extraction) -> Text:
    """Return the text with evidence underlaid, names in bold, and each record's id behind its first words."""
    text = extraction.article.text
    marks: dict[int, list[str]] = {}
    styles: list[tuple[Span, str]] = []
    for participant in extraction.participants:
        styles.extend((span, "bold") for span in participant.mentions)
    for claim in extraction.claims:
        styles.extend((span, "on dark_blue") for span in claim.content)
        marks.setdefault(claim.content[-1].end, []).append(claim.id)
        if claim.cue:
            styles.append((claim.cue, "bright_blue underline"))
    for meeting in extraction.meetings:
        styles.extend((span, "yellow") for span in meeting.evidence)
        marks.setdefault(meeting.evidence[0].end, []).append(meeting.id)
    # Rich drops control characters itself, which would shift every offset; cleaned text has none.
    shown = Text(clean(text))
    for span, style in styles:
        shown.stylize(style, span.start, span.end)
    view = Text()
    start = 0
    for end in [*sorted(marks), len(text)]:
        view.append_text(shown[start:end])
        if end in marks:
            view.append(clean(f"[{' '.join(marks[end])}]"), style="dim")
        start = end
    return view


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
    return _record_view(line, details, meeting.evidence)


def _claim_view(extraction: Extraction, claim: Claim) -> RenderableType:
    line = Text(clean(f"{claim.id} "), style="bold bright_blue").append(clean(claim.statement), style="bold default")
    line.append(f"  {claim.modality}", style="dim")
    who = _party(extraction, claim.source) + (f", reported by {claim.reported_by}" if claim.reported_by else "")
    details = [("source", who), ("cue", claim.cue.text if claim.cue else ""), ("meeting", claim.meeting or "")]
    return _record_view(line, details, claim.content)


def _record_view(line: Text, details: Sequence[tuple[str, str]], quotes: Sequence[Span]) -> RenderableType:
    rows = [Text(f"{name:<8}", style="dim").append(clean(value), style="default") for name, value in details if value]
    for span in quotes:
        how = "" if span.match == "exact" else f", {span.match}"
        quote = Text(f"“{clean(span.text)}”", style="italic")
        rows.append(quote.append(f"  {span.start}–{span.end}{how}", style="dim not italic"))
    return Group(line, *(Padding(row, (0, 0, 0, 3)) for row in rows), Text())


def _joined(span: Span | None, normal: str | None) -> str:
    if span is None:
        return normal or ""
    return f"{span.text} ({normal})" if normal else span.text


def _provenance_view(extraction: Extraction) -> Text:
    made = extraction.provenance
    cost = "cost unknown" if made.cost is None else f"${made.cost:.6f}"
    how = "replayed from cassettes" if made.replayed else f"{_count(len(made.attempts), 'request')}, {cost}"
    tokens = f"{made.usage.input_tokens} tokens in, {made.usage.output_tokens} out"
    return Text(f"{made.model}, prompt {made.prompt}, {tokens}, {how}", style="dim")
