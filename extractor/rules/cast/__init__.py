"""The cast: the parties that an article names, and where."""

from extractor.rules.cast.cast import EMPTY_CAST, Cast, Mention, Party
from extractor.rules.cast.parties import read_cast

__all__ = ["EMPTY_CAST", "Cast", "Mention", "Party", "read_cast"]
