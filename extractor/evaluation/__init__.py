"""Evaluation: predictions against gold."""

from extractor.evaluation.gold import GoldArticle, read_gold
from extractor.evaluation.scores import METRICS, Counts, Scores, evaluate

__all__ = ["METRICS", "Counts", "GoldArticle", "Scores", "evaluate", "read_gold"]
