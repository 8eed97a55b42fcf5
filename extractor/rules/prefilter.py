"""The prefilter: whether an article is worth a model's reading."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.models import Article
from extractor.rules.meetings import find_meetings
from extractor.rules.parties import read_cast
from extractor.rules.text import read_sentences


@dataclass(frozen=True)
class Likelihood:
    """Whether an article seems to tell of a meeting, and by which words."""

    is_likely: bool
    reason: str


def is_likely(article: Article) -> Likelihood:
    """Tell whether an article seems to tell of a meeting; made to miss few, and to let pass many that have none."""
    text = article.text
    sentences = read_sentences(text)
    cast = read_cast(text, sentences)
    meetings = find_meetings(text, sentences, cast)
    if meetings:
        start, end = meetings[0].triggers[0]
        return Likelihood(True, f"{text[start:end]!r} ties two parties")
    return Likelihood(False, "no word of meeting ties two parties")
