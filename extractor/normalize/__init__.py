"""Normalising: the model's dates and country codes against what libraries know."""

from extractor.normalize.countries import check_country, country_named
from extractor.normalize.dates import Interval, check_date, direction_of, parse_iso, read_date_text
from extractor.normalize.finding import Finding

__all__ = [
    "Finding",
    "Interval",
    "check_country",
    "check_date",
    "country_named",
    "direction_of",
    "parse_iso",
    "read_date_text",
]
