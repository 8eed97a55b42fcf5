"""Predictions: extractions of one task by the ids of their articles, and the gold of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from extractor.errors import ConfigurationError
from extractor.evaluation.annotated import AnnotatedArticle
from extractor.models import Extraction, SchemaExtraction

Prediction: TypeAlias = Extraction | SchemaExtraction[Any]
GoldT = TypeVar("GoldT", bound=AnnotatedArticle)
PredictionT = TypeVar("PredictionT", Extraction, SchemaExtraction[Any])


def of_meetings(predictions: Mapping[str, Prediction]) -> dict[str, Extraction]:
    """Return extractions of meetings and claims. Raises ConfigurationError where one is of another task."""
    found = {id: one for id, one in predictions.items() if isinstance(one, Extraction)}
    _refuse_others("meetings", (one for id, one in predictions.items() if id not in found))
    return found


def of_schema(predictions: Mapping[str, Prediction], schema: str) -> dict[str, SchemaExtraction[Any]]:
    """Return extractions by a schema of one's own. Raises ConfigurationError where one is of another task."""
    found = {
        id: one
        for id, one in predictions.items()
        if isinstance(one, SchemaExtraction) and one.provenance.task == schema
    }
    _refuse_others(schema, (one for id, one in predictions.items() if id not in found))
    return found


def pair_articles(gold: Sequence[GoldT], predictions: Mapping[str, PredictionT]) -> list[tuple[GoldT, PredictionT]]:
    """Return gold and prediction of each article, in the order of the gold.

    Raises ConfigurationError, naming them, where an article is on one side only: the score of a part is no score.
    """
    unpredicted = [one.article for one in gold if one.article not in predictions]
    if unpredicted:
        raise ConfigurationError(f"There is gold, but no extraction, for: {', '.join(unpredicted)}.")
    if unknown := sorted(predictions.keys() - {one.article for one in gold}):
        raise ConfigurationError(f"There is an extraction, but no gold, for: {', '.join(unknown)}.")
    return [(one, predictions[one.article]) for one in gold]


def _refuse_others(task: str, others: Iterable[Prediction]) -> None:
    for one in others:
        raise ConfigurationError(
            f"The gold is of the task {task!r}, and the extraction of {one.article.id!r} of {one.provenance.task!r}."
        )
