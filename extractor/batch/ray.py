"""Ray: the shards of a run spread over the workers of a cluster, each with its own journal, merged at the end.

Ray decides where a shard is read and reads it again where a worker was lost; what was done is known by the shard's
journal alone. A reply is at least once asked for, and an outcome is there exactly once.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from extractor.articles import Shard
from extractor.articles.source import STANDARD_INPUT
from extractor.batch.execution import Plan, Silent, execute
from extractor.errors import ConfigurationError, ExtractorError, RunStopped

SHARDS = 32
"""As many whatever the number of workers is, so that a run goes on with more or fewer of them."""


def read_on_ray(plan: Plan, *, workers: int, address: str | None = None) -> list[Path]:
    """Read a plan's articles on Ray, and return the folders of its shards, to be merged.

    `OUT` must be a folder that every worker reaches. Limits of pace and budget are shared out evenly: requests and
    tokens a minute by worker, dollars by shard. Raises ConfigurationError where Ray is not installed or a shard
    could not run, RunStopped as `execute` reports it.
    """
    if plan.limit is not None:
        raise ConfigurationError("Shards are read whole: leave --limit out, or the engine ray.")
    if STANDARD_INPUT in plan.paths:
        raise ConfigurationError("The workers of Ray read files: give files, not -.")
    try:
        import ray
    except ImportError as error:
        raise ConfigurationError("Ray is not installed: pip install 'news-event-extractor[ray]'.") from error
    ray.init(address=address, ignore_reinit_error=True, log_to_driver=False, configure_logging=False)
    shards = [Shard(number, SHARDS) for number in range(1, SHARDS + 1)]
    parts = [_part(plan, shard, workers) for shard in shards]
    rows = (
        ray.data.from_items([{"part": pickle.dumps(part)} for part in parts], override_num_blocks=len(parts))
        .map_batches(_ShardReader, batch_size=1, compute=ray.data.ActorPoolStrategy(size=workers))
        .take_all()
    )
    _raise_stopped(rows)
    return [part.out for part in parts]


def _part(plan: Plan, shard: Shard, workers: int) -> Plan:
    def shared_out(total: float | None, by: int) -> float | None:
        return None if total is None else total / by

    return replace(
        plan,
        shard=shard,
        out=plan.out / "shards" / f"{shard.number:04d}-of-{shard.of:04d}",
        requests_per_minute=shared_out(plan.requests_per_minute, workers),
        tokens_per_minute=shared_out(plan.tokens_per_minute, workers),
        budget=shared_out(plan.budget, shard.of),
    )


class _ShardReader:
    """What a worker runs: the same run as on one machine, for one shard after the other."""

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        """Read a shard; a shard that was read before takes no time."""
        part: Plan = pickle.loads(batch["part"][0])  # noqa: S301 - it is our own, from the driver
        try:
            stopped_by: Exception | None = execute(part, Silent()).stopped_by
        except ExtractorError as error:
            stopped_by = error
        kind = type(stopped_by).__name__ if stopped_by else ""
        return {"kind": [kind], "message": [str(stopped_by or "")], "out": [str(part.out)]}


def _raise_stopped(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        if row["kind"] == ConfigurationError.__name__:
            raise ConfigurationError(row["message"])
        if row["kind"]:
            raise RunStopped(row["message"])
