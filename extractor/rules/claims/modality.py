"""Modality: whether a claim asserts, denies, forecasts, intends or demands."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.models.reply import Modality

_WILL = frozenset(("will", "'ll", "won't", "i'll", "we'll", "would", "wouldn't", "shall"))
_COULD = frozenset(
    ("could", "may", "might", "can", "likely", "expected", "expects", "he'll", "she'll", "they'll", "it'll")
)
_MUST = frozenset(("must", "should", "ought", "shouldn't"))
_HAVE_TO = frozenset(("need", "needs", "has", "have"))
_HEDGES = frozenset(
    ("potential", "unconfirmed", "reportedly", "rumored", "rumoured", "allegedly", "possibly", "purported")
)
_REACH = 12
"""Words in which the main verb of a content is looked for."""
_SELVES = frozenset(("he", "she", "they", "it", "i", "we", "i'll", "we'll"))


def modality_of(cue: Modality, words: Sequence[str]) -> Modality:
    """Return the modality of a content under a cue's own: the main verb's modal tells what the cue leaves open."""
    if cue != "asserted":
        return cue
    start = list(words[:_REACH])
    if _HEDGES & set(start[:3]):
        return "unconfirmed"
    for index, word in enumerate(start):
        following = start[index + 1 : index + 3]
        if word in _MUST or (word in _HAVE_TO and following[:1] == ["to"]):
            return "demanded"
        if word in _WILL or (word == "going" and following[:1] == ["to"]):
            return "intended" if start[0] in _SELVES and not _is_state(following) else "forecast"
        if word in _COULD:
            return "forecast"
    return "asserted"


def _is_state(words: Sequence[str]) -> bool:
    """Tell whether "will" leads to a state rather than a deed: "it will be late", not "it will be closing"."""
    return words[:1] == ["be"] and not words[-1].endswith("ing")
