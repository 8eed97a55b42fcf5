"""The page of an evaluation: how good a run is, and why, as one HTML file for a person."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from extractor.evaluation.counting import DocumentScore
from extractor.evaluation.meetings_section import meetings_section
from extractor.evaluation.plot import cost_against_f1
from extractor.evaluation.predictions import Prediction
from extractor.evaluation.report import Run, effort_of, figures
from extractor.evaluation.schema.section import schema_section
from extractor.evaluation.scores import Scores
from extractor.evaluation.tally import Tally
from extractor.models import Article
from extractor.models.reply import MeetingStatus
from extractor.pages import template_environment

if TYPE_CHECKING:
    from jinja2 import Template

_STRONGEST = 0.6
"""Opacity of the fullest cell of the heat map: numbers stay legible on it, in the light and in the dark."""


@dataclass(frozen=True)
class Cell:
    """A cell of the heat map."""

    gold: str
    predicted: str
    row: int
    column: int
    times: int
    opacity: float


def evaluation_page(
    scores: Tally[Any], extractions: Sequence[Prediction], *, title: str, runs: Sequence[Run] = ()
) -> str:
    """Return an evaluation as one HTML page that loads nothing and can be read without JavaScript.

    Articles and replies are taken for hostile: they are only ever text, and the page runs no script but its own. Of
    several `runs` it shows cost against F1.
    """
    articles = {one.article.id: one.article for one in extractions}
    rows = [{"name": scores.describe(name), "key": name, **row} for name, row in figures(scores).items()]
    of_statuses = scores if isinstance(scores, Scores) and "status" in scores.metrics else None
    return _template().render(
        title=title,
        made=sorted({(one.provenance.model, one.provenance.prompt) for one in extractions}),
        replayed=any(one.provenance.replayed for one in extractions),
        headlines=scores.headlines,
        figures=[row for row in rows if row["key"] in scores.headlines],
        others=[row for row in rows if row["key"] not in scores.headlines],
        statuses=of_statuses,
        cells=heat_map(of_statuses.statuses) if of_statuses else [],
        effort=effort_of(extractions),
        picture=cost_against_f1(runs) if len(runs) > 1 else None,
        sections=[
            (
                _known(one.id, articles.get(one.id)),
                meetings_section(one) if isinstance(one, DocumentScore) else schema_section(one),
            )
            for one in scores.documents
        ],
    )


def heat_map(statuses: Mapping[tuple[str, str], int]) -> list[Cell]:
    """Return the confusion matrix of the statuses that occur; opacity is the share of the gold status."""
    order = get_args(MeetingStatus)
    names = sorted(
        {name for pair in statuses for name in pair}, key=lambda name: order.index(name) if name in order else 99
    )
    totals = {gold: sum(statuses.get((gold, given), 0) for given in names) for gold in names}
    return [
        Cell(gold, given, row, column, times, _STRONGEST * times / max(1, totals[gold]))
        for row, gold in enumerate(names)
        for column, given in enumerate(names)
        for times in [statuses.get((gold, given), 0)]
    ]


def _known(id: str, article: Article | None) -> list[str]:
    """Return what an article is called by, and then what else is known of it."""
    if article is None:
        return [id]
    known = (article.title, id, article.source, article.published and str(article.published))
    return list(dict.fromkeys(one for one in known if one))


@functools.cache
def _template() -> Template:
    percent = {"percent": lambda share: f"{100 * share:.1f}"}
    return template_environment(Path(__file__).parent, percent).get_template("page.html")
