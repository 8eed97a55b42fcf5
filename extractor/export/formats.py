"""The formats of exports by name, and what each one writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from extractor.errors import ConfigurationError
from extractor.export.calendar import write_calendar
from extractor.export.csv_tables import write_csv
from extractor.export.graph import write_graph
from extractor.export.parquet import write_parquet
from extractor.export.plover import write_plover
from extractor.export.records import TableWriter, schema_of, write_records
from extractor.export.ties import NamedByPath, link_outcomes
from extractor.files import written_whole
from extractor.models import Extraction, Outcome
from extractor.models.frames import Row
from extractor.models.rows import COLUMNS, TableName, rows_of

ExportFormat = Literal["jsonl", "csv", "parquet", "graphml", "gexf", "plover", "ics"]


@dataclass(frozen=True)
class Exported:
    """What was written, and what has no place in the format."""

    paths: tuple[Path, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many meetings, by reason."""


def export(outcomes: Iterable[Outcome], form: ExportFormat, out: Path) -> Exported:
    """Write outcomes in a format: into the folder `out` for csv and parquet, else into the file `out`.

    The outcomes are gone through as a stream, several times; an iterator is held as a whole. Each file is whole or not
    there. Raises ConfigurationError where the format is of meetings and the outcomes are not, or a library that it
    needs is not installed, and OSError.
    """
    if isinstance(outcomes, Iterator) and form != "jsonl":
        outcomes = list(outcomes)
    if form == "jsonl" or (task := schema_of(outcomes)) is None:
        return FORMATS[form](outcomes, out)
    if form not in FORMATS_OF_RECORDS:
        raise ConfigurationError(
            f"This run has records of {task}, not meetings, which {form} is made of; export it as jsonl, "
            f"{' or '.join(FORMATS_OF_RECORDS)}."
        )
    return Exported(tuple(write_records(outcomes, FORMATS_OF_RECORDS[form], out)))


def _jsonl(outcomes: Iterable[Outcome], out: Path) -> Exported:
    with written_whole(out) as file:
        for one in outcomes:
            file.write(one.model_dump_json().encode() + b"\n")
    return Exported((out,))


def _csv(outcomes: Iterable[Outcome], out: Path) -> Exported:
    return Exported(tuple(write_csv(COLUMNS, _rows(outcomes), out)))


def _parquet(outcomes: Iterable[Outcome], out: Path) -> Exported:
    return Exported(tuple(write_parquet(COLUMNS, _rows(outcomes), out)))


def _rows(outcomes: Iterable[Outcome]) -> Iterator[tuple[TableName, Row]]:
    for extraction in _extractions(outcomes):
        for table in COLUMNS:
            yield from ((table, row) for row in rows_of(extraction, table))


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
FORMATS_OF_RECORDS: Mapping[ExportFormat, TableWriter] = {"csv": write_csv, "parquet": write_parquet}
"""The formats, beside jsonl, of a run with a schema of one's own."""
