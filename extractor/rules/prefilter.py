"""The prefilter: whether an article is worth a model's reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractor.models import Article, Likelihood
from extractor.rules.cast import EMPTY_CAST, read_cast
from extractor.rules.lexicon import words_of
from extractor.rules.meetings import find_meetings, is_about_sport
from extractor.rules.meetings.row import read_row
from extractor.rules.meetings.triggers import find_triggers, may_tell_of_meeting
from extractor.rules.text import Sentence, read_sentences


def is_likely(article: Article) -> Likelihood:
    """Tell whether an article may tell of a meeting; made to miss next to none, so it lets many pass that have none.

    A word of meeting is enough ("met", "talks"); a weak one ("received", "calls") has to tie two parties.
    """
    text = article.text
    sentences = read_sentences(text)
    is_weak = False
    for word in _words_of_meeting(sentences):
        if word not in words_of("meetings", "weak"):
            return Likelihood(is_likely=True, reason=f"it has {word!r}")
        is_weak = True
    if is_weak:
        cast = read_cast(text, sentences)
        for meeting in find_meetings(text, sentences, cast):
            names = " and ".join(cast.parties[party].names[0] for party in meeting.parties)
            return Likelihood(is_likely=True, reason=f"{text[slice(*meeting.triggers[0])]!r} ties {names}")
    reason = "its words of meeting tie no two parties" if is_weak else "it has no word of meeting"
    return Likelihood(is_likely=False, reason=reason)


def _words_of_meeting(sentences: Sequence[Sentence]) -> Iterator[str]:
    for sentence in sentences:
        if may_tell_of_meeting(sentence):
            # Without a cast no mention is known, which is all that this needs and much faster.
            row = read_row(sentence, EMPTY_CAST)
            if not is_about_sport(row):
                yield from (row.text_between(found.first, found.last) for found in find_triggers(row))
