"""Titles: a short neutral headline for a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractor.models.reply import MeetingStatus
from extractor.rules.cast import Cast, Party
from extractor.rules.meetings.occasions import MeetingFound

_QUALIFIED: Mapping[MeetingStatus, str] = {
    "proposed": "Proposed",
    "unconfirmed": "Reported",
    "cancelled": "Cancelled",
    "denied": "Denied",
}
_MOST_NAMED = 3


def title_of(meeting: MeetingFound, cast: Cast, place: str | None) -> str:
    """Return a headline such as "Rojas and Brandt meet in Oslo"."""
    names = [_short_name(cast.parties[party]) for party in meeting.parties]
    where = f" in {place}" if place else ""
    if meeting.status in _QUALIFIED:
        return f"{_QUALIFIED[meeting.status]} {_noun(meeting)} of {_listed(names)}{where}"
    parties = [cast.parties[party] for party in meeting.parties]
    if any(party.kind == "state" and place in party.names for party in parties):
        visitors = [_short_name(party) for party in parties if place not in party.names]
        return f"{_listed(visitors)} {'to visit' if meeting.status == 'planned' else 'visit'} {place}"
    return f"{_listed(names)} {_verb(meeting)}{where}"


def _short_name(party: Party) -> str:
    return party.names[0].split()[-1] if party.kind == "person" and party.names[0].istitle() else party.names[0]


def _listed(names: Sequence[str]) -> str:
    if len(names) > _MOST_NAMED:
        return f"{', '.join(names[: _MOST_NAMED - 1])} and others"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _noun(meeting: MeetingFound) -> str:
    return {"call": "call", "encounter": "encounter", "unspecified": "talks"}.get(meeting.format, "meeting")


def _verb(meeting: MeetingFound) -> str:
    verb = {"call": "speak by telephone", "unspecified": "hold talks"}.get(meeting.format, "meet")
    return f"to {verb}" if meeting.status == "planned" else verb
