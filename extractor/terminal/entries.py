"""What is shown below an article and marked in it, whatever was found there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from extractor.models import Span
from extractor.terminal.screen import clean


@dataclass
class Highlights:
    """How the words of an article are shown, and which records are named behind them."""

    styles: list[tuple[Span, str]] = field(default_factory=list)
    names: dict[int, list[str]] = field(default_factory=dict)
    """Ids of records by the offset behind which they stand."""

    def name(self, record: str, end: int) -> None:
        """Name a record behind an offset."""
        self.names.setdefault(end, []).append(record)


def entry_view(
    line: Text, details: Sequence[tuple[str, str]], quotes: Iterable[tuple[str, Span]], *, width: int = 8
) -> RenderableType:
    """Return a record: a line, the details that it has, and its quotes with what they are of."""
    rows = [_labelled(name, width).append(clean(value)) for name, value in details if value]
    for name, span in quotes:
        how = "" if span.match == "exact" else f", {span.match}"
        quote = _labelled(name, width if name else 0).append(f"“{clean(span.text)}”", style="italic")
        rows.append(quote.append(f"  {span.start}–{span.end}{how}", style="dim"))
    return Group(line, *(Padding(row, (0, 0, 0, 3)) for row in rows), Text())


def _labelled(name: str, width: int) -> Text:
    return Text().append(f"{clean(name):<{max(0, width - 2)}}  " if name or width else "", style="dim")
