"""Articles from files: texts, web pages, documents, feeds, archives, tables, databases, and folders of them.

A format is a function from a `Source` to the `Item`s in it, in a module of its own; `formats.py` says which suffix is
whose. `ArticleReader` alone knows of folders, ids, shards and what becomes of an error.
"""

from extractor.articles.decoding import decode
from extractor.articles.fields import FIELD_NAMES
from extractor.articles.found import Found, Shard
from extractor.articles.language import detect_languages
from extractor.articles.published import parse_published
from extractor.articles.reader import ArticleReader

__all__ = ["FIELD_NAMES", "ArticleReader", "Found", "Shard", "decode", "detect_languages", "parse_published"]
