"""Pieces: long articles, cut and read piece by piece."""

from extractor.pieces.cutting import CONTEXT, Piece, cut, halve
from extractor.pieces.reading import Excerpt, pieces_of, read_in_pieces

__all__ = ["CONTEXT", "Excerpt", "Piece", "cut", "halve", "pieces_of", "read_in_pieces"]
