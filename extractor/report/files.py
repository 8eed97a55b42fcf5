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
from extractor.models import Extraction, Outcome, SchemaExtraction
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


@dataclass(frozen=True)
class PageLink:
    """A page of a report in several pages; the index has no articles."""

    file: str
    name: str
    articles: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """How much its articles have, by what it is called."""
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class Page(Generic[ExtractionT]):
    """A page that is to be written."""

    file: str
    counts: Mapping[str, int]
    extractions: Mapping[str, ExtractionT]
    """By path; empty in an index."""
    places: Mapping[str, Place]
    """Of all articles of the report."""
    is_whole: bool
    """Whether it stands for the whole run: a report in one page, or an index."""


class Content(Protocol[ExtractionT]):
    """What a report shows of extractions of one form."""

    name: ClassVar[str]
    """Of its template and its script."""

    def counts(self, extraction: ExtractionT) -> Mapping[str, int]:
        """Return how much an article has, by what it is called."""

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
    pages = writer.place(named, most_articles)
    paths = []
    articles = iter(named)
    for page in pages:
        writer.write_page(page, dict(itertools.islice(articles, page.articles)))
        paths.append(out.with_name(page.file))
    if len(pages) != 1:
        writer.write_index()
        paths.insert(0, out)
    return Written(tuple(paths), sum(page.articles for page in pages), len(unread))


class _Writer(Generic[ExtractionT]):
    """A report that is being written."""

    def __init__(self, content: Content[ExtractionT], unread: list[Outcome], out: Path, title: str) -> None:
        self._content: Content[ExtractionT] = content
        self._unread = unread
        self._out = out
        self._title = title
        self._pages: list[PageLink] = []
        self._places: dict[str, Place] = {}
        self._made: set[tuple[str, str]] = set()
        self._run_key = ""

    def place(self, named: Iterable[tuple[str, ExtractionT]], most: int) -> list[PageLink]:
        """Settle where each article stands, and return the pages; one page is the report itself."""
        digest = hashlib.sha256()
        for index, (key, one) in enumerate(named):
            digest.update(one.provenance.key.encode() + one.article.digest.encode())
            self._made.add((one.provenance.model, one.provenance.prompt))
            number, name = index % most + 1, name_of(one.article)
            file = f"{self._out.stem}-{index // most + 1}{self._out.suffix}"
            self._places[key] = Place(file, number, name)
            if number == 1:
                self._pages.append(PageLink(file, f"Page {len(self._pages) + 1}", first=name))
            self._pages[-1].counts.update(self._content.counts(one))
            self._pages[-1] = replace(self._pages[-1], articles=number, last=name)
        self._run_key = digest.hexdigest()[:16]
        if len(self._pages) == 1:
            self._places = {key: replace(place, page=self._out.name) for key, place in self._places.items()}
            self._pages = [replace(self._pages[0], file=self._out.name)]
        return self._pages

    def write_page(self, page: PageLink, extractions: Mapping[str, ExtractionT]) -> None:
        """Write a page with its articles; it is the whole report where there is no other."""
        is_whole = len(self._pages) == 1
        self._write(
            Page(page.file, page.counts, extractions, self._places, is_whole),
            title=self._title if is_whole else f"{self._title}, {page.name.lower()}",
            articles=page.articles,
            made={(one.provenance.model, one.provenance.prompt) for one in extractions.values()},
        )

    def write_index(self) -> None:
        """Write the page that leads to the others and sums them up; it is empty where nothing was read."""
        counts: Counter[str] = Counter()
        for page in self._pages:
            counts.update(page.counts)
        self._write(
            Page(self._out.name, counts, {}, self._places, is_whole=True),
            title=self._title,
            articles=sum(page.articles for page in self._pages),
            made=self._made,
        )

    def _write(self, page: Page[ExtractionT], *, made: set[tuple[str, str]], **shown: Any) -> None:
        has_index = len(self._pages) > 1
        stream = (
            _templates()
            .get_template(f"{self._content.name}.html")
            .stream(
                **shown,
                **self._content.of_page(page),
                counts=page.counts,
                file=page.file,
                pages=[PageLink(self._out.name, "Overview"), *self._pages] if has_index else [],
                is_index=has_index and page.is_whole,
                unread=self._unread if page.is_whole else [],
                made=sorted(made),
                style=_sources("page.css"),
                script=_sources("page.js", f"{self._content.name}.js"),
                run_key=self._run_key,
            )
        )
        stream.enable_buffering(64)
        with written_whole(self._out.with_name(page.file)) as target:
            for part in stream:
                # A lone surrogate, which JSON can bring in, has no bytes in UTF-8.
                target.write(part.encode("utf-8", "replace"))


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
