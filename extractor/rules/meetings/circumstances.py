"""Circumstances: status, format, date, place and topics of a meeting, from the words around its trigger."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Sequence

from extractor.models.reply import MeetingFormat, MeetingStatus
from extractor.normalize import country_named
from extractor.rules.cast import Mention
from extractor.rules.lexicon import adjectives_of_places, read_list, states_by_place, words_of
from extractor.rules.meetings.row import Row
from extractor.rules.meetings.triggers import Found

Place = tuple[int, int]

_FAR = 400
_WORDS_BEFORE = 10
_WORDS_AFTER = 8
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?"
)
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|several|some|many|\d+)"
_PERIOD = r"(?:hour|day|week|weekend|month|year)s?"
_DATE = re.compile(
    rf"""
    (?:\b(?:[Oo]n|[Ii]n|[Ee]arly|[Ll]ate|[Bb]y)\s+(?:the\s+)?)?
    (?:
        (?:(?:last|next|this|past|coming)\s+)?{_DAY}(?:\s+(?:morning|afternoon|evening|night))?(?:,?\s+{_MONTH}\s+\d{{1,2}}(?:,\s+\d{{4}})?)?\b
        | {_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?(?:,?\s+\d{{4}})?\b
        | \d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?\b
        | {_MONTH}\s+(?:of\s+)?\d{{4}}\b
    )
    | \b[Ii]n\s+(?:(?:early|late|mid)[\s-])?{_MONTH}(?:\s+\d{{4}})?(?!\s+\d)
    | \b[Ii]n\s+(?:early\s+|late\s+|mid-?\s*)?(?:19|20)\d\d\b
    | (?:(?:[Ee]arlier|[Ll]ater|[Ll]ate|[Ee]arly)\s+)?(?:[Ll]ast|[Nn]ext|[Tt]his|[Cc]oming)\s+
      (?:week|weekend|month|year|summer|spring|fall|autumn|winter|{_MONTH})\b
    | (?:[Ee]arlier|[Ll]ater)\s+(?:today|in\s+the\s+day)
    | \b(?:[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight|[Rr]ecently)\b
    | (?:[Jj]ust\s+)?\b{_COUNT}\s+{_PERIOD}\s+(?:ago|earlier|later)\b
    | (?:[Jj]ust\s+)?\b{_COUNT}\s+{_PERIOD}\s+(?:before|after)\s+(?:the|his|her|their|its)\s+(?:[\w’'-]+\s+)?[\w’'-]+
    | [Ss]hortly\s+(?:after|before)\s+(?:[A-Z][\w.]*\s+)*(?:[A-Z][\w.]*[’']s\s+)?(?:the\s+)?[\w’'-]+
    """,
    re.VERBOSE,
)
_REPORTED = re.compile(
    r"\b(?:said|says|told|announced|reported|confirmed|added|wrote|tweeted|statement|interview)(?:\s+[\w’'-]+){0,3}\s*$"
)
_REPORTING = re.compile(r"\b(?:said|says|announced|reported|confirmed|told\s+\w+\s+that)\b")
_PLACE = re.compile(
    r"""
    \b(?:in|at|near|outside)\s+(?:the\s+)?(?P<outer>(?:Syrian|[A-Z][a-z]+(?:ian|ish|ese|i))?\s*(?:capital|city|town|resort|village|port)(?:\s+city|\s+town)?(?:\s+of|,)?\s+)?
    (?P<place>
        (?:(?:north|south|east|west|central|north-?east|north-?west|south-?east|south-?west)(?:ern)?\s+)?
        [A-Z](?:[\w.-]|[’'](?!s\b))+(?:(?:\s+(?:of|the|de|al|el|sur|upon))?\s+(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z](?:[\w-]|[’'](?!s\b))+)*
    )
    """,
    re.VERBOSE,
)
_WHERE = re.compile(
    r"\b(?:to|visiting|visited|in)\s+([A-Z][\w-]+(?:\s+[A-Z][\w-]+)*)(?:,\s+where\b|\s+(?:on\s+\w+day\s+)?(?:to\s+meet|for\s+(?:talks|a\s+meeting)))"
)
_BEYOND = re.compile(
    r"(?i)\bto\s+(?!the\b|a\b|meet\b)[a-z]+|\b(?:about|regarding|concerning|amid|over|after|before|when|who|that)\b"
)
"""Words between trigger and place that make the place a topic's: "talks to avert clashes in Syria"."""
_DESTINATION = re.compile(r"\s+(?:to\s+)?(?:the\s+)?((?:[A-Z](?:[\w-]|[’'](?!s\b))+\s?)+)")
_NO_PLACE = re.compile(
    rf"(?:{_DAY}|{_MONTH}|[A-Z]?\d|I\b|He\b|She\b|It\b|Twitter|Facebook|English|Congress\b|Parliament\b)"
)
_TOPIC = re.compile(
    r"""
    \b(?:to\s+discuss | discussing | to\s+address | to\s+deliberate\s+on | to\s+talk\s+about | about | regarding
      | concerning | focus(?:ed|es|ing)?\s+on | cent(?:er|re)d\s+on | concentrated\s+on | dealt\s+with | covered
      | aimed\s+at | over | on)\s+
    """,
    re.VERBOSE,
)
_NO_TOPIC = re.compile(
    rf"""
    (?: Capitol | {_DAY} | {_MONTH} | \d | behalf | condition | top\b | board | track | hold | air
      | him | her | them | it\b | what | whether | how | whom | which
      | the\s+(?:sidelines|phone|telephone|margins|day|eve|ground|behalf|side|condition|hill|Hill)
    )
    """,
    re.VERBOSE,
)
_END_OF_TOPIC = re.compile(
    rf"""
    (?<![A-Z])\.(?!\w) | [;:()“”"—–?!]
    | ,\s+(?:and\s+)?
      (?:which|who|whose|according|as|but|while|although|though|after|before|with|where|when|including|said
        |a|the|he|she|they|it|in|on|[A-Z]\w+\s+(?:said|told))\b
    | \s+(?:that|which|who|amid|after|before|when|while|as|but|said|on\s+{_DAY}|{_DAY}|in\s+[A-Z])\b
    """,
    re.VERBOSE,
)
_SPLIT = re.compile(r",\s+(?:and\s+)?|\s+and\s+|\s+as\s+well\s+as\s+")
_MOST_WORDS_OF_TOPIC = 12
_MOST_TOPICS = 5


def status_of(row: Row, found: Found) -> MeetingStatus | None:
    """Return the status, or None where the words tell of no occasion ("regular talks", "refused to meet")."""
    before = row.text_between(found.first - _WORDS_BEFORE, found.first) + " "
    near = row.text_between(found.first - 6, found.first) + " "
    after = " " + row.text_between(found.last, found.last + _WORDS_AFTER)
    whole = before + row.text_between(found.first, found.last) + after
    if _status("denied").search(before) and found.first:
        return "denied"
    whole += " " + row.text_between(found.last + _WORDS_AFTER, found.last + 2 * _WORDS_AFTER)
    if found.trigger.is_noun and found.trigger.is_visit and "during" in near.split()[-3:]:
        return None
    if _status("cancelled").search(whole if found.trigger.is_noun else before.rpartition(",")[2]):
        return "cancelled"
    if _no_occasion().search(near):
        return None
    if _status("unconfirmed").search(before):
        return "unconfirmed"
    soon = " " + row.text_between(found.last, found.last + _WORDS_AFTER) if found.trigger.is_noun else ""
    if _status("ongoing").search(near + row.text_between(found.first, found.last) + soon):
        return "ongoing"
    return _open_status(row, found, before, after)


def _open_status(row: Row, found: Found, before: str, after: str) -> MeetingStatus:
    """Tell what has happened from what is planned or proposed."""
    form = row.text_between(found.first, found.last).split()[0]
    if (
        not found.trigger.is_noun
        and (form.endswith("ed") or form in ("met", "spoke", "sat", "had", "shook"))
        and row.lower(found.first - 1) != "be"
    ):
        # A finite past tells of what has been, whatever stands before it; "would have met" does not occur often.
        return "held"
    planned, proposed = (_last(_status(name), before) for name in ("planned", "proposed"))
    if max(planned, proposed) >= 0:
        return "planned" if planned >= proposed else "proposed"
    if found.trigger.is_noun and _soon_after().match(after):
        return "planned"
    if row.lower(found.first - 1) == "to" and row.sentence.is_headline:
        return "planned"
    return "held"


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


@functools.cache
def _status(name: str) -> re.Pattern[str]:
    return _any_of(read_list("meetings")["status"][name])


@functools.cache
def _no_occasion() -> re.Pattern[str]:
    return _any_of(read_list("meetings")["no_occasion"])


@functools.cache
def _soon_after() -> re.Pattern[str]:
    return re.compile(
        r"[^.;]{0,60}?\b(?:scheduled|planned|set|due|expected|will|slated|is to|are to|next week|next month|tomorrow)\b"
    )


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    alternatives = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])")


def format_of(row: Row, found: Found, parties: Sequence[Mention], has_place: bool) -> MeetingFormat:
    """Return the format from trigger, parties and the words around."""
    around = row.text_between(found.first - 8, found.last + 8)
    if _calls().search(around):
        return "call"
    forces = words_of("meetings", "forces")
    if all(one.name.split()[-1].lower() in forces for one in parties):
        return "encounter"
    if found.trigger.format == "call":
        return "unspecified" if row.lower(found.first) in ("call", "calls") else "call"
    if found.trigger.format == "unspecified" and has_place:
        return "in_person"
    return found.trigger.format


@functools.cache
def _calls() -> re.Pattern[str]:
    return _any_of(read_list("meetings")["call_words"])


def date_near(text: str, row: Row, trigger: Place) -> Place | None:
    """Return the words for a time that stand nearest to the trigger within the clause, those behind it first."""
    start, end = _around(row, trigger)
    before: Place | None = None
    for match in _DATE.finditer(text, start, end):
        place = match.span()
        if place[1] <= trigger[0]:
            is_report = _REPORTED.search(text, max(start, place[0] - 60), place[0])
            if not is_report and not _REPORTING.search(text, place[1], trigger[0]):
                before = place
        elif not _REPORTED.search(text, trigger[1], place[0]):
            is_far = before is not None and place[0] - trigger[1] > trigger[0] - before[1] + 40
            return before if is_far else place
    return before


def _around(row: Row, trigger: Place) -> Place:
    """Return the part of the sentence that is looked at, in whole words: some texts are one sentence of a megabyte."""
    first = bisect_left(row.words, trigger[0] - _FAR, key=lambda word: word.start)
    behind = bisect_left(row.words, trigger[1] + _FAR, key=lambda word: word.start)
    return row.words[first].start, row.words[behind - 1].end


def place_near(text: str, row: Row, trigger: Place) -> Place | None:
    """Return the words for where, nearest to the trigger, those behind it first."""
    best: tuple[int, Place] | None = None
    start, end = _around(row, trigger)
    persons = row.persons[bisect_left(row.persons, (start - _FAR,)) : bisect_left(row.persons, (end,))]
    for match in _PLACE.finditer(text, start, end):
        place = match.span("place")
        if _NO_PLACE.match(text, *place) or text[place[1] : place[1] + 3].replace(" ", "")[:2] in ("'s", "’s"):
            continue
        if place[0] > trigger[1] and _BEYOND.search(text, trigger[1], place[0]):
            continue
        if text[slice(*place)].split()[-1] in adjectives_of_places():
            continue
        if any(first < place[1] and place[0] < last for first, last in persons):
            continue
        if text[place[1] - 1] in ".-":
            place = place[0], place[1] - 1
        distance = place[0] - trigger[1] if place[0] >= trigger[1] else trigger[0] - place[1] + 60
        if distance < 140 and (best is None or distance < best[0]):
            best = (distance, place)
    if best is not None:
        return best[1]
    where = _WHERE.search(text, start, end)
    if where is None or any(first < where.end(1) and where.start(1) < last for first, last in persons):
        return None
    return where.span(1)


def destination_behind(text: str, end: int) -> Place | None:
    """Return where a visit goes, from the words behind the trigger: "visit Kenya", "trip to Oslo"."""
    match = _DESTINATION.match(text, end)
    if match is None or match[1].strip().casefold() not in states_by_place():
        return None
    return match.start(1), match.start(1) + len(match[1].rstrip())


def country_of(place: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of the country in which the place lies, where the lists know it."""
    words = place.removeprefix("the ").strip()
    parts = [words, words.split(", ")[-1], re.sub(r"^(?:north|south|east|west|central)[\w-]*\s+", "", words)]
    for part in parts:
        state = states_by_place().get(part.casefold())
        code = country_named(state or part)
        if code:
            return code
    return None


def topics_after(text: str, start: int, end: int, *, is_noun: bool) -> tuple[str, ...]:
    """Return what a meeting dealt with, from the words behind "on", "about", "to discuss" and the like."""
    end = min(end, start + _FAR)
    for match in _TOPIC.finditer(text, start, end):
        # "Talks on trade" have a topic; whoever "met on the Hill" has a place.
        is_loose = match[0].split()[-1] in ("on", "over") and len(match[0].split()) == 1
        if _NO_TOPIC.match(text, match.end()) or (is_loose and not is_noun):
            continue
        stop = _END_OF_TOPIC.search(text, match.end(), end)
        phrase = text[match.end() : stop.start() if stop else end]
        topics = [" ".join(part.split()) for part in _SPLIT.split(phrase)]
        fitting = [topic for topic in topics if topic and len(topic.split()) <= _MOST_WORDS_OF_TOPIC]
        if fitting:
            return tuple(fitting[:_MOST_TOPICS])
    return ()
