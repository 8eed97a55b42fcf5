"""The extraction in a form of one's own: the data that a Pydantic model asks for, with the place of every quote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, field_serializer

from extractor.models.article import Article
from extractor.models.frames import pandas_frames, polars_frames
from extractor.models.notebook import html_of_records
from extractor.models.problem import Problem
from extractor.models.provenance import Provenance
from extractor.models.quote import Path, path_in_words
from extractor.models.record import Record
from extractor.models.record_rows import tables_of_records
from extractor.models.span import Span

if TYPE_CHECKING:
    import pandas
    import polars

DataT = TypeVar("DataT")
ModelT = TypeVar("ModelT", bound=BaseModel)


class PlacedQuote(Record):
    """A quote, and where the article has it."""

    path: Path
    """Where it stands in the data, such as `("sanctions", 0, "evidence", 1)`."""
    span: Span


REPLY = "reply"
"""The id and kind of the record that stands beside the lists of records."""


class SchemaRecord(Record):
    """A record in the data: an item of a list of models, or what stands beside those lists."""

    id: str
    """The list and the number in it that the reply gave the record, such as `sanctions3`; `reply` for what stands
    beside the lists."""
    path: Path
    """Where it stands in the data, such as `("sanctions", 1)`; empty for what stands beside the lists."""

    @property
    def kind(self) -> str:
        """The name of its list; `reply` for what stands beside the lists."""
        return str(self.path[0]) if self.path else REPLY


class SchemaExtraction(Record, Generic[DataT]):
    """What one's own model asks for of one article, as far as the article bears it out."""

    article: Article
    data: DataT | None
    """An instance of the model, or the same in JSON where the extraction was read back from a run. None where the
    article bears nothing out."""
    quotes_placed: tuple[PlacedQuote, ...]
    """Every quote in the data, in its order."""
    lists: tuple[str, ...]
    """The fields of the data whose items are records."""
    records: tuple[SchemaRecord, ...]
    problems: tuple[Problem, ...]
    """What was left out, and what to look at; empty where all is well."""
    provenance: Provenance

    def load(self, model: type[ModelT]) -> SchemaExtraction[ModelT]:
        """Return the extraction with its data as an instance of the model. Raises ValidationError."""
        data = None if self.data is None else model.model_validate(self.json_data, by_name=True)
        return SchemaExtraction[ModelT].model_construct(**{**vars(self), "data": data})

    @property
    def json_data(self) -> Any:
        """The data as JSON has it: objects, lists, strings, numbers, by the names of the model's fields."""
        return self.data.model_dump(mode="json", by_alias=False) if isinstance(self.data, BaseModel) else self.data

    def contents(self) -> Iterator[tuple[SchemaRecord, dict[str, Any]]]:
        """Yield every record with its fields, as JSON has them."""
        whole = self.json_data
        for record in self.records:
            if record.path:
                value = whole[record.path[0]][record.path[1]]
                # A model may be a bare value in JSON.
                yield record, value if isinstance(value, dict) else {"value": value}
            else:
                yield record, {name: value for name, value in whole.items() if name not in self.lists}

    def quotes(self) -> Iterator[tuple[str, str, Span]]:
        """Yield (record id, field, span) of every quote, in the order of the data."""
        return ((record.id, path_in_words(path), span) for record, path, span in self.quotes_of_records())

    def quotes_of_records(self) -> Iterator[tuple[SchemaRecord, Path, Span]]:
        """Yield (record, path in it, span) of every quote, in the order of the data."""
        records = {record.path: record for record in self.records}
        for quote in self.quotes_placed:
            path = quote.path[:2] if quote.path[:2] in records else ()
            if path in records:
                yield records[path], quote.path[len(path) :], quote.span

    def to_pandas(self) -> dict[str, pandas.DataFrame]:
        """Return a pandas frame of each kind of record, such as `sanctions`. Needs the extra `pandas`."""
        return pandas_frames(tables_of_records(self))

    def to_polars(self) -> dict[str, polars.DataFrame]:
        """Return a polars frame of each kind of record, such as `sanctions`. Needs the extra `polars`."""
        return polars_frames(tables_of_records(self))

    def _repr_html_(self) -> str:
        return html_of_records(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - IPython's signature
        counted = f"{len(self.records)} records, {len(self.problems)} problems"
        printer.text(f"<{self.provenance.task} of {self.article.id!r}: {counted}>")

    @field_serializer("data")
    def _by_names(self, _: DataT | None) -> Any:
        return self.json_data
