"""Sides: the parties that a trigger of a meeting has to its left and right."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.rules.cast import Cast, Mention
from extractor.rules.lexicon import states_by_place, words_of
from extractor.rules.meetings.row import Row
from extractor.rules.meetings.triggers import Found

_PREPOSITIONS = frozenset(
    "of in at from with by to for on about over against near between among during after before than as into under "
    "within without including like despite outside inside across via regarding toward towards behind".split()
)
_SUBJECTS = frozenset("he she they it".split())
_OBJECTS = frozenset("him her them".split())
_TELLING = frozenset("told tells telling informed assured reminded".split())
"""Whom somebody tells is not the subject of what is told."""
_ABOUT = frozenset("on about over regarding".split())
_BEFORE_SUBJECT = frozenset(
    "and but that when while as because where if after before since although though said says which both".split()
)
_GOING_TO = frozenset("visited visit visits visiting left leaving entered reached".split())
"""Verbs whose object is not the subject of "to meet" behind it."""
_POSSESSIVES = frozenset("his her their its".split())
_FAR_LEFT = 28
_FIRST_WORDS = 4
_FAR_RIGHT = 14
_PLACING = frozenset("in at on near".split())


def sides_of(row: Row, found: Found, cast: Cast) -> list[Mention]:
    """Return the parties that the trigger ties together, empty where there are not two sides."""
    trigger = found.trigger
    if trigger.objects_only:
        return _brought_together(row, found.last, cast)
    if trigger.is_noun:
        return _sides_of_noun(row, found, cast)
    return _sides_of_verb(row, found, cast)


def _sides_of_verb(row: Row, found: Found, cast: Cast) -> list[Mention]:
    trigger = found.trigger
    if trigger.is_hosting and row.lower(found.last) == "by":
        objects, _ = _group_at(row, found.last + 1, cast)
    elif trigger.takes_late:
        objects = _after_late(row, found.last, trigger.takes, cast)
    else:
        objects = _after(row, found.last, trigger.takes, cast)
    if (invited := _invited(row, found.first, cast)) and not objects:
        return invited
    subjects = subjects_before(row, found.first, cast) or _fronted(row, found.first, cast)
    if trigger.is_visit:
        objects = [one for one in objects if _can_be_visited(one, subjects)]
    if trigger.followed_by and not _is_followed(row, found):
        return []
    if not objects:
        return (
            subjects
            if not trigger.is_hosting and not trigger.is_visit and _meet_each_other(row, found, subjects)
            else []
        )
    if trigger.is_hosting and not all(one.kind in ("person", "group") for one in objects):
        return []
    return [*subjects, *objects] if subjects else []


def _is_followed(row: Row, found: Found) -> bool:
    later = f" {row.text_between(found.last, found.last + _FAR_RIGHT)} "
    return any(f" {phrase} " in later for phrase in found.trigger.followed_by)


def _sides_of_noun(row: Row, found: Found, cast: Cast) -> list[Mention]:
    last = found.last
    if joined := _joined_by_hyphen(row, found.first, cast):
        return joined
    if (parties := _named_behind(row, last, cast)) is not None:
        if _are_two(parties):
            return parties
        chairs = subjects_before(row, found.first, cast) if parties and _is_held_by(row, found.first) else []
        if parties and chairs and parties[0].kind in ("group", "organization"):
            return [*chairs, *parties]
    if (relative := _in_relative_clause(row, last, cast)) is not None:
        return relative
    if found.trigger.is_visit:
        destinations = _after(row, last, ("to", "with"), cast)
        visitors = _possessor(row, found.first, cast) or subjects_before(row, found.first, cast)
        destinations = [one for one in destinations if _can_be_visited(one, visitors)]
        return [*visitors, *destinations] if visitors and destinations else []
    others = _after(row, last, ("with",), cast)
    if not others and row.lower(last) in _ABOUT:
        others = _after_late(row, last, ("with",), cast)
    if not others and (invited := _invited(row, found.first, cast)):
        return invited
    if others:
        own = _possessor(row, found.first, cast) or subjects_before(row, found.first, cast)
        own = own or _fronted(row, found.first, cast)
        return [*own, *others] if own else []
    subjects = subjects_before(row, found.first, cast)
    if row.lower(last) != "of" and _is_held_by(row, found.first) and _meet_each_other(row, found, subjects):
        return subjects
    return []


def _named_behind(row: Row, index: int, cast: Cast) -> list[Mention] | None:
    """Return the parties of "talks (in Rome) between A and B" or "a meeting of A", None where none are so named."""
    for position in range(index, min(len(row.words), index + 8)):
        if row.lower(position) in ("between", "among", "involving") or (
            position == index and row.lower(position) == "of"
        ):
            return _group_at(row, position + 1, cast)[0]
        if row.lower(position) in (",", "with", ";", ":"):
            break
    return None


def _joined_by_hyphen(row: Row, index: int, cast: Cast) -> list[Mention]:
    """Return the parties of "the Rojas-Hegge summit" or "Kenyan-Peruvian talks"."""
    for position in range(max(0, index - 2), index):
        one, dash, other = row.words[position].text.partition("-") if position >= 0 else ("", "", "")
        named = [cast.mention_named(part) for part in (one, other)] if dash else []
        parties = [mention for mention in named if mention is not None]
        if len(parties) == 2 and _are_two(parties):
            return parties
    return []


def _in_relative_clause(row: Row, index: int, cast: Cast) -> list[Mention] | None:
    """Return the sides of "the talks (that) she had with them"."""
    index += row.lower(index) in ("that", "which")
    is_pronoun = row.lower(index) in _SUBJECTS
    subject = cast.mention_behind(row.words[index].start) if is_pronoun else row.mention(index)
    if subject is None or row.lower(index + 1) not in ("had", "held"):
        return None
    others = _after(row, index + 2, ("with",), cast)
    return [subject, *others] if others else []


def _brought_together(row: Row, index: int, cast: Cast) -> list[Mention]:
    parties, behind = _group_at(row, index, cast)
    for offset in range(8):
        if row.lower(behind + offset) == "with":
            return [*parties, *_group_at(row, behind + offset + 1, cast)[0]]
    return parties


def _after(row: Row, index: int, takes: Sequence[str], cast: Cast) -> list[Mention]:
    """Return the parties behind the trigger, with nothing but times, places and adverbs between."""
    gap = words_of("meetings", "gap")
    is_taken = "" in takes
    is_placing = False
    for position in range(index, min(len(row.words), index + _FAR_RIGHT)):
        word = row.words[position]
        if word.mention is not None:
            if is_placing:
                is_placing = False
                is_taken = False
                continue
            if not is_taken:
                # "held talks Friday with", "met in Rome with": the word that takes the party may still come.
                continue
            return _group_at(row, position, cast)[0]
        if word.lower in takes and word.lower:
            return _group_at(row, position + 1, cast)[0]
        if word.lower in _OBJECTS and is_taken and position == index:
            return _group_at(row, position, cast)[0]
        if word.lower in _PLACING:
            is_placing = True
            is_taken = False
        elif word.text[:1].isupper() or word.text[:1].isdigit():
            continue
        elif word.lower == "," or not (word.lower in gap or word.lower.endswith("ly") or _is_adjective(row, position)):
            return []
    return []


def _is_adjective(row: Row, position: int) -> bool:
    return row.mention(position + 1) is not None and row.lower(position).endswith(("ed", "al", "ive", "ous", "ian"))


def _after_late(row: Row, index: int, takes: Sequence[str], cast: Cast) -> list[Mention]:
    """Return the parties behind the word that takes them, wherever in the clause it stands: "discussed it with B"."""
    for position in range(index, min(len(row.words), index + _FAR_RIGHT)):
        if row.lower(position) in takes:
            return _group_at(row, position + 1, cast)[0]
        if row.lower(position) in (";", ":", "that", "when", "which", "who", "—", '"', "”", "“"):
            break
    return []


def _group_at(row: Row, index: int, cast: Cast) -> tuple[list[Mention], int]:
    """Return the listed mentions at the index, or behind an article or adjectives there, and the index behind."""
    for offset in range(4):
        word = row.lower(index + offset)
        if row.mention(index + offset) is not None:
            listed, behind = row.listed_from(index + offset)
            return _led_by(row, listed, behind)
        if offset == 0 and word in _OBJECTS:
            mention = cast.mention_behind(row.words[index].start)
            return ([mention], index + 1) if mention else ([], index + 1)
        if not word or not (word[0].isalnum() or word == "both") or word in _PREPOSITIONS:
            break
    return [], index


def _led_by(row: Row, listed: list[Mention], behind: int) -> tuple[list[Mention], int]:
    """Let the named leader stand for "a delegation led by"."""
    for phrase in (
        ("led", "by"),
        ("headed", "by"),
        (",", "led", "by"),
        (",", "headed", "by"),
        ("under", "the", "leadership", "of"),
    ):
        if listed and listed[-1].kind in ("group", "organization") and row.says(behind, phrase):
            leaders, after = row.listed_from(behind + len(phrase))
            if leaders:
                return [*listed[:-1], *leaders], after
    return listed, behind


def subjects_before(row: Row, index: int, cast: Cast) -> list[Mention]:
    """Return the parties that are the subject of what stands at the index: the nearest that no preposition takes."""
    position = index - 1
    while position >= max(0, index - _FAR_LEFT):
        word = row.words[position]
        if word.mention is not None:
            listed = row.listed_until(position)
            first = position - _width(row, position, listed)
            is_absolute = row.lower(first - 1) == "with" and row.lower(first - 2) == ","
            is_leader = row.lower(first - 1) == "by" and row.lower(first - 2) in ("led", "headed")
            is_taken = row.lower(first - 1) in _PREPOSITIONS or row.lower(first - 1) in _TELLING
            if row.lower(index - 1) == "to" and row.lower(first - 1) in _GOING_TO and word.mention.kind != "person":
                is_taken = True
            is_taken = is_taken or _is_object(row, first, position)
            if (is_absolute or is_leader or not is_taken) and not _is_possessing(row, position):
                return listed
            if row.lower(first - 1) == "between" and len(listed) > 1:
                return listed
            position = first - 1
            continue
        if word.lower in _SUBJECTS and row.lower(position - 1) not in _PREPOSITIONS:
            mention = cast.mention_behind(word.start)
            return [mention] if mention else []
        if word.lower in (";", ":"):
            return []
        position -= 1
    return []


def _is_object(row: Row, first: int, last: int) -> bool:
    """Tell whether the mention is the object of a verb that goes on: "visited Kabul and held talks"."""
    before = row.lower(first - 1)
    return row.lower(last + 1) in ("and", "before") and before.isalpha() and before not in _BEFORE_SUBJECT


def _fronted(row: Row, index: int, cast: Cast) -> list[Mention]:
    """Return the subject of the clause behind: "During talks with B in Rome, A said"."""
    opens = next(
        (
            position
            for position in range(min(index, _FIRST_WORDS))
            if row.lower(position) in words_of("meetings", "fronting")
        ),
        None,
    )
    if (
        opens is None
        or index - opens > _FAR_LEFT
        or any(row.lower(position) == "," for position in range(opens, index))
    ):
        return []
    for position in range(index, min(len(row.words) - 1, index + _FAR_LEFT)):
        if row.lower(position) == ",":
            subject, _ = _group_at(row, position + 1, cast)
            if not subject and row.lower(position + 1) in _SUBJECTS:
                mention = cast.mention_behind(row.words[position + 1].start)
                subject = [mention] if mention else []
            return subject
    return []


def _invited(row: Row, index: int, cast: Cast) -> list[Mention]:
    """Return host and guest of "A invited B to talks"."""
    for position in range(index - 1, max(-1, index - 9), -1):
        if row.lower(position) in words_of("meetings", "inviting"):
            guests, _ = _group_at(row, position + 1, cast)
            hosts = subjects_before(row, position, cast)
            return [*hosts, *guests] if guests and hosts else []
    return []


def _width(row: Row, position: int, listed: Sequence[Mention]) -> int:
    start = listed[0].start
    width = 0
    while position - width > 0 and row.words[position - width].start > start:
        width += 1
    return width


def _is_possessing(row: Row, position: int) -> bool:
    return row.lower(position + 1)[-1:] == "s" and row.lower(position + 1)[:1] in ("'", "’")


def _possessor(row: Row, index: int, cast: Cast) -> list[Mention]:
    """Return whose meeting it is: "Ruto's second meeting", "their meeting"."""
    for position in range(index - 1, max(-1, index - 8), -1):
        word = row.words[position]
        if word.lower in _POSSESSIVES:
            mention = cast.mention_behind(word.start)
            return [mention] if mention else []
        if word.mention is not None:
            return row.listed_until(position) if _is_possessing(row, position) else []
        if word.lower in _PREPOSITIONS or word.lower in (",", "and"):
            return []
    return []


def _is_held_by(row: Row, index: int) -> bool:
    """Tell whether a verb of holding stands shortly before the noun."""
    light = words_of("meetings", "light_verbs")
    return any(row.lower(position) in light for position in range(max(0, index - 8), index))


def _meet_each_other(row: Row, found: Found, subjects: Sequence[Mention]) -> bool:
    are_more = _are_two(subjects) or any(is_collective(one) for one in subjects)
    return are_more and row.mention(found.last) is None


def _are_two(parties: Sequence[Mention]) -> bool:
    return len({one.party for one in parties}) > 1


def is_collective(party: Mention) -> bool:
    """Tell whether it is a word for parties that were named before: "the two leaders", "both sides"."""
    # "The leaders" or "two leaders", whose article or number is no part of the name, and not "leaders" of any sort.
    is_definite = party.end - party.start > len(party.name) or party.name.lower().startswith("both")
    return party.kind == "group" and is_definite and party.name.lower() in words_of("meetings", "collective")


def _can_be_visited(destination: Mention, visitors: Sequence[Mention]) -> bool:
    """Tell whether a visit there is one to a counterpart: persons, or the country that receives an official."""
    if destination.kind in ("person", "group"):
        return True
    own = {_state_of(one) for one in visitors} - {None}
    return destination.kind == "state" and bool(own) and _state_of(destination) not in own


def _state_of(party: Mention) -> str | None:
    return states_by_place().get(party.name.casefold()) if party.kind == "state" else party.represents
