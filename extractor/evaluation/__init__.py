"""Evaluation: predictions against gold."""

from extractor.evaluation.counting import METRICS
from extractor.evaluation.evaluating import evaluate
from extractor.evaluation.gold import GoldArticle, read_gold
from extractor.evaluation.schema.gold import SchemaGold
from extractor.evaluation.schema.scores import SchemaScores
from extractor.evaluation.scores import Scores
from extractor.evaluation.tally import Counts

__all__ = ["METRICS", "Counts", "GoldArticle", "SchemaGold", "SchemaScores", "Scores", "evaluate", "read_gold"]
