"""The linker: extractions, one after the other, to entities, occasions and denials."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.errors import ConfigurationError
from extractor.linking.dataset import Dataset
from extractor.linking.denials import Said, claims_of, link_denials
from extractor.linking.entities import link_entities
from extractor.linking.occasions import link_occasions
from extractor.linking.parties import Party, parties_of
from extractor.linking.reports import Report, report_of, with_sides
from extractor.models import Extraction


def link_articles(extractions: Iterable[tuple[str, Extraction]]) -> Dataset:
    """Link the extractions of differently named articles. Raises ConfigurationError where two have one name.

    The extractions are read once, as a stream; what is kept of each is some hundred bytes a record.
    """
    articles: set[str] = set()
    parties: list[Party] = []
    reports: list[Report] = []
    claims: list[Said] = []
    for article, extraction in extractions:
        if article in articles:
            raise ConfigurationError(f"Two articles have the name {article!r}; give each a name of its own.")
        articles.add(article)
        found = list(parties_of(article, extraction, extraction.article.digest))
        parties += found
        own = {party.item.record: party for party in found if party.item.via == "itself"}
        reports += [report_of(article, extraction, meeting, own) for meeting in extraction.meetings]
        claims += claims_of(article, extraction)
    entities, entity_of = link_entities(parties)
    names = {entity.id: entity.name for entity in entities}
    occasions = link_occasions([with_sides(report, entity_of) for report in reports], names)
    denials = link_denials(claims, occasions, entity_of)
    return Dataset(extractions, tuple(entities), tuple(occasions), tuple(denials))
