"""Merging: one article's records from several readings of it."""

from extractor.meetings.merging.merge import merge_records

__all__ = ["merge_records"]
