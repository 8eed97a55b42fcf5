"""Corrections: what a person judged in the report of a run, made into gold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.errors import ConfigurationError
from extractor.evaluation.gold import GoldArticle, gold_of
from extractor.grounding import Passage
from extractor.models import Extraction, ReplyClaim, ReplyMeeting, ReplyParticipant

Verdict = Literal["right", "wrong", "mended", "added"]
GoldRecord = ReplyMeeting | ReplyClaim | ReplyParticipant


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class MeetingVerdict(_Model):
    """A person's verdict on a meeting."""

    kind: Literal["meeting"]
    id: str
    verdict: Verdict
    record: ReplyMeeting | None = None
    """The whole record, where it was mended or added."""


class ClaimVerdict(_Model):
    """A person's verdict on a claim."""

    kind: Literal["claim"]
    id: str
    verdict: Verdict
    record: ReplyClaim | None = None


class PartyVerdict(_Model):
    """A participant that was mended or added; what nobody refers to is left out without a verdict."""

    kind: Literal["participant"]
    id: str
    verdict: Literal["mended", "added"]
    record: ReplyParticipant


RecordVerdict = Annotated[MeetingVerdict | ClaimVerdict | PartyVerdict, Field(discriminator="kind")]


class ArticleCorrections(_Model):
    """What a person judged of one article."""

    article: str
    digest: str
    """SHA-256 of the text that was read."""
    complete: bool
    """The person read the whole article, and nothing is missing."""
    records: list[RecordVerdict]


class Corrections(_Model):
    """A file of corrections, as the report gives it."""

    format: Literal["extractor-corrections/1"]
    articles: list[ArticleCorrections]


@dataclass(frozen=True)
class Applied:
    """What came of corrections."""

    gold: tuple[GoldArticle, ...]
    left_out: tuple[tuple[str, str], ...]
    """Articles that are no gold yet, with the reason."""


def read_corrections(path: Path) -> Corrections:
    """Read a file of corrections. Raises ConfigurationError."""
    try:
        return Corrections.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigurationError(f"{str(path)!r} holds no corrections: {where}: {first['msg']}.") from error


def apply_corrections(corrections: Corrections, extractions: Mapping[str, Extraction]) -> Applied:
    """Return gold of the articles that were judged as a whole: each record has a verdict, and nothing is missing.

    An article judged in part would count what it lacks as false alarms; it is left out, with the reason. Raises
    ConfigurationError where an article is unknown or has another text, or what a person wrote is not in it.
    """
    gold: list[GoldArticle] = []
    left_out: list[tuple[str, str]] = []
    for one in corrections.articles:
        extraction = extractions.get(one.article)
        if extraction is None:
            raise ConfigurationError(f"The run has no extraction of {one.article!r}.")
        if extraction.article.digest != one.digest:
            raise ConfigurationError(f"{one.article!r} has another text in this run than the one that was judged.")
        if reason := _why_unfinished(one, extraction):
            left_out.append((one.article, reason))
        else:
            gold.append(_corrected(one, extraction))
    return Applied(tuple(gold), tuple(left_out))


def _why_unfinished(judged: ArticleCorrections, extraction: Extraction) -> str | None:
    verdicts = {(one.kind, one.id) for one in judged.records}
    wanted = [("meeting", one.id) for one in extraction.meetings] + [("claim", one.id) for one in extraction.claims]
    if missing := [id for kind, id in wanted if (kind, id) not in verdicts]:
        return f"no verdict on {', '.join(missing)}"
    return None if judged.complete else "not marked as read to the end"


def _corrected(judged: ArticleCorrections, extraction: Extraction) -> GoldArticle:
    draft = gold_of(extraction)
    wrong: set[tuple[str, str]] = {(one.kind, one.id) for one in judged.records if one.verdict == "wrong"}
    given: dict[tuple[str, str], GoldRecord] = {}
    for one in judged.records:
        if one.verdict in ("mended", "added"):
            if one.record is None or one.record.id != one.id:
                raise ConfigurationError(f"{judged.article}: {one.kind} {one.id} is {one.verdict} and has no record.")
            given[one.kind, one.id] = one.record
    meetings = [one for one in _merged("meeting", draft.meetings, given, wrong) if isinstance(one, ReplyMeeting)]
    claims = [one for one in _merged("claim", draft.claims, given, wrong) if isinstance(one, ReplyClaim)]
    kept = {one.id for one in meetings}
    claims = [one if one.meeting in kept else one.model_copy(update={"meeting": None}) for one in claims]
    used = {id for one in meetings for id in one.participants} | {one.source for one in claims}
    parties = [
        one
        for one in _merged("participant", draft.participants, given, wrong)
        if isinstance(one, ReplyParticipant) and one.id in used
    ]
    quotes = _Quotes(judged.article, extraction.article.text)
    try:
        return GoldArticle(
            article=draft.article,
            published=draft.published,
            digest=draft.digest,
            participants=parties,
            meetings=[quotes.meeting(one) for one in meetings],
            claims=[quotes.claim(one) for one in claims],
        )
    except ValidationError as error:
        raise ConfigurationError(f"{judged.article}: {error.errors()[0]['msg']}.") from error


def _merged(
    kind: str,
    drafts: Sequence[GoldRecord],
    given: Mapping[tuple[str, str], GoldRecord],
    wrong: set[tuple[str, str]],
) -> list[GoldRecord]:
    known = {one.id for one in drafts}
    merged = [given.get((kind, one.id), one) for one in drafts if (kind, one.id) not in wrong]
    return merged + [one for (of, id), one in given.items() if of == kind and id not in known]


class _Quotes:
    """Finds what a person typed in the article, and gives back the article's own words."""

    def __init__(self, article: str, text: str) -> None:
        self._article = article
        self._passage = Passage(text)

    def meeting(self, one: ReplyMeeting) -> ReplyMeeting:
        quotes = {
            "evidence": [self._words(one.id, quote) for quote in one.evidence],
            "date_text": one.date_text and self._words(one.id, one.date_text),
            "place_text": one.place_text and self._words(one.id, one.place_text),
        }
        return one.model_copy(update=quotes)

    def claim(self, one: ReplyClaim) -> ReplyClaim:
        content = [self._words(one.id, quote) for quote in one.content]
        return one.model_copy(update={"content": content, "cue": self._words(one.id, one.cue)})

    def _words(self, id: str, quote: str) -> str:
        if quote.strip() and quote in self._passage.text:
            return quote
        places = self._passage.find_normalized(quote)
        if not places:
            raise ConfigurationError(f"{self._article}: {id} quotes {quote!r}, which is not in the article.")
        return self._passage.text[slice(*places[0])]
