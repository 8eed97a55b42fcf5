"""The files of a report: one page, or several with an index where one would be too slow."""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from extractor.files import written_whole
from extractor.models import AnyExtraction, Extraction, Outcome, SchemaExtraction
from extractor.pages import template_environment
from extractor.report.articles import Place, name_of

if TYPE_CHECKING:
    from jinja2 import Environment

ExtractionT = TypeVar("ExtractionT", Extraction, SchemaExtraction[Any])


@dataclass(frozen=True)
class Written:
    """What was written."""

    paths: tuple[Path, ...]
    """The report, or its index with its pages."""
    articles: int
    unread: int


@dataclass
class PageLink:
    """A page of a report in several pages, or the index of them, with what it sums up."""

    file: str
    name: str
    articles: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """How many records its articles have, by what these are called."""
    problems: int = 0
    first: str = ""
    """Name of its first article."""
    last: str = ""
    made: set[tuple[str, str]] = field(default_factory=set)
    """Models and prompts that read its articles."""

    def add(self, extraction: AnyExtraction, counts: Mapping[str, int]) -> None:
        """Sum up an article too."""
        self.last = name_of(extraction.article)
        self.first = self.first or self.last
        self.articles += 1
        self.counts.update(counts)
        self.problems += len(extraction.problems)
        self.made.add((extraction.provenance.model, extraction.provenance.prompt))


@dataclass(frozen=True)
class Page(Generic[ExtractionT]):
    """A page that is to be written."""

    link: PageLink
    whole: PageLink
    """The index, which sums up the whole report; the page itself where there is no other."""
    extractions: Mapping[str, ExtractionT]
    """By path; empty in an index."""
    places: Mapping[str, Place]
    """Of all articles of the report."""

    @property
    def is_whole(self) -> bool:
        """Whether it stands for the whole run."""
        return self.link is self.whole


class Content(Protocol[ExtractionT]):
    """What a report shows of extractions of one form."""

    name: ClassVar[str]
    """Of its template and its script."""

    def counts(self, extraction: ExtractionT) -> Mapping[str, int]:
        """Return how many records an article has, by what these are called."""

    def of_page(self, page: Page[ExtractionT]) -> Mapping[str, Any]:
        """Return what the template shows; `views` are the articles."""


def write_pages(
    content: Content[ExtractionT],
    named: Iterable[tuple[str, ExtractionT]],
    unread: list[Outcome],
    out: Path,
    *,
    title: str,
    most_articles: int,
) -> Written:
    """Write a report; one page of extractions is held at a time. Raises OSError."""
    writer = _Writer(content, unread, out, title)
    writer.place(named, most_articles)
    articles = iter(named)
    paths = [writer.write_page(page, dict(itertools.islice(articles, page.articles))) for page in writer.pages]
    if len(paths) != 1:
        paths.insert(0, writer.write_page(writer.whole, {}))
    return Written(tuple(paths), writer.whole.articles, len(unread))


class _Writer(Generic[ExtractionT]):
    """A report that is being written."""

    def __init__(self, content: Content[ExtractionT], unread: list[Outcome], out: Path, title: str) -> None:
        self._content: Content[ExtractionT] = content
        self._unread = unread
        self._out = out
        self._title = title
        self._places: dict[str, Place] = {}
        self._run_key = ""
        self.whole = PageLink(out.name, "Overview")
        self.pages: list[PageLink] = []

    def place(self, named: Iterable[tuple[str, ExtractionT]], most: int) -> None:
        """Settle the pages, and where each article stands; one page is the report itself."""
        digest = hashlib.sha256()
        for index, (key, one) in enumerate(named):
            digest.update(one.provenance.key.encode() + one.article.digest.encode())
            number, file = index % most + 1, f"{self._out.stem}-{index // most + 1}{self._out.suffix}"
            if number == 1:
                self.pages.append(PageLink(file, f"Page {len(self.pages) + 1}"))
            counts = self._content.counts(one)
            self.pages[-1].add(one, counts)
            self.whole.add(one, counts)
            self._places[key] = Place(file, number, self.whole.last)
        self._run_key = digest.hexdigest()[:16]
        if len(self.pages) == 1:
            self._places = {key: replace(place, page=self._out.name) for key, place in self._places.items()}
            self.pages = [self.whole]

    def write_page(self, page: PageLink, extractions: Mapping[str, ExtractionT]) -> Path:
        """Write a page with its articles, or the index, which has none; returns its path."""
        is_whole, path = page is self.whole, self._out.with_name(page.file)
        template = _templates().get_template(f"{self._content.name}.html")
        stream = template.stream(
            **self._content.of_page(Page(page, self.whole, extractions, self._places)),
            title=self._title if is_whole else f"{self._title}, {page.name.lower()}",
            page=page,
            pages=[self.whole, *self.pages] if len(self.pages) > 1 else [],
            is_index=is_whole and len(self.pages) > 1,
            unread=self._unread if is_whole else [],
            style=_sources("page.css"),
            script=_sources("page.js", f"{self._content.name}.js"),
            run_key=self._run_key,
        )
        stream.enable_buffering(64)
        with written_whole(path) as target:
            for part in stream:
                # A lone surrogate, which JSON can bring in, has no bytes in UTF-8.
                target.write(part.encode("utf-8", "replace"))
        return path


@functools.cache
def _sources(*names: str) -> Any:
    from markupsafe import Markup

    folder = Path(__file__).parent
    return Markup("\n".join((folder / name).read_text(encoding="utf-8") for name in names))  # noqa: S704 # our own files


@functools.cache
def _templates() -> Environment:
    return template_environment(Path(__file__).parent, {"attribute": _in_single_quotes})


def _in_single_quotes(text: str) -> Any:
    """Escape what stands in an attribute within single quotes; JSON there is half as long as within double ones."""
    from markupsafe import Markup

    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
    return Markup(escaped)  # noqa: S704 # escaped in the line above
