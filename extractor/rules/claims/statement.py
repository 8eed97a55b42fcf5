"""Statements: a claim's content as one sentence that can stand alone."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.rules.claims.pronoun import PRONOUNS
from extractor.rules.claims.saying import sayings_by_word

_EDGES = " \t\n,;:—–-"
_ENDS = (".", "!", "?", "…")
_UNCHANGED = frozenset(("will", "would", "can", "could", "may", "might", "must", "should", "shall", "had", "did"))
"""Verbs that are the same in the third person."""


def state_claim(content: Sequence[str], source: str, cue: str) -> str:
    """Return the content as one sentence in which the source's own pronoun is its name.

    Only a pronoun that begins the content is replaced: "we", "they", "he" or "she" there is the speaker. What is no
    clause is told with source and cue: "to close the port" becomes "Ida Holm promised to close the port."
    """
    sentence = " ".join(" ".join(part.strip(_EDGES) for part in content).split())
    first, _, rest = sentence.partition(" ")
    is_unchanged = first.lower() in ("i", "we", "they") and rest.partition(" ")[0].lower() in _UNCHANGED
    if is_unchanged or first.lower() in ("he", "she"):
        sentence = f"{source} {rest}"
    elif _needs_cue(sentence, cue):
        sentence = f"{source} {cue} {sentence}"
    is_ended = sentence.rstrip("”\"'’»")[-1:] in _ENDS
    return sentence[:1].upper() + sentence[1:] + ("" if is_ended else ".")


def _needs_cue(sentence: str, cue: str) -> bool:
    """Tell whether the content is the rest of its cue's clause: an infinitive, or an object and "of", "as", "to"."""
    first = sentence.partition(" ")[0]
    sayings = [one for one in sayings_by_word().get(cue, ()) if one.forms & {"past", "third"}]
    if not sayings or first == "to":
        return bool(sayings)
    if any("clause" in one.frames for one in sayings) or first.lower() in PRONOUNS or sentence[-1:] in _ENDS:
        return False
    links = [f" {frame[6:]} " for one in sayings for frame in one.frames if frame.startswith("other ")]
    return any(link in sentence for link in links) or any("names" in one.frames for one in sayings)
