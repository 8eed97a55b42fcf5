"""Gold: the annotated articles that predictions are measured against, one JSON file each."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

from pydantic import BaseModel, Field, ValidationError, model_validator
from pydantic_core import from_json

from extractor.errors import ConfigurationError
from extractor.evaluation.annotated import AnnotatedArticle
from extractor.evaluation.schema.gold import SchemaGold, misfits, schema_gold_of, unknown_fields
from extractor.models import Extraction, ReplyClaim, ReplyMeeting, ReplyParticipant, SchemaExtraction

GoldField = Literal["meetings", "participants", "place", "date", "format", "status", "claims", "modality", "cue"]
_LONGEST_NAME = 100
ALL_FIELDS: frozenset[GoldField] = frozenset(
    ("meetings", "participants", "place", "date", "format", "status", "claims", "modality", "cue")
)


class GoldArticle(AnnotatedArticle):
    """What a correct extraction of one article says, by the annotation guidelines."""

    annotated: frozenset[GoldField] = Field(default_factory=lambda: ALL_FIELDS)
    """What was annotated; nothing else is scored."""
    participants: list[ReplyParticipant]
    meetings: list[ReplyMeeting]
    claims: list[ReplyClaim]

    @property
    def sizes(self) -> dict[str, int]:
        """How many records there are of each kind."""
        return {"meetings": len(self.meetings), "claims": len(self.claims)}

    @model_validator(mode="after")
    def _tied(self) -> Self:
        for records in (self.participants, self.meetings, self.claims):
            if repeated := _first_repeated(record.id for record in records):
                raise ValueError(f"{repeated}.id: it is used twice")
        parties = {one.id for one in self.participants}
        meetings = {one.id for one in self.meetings}
        for meeting in self.meetings:
            if not meeting.evidence:
                raise ValueError(f"{meeting.id}.evidence: a meeting has at least one quote")
            if unknown := set(meeting.participants) - parties:
                raise ValueError(f"{meeting.id}.participants: there is no participant {min(unknown)!r}")
        for claim in self.claims:
            if not claim.content:
                raise ValueError(f"{claim.id}.content: a claim has at least one quote")
            if claim.source not in parties:
                raise ValueError(f"{claim.id}.source: there is no participant {claim.source!r}")
            if claim.meeting is not None and claim.meeting not in meetings:
                raise ValueError(f"{claim.id}.meeting: there is no meeting {claim.meeting!r}")
        return self


Gold: TypeAlias = list[GoldArticle] | list[SchemaGold]


def read_gold(folder: Path, *, schema: type[BaseModel] | None = None) -> Gold:
    """Read every `*.json` of a folder of gold, in the order of their names.

    Raises ConfigurationError with one line a fault, each naming file, record and field. What the model of one's own
    `schema` does not allow is a fault too, where it is given.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise ConfigurationError(f"There is no gold in {str(folder)!r}: no .json file.")
    gold, faults = _read_files(paths)
    meetings = [one for one in gold.values() if isinstance(one, GoldArticle)]
    by_schema = {name: one for name, one in gold.items() if isinstance(one, SchemaGold)}
    if repeated := _first_repeated(one.article for one in gold.values()):
        faults.append(f"two files are about the article {repeated!r}")
    tasks = sorted({one.task for one in by_schema.values()} | {"meetings" for _ in meetings[:1]})
    if len(tasks) > 1:
        faults.append(f"the files are of different tasks, which belong in folders of their own: {', '.join(tasks)}")
    elif schema and meetings:
        faults.append(f"the files are gold of meetings, and no {schema.__name__}")
    faults += [f"{name}: annotated: there is no field {field!r}" for name, field in unknown_fields(by_schema)]
    if schema:
        faults += [f"{name}: {_described(*fault)}" for name, one in by_schema.items() for fault in misfits(one, schema)]
    if faults:
        raise ConfigurationError("The gold is not valid:\n  " + "\n  ".join(faults))
    return meetings or list(by_schema.values())


