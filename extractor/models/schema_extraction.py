"""The extraction in a form of one's own: the data that a Pydantic model asks for, with the place of every quote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic

from pydantic import BaseModel, PrivateAttr, field_serializer
from typing_extensions import TypeVar

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

DataT = TypeVar("DataT", default=Any)
ModelT = TypeVar("ModelT", bound=BaseModel)
OtherT = TypeVar("OtherT")


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
    """An instance of the model, or the JSON of it where the extraction was read back from a run. None where the
    article bears nothing out."""
    quotes_placed: tuple[PlacedQuote, ...]
    """Every quote in the data, in its order; paths are those of its JSON."""
    lists: tuple[str, ...]
    """The fields of the data whose items are records."""
    records: tuple[SchemaRecord, ...]
    problems: tuple[Problem, ...]
    """What was left out, and what to look at; empty where all is well."""
    provenance: Provenance
    _json: Any = PrivateAttr(default=None)

    def load(self, model: type[ModelT]) -> SchemaExtraction[ModelT]:
        """Return the extraction with its data as an instance of the model. Raises ValidationError."""
        data = None if self.data is None else model.model_validate_json(json.dumps(self.json_data))
        return SchemaExtraction.of(data, **{**vars(self), "data": self.json_data})

    @classmethod
    def of(cls, instance: OtherT | None, **fields: Any) -> SchemaExtraction[OtherT]:
        """Return an extraction that has `data` in JSON, and the instance that was made of it."""
        # What the model's own validators have passed is not validated again: they may not bear it.
        made = SchemaExtraction.model_construct(**{**fields, "data": instance})
        made._json = fields["data"]
        return made

    @property
    def json_data(self) -> Any:
        """The data as JSON has it: what the language model said, without what the article does not bear out."""
        return self.data if self._json is None else self._json

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
    def _in_json(self, _: DataT | None) -> Any:
        return self.json_data
