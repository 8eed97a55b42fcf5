"""The language of articles that do not say theirs."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from extractor.articles.found import Found
from extractor.errors import ConfigurationError

_SURE = 0.9
"""Least probability, by the detector's own reckoning; short texts often stay below."""
_MOST_CHARACTERS = 4_000
"""That the detector is given; more of them tell it nothing new."""


def detect_languages(articles: Iterable[Found]) -> Iterable[Found]:
    """Fill in the language of each article that has none, with a note, where its words leave little doubt.

    Raises ConfigurationError where the detector is not installed.
    """
    try:
        detector = importlib.import_module("py3langid.langid")
    except ImportError as error:
        wanted = "pip install 'news-event-extractor[language]'"
        raise ConfigurationError(f"The detector of languages is not installed: {wanted}.") from error
    identifier = detector.LanguageIdentifier.from_model_file(detector.MODEL_FILE, norm_probs=True)
    return _Detected(articles, identifier)


@dataclass(frozen=True)
class _Detected:
    """Articles with their languages, each time they are gone through."""

    articles: Iterable[Found]
    identifier: Any

    def __iter__(self) -> Iterator[Found]:
        return (_with_language(found, self.identifier) for found in self.articles)


def _with_language(found: Found, identifier: Any) -> Found:
    article = found.article
    if article is None or article.language:
        return found
    language, probability = identifier.classify(article.text[:_MOST_CHARACTERS])
    if probability < _SURE:
        return found
    note = f"its language, {language}, was detected from its words"
    return replace(found, article=article.model_copy(update={"language": language, "notes": (*article.notes, note)}))
