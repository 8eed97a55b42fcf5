"""Names: which of them may stand for one party, as people's titles, spellings and capitals have it."""

from extractor.names.matching import MatchKind, guess_kind, is_pronoun, match_names, normalize_name

__all__ = ["MatchKind", "guess_kind", "is_pronoun", "match_names", "normalize_name"]
