"""The report: a run as a page to search, to read with its evidence, and to correct."""

from extractor.report.files import Written
from extractor.report.page import MOST_ARTICLES, write_report

__all__ = ["MOST_ARTICLES", "Written", "write_report"]
