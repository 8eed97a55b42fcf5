"""Forms: the shorter forms of a person's full name, and whether two names may be one person's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from extractor.linking.parties import Form
from extractor.names import is_shorter_form

_MOST_WORDS = 6
"""Of a name whose shorter forms are looked up: there are three to that power."""


def are_compatible(one: Form, other: object) -> bool:
    """Tell whether two names are the same, or one a shorter form of the other."""
    if not isinstance(other, tuple):
        return False
    shorter, longer = sorted((one, other), key=len)
    return one == other or is_shorter_form(shorter, longer)


def shorter_forms(form: Form) -> Iterator[Form]:
    """Yield what a full name becomes where words are left out or stand as initials, two words at least being left."""
    if len(form) > _MOST_WORDS:
        return
    for words in itertools.product(*((word, word[0], "") for word in form)):
        left = tuple(word for word in words if word)
        if len(left) > 1 and any(len(word) > 1 for word in left):
            yield left
