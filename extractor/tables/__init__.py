"""Tables: what analysts read in the database of a run, filled from its extractions."""

from extractor.tables.describing import METADATA_NAME, write_metadata
from extractor.tables.filling import VERSION, fill_tables

__all__ = ["METADATA_NAME", "VERSION", "fill_tables", "write_metadata"]
