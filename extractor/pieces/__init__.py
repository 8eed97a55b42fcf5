"""Pieces: long articles read piece by piece."""

from extractor.pieces.cutting import CONTEXT, Piece, cut, halve

__all__ = ["CONTEXT", "Piece", "cut", "halve"]
