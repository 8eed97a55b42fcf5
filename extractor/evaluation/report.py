"""The report of an evaluation: figures with their intervals, as values for programs and as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from extractor.errors import ConfigurationError
from extractor.evaluation.predictions import Prediction
from extractor.evaluation.tally import Tally
from extractor.models import Usage, cost_of_attempts

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Effort:
    """What a run took."""

    articles: int
    requests: int
    usage: Usage
    cost: float | None
    seconds: float


@dataclass(frozen=True)
class Run:
    """A run that was scored."""

    name: str
    scores: Tally[Any]
    extractions: Sequence[Prediction]


def effort_of(extractions: Sequence[Prediction]) -> Effort:
    """Return tokens, cost and seconds of all the requests behind the extractions."""
    attempts = [attempt for one in extractions for attempt in one.provenance.attempts]
    return Effort(
        articles=len(extractions),
        requests=len(attempts),
        usage=sum((attempt.usage for attempt in attempts if attempt.usage), Usage()),
        cost=cost_of_attempts(attempts),
        seconds=sum(attempt.seconds for attempt in attempts),
    )


def counts_table(scores: Tally[Any], metric: str) -> NDArray[Any]:
    """Return the counts of a metric, shape (documents, 3): matched, gold, predicted."""
    import numpy as np

    rows = [one.counts[metric] for one in scores.documents if metric in one.counts]
    return np.array([[row.matched, row.gold, row.predicted] for row in rows])


def figures(scores: Tally[Any], *, resamples: int = 10_000) -> dict[str, dict[str, float]]:
    """Return every metric's micro P, R and F1, macro F1, and the 95 % interval of the micro F1 (bootstrap)."""
    from extractor.evaluation.significance import f1, intervals

    bounds = intervals({name: counts_table(scores, name) for name in scores.metrics}, f1, resamples=resamples)
    found = {}
    for metric in scores.metrics:
        total = scores.micro(metric)
        found[metric] = {
            "precision": total.precision,
            "recall": total.recall,
            "f1": total.f1,
            "low": bounds[metric].low,
            "high": bounds[metric].high,
            "macro_f1": scores.macro_f1(metric),
            "gold": total.gold,
            "predicted": total.predicted,
        }
    return found


def scores_as_json(scores: Tally[Any], extractions: Sequence[Prediction]) -> dict[str, Any]:
    """Return everything that the tables show, for programs."""
    effort = effort_of(extractions)
    return {
        "documents": len(scores.documents),
        "is_recall_only": scores.is_recall_only,
        "metrics": {
            metric: {name: row[name] for name in ("recall", "gold")} if scores.is_recall_only else row
            for metric, row in figures(scores).items()
        },
        **scores.details(),
        "effort": {
            "requests": effort.requests,
            "input_tokens": effort.usage.input_tokens,
            "output_tokens": effort.usage.output_tokens,
            "cost": effort.cost,
            "seconds": effort.seconds,
        },
        "missed": [asdict(one) for one in scores.unmatched("gold")],
        "false": [asdict(one) for one in scores.unmatched("predicted")],
    }


def scores_view(scores: Tally[Any], extractions: Sequence[Prediction]) -> RenderableType:
    """Return the scores as tables: the metrics, what else there is to say, and what was missed or invented."""
    table = Table(box=box.HORIZONTALS, pad_edge=False)
    table.add_column("metric")
    for heading in ("P", "R", "F1", "95 %", "macro F1", "gold", "given"):
        table.add_column(heading, justify="right")
    for metric, row in figures(scores).items():
        if not row["gold"] and not row["predicted"]:
            continue
        style = "bold" if metric in scores.headlines else ""
        table.add_row(
            Text(scores.describe(metric), style=style),
            *(
                "–" if scores.is_recall_only and name != "recall" else f"{100 * row[name]:.1f}"
                for name in ("precision", "recall", "f1")
            ),
            "–" if scores.is_recall_only else f"{100 * row['low']:.0f}–{100 * row['high']:.0f}",
            "–" if scores.is_recall_only else f"{100 * row['macro_f1']:.1f}",
            f"{row['gold']:.0f}",
            f"{row['predicted']:.0f}",
        )
    sentences = scores.remarks()
    sentences += [f"  missed in {one.article}: {one.what}: {one.title}" for one in scores.unmatched("gold")]
    sentences += [
        f"  not in the gold of {one.article}: {one.what}: {one.title}" for one in scores.unmatched("predicted")
    ]
    effort = effort_of(extractions)
    cost = "cost unknown" if effort.cost is None else f"${effort.cost / max(1, effort.articles):.5f} an article"
    tokens = f"{effort.usage.input_tokens:,} tokens in, {effort.usage.output_tokens:,} out"
    took = f"{effort.articles} articles, {effort.requests} requests, {tokens}, {cost}"
    return Group(table, *map(Text, sentences), Text(took, style="dim"))


