"""Annotations: a set of gold, from our own files or other people's, that runs can be scored against."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import ConfigurationError
from extractor.evaluation.adapters import read_adapted
from extractor.evaluation.counting import score_document
from extractor.evaluation.documents import document_of_extraction
from extractor.evaluation.evaluating import evaluate
from extractor.evaluation.gold import digest_of_gold, read_gold
from extractor.evaluation.predictions import Prediction, of_meetings
from extractor.evaluation.schema.scores import SchemaScores
from extractor.evaluation.scores import Scores


@dataclass(frozen=True)
class Annotations:
    """A set of gold: its digest, and how extractions by article id are scored against it."""

    digest: str
    score: Callable[[Mapping[str, Prediction]], Scores | SchemaScores]


def gold_annotations(folder: Path) -> Annotations:
    """Read a folder of gold files. Raises ConfigurationError where one is not valid."""
    gold = read_gold(folder)
    return Annotations(digest_of_gold(gold), lambda extractions: evaluate(gold, extractions))


def adapted_annotations(name: str, path: Path) -> Annotations:
    """Read a file of other people's annotations by its adapter. Raises ConfigurationError."""
    adapted = read_adapted(name, path)

    def score(predictions: Mapping[str, Prediction]) -> Scores:
        extractions = of_meetings(predictions)
        missing = [one.id for one in adapted.documents if one.id not in extractions]
        if missing:
            raise ConfigurationError(f"There is no extraction of {len(missing)} articles, the first is {missing[0]!r}.")
        pairs = [(one, document_of_extraction(extractions[one.id])) for one in adapted.documents]
        if changed := [gold.id for gold, predicted in pairs if gold.text != predicted.text]:
            raise ConfigurationError(f"The extraction of {changed[0]!r} is of another text than the one annotated.")
        return Scores(
            tuple(score_document(gold, predicted) for gold, predicted in pairs), is_recall_only=adapted.is_recall_only
        )

    return Annotations(hashlib.sha256(path.read_bytes()).hexdigest()[:16], score)
