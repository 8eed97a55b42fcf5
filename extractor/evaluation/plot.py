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
    """The points, what their F1 is of, and what the horizontal axis counts from 0 to its end."""

    points: tuple[Point, ...]
    metric: str
    axis: str
    end: str


def cost_against_f1(runs: Sequence[Run]) -> Picture:
    """Place each run by its price an article and its F1 on the first headline.

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

    headline = runs[0].scores.headlines[0]
    points = [
        Point(run.name, price / most, run.scores.micro(headline).f1, written(price))
        for run, price in zip(runs, prices, strict=True)
    ]
    axis = "US dollars an article" if known else "tokens an article"
    return Picture(tuple(points), runs[0].scores.describe(headline), axis, written(most))
