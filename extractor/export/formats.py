"""The formats of exports by name, and what each one writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from extractor.export.calendar import write_calendar
from extractor.export.csv_tables import write_csv
from extractor.export.graph import write_graph
from extractor.export.parquet import write_parquet
from extractor.export.plover import write_plover
from extractor.export.ties import NamedByPath, link_outcomes
from extractor.files import written_whole
from extractor.models import Extraction, Outcome

ExportFormat = Literal["jsonl", "csv", "parquet", "graphml", "gexf", "plover", "ics"]


@dataclass(frozen=True)
class Exported:
    """What was written, and what has no place in the format."""

    paths: tuple[Path, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many meetings, by reason."""


def export(outcomes: Iterable[Outcome], form: ExportFormat, out: Path) -> Exported:
    """Write outcomes in a format: into the folder `out` for csv and parquet, else into the file `out`.

    The outcomes are read as a stream, twice where meetings are linked; each file is whole or not there. Raises
    ConfigurationError where a library that the format needs is not installed, and OSError.
    """
    return FORMATS[form](outcomes, out)


def _jsonl(outcomes: Iterable[Outcome], out: Path) -> Exported:
    with written_whole(out) as file:
        for one in outcomes:
            file.write(one.model_dump_json().encode() + b"\n")
    return Exported((out,))


def _csv(outcomes: Iterable[Outcome], out: Path) -> Exported:
    return Exported(tuple(write_csv(_extractions(outcomes), out)))


def _parquet(outcomes: Iterable[Outcome], out: Path) -> Exported:
    return Exported(tuple(write_parquet(_extractions(outcomes), out)))


def _graphml(outcomes: Iterable[Outcome], out: Path) -> Exported:
    return Exported((write_graph(link_outcomes(outcomes), out, "graphml"),))


def _gexf(outcomes: Iterable[Outcome], out: Path) -> Exported:
    return Exported((write_graph(link_outcomes(outcomes), out, "gexf"),))


def _plover(outcomes: Iterable[Outcome], out: Path) -> Exported:
    return _with_rest(write_plover(NamedByPath(outcomes), link_outcomes(outcomes), out))


def _ics(outcomes: Iterable[Outcome], out: Path) -> Exported:
    return _with_rest(write_calendar(_extractions(outcomes), out))


def _with_rest(written: tuple[Path, Counter[str]]) -> Exported:
    path, left_out = written
    return Exported((path,), dict(left_out))


def _extractions(outcomes: Iterable[Outcome]) -> Iterator[Extraction]:
    return (one.extraction for one in outcomes if isinstance(one.extraction, Extraction))


FORMATS: Mapping[ExportFormat, Callable[[Iterable[Outcome], Path], Exported]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
    "graphml": _graphml,
    "gexf": _gexf,
    "plover": _plover,
    "ics": _ics,
}
