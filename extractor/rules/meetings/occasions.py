"""Meetings: the occasions of which an article tells, each once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from extractor.models.reply import MeetingFormat, MeetingStatus
from extractor.normalize import direction_of, parse_iso, read_date_text
from extractor.occasions import Side, Telling, is_same_occasion, is_set_apart, join_sides, tells_better
from extractor.rules.cast import Cast, Mention, Party
from extractor.rules.lexicon import states_by_place, words_of
from extractor.rules.meetings.circumstances import (
    Place,
    country_of,
    date_near,
    destination_behind,
    format_of,
    place_near,
    status_of,
    topics_after,
)
from extractor.rules.meetings.row import Row, read_row
from extractor.rules.meetings.sides import is_collective, sides_of
from extractor.rules.meetings.triggers import Found, find_triggers, may_tell_of_meeting
from extractor.rules.text import Sentence

_MOST_QUOTES = 3
_LONGEST_QUOTE = 320
_MOST_COMPARED = 100
_FARTHEST = 1200
"""Characters that "the talks" look back."""
_SAYING = re.compile(r"\s+(?:said|says|told|announced|reported|confirmed|added|noted|claimed|wrote)\b")
"""Who tells of "the two leaders" is none of them."""
_POINTING = frozenset("the this these those their his her".split())


@dataclass(frozen=True)
class MeetingFound:
    """A meeting by its parties' positions in the cast, with the places of its words in the text."""

    parties: tuple[int, ...]
    status: MeetingStatus
    format: MeetingFormat
    date: Place | None
    place: Place | None
    topics: tuple[str, ...]
    evidence: tuple[Place, ...]
    triggers: tuple[Place, ...]
    is_headline: bool
    """Whether it is first told in a headline."""

    @property
    def start(self) -> int:
        """Where its first trigger stands."""
        return self.triggers[0][0]


def find_meetings(
    text: str, sentences: Sequence[Sentence], cast: Cast, published: date | None = None
) -> list[MeetingFound]:
    """Find the meetings of a text; several mentions of one occasion give one."""
    finder = _Finder(text, cast, published)
    for sentence in sentences:
        if may_tell_of_meeting(sentence):
            finder.read(read_row(sentence, cast))
    return finder.meetings


