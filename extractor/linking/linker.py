"""The linker: extractions, one after the other, to entities and occasions."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from extractor.linking.dataset import Dataset, Entity, Member, Occasion
from extractor.models import Extraction
from extractor.names import normalize_name


def link_articles(extractions: Iterable[tuple[str, Extraction]]) -> Dataset:
    """Link the extractions of differently named articles. Raises ConfigurationError where two have one name."""
    found = defaultdict(list)
    occasions = []
    entity_of = {}
    for article, extraction in extractions:
        for party in extraction.participants:
            found[(party.kind, normalize_name(party.name))].append((article, party))
            entity_of[article, party.id] = digest_of(party.kind, normalize_name(party.name))
        for meeting in extraction.meetings:
            occasions.append(
                Occasion(
                    id=digest_of(article, meeting.id),
                    title=meeting.title,
                    status=meeting.status,
                    date=meeting.date,
                    country=meeting.country,
                    place=meeting.place_text.text if meeting.place_text else None,
                    format=meeting.format,
                    entities=tuple(entity_of[article, party] for party in meeting.participants),
                    members=(Member(article, meeting.id, (), 1.0),),
                    conflicts=(),
                )
            )
    entities = [
        Entity(
            id=digest_of(kind, name),
            kind=kind,
            name=members[0][1].name,
            names=(members[0][1].name,),
            represents=(),
            roles=(),
            members=tuple(Member(article, party.id, ("the same name",), 1.0) for article, party in members),
        )
        for (kind, name), members in found.items()
    ]
    by_id = lambda one: one.id  # noqa: E731
    return Dataset(extractions, tuple(sorted(entities, key=by_id)), tuple(sorted(occasions, key=by_id)), ())


def digest_of(*parts: str) -> str:
    """Return a name that is the same wherever the parts are."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
