"""What people see in a terminal: tables of records, the progress of a run, an article with its evidence."""

from extractor.terminal.article import article_view
from extractor.terminal.meetings import STATUS_STYLES, meetings_table
from extractor.terminal.records import records_table
from extractor.terminal.screen import clean, console
from extractor.terminal.status import cost_in_words, outcome_line, status_view

__all__ = [
    "STATUS_STYLES",
    "article_view",
    "clean",
    "console",
    "cost_in_words",
    "meetings_table",
    "outcome_line",
    "records_table",
    "status_view",
]
