"""A folder of articles to a database of outcomes, whatever happens meanwhile."""

from extractor.batch.journal import FILE_NAME, Journal, JournalReader, RunStatus
from extractor.batch.outcomes import read_outcomes
from extractor.batch.run import Retry, Run

__all__ = ["FILE_NAME", "Journal", "JournalReader", "Retry", "Run", "RunStatus", "read_outcomes"]
