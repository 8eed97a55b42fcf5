"""The picture of cost against F1: where each run lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.evaluation.report import Run, effort_of


@dataclass(frozen=True)
class Point:
    """A run in the picture: 0 to 1 from left to right and from bottom to top, and what to write beside it."""

    name: str
    x: float
    y: float
    price: str


@dataclass(frozen=True)
class Picture:
    """The points, and what the horizontal axis counts from 0 to its end."""

    points: tuple[Point, ...]
    axis: str
    end: str


def cost_against_f1(runs: Sequence[Run]) -> Picture:
    """Place each run by its price an article and its F1 on meetings (claims, where no meetings are annotated).

    The price is in US dollars where it is known of every run, and in tokens otherwise.
    """
    efforts = [effort_of(run.extractions) for run in runs]
    known = all(one.cost is not None for one in efforts)
    prices = [
        (one.cost or 0.0 if known else one.usage.input_tokens + one.usage.output_tokens) / one.articles
        for one in efforts
    ]
    most = max(prices) or 1.0

    def written(price: float) -> str:
        return f"${price:.5f}" if known else f"{price:,.0f} tokens"

    points = [Point(run.name, price / most, _f1(run), written(price)) for run, price in zip(runs, prices, strict=True)]
    return Picture(tuple(points), "US dollars an article" if known else "tokens an article", written(most))


def _f1(run: Run) -> float:
    metric = "meetings" if "meetings" in run.scores.metrics else "claims"
    return run.scores.micro(metric).f1