def _read_files(paths: Iterable[Path]) -> tuple[dict[str, GoldArticle | SchemaGold], list[str]]:
    gold: dict[str, GoldArticle | SchemaGold] = {}
    faults: list[str] = []
    for path in paths:
        try:
            text = path.read_bytes()
            gold[path.name] = _form_of(text).model_validate_json(text)
        except ValidationError as error:
            faults += [f"{path.name}: {_described(one['loc'], one['msg'])}" for one in error.errors()]
        except OSError as error:
            faults.append(f"{path.name}: cannot be read: {error.strerror}")
    return gold, faults


def summary_of(gold: Gold) -> str:
    """Say how much gold there is."""
    totals: Counter[str] = Counter()
    for one in gold:
        totals.update(one.sizes)
    return ", ".join([f"{len(gold)} articles", *(f"{number} {kind}" for kind, number in totals.items())])


def draft_of(extraction: Extraction | SchemaExtraction[Any]) -> str:
    """Return an extraction as the text of a gold file, for a person to correct."""
    return text_of(gold_of(extraction) if isinstance(extraction, Extraction) else schema_gold_of(extraction))


def text_of(gold: GoldArticle | SchemaGold) -> str:
    """Return gold on which everything is annotated as the text of its file."""
    dumped = gold.model_dump(mode="json", exclude={"annotated"})
    return json.dumps(dumped, indent=2, ensure_ascii=False)


def file_name_of(article: str) -> str:
    """Return a name for the file of an article's gold: its id, where a file system can take that."""
    plain = re.sub(r"[^\w.-]+", "_", article).strip("._")
    if plain == article and len(article) <= _LONGEST_NAME:
        return f"{article}.json"
    # Ids that differ only in what was replaced keep files of their own.
    return f"{plain[:_LONGEST_NAME]}-{hashlib.sha256(article.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.json"


def gold_of(extraction: Extraction) -> GoldArticle:
    """Return an extraction in the form of gold, as if all of it were right."""
    return GoldArticle(
        article=extraction.article.id,
        published=extraction.article.published.isoformat() if extraction.article.published else None,
        digest=extraction.article.digest,
        participants=[ReplyParticipant(**one.model_dump(exclude={"mentions"})) for one in extraction.participants],
        meetings=[
            ReplyMeeting(
                **one.model_dump(exclude={"evidence", "date_text", "place_text"}),
                evidence=[span.text for span in one.evidence],
                date_text=one.date_text.text if one.date_text else None,
                place_text=one.place_text.text if one.place_text else None,
            )
            for one in extraction.meetings
        ],
        claims=[
            ReplyClaim(
                **one.model_dump(exclude={"cue", "content"}),
                cue=one.cue.text if one.cue else one.content[0].text,
                content=[span.text for span in one.content],
            )
            for one in extraction.claims
        ],
    )


def digest_of_gold(gold: Gold) -> str:
    """Return 16 hex digits that name the gold: equal where every annotation is equal."""
    dumped = [{**one.model_dump(mode="json"), "annotated": sorted(one.annotated or ())} for one in gold]
    return hashlib.sha256(json.dumps(dumped, sort_keys=True).encode()).hexdigest()[:16]


def _first_repeated(ids: Iterable[str]) -> str | None:
    return next((id for id, times in Counter(ids).items() if times > 1), None)


def _form_of(text: bytes) -> type[GoldArticle] | type[SchemaGold]:
    try:
        found = from_json(text)
    except ValueError:
        return GoldArticle  # which says what is wrong
    return SchemaGold if isinstance(found, dict) and "schema" in found else GoldArticle


def _described(location: tuple[int | str, ...], message: str) -> str:
    where = ".".join(f"[{part}]" if isinstance(part, int) else part for part in location).replace(".[", "[")
    return f"{where}: {message}" if where else message.removeprefix("Value error, ")
