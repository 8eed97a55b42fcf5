"""A task of one's own: any Pydantic model, with instructions in words."""

from __future__ import annotations

import copy
import inspect
import itertools
import json
import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.errors import PydanticUserError

from extractor.errors import ConfigurationError
from extractor.grounding import passage_of
from extractor.models import Article, Problem, Provenance, SchemaExtraction
from extractor.models.forms import Form, form_of
from extractor.models.schema_extraction import REPLY
from extractor.prompts import Prompt, frame_prompt
from extractor.tasks.checking import SchemaData, SchemaReply, check_data, position_of
from extractor.tasks.merging import merge_data
from extractor.tasks.placing import place_reply
from extractor.tasks.task import MOST_MENDED, Part, Task

log = logging.getLogger(__name__)

ModelT = TypeVar("ModelT", bound=BaseModel)

MENDABLE = frozenset({"quote_not_found", "no_evidence"})
"""What the model can put right when told."""


class SchemaTask(Task[SchemaReply[ModelT], SchemaData[ModelT], SchemaExtraction[ModelT]]):
    """The task of reading articles into a model of one's own."""

    mendable = MENDABLE

    def __init__(self, schema: type[ModelT], prompt: Prompt) -> None:
        super().__init__(schema.__name__, schema, prompt)
        self.nothing = SchemaData(None, lists=form_of(schema).lists)
        self._schema = schema

    def receive(self, reply: Any, text: str) -> SchemaReply[ModelT]:
        """Return the reply with the JSON that it was made of."""
        return SchemaReply(reply, json.loads(text))

    def show(self, reply: SchemaReply[ModelT]) -> str:
        """Return the reply as the model gave it."""
        return json.dumps(reply.json_data, ensure_ascii=False, separators=(",", ":"))

    def check(self, reply: SchemaReply[ModelT], article: Article) -> tuple[SchemaData[ModelT], list[Problem]]:
        """Place the quotes of a reply, and leave out what the article does not bear out."""
        return check_data(reply, article)

    def mend(
        self,
        first: SchemaReply[ModelT],
        second: SchemaReply[ModelT],
        problems: Sequence[Problem],
        article: Article,
    ) -> SchemaReply[ModelT]:
        """Replace faulty records of the first reply by those of the second in which less is wrong.

        The first stays as it is where the two do not make a whole that the model's validators take.
        """
        form = form_of(self._schema)
        faults = Counter((problem.kind, problem.record) for problem in problems)
        mended = copy.deepcopy(first.json_data)
        for (kind, id), before in itertools.islice(faults.items(), MOST_MENDED):
            replacing = _record_of(second.json_data, mended, form, kind, id)
            if replacing is not None and _count_faults(replacing, form, article) < before:
                if kind == REPLY:
                    mended |= replacing
                else:
                    mended[kind][position_of(kind, id)] = replacing[kind][0]
        try:
            return SchemaReply(self._schema.model_validate_json(json.dumps(mended)), mended)
        except ValidationError:
            return first

    def complete(self, reply: SchemaReply[ModelT], before: SchemaReply[ModelT]) -> SchemaReply[ModelT]:  # noqa: ARG002
        """Return the reply as it is: records of one's own do not refer to each other."""
        return reply

    def merge(
        self,
        parts: Sequence[Part[SchemaData[ModelT]]],
        article: Article,  # noqa: ARG002 - nothing of it is looked up again
    ) -> tuple[SchemaData[ModelT], list[Problem]]:
        """Put the lists of records of several readings together."""
        return merge_data(parts, self._schema)

    def present(
        self,
        records: SchemaData[ModelT],
        article: Article,
        problems: tuple[Problem, ...],
        provenance: Provenance,
    ) -> SchemaExtraction[ModelT]:
        """Return the extraction with its data."""
        return SchemaExtraction.of(
            records.data,
            article=article,
            data=records.json_data,
            quotes_placed=records.quotes_placed,
            lists=records.lists,
            records=records.records,
            problems=problems,
            provenance=provenance,
        )


def schema_task(
    schema: type[ModelT], *, instructions: str | None = None, prompt: Path | None = None
) -> SchemaTask[ModelT]:
    """Return the task of reading articles into a model of one's own.

    `instructions` say in words what to look for, within the system message that tells how to quote; without them the
    model's docstring does. `prompt` is a file of them; where it has sections such as `<!-- system -->`, these are the
    messages in the place of the built-in ones. Raises ConfigurationError.
    """
    form = _form_of(schema)
    if instructions and prompt:
        raise ConfigurationError("Give either instructions or a prompt.")
    words = _read(prompt) if prompt else instructions or inspect.cleandoc(schema.__doc__ or "")
    if not words.strip():
        raise ConfigurationError(
            f"Say what {schema.__name__} asks for: with a prompt (--prompt), instructions, or a docstring of the model."
        )
    if not form.quote_fields:
        log.warning("%s has no field of type Quote: nothing that is read into it is compared with the article", schema)
    return SchemaTask(schema, frame_prompt(schema.__name__, words, quotes=form.quote_fields))


def _form_of(schema: type[BaseModel]) -> Form:
    """Return the form of a schema. Raises ConfigurationError where articles cannot be read into it."""
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        raise ConfigurationError(f"The schema is to be a Pydantic model, and {schema!r} is none.")
    try:
        form = form_of(schema)
    except PydanticUserError as error:
        raise ConfigurationError(f"{schema.__name__} has no JSON Schema: {error.message}") from error
    if not form.is_object:
        raise ConfigurationError(f"{schema.__name__} is no object: give a model that has the list as a field.")
    if form.hides_quotes:
        raise ConfigurationError(
            f"{schema.__name__} has quotes where none can be found, such as the keys of a mapping."
        )
    if REPLY in form.lists:
        raise ConfigurationError(
            f"{schema.__name__} has a list called {REPLY!r}, which is the name of what is beside lists."
        )
    return form


def _read(path: Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The prompt {str(path)!r} cannot be read: {error}.") from error


def _record_of(reply: Any, like: Any, form: Form, kind: str, id: str) -> dict[str, Any] | None:
    """Return the part of a reply that is one record; None where it has not as many records as another reply."""
    if kind == REPLY:
        return {name: value for name, value in reply.items() if name not in form.lists}
    records = reply.get(kind) or ()
    return {kind: [records[position_of(kind, id)]]} if len(records) == len(like[kind]) else None


def _count_faults(part: Any, form: Form, article: Article) -> int:
    """Return how many quotes of a part of a reply the article does not have; having none is a fault."""
    placed = place_reply(part, form, passage_of(article.text)).values()
    return sum(one.span is None for one in placed) if placed else 1
