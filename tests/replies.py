"""Replies as a model might give them, for the article below."""

from __future__ import annotations

from typing import Any

TEXT = (
    "Norway's trade minister Lars Hegge met Kenyan minister Wanjiru Odhiambo in Nairobi on Tuesday. "
    "Hegge said the talks were “frank and useful”. "
    "They will meet again in Oslo next month, the ministry announced. Analysts said the talks were overdue."
)


def participant(id: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "name": name, "aliases": [], "kind": "person", "role": None, "represents": None} | fields


def meeting(id: str, participants: list[str], evidence: list[str], **fields: Any) -> dict[str, Any]:
    return {
        "id": id,
        "title": "A meeting",
        "evidence": evidence,
        "format": "in_person",
        "status": "held",
        "participants": participants,
        "date_text": None,
        "date": None,
        "place_text": None,
        "country": None,
        "topics": [],
        "outcome": None,
    } | fields


def claim(id: str, source: str, cue: str, content: list[str], **fields: Any) -> dict[str, Any]:
    return {
        "id": id,
        "source": source,
        "reported_by": None,
        "cue": cue,
        "content": content,
        "statement": "Something.",
        "modality": "asserted",
        "meeting": None,
    } | fields


HEGGE = participant("p1", "Lars Hegge", aliases=["Hegge"], role="trade minister", represents="Norway")
ODHIAMBO = participant("p2", "Wanjiru Odhiambo", role="Kenyan minister", represents="Kenya")
MET = "Lars Hegge met Kenyan minister Wanjiru Odhiambo in Nairobi on Tuesday"
NAIROBI = meeting("m1", ["p1", "p2"], [MET], date_text="on Tuesday", place_text="Nairobi", country="KE")
FRANK = claim("c1", "p1", "said", ["the talks were “frank and useful”"], meeting="m1")


def reply(
    participants: list[dict[str, Any]] | None = None,
    meetings: list[dict[str, Any]] | None = None,
    claims: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """A sound reply for TEXT, with the lists that are given in the place of its own."""
    return {
        "participants": [HEGGE, ODHIAMBO] if participants is None else participants,
        "meetings": [NAIROBI] if meetings is None else meetings,
        "claims": [FRANK] if claims is None else claims,
    }
