"""Names: which of them may stand for one party, as people's titles, spellings and capitals have it."""

from extractor.names.matching import (
    MatchKind,
    Name,
    guess_kind,
    is_pronoun,
    is_shorter_form,
    match_names,
    normalize_name,
    read_name,
    state_of,
)

__all__ = [
    "MatchKind",
    "Name",
    "guess_kind",
    "is_pronoun",
    "is_shorter_form",
    "match_names",
    "normalize_name",
    "read_name",
    "state_of",
]
