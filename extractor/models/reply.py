"""The reply: what the language model is asked to give back, one line of instruction a field.

The docstrings below reach the model as the descriptions of the JSON Schema. They are part of the prompt.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from extractor.models.quote import Quote

ParticipantKind = Literal["person", "group", "organization", "state"]
MeetingFormat = Literal["in_person", "call", "encounter", "unspecified"]
MeetingStatus = Literal["held", "ongoing", "planned", "proposed", "unconfirmed", "cancelled", "denied"]
Modality = Literal["asserted", "denied", "unconfirmed", "forecast", "intended", "demanded"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, defer_build=True)


class ReplyParticipant(_Record):
    """A party that takes part in a meeting or makes a claim, once per article."""

    id: str
    """p1, p2, ..."""
    name: str
    """The fullest name the article gives, in its words, without title or leading article."""
    aliases: list[str]
    """Other names the article uses for the same party; no pronouns."""
    kind: ParticipantKind
    """person; group (delegation, troops, unnamed officials, analysts); organization (ministry, agency, company, party, outlet); state."""
    role: str | None
    """The office or function the article states, in its words."""
    represents: str | None
    """Plain English name of the state or organization the party acts for; null for a state itself and for news outlets."""


class ReplyMeeting(_Record):
    """An occasion on which two or more distinct parties deal with each other directly."""

    id: str
    """m1, m2, ..."""
    title: str
    """A short neutral headline."""
    evidence: list[Quote]
    """One to three verbatim quotes, as short as shows the meeting (a clause or a sentence)."""
    format: MeetingFormat
    """in_person; call (telephone or video); encounter (forces in the field); unspecified."""
    status: MeetingStatus
    """held; ongoing; planned (agreed or scheduled); proposed (offered, not agreed); unconfirmed; cancelled; denied."""
    participants: list[str]
    """Ids of those who took part, or would."""
    date_text: Quote | None
    """The article's words for the meeting's time, verbatim."""
    date: str | None
    """ISO 8601: a day, a month, a year or an interval start/end; null where the year cannot be known."""
    place_text: Quote | None
    """The article's words for where, verbatim."""
    country: str | None
    """ISO 3166-1 alpha-2 code of that place's country."""
    topics: list[str]
    """None to five short noun phrases of what it dealt with, close to the article's wording."""
    outcome: str | None
    """What came out of it, in one short sentence, if the article or a party says so."""


class ReplyClaim(_Record):
    """What a source other than the article's own narrative asserts, denies, forecasts, intends or demands."""

    id: str
    """c1, c2, ..."""
    source: str
    """Id of the participant who makes the claim."""
    reported_by: str | None
    """Name of the outlet or agency through which the article has it; null where the outlet itself is the source."""
    cue: Quote
    """The one word or short phrase of saying, verbatim."""
    content: list[Quote]
    """What is claimed: one to three verbatim spans, without source and cue."""
    statement: str
    """The content as one self-contained sentence, pronouns resolved, nothing added."""
    modality: Modality
    """asserted; denied; unconfirmed; forecast; intended (offers, promises, threats, plans); demanded."""
    meeting: str | None
    """Id of the meeting the claim is about or was made in."""


class Reply(_Record):
    """The participants, meetings and claims of one article."""

    participants: list[ReplyParticipant]
    """Every party that takes part in a meeting or makes a claim."""
    meetings: list[ReplyMeeting]
    """Every meeting of the article; empty where there is none."""
    claims: list[ReplyClaim]
    """Every claim of the article; empty where there is none."""
