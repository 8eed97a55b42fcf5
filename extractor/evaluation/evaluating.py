"""Evaluating: predictions against gold, whatever the task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import overload

from extractor.evaluation.counting import score_document
from extractor.evaluation.documents import pair_documents
from extractor.evaluation.gold import Gold, GoldArticle
from extractor.evaluation.predictions import Prediction, of_meetings, of_schema
from extractor.evaluation.schema.gold import SchemaGold
from extractor.evaluation.schema.scores import SchemaScores, score_schema
from extractor.evaluation.scores import Scores


@overload
def evaluate(gold: Sequence[GoldArticle], predictions: Mapping[str, Prediction]) -> Scores: ...
@overload
def evaluate(gold: Sequence[SchemaGold], predictions: Mapping[str, Prediction]) -> SchemaScores: ...
@overload
def evaluate(gold: Gold, predictions: Mapping[str, Prediction]) -> Scores | SchemaScores: ...
def evaluate(
    gold: Sequence[GoldArticle] | Sequence[SchemaGold], predictions: Mapping[str, Prediction]
) -> Scores | SchemaScores:
    """Score extractions, by article id, against the gold, by the form of the gold.

    Raises ConfigurationError where an extraction is of another task than the gold, an article is on one side only, or
    its text is not the one annotated.
    """
    of_own_schema = [one for one in gold if isinstance(one, SchemaGold)]
    if of_own_schema:
        return score_schema(of_own_schema, of_schema(predictions, of_own_schema[0].task))
    meetings = [one for one in gold if isinstance(one, GoldArticle)]
    pairs = pair_documents(meetings, of_meetings(predictions))
    return Scores(tuple(score_document(one, other) for one, other in pairs))
