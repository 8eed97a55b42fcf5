"""What reading gives: found articles, all of them or those of one shard."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from extractor.errors import ArticleError
from extractor.models import Article


@dataclass(frozen=True)
class Found:
    """Something that should be an article: the article, or why it is none."""

    path: str
    """Where it was found; behind `#`, the number of the record in its file."""
    id: str
    article: Article | None = None
    error: ArticleError | None = None


@dataclass(frozen=True)
class Shard:
    """One of several parts of the articles, told apart by the names of their paths, so that all can be read apart."""

    number: int
    """From 1 to `of`."""
    of: int

    def has(self, path: str) -> bool:
        """Tell whether the article at a path falls to this part."""
        return int.from_bytes(hashlib.sha256(path.encode()).digest()[:8]) % self.of == self.number - 1