def comparison_view(one: Tally[Any], other: Tally[Any]) -> RenderableType:
    """Return what is better, worse or noise in the first scores against the second, then article by article.

    Paired bootstrap intervals and approximate randomisation, Holm-corrected over the headlines.
    """
    from extractor.evaluation.significance import compare, f1, holm

    metrics = [name for name in one.headlines if name in other.headlines]
    differences = {name: compare(counts_table(one, name), counts_table(other, name), f1) for name in metrics}
    adjusted = holm({name: difference.p for name, difference in differences.items()})
    table = Table(box=box.HORIZONTALS, pad_edge=False)
    for heading in ("metric", "F1", "against", "difference", "95 %", "p", "verdict"):
        table.add_column(heading, justify="left" if heading in ("metric", "verdict") else "right")
    for name, difference in differences.items():
        verdict = "noise" if adjusted[name] >= 0.05 else "better" if difference.value > 0 else "worse"
        table.add_row(
            one.describe(name),
            f"{100 * one.micro(name).f1:.1f}",
            f"{100 * other.micro(name).f1:.1f}",
            f"{100 * difference.value:+.1f}",
            f"{100 * difference.low:+.0f} to {100 * difference.high:+.0f}",
            f"{adjusted[name]:.3f}",
            verdict,
        )
    changed = [
        Text(f"  {ours.id}: {name} {100 * theirs.counts[name].f1:.0f} → {100 * ours.counts[name].f1:.0f}")
        for ours, theirs in zip(one.documents, other.documents, strict=True)
        for name in metrics
        if name in ours.counts and ours.counts[name].f1 != theirs.counts[name].f1
    ]
    return Group(table, *(changed or [Text("  no article differs")]))


def leaderboard_view(runs: Sequence[Run]) -> RenderableType:
    """Return a row a run, best first: model, prompt, F1 of the headlines, cost and tokens an article."""
    headlines = list(dict.fromkeys(one for run in runs for one in run.scores.headlines))
    table = Table(box=box.HORIZONTALS, pad_edge=False)
    for heading in ("run", "model", "prompt", *(f"{one} F1" for one in headlines), "$ an article", "tokens"):
        justify: Literal["left", "right"] = "left" if heading in ("run", "model", "prompt") else "right"
        table.add_column(heading, justify=justify, overflow="fold")
    for run in sorted(runs, key=lambda run: -sum(run.scores.micro(one).f1 for one in headlines)):
        effort = effort_of(run.extractions)
        made = run.extractions[0].provenance
        tokens = (effort.usage.input_tokens + effort.usage.output_tokens) / effort.articles
        table.add_row(
            run.name,
            made.model,
            made.prompt,
            *(f"{100 * run.scores.micro(one).f1:.1f}" for one in headlines),
            "unknown" if effort.cost is None else f"{effort.cost / effort.articles:.5f}",
            f"{tokens:,.0f}",
        )
    return table


def check_floors(floors: dict[str, Any], scores: Tally[Any], gold_digest: str) -> list[str]:
    """Return a sentence for each score that lies below its floor.

    Raises ConfigurationError where the floors were stored for other gold.
    """
    if floors.get("gold") != gold_digest:
        raise ConfigurationError("The floors were stored for other gold; store them anew with --store-gate.")
    return [
        f"{scores.describe(name)}: F1 {100 * scores.micro(name).f1:.1f} is below its floor {100 * floor:.1f}"
        for name, floor in floors["f1"].items()
        if scores.micro(name).f1 < floor - 1e-9
    ]


def floors_of(scores: Tally[Any], gold_digest: str) -> dict[str, Any]:
    """Return the scores as floors for later runs on the same gold."""
    # Rounded down: a floor must not lie above the very score it was made of.
    return {"gold": gold_digest, "f1": {name: int(scores.micro(name).f1 * 1e4) / 1e4 for name in scores.metrics}}
