"""What every report shows of an article: its name, its text cut at the quotes, its problems."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from extractor.models import Article, Problem, Span
from extractor.pages import cut_at_quotes
from extractor.report.timeline import written_date

_MATCHES = {"normalized": "typography differs", "fuzzy": "a few words differ"}
"""What is said of a quote that is not the model's to the letter."""
_LONGEST_NAME = 90
_RIGHT_TO_LEFT_MARK = "\u200f"


@dataclass(frozen=True)
class Place:
    """Where an article stands in the report."""

    page: str
    """File name."""
    number: int
    """From 1, within its page."""
    name: str

    def anchor(self, part: str) -> str:
        """Return the id of an element that belongs to the article."""
        return f"a{self.number}-{part}"

    def link(self, page: str, record: str = "") -> str:
        """Return a link from a page to the article, or to a record of it."""
        return f"{'' if page == self.page else self.page}#a{self.number}{'-' + record if record else ''}"


@dataclass(frozen=True)
class QuoteLabel:
    """What a quote in the text is shown as."""

    marks: tuple[str, ...]
    """Name its colour."""
    record: str
    """Anchor of the record that rests on it."""
    link: str
    """Anchor of what its words lead to."""
    begins: str
    """Shown where it begins; may be empty."""
    rank: int
    """Where several hold the same words, these lead to what the one with the lowest rank leads to."""
    title: str = ""


@dataclass(frozen=True)
class Stretch:
    """A stretch of the article's text, with the records that rest on it."""

    text: str
    anchor: str
    labels: tuple[QuoteLabel, ...]
    """The lowest rank first."""
    begins: str

    @property
    def classes(self) -> str:
        """The classes of its element."""
        return " ".join(dict.fromkeys(f"of-{mark}" for label in self.labels for mark in label.marks))

    @property
    def link(self) -> str:
        """The anchor of what it leads to; empty where nothing rests on it."""
        return self.labels[0].link if self.labels else ""

    @property
    def records(self) -> str:
        """The anchors of the records that rest on it."""
        return " ".join(dict.fromkeys(label.record for label in self.labels))

    @property
    def title(self) -> str:
        """What rests on it, in words; may be empty."""
        return "; ".join(dict.fromkeys(label.title for label in self.labels if label.title))


@dataclass(frozen=True)
class Quote:
    """Words of the article behind a record, and where they begin in the text."""

    text: str
    link: str
    remark: str
    anchor: str = ""


@dataclass(frozen=True)
class ProblemView:
    """A problem, with the record that it is about."""

    consequence: str
    label: str
    anchor: str
    """Empty where the record is not there."""
    value: str | None
    message: str


@dataclass(frozen=True)
class ArticleView:
    """An article with what its extraction has."""

    place: Place
    article: Article
    problems: tuple[ProblemView, ...]
    stretches: tuple[Stretch, ...]

    @property
    def known(self) -> tuple[str, ...]:
        """What is known of its publication."""
        article = self.article
        published = written_date(article.published.isoformat()) if article.published else None
        name = article.id if article.id != self.place.name else None
        return tuple(one for one in (article.source, published, name) if one)

    @property
    def url(self) -> str | None:
        """Where it was published, if that can be followed safely."""
        url = self.article.url or ""
        return url if url.startswith(("https://", "http://")) else None


def name_of(article: Article) -> str:
    """Return what people call an article: its title, or else its first line, or else its id."""
    line = next((line for line in map(str.strip, article.text.splitlines()) if line), article.id)
    return article.title or textwrap.shorten(line, _LONGEST_NAME, placeholder=" …")


def cut_text(
    article: Article, place: Place, quotes: Iterable[tuple[int, int, QuoteLabel]]
) -> tuple[tuple[Stretch, ...], dict[int, str]]:
    """Cut an article's text at its quotes; returns the anchor of where each begins, too."""
    stretches = []
    starts: dict[int, str] = {}
    for number, one in enumerate(cut_at_quotes(article.text, quotes)):
        anchor = ""
        if one.begins:
            anchor = starts[one.start] = place.anchor(f"t{number}")
        labels = tuple(sorted(one.labels, key=lambda label: label.rank))
        begins = " ".join(dict.fromkeys(label.begins for label in one.begins if label.begins))
        if begins and _is_right_to_left(article.text, one.start):
            # Else a label at the beginning of a paragraph would turn it around.
            begins = _RIGHT_TO_LEFT_MARK + begins
        stretches.append(Stretch(one.text, anchor, labels, begins))
    return tuple(stretches), starts


def _is_right_to_left(text: str, start: int) -> bool:
    directions = (unicodedata.bidirectional(text[at]) for at in range(start, len(text)))
    return next((one for one in directions if one in ("L", "R", "AL")), "L") != "L"


def quote_of(span: Span, starts: Mapping[int, str], anchor: str = "") -> Quote:
    """Return a quote with a link to its place in a text that was cut."""
    return Quote(span.text, starts[span.start], _MATCHES.get(span.match, ""), anchor)


def view_problems(
    problems: Iterable[Problem], record_of: Callable[[Problem], tuple[str, str]]
) -> tuple[ProblemView, ...]:
    """Return the problems; `record_of` gives the label of the record and its anchor."""
    return tuple(
        ProblemView(one.consequence.replace("_", " "), *record_of(one), one.value, one.message) for one in problems
    )