class _Finder:
    """Reads sentence by sentence and keeps the meetings found so far."""

    def __init__(self, text: str, cast: Cast, published: date | None) -> None:
        self.meetings: list[MeetingFound] = []
        self._tellings: list[Telling] = []
        """What is compared of each of them."""
        self._last = 0
        """The meeting of which was last told."""
        self._text = text
        self._cast = cast
        self._published = published

    def read(self, row: Row) -> None:
        """Add what one sentence tells."""
        if is_about_sport(row):
            return
        told: list[tuple[MeetingFound, bool]] = []
        for found in find_triggers(row):
            parties = self._distinct(sides_of(row, found, self._cast))
            if len(parties) > 1:
                one = self._meeting(row, found, parties)
                if one is not None:
                    told.append((one, is_set_apart(self._text[row.sentence.start : one.evidence[0][1]])))
            elif found.trigger.is_noun and self.meetings and row.lower(found.first - 1) in _POINTING:
                self._continue(row, found)
        for one, is_another in told:
            self._add(one, is_another)

    def _meeting(self, row: Row, found: Found, parties: Sequence[Mention]) -> MeetingFound | None:
        status = status_of(row, found)
        if status is None:
            return None
        sentence, trigger = row.sentence, self._span(row, found)
        is_visit = found.trigger.is_visit
        place = destination_behind(self._text, trigger[1]) if is_visit else None
        place = place or place_near(self._text, row, trigger)
        date = date_near(self._text, row, trigger)
        if found.trigger.is_statement and (date is None or not self._are_of_two_states(parties)):
            return None
        behind = max([trigger[1], *(one.end for one in parties if sentence.start <= one.start < sentence.end)])
        return MeetingFound(
            parties=tuple(dict.fromkeys(one.party for one in parties)),
            status=status,
            format=format_of(row, found, parties, place is not None),
            date=date,
            place=place,
            topics=topics_after(self._text, behind, sentence.end, is_noun=found.trigger.is_noun),
            evidence=(self._quote(sentence, trigger, parties, date),),
            triggers=(trigger,),
            is_headline=sentence.is_headline,
        )

    def _are_of_two_states(self, parties: Sequence[Mention]) -> bool:
        states = {self._cast.parties[one.party].represents for one in parties}
        return len(states) > 1 and None not in states

    def _span(self, row: Row, found: Found) -> Place:
        return row.words[found.first].start, row.words[found.last - 1].end

    def _quote(self, sentence: Sentence, trigger: Place, parties: Sequence[Mention], date: Place | None) -> Place:
        """Return the clause that tells of it: from the first party or the date to the end of the sentence."""
        within = [one for one in parties if sentence.start <= one.start < sentence.end]
        starts = [one.start for one in within] + [trigger[0]] + ([date[0]] if date else [])
        start = min(starts) if len(within) == len(parties) else sentence.start
        end = sentence.end - (self._text[sentence.end - 1] in ".!?")
        if end - start > _LONGEST_QUOTE:
            least = max([trigger[1], *(one.end for one in within)])
            stop = self._text.find(",", least)
            end = stop if least < stop < end else end
        return start, end

    def _distinct(self, sides: Sequence[Mention]) -> list[Mention]:
        """Return the parties that differ, where "the two leaders" are those of whom was last spoken."""
        parties: dict[int, Mention] = {}
        for one in sides:
            for party in self._referred(one):
                parties.setdefault(party.party, party)
        left_out = words_of("meetings", "family") | words_of("meetings", "audiences")
        return [one for one in parties.values() if one.name.lower().split()[-1] not in left_out and not _is_outlet(one)]

    def _referred(self, one: Mention) -> Sequence[Mention]:
        if not is_collective(one):
            return [one]
        before = [
            other
            for other in reversed(self._cast.mentions_in(max(0, one.start - 1500), one.start))
            if other.kind in ("person", "state")
        ]
        before = [other for other in before if not self._tells(other, one)]
        persons = list({other.party: other for other in before if other.kind == "person"}.values())[:2]
        return persons if len(persons) == 2 else [one]

    def _tells(self, speaker: Mention, one: Mention) -> bool:
        """Tell whether a person says what the sentence tells of the party: "A said that the two leaders met"."""
        return bool(_SAYING.match(self._text, speaker.end)) and ". " not in self._text[speaker.end : one.start]

    def _continue(self, row: Row, found: Found) -> None:
        """Let "the talks" or "this meeting" add to the meeting last told of."""
        last = self.meetings[self._last]
        sentence, trigger = row.sentence, self._span(row, found)
        if sentence.start - last.triggers[-1][1] >= _FARTHEST:
            return
        topics = last.topics or topics_after(self._text, trigger[1], sentence.end, is_noun=True)
        more = self._included(row, found)
        evidence = last.evidence
        if (more or (topics and not last.topics)) and len(evidence) < _MOST_QUOTES:
            end = sentence.end - (self._text[sentence.end - 1] in ".!?")
            evidence = (*evidence, (sentence.start, end))
        parties = tuple(dict.fromkeys([*last.parties, *(one.party for one in more)]))
        self._put(
            self._last,
            replace(last, parties=parties, topics=topics, evidence=evidence, triggers=(*last.triggers, trigger)),
        )

    def _included(self, row: Row, found: Found) -> list[Mention]:
        """Return further parties: "included A and B", "attended by A", "with A also present"."""
        for position in range(found.last, min(len(row.words), found.last + 40)):
            if row.lower(position) in ("included", "involved") or (
                row.lower(position) == "by" and row.lower(position - 1) == "attended"
            ):
                return [one for one in row.listed_from(position + 1)[0] if one.kind != "state"]
            if row.lower(position) == "with" and row.mention(position + 1) is not None:
                listed, behind = row.listed_from(position + 1)
                if row.lower(behind) in ("also", "present", "attending", "participating"):
                    return listed
        return []

    def _add(self, one: MeetingFound, is_another: bool) -> None:
        """Add the meeting, or join it to the one that it tells of again."""
        if not is_another:
            telling = self._telling(one)
            for index in range(len(self.meetings) - 1, max(-1, len(self.meetings) - 1 - _MOST_COMPARED), -1):
                if is_same_occasion(self._tellings[index], telling):
                    self._put(index, self._joined(self.meetings[index], one))
                    return
        self._put(len(self.meetings), one)

    def _put(self, index: int, one: MeetingFound) -> None:
        self.meetings[index : index + 1] = [one]
        self._tellings[index : index + 1] = [self._telling(one)]
        self._last = index

    def _telling(self, one: MeetingFound) -> Telling:
        date_text, place_text = (self._text[slice(*place)] if place else None for place in (one.date, one.place))
        day = read_day(date_text, self._published, one.status)
        return Telling(
            sides=tuple(self._side(party) for party in one.parties),
            status=one.status,
            date_text=date_text,
            days=parse_iso(day) if day else None,
            place_text=place_text,
            country=country_of(place_text) if place_text else None,
            is_headline=one.is_headline,
        )

    def _side(self, number: int) -> Side:
        party = self._cast.parties[number]
        return Side(number, party.kind, _acts_for(party), party.names[0].lower().split()[-1])

    def _joined(self, known: MeetingFound, one: MeetingFound) -> MeetingFound:
        sides = join_sides(*([self._side(party) for party in each.parties] for each in (known, one)))
        first, second = (one, known) if tells_better(one.status, known.status) else (known, one)
        formats = [known.format, one.format]
        return replace(
            known,
            parties=tuple(side.party for side in sides),
            format=next((each for each in formats if each != "unspecified"), "unspecified"),
            status=first.status,
            date=first.date or second.date,
            place=first.place or second.place,
            topics=known.topics or one.topics,
            evidence=(known.evidence + one.evidence)[:_MOST_QUOTES]
            if one.evidence[0] not in known.evidence
            else known.evidence,
            triggers=known.triggers + one.triggers,
        )


def read_day(date_text: str | None, published: date | None, status: MeetingStatus) -> str | None:
    """Return the date as the check of dates reads it, where it reads one without doubt."""
    readings = read_date_text(date_text, published, direction_of(status)) if date_text else ()
    return readings[0] if len(readings) == 1 else None


def _acts_for(party: Party) -> str | None:
    return states_by_place().get(party.names[0].casefold()) if party.kind == "state" else party.represents


def _is_outlet(one: Mention) -> bool:
    return one.kind == "organization" and one.name in words_of("nouns", "outlets")


def is_about_sport(row: Row) -> bool:
    """Tell whether the sentence is about sport, where "met" means played."""
    sport = words_of("meetings", "sport")
    return any(word.lower in sport for word in row.words)
