"""Summary: a dataset in counts, with examples and why they were linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from extractor.linking.dataset import Conflict, Dataset, Denial, Entity, Member, Occasion, count_articles


@dataclass(frozen=True)
class Example:
    """Something that was linked, or that is in conflict, in words."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """What linking found."""

    entities: int
    entities_of_several_articles: int
    meetings: int
    occasions: int
    occasions_of_several_articles: int
    conflicts: int
    denials: int
    examples: dict[str, tuple[Example, ...]]
    """By what they are of: entities, occasions, conflicts, denials."""

    def as_json(self) -> dict[str, object]:
        """Return the summary in the types of JSON."""
        return asdict(self)


def summarize(dataset: Dataset, *, most: int = 5) -> Summary:
    """Return the counts, and of each kind the examples that join most articles."""
    entities = sorted(dataset.entities, key=lambda one: (-count_articles(one.members), one.name, one.id))
    occasions = sorted(dataset.occasions, key=lambda one: (-len(one.members), one.title, one.id))
    linked = [one for one in occasions if len(one.members) > 1]
    disputed = [(one, conflict) for one in occasions for conflict in one.conflicts]
    shared = [one for one in entities if count_articles(one.members) > 1]
    names = {one.id: one.name for one in dataset.entities}
    return Summary(
        entities=len(entities),
        entities_of_several_articles=len(shared),
        meetings=sum(len(one.members) for one in occasions),
        occasions=len(occasions),
        occasions_of_several_articles=len(linked),
        conflicts=len(disputed),
        denials=len(dataset.denials),
        examples={
            "entities": tuple(_entity(one) for one in _persons_first(shared)[:most]),
            "occasions": tuple(_occasion(one) for one in linked[:most]),
            "conflicts": tuple(_conflict(*one) for one in disputed[:most]),
            "denials": tuple(_denial(one, names) for one in dataset.denials[:most]),
        },
    )


def _persons_first(entities: Sequence[Entity]) -> list[Entity]:
    """Return the entities with those first whose links are the least obvious."""
    return sorted(entities, key=lambda one: one.kind != "person")


def _entity(one: Entity) -> Example:
    head = f"{one.name} ({one.kind}) in {count_articles(one.members)} articles"
    return Example(head, tuple(_why(member) for member in one.members[:3]))


def _occasion(one: Occasion) -> Example:
    when = one.date or "no date"
    head = f"{one.title} ({one.status}, {when}) in {len(one.members)} articles"
    return Example(head, tuple(_why(member) for member in one.members[:3]))


def _why(member: Member) -> str:
    return f"{member.article} {member.record}, {member.score:.2f}: {'; '.join(member.reasons)}"


def _conflict(occasion: Occasion, conflict: Conflict) -> Example:
    lines = []
    for side in conflict.sides:
        words = ", ".join(f"“{quote.span.text}” in {quote.article}" for quote in side.quotes[:2])
        lines.append(f"{side.value}: {words}")
    return Example(f"{occasion.title}: {conflict.field}", tuple(lines))


def _denial(one: Denial, names: dict[str, str]) -> Example:
    return Example(
        f"{names[one.denier]} denies {names[one.source]}",
        (
            f"{one.claim.article} {one.claim.record} denied by {one.denied_by.article} {one.denied_by.record}, "
            f"{one.claim.score:.2f}: {'; '.join(one.claim.reasons)}",
        ),
    )
