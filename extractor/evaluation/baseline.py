"""The baseline that every model must beat: sentences with a meeting word, and the capitalised names in them."""

from __future__ import annotations

import re

from extractor.evaluation.documents import Document, MeetingUnit, Party

_SENTENCE = re.compile(r"\S(?:.*?[.!?](?=\s|$)|.*$)", re.MULTILINE)
_MEETING_WORD = re.compile(
    r"\b(met|meet|meets|meeting|meetings|talks|summit|visit|visited|visits|negotiations|consultations|phoned|"
    r"telephone conversation|phone call|sat down|hosted|received)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[A-Z][\w’'-]+)(?:\s+(?:[A-Z][\w’'-]+|bin|al|de|von|van))*")
_MOST_PARTIES = 2


def words_baseline(id: str, text: str) -> Document:
    """Return a meeting for each sentence with a meeting word and two names, the two nearest to the word."""
    meetings = []
    for match in _SENTENCE.finditer(text):
        word = _MEETING_WORD.search(match.group())
        if word is None:
            continue
        # The first word of a sentence has a capital whether it is a name or not.
        names = [name for name in _NAME.finditer(match.group()) if name.start() > 0 or " " in name.group()]
        nearest = sorted(names, key=lambda name: abs(name.start() - word.start()))[:_MOST_PARTIES]
        parties = dict.fromkeys(Party((name.group(),), "person") for name in nearest)
        if len(parties) == _MOST_PARTIES:
            meetings.append(_meeting(tuple(parties), match.span()))
    return Document(id=id, text=text, meetings=tuple(meetings), claims=())


def _meeting(parties: tuple[Party, ...], sentence: tuple[int, int]) -> MeetingUnit:
    return MeetingUnit(
        title=" and ".join(party.names[0] for party in parties),
        parties=parties,
        date=None,
        place=None,
        country=None,
        format="unspecified",
        status="held",
        evidence=(sentence,),
    )
