"""The pages of a report: outcomes in, one HTML file out, or several with an index where one would be too slow."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from extractor.export.ties import NamedByPath, link_outcomes, pairs_of
from extractor.files import written_whole
from extractor.linking import Dataset, Occasion
from extractor.models import Extraction, Outcome
from extractor.models.reply import MeetingFormat, MeetingStatus, Modality, ParticipantKind
from extractor.pages import template_environment
from extractor.report.network import picture_of, rank
from extractor.report.timeline import ORDER, timeline_of
from extractor.report.views import ArticleView, Place, article_view, name_of, rows_of_page

if TYPE_CHECKING:
    from jinja2 import Template

MOST_ARTICLES = 1000
"""On a page: so many open in less than two seconds (benchmarks/report.py)."""
_MOST_SUGGESTED = 1000
_CHOICES = {
    "status": get_args(MeetingStatus),
    "format": get_args(MeetingFormat),
    "modality": get_args(Modality),
    "kind": get_args(ParticipantKind),
}


@dataclass(frozen=True)
class Written:
    """What was written."""

    paths: tuple[Path, ...]
    """The report, or its index with its pages."""
    articles: int
    unread: int


@dataclass(frozen=True)
class Totals:
    """How much a report or a page of it has."""

    articles: int
    meetings: int
    claims: int
    problems: int
    linked: int
    """Meetings of which several articles tell."""
    conflicts: int
    """Meetings on which articles disagree."""


@dataclass(frozen=True)
class PageLink:
    """A page of a report in several pages; the index has no articles."""

    file: str
    name: str
    articles: int = 0
    meetings: int = 0
    claims: int = 0
    problems: int = 0
    first: str = ""
    last: str = ""


def write_report(outcomes: Iterable[Outcome], out: Path, *, title: str, most_articles: int = MOST_ARTICLES) -> Written:
    """Write the report of a run; with more than `most_articles` it is an index with pages beside it.

    The outcomes are gone through several times and one page of them is held at a time. Articles and replies are taken
    for hostile: they are only ever text, and a page runs no script but its own. Raises OSError.
    """
    named = NamedByPath(outcomes)
    unread = [one for one in outcomes if one.extraction is None]
    dataset = link_outcomes(outcomes)
    report = _Report(dataset, unread, out, title)
    places, pages = report.places(named, most_articles)
    paths = []
    made: set[tuple[str, str]] = set()
    if len(pages) > 1:
        pages = [PageLink(out.name, "Overview"), *pages]
    articles = iter(named)
    filled: list[PageLink] = []
    for page in pages:
        if page.articles:
            chunk = dict(itertools.islice(articles, page.articles))
            made |= {(one.provenance.model, one.provenance.prompt) for one in chunk.values()}
            report.write_page(page, pages, places, chunk)
            paths.append(out.with_name(page.file))
        filled.append(page)
    if len(pages) != 1:
        report.write_index(filled, made)
        paths.insert(0, out)
    return Written(tuple(paths), sum(page.articles for page in pages), len(unread))


class _Report:
    """A report that is being written."""

    def __init__(self, dataset: Dataset, unread: list[Outcome], out: Path, title: str) -> None:
        self._dataset = dataset
        self._pairs = pairs_of(dataset)
        self._unread = unread
        self._out = out
        self._title = title
        self._run_key = ""

    def places(self, named: Iterable[tuple[str, Extraction]], most: int) -> tuple[dict[str, Place], list[PageLink]]:
        """Return where each article stands, and the pages; one page is the report itself."""
        places: dict[str, Place] = {}
        pages: list[PageLink] = []
        digest = hashlib.sha256()
        for index, (key, one) in enumerate(named):
            digest.update(one.provenance.key.encode() + one.article.digest.encode())
            number = index % most + 1
            file = f"{self._out.stem}-{index // most + 1}{self._out.suffix}"
            places[key] = Place(file, number, name_of(one))
            if number == 1:
                pages.append(PageLink(file, f"Page {len(pages) + 1}", first=name_of(one)))
            so_far = pages[-1]
            pages[-1] = replace(
                so_far,
                articles=number,
                meetings=so_far.meetings + len(one.meetings),
                claims=so_far.claims + len(one.claims),
                problems=so_far.problems + len(one.problems),
                last=name_of(one),
            )
        self._run_key = digest.hexdigest()[:16]
        if len(pages) == 1:
            places = {key: replace(place, page=self._out.name) for key, place in places.items()}
            pages = [replace(pages[0], file=self._out.name)]
        return places, pages

    def write_page(
        self, page: PageLink, pages: list[PageLink], places: dict[str, Place], extractions: dict[str, Extraction]
    ) -> None:
        """Write a page with its articles; it is the whole report where there is no other."""
        is_whole = len(pages) == 1
        here = self._dataset.occasions
        if not is_whole:
            here = tuple(one for one in here if any(member.article in extractions for member in one.members))
        rows = rows_of_page(self._dataset, places, extractions, page.file)
        self._write(
            page.file,
            title=self._title if is_whole else f"{self._title}, {page.name.lower()}",
            totals=_totals([page], here),
            pages=[] if is_whole else pages,
            rows=rows,
            views=(article_view(one, places[key]) for key, one in extractions.items()),
            unread=self._unread if is_whole else [],
            made={(one.provenance.model, one.provenance.prompt) for one in extractions.values()},
            occasions=here,
        )

    def write_index(self, pages: list[PageLink], made: set[tuple[str, str]]) -> None:
        """Write the page that leads to the others and sums them up; it is empty where nothing was read."""
        occasions = self._dataset.occasions
        self._write(
            self._out.name,
            title=self._title,
            totals=_totals(pages, occasions),
            pages=pages,
            rows=[],
            views=(),
            unread=self._unread,
            made=made,
            occasions=occasions,
        )

    def _write(
        self,
        file: str,
        *,
        views: Iterable[ArticleView],
        made: set[tuple[str, str]],
        occasions: tuple[Occasion, ...],
        **shown: Any,
    ) -> None:
        counts = Counter(one.status for one in occasions)
        entities = {one.id: one for one in self._dataset.entities}
        ranking = rank(entities, occasions, most=_MOST_SUGGESTED)
        stream = _template().stream(
            **shown,
            file=file,
            is_index=file == self._out.name and len(shown["pages"]) > 1,
            views=views,
            style=_source("page.css"),
            script=_source("page.js"),
            run_key=self._run_key,
            choices=json.dumps(_CHOICES),
            made=sorted(made),
            statuses=[(status, counts[status]) for status in ORDER if counts[status]],
            timeline=timeline_of(occasions),
            network=picture_of(entities.values(), occasions, self._pairs),
            ranking=ranking[:12],
            suggestions=sorted({name for one, _ in ranking for name in (one.name, *one.represents)}),
        )
        stream.enable_buffering(64)
        with written_whole(self._out.with_name(file)) as target:
            for part in stream:
                # A lone surrogate, which JSON can bring in, has no bytes in UTF-8.
                target.write(part.encode("utf-8", "replace"))


def _totals(pages: Iterable[PageLink], occasions: Iterable[Occasion]) -> Totals:
    listed, told = list(pages), list(occasions)
    return Totals(
        articles=sum(page.articles for page in listed),
        meetings=len(told),
        claims=sum(page.claims for page in listed),
        problems=sum(page.problems for page in listed),
        linked=sum(len({member.article for member in one.members}) > 1 for one in told),
        conflicts=sum(bool(one.conflicts) for one in told),
    )


@functools.cache
def _source(name: str) -> Any:
    from markupsafe import Markup

    return Markup(Path(__file__).with_name(name).read_text(encoding="utf-8"))  # noqa: S704 # our own file


@functools.cache
def _template() -> Template:
    return template_environment(Path(__file__).parent, {"attribute": _in_single_quotes}).get_template("page.html")


def _in_single_quotes(text: str) -> Any:
    """Escape what stands in an attribute within single quotes; JSON there is half as long as within double ones."""
    from markupsafe import Markup

    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
    return Markup(escaped)  # noqa: S704 # escaped in the line above
