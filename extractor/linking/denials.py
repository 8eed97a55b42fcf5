"""Denials: claims of one source that another denies, about one meeting or in one article."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractor.linking.dataset import Denial, Member, Occasion
from extractor.linking.entities import digest_of
from extractor.linking.parties import Item
from extractor.models import Extraction
from extractor.models.reply import Modality
from extractor.names import normalize_name

_SHARE = 0.5
"""Of the shorter statement's words that both must have."""
_ENDINGS = re.compile(r"(?:ing|ed|es|s|d)$")
_FEWEST = 2
"""Words that both must have."""
_MOST_COMPARED = 200
"""Claims about one meeting that are compared with a denial."""
_EMPTY = frozenset(
    "a about after all also am an and any are as at be been before being but by can could did do does for from had has "
    "have he her his if in into is it its may might more no nor not of off on or our out over s said says shall she "
    "should so such than that the their them there these they this those to under until up was we were what when where "
    "which while who will with would never none neither denied denies deny false untrue there".split()
)
_STATED: frozenset[Modality] = frozenset(("asserted", "unconfirmed", "forecast", "intended"))


@dataclass(frozen=True, slots=True)
class Said:
    """A claim as it is compared."""

    article: str
    record: str
    source: str
    """Id of the participant."""
    modality: Modality
    meeting: str | None
    statement: str


def claims_of(article: str, extraction: Extraction) -> Iterator[Said]:
    """Yield the claims of an article that may be denied or deny: about a meeting, or beside a denial."""
    has_denial = any(claim.modality == "denied" for claim in extraction.claims)
    for claim in extraction.claims:
        if claim.meeting or has_denial:
            yield Said(article, claim.id, claim.source, claim.modality, claim.meeting, claim.statement)


def link_denials(claims: Sequence[Said], occasions: Sequence[Occasion], entity_of: Mapping[Item, str]) -> list[Denial]:
    """Return the denials by id: claims about the same thing, of different sources, one denied and one not."""
    occasion_of = {(one.article, one.record): occasion.id for occasion in occasions for one in occasion.members}
    groups: dict[tuple[str, str | None], list[Said]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: (claim.article, claim.record)):
        occasion = occasion_of.get((claim.article, claim.meeting)) if claim.meeting else None
        groups[("", occasion) if occasion else (claim.article, None)].append(claim)
    found = [denial for (_, occasion), group in groups.items() for denial in _denials(group, occasion, entity_of)]
    return sorted(found, key=lambda denial: denial.id)


def _denials(claims: Sequence[Said], occasion: str | None, entity_of: Mapping[Item, str]) -> Iterator[Denial]:
    denied = [claim for claim in claims if claim.modality == "denied"]
    stated = [claim for claim in claims if claim.modality in _STATED][:_MOST_COMPARED] if denied else []
    words = {claim: _words(claim.statement) for claim in (*denied, *stated)} if stated else {}
    for denial, claim in itertools.product(denied, stated):
        denier, source = (entity_of[Item(one.article, one.source, "itself")] for one in (denial, claim))
        both = words[denial] & words[claim]
        shorter = min(len(words[denial]), len(words[claim]))
        if denier == source or len(both) < _FEWEST or len(both) < _SHARE * shorter:
            continue
        score = round(len(both) / shorter, 4)
        about = "both are about the same meeting" if occasion else "both stand in the same article"
        reasons = (f"{about} and share the words {', '.join(sorted(both))}",)
        yield Denial(
            id=digest_of(claim.article, claim.record, denial.article, denial.record),
            claim=Member(claim.article, claim.record, reasons, score),
            denied_by=Member(denial.article, denial.record, reasons, score),
            source=source,
            denier=denier,
            occasion=occasion,
        )


def _words(statement: str) -> frozenset[str]:
    """Return the words of a statement that carry its content, by their stems."""
    words = normalize_name(statement).split()
    return frozenset(_stem(word) for word in words if word not in _EMPTY)


def _stem(word: str) -> str:
    return _ENDINGS.sub("", word) if len(word) > 4 else word
