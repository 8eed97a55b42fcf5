"""PolNeAR: attributions in political news as claims (Newell et al. 2018)."""

from __future__ import annotations

from pathlib import Path

from extractor.evaluation.adapters.records import (
    AdaptedSet,
    Annotation,
    Record,
    party_of,
    read_set,
    spaced,
    verify_words,
)
from extractor.evaluation.annotated import Place
from extractor.evaluation.documents import AnnotatedField, ClaimUnit, Document

_ANNOTATED: frozenset[AnnotatedField] = frozenset(("claims", "cue"))


class _Attribution(Annotation):
    source: str | None
    source_spans: list[Place]
    cue: str | None
    cue_spans: list[Place]
    content: str | None
    content_spans: list[Place]


class _AttributedRecord(Record):
    claims: list[_Attribution]


def read_polnear(path: Path) -> AdaptedSet:
    """Read attributions as claims, without modality.

    Those without a source or a content are left out: by the guidelines they are no claims.
    """
    return read_set("polnear", path, _AttributedRecord, _document)


def _document(record: _AttributedRecord) -> Document:
    claims = (_claim(record.text, one) for one in record.claims)
    return Document(record.id, record.text, (), tuple(one for one in claims if one is not None), _ANNOTATED)


def _claim(text: str, claim: _Attribution) -> ClaimUnit | None:
    verify_words(text, claim.source_spans, claim.source)
    verify_words(text, claim.cue_spans, claim.cue)
    verify_words(text, claim.content_spans, claim.content)
    if not claim.source or not claim.content:
        return None
    return ClaimUnit(
        statement=claim.content,
        source=party_of([spaced(claim.source)]),
        # The scorer knows one place; of a parted cue, such as "told … about", the first has the word of saying.
        cue=claim.cue_spans[0] if claim.cue_spans else None,
        content=tuple(claim.content_spans),
        modality=None,
    )
