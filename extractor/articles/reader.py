"""The walk over files and folders, from each item in them to an article or to why it is none."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from extractor.articles.fields import FIELD_NAMES, escaped, mended, text_or_none
from extractor.articles.formats import format_of, is_read
from extractor.articles.found import Found, Shard
from extractor.articles.ids import Ids
from extractor.articles.item import Content, Item
from extractor.articles.published import parse_published
from extractor.articles.source import STANDARD_INPUT, Source, split_suffix
from extractor.errors import ArticleError
from extractor.models import Article

log = logging.getLogger(__name__)


_PAGE_SUFFIXES = (".html", ".htm")
"""Of pages that a browser saves with a folder beside them."""


class ArticleReader:
    """Reads articles from files and folders, one at a time, in a fixed order.

    Iterating yields a `Found` for each file or record, also for those that cannot be read. Ids are unique: the record's
    own, or the path below the folder without its suffix. The path `-` is standard input.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        fields: Mapping[str, str] | None = None,
        *,
        shard: Shard | None = None,
        query: str | None = None,
    ) -> None:
        """Prepare to read. `fields` names the key of a record for a field of the article, such as text=body.

        Of a `shard` only the articles that fall to it are read. `query` is what SQLite databases are asked.
        """
        self.ignored = 0
        """Files of other kinds that lay in the folders."""
        self._paths = list(paths)
        self._names = {**FIELD_NAMES, **{field: (key,) for field, key in (fields or {}).items()}}
        self._shard = shard
        self._query = query

    def __iter__(self) -> Iterator[Found]:
        with contextlib.closing(Ids()) as ids:
            for source, id in self._sources():
                for path, own_id, item in self._items(source, id):
                    yield _read(path, own_id, item, ids)

    def count(self) -> int:
        """Return how many articles there are to read. Standard input, which can be read only once, counts as one.

        Files of records are gone through, but nothing in a record is read.
        """
        return sum(
            1 if source.is_standard_input else sum(1 for _ in self._items(source, id)) for source, id in self._sources()
        )

    def _sources(self) -> Iterator[tuple[Source, str]]:
        """Yield every file with the id of the article that it is."""
        self.ignored = 0
        for path in self._paths:
            if path != STANDARD_INPUT and _is_folder(path):
                yield from self._files_below(str(path))
            else:
                yield self._source(str(path)), "stdin" if path == STANDARD_INPUT else _id_of(path.name)

    def _source(self, name: str) -> Source:
        return Source(name, self._names, self._query)

    def _files_below(self, folder: str) -> Iterator[tuple[Source, str]]:
        # Links to folders are not followed: they may lead out of the archive, or in a circle.
        closed: list[tuple[str, str]] = []
        waiting = [(folder, "")]
        while waiting:
            parent, below = waiting.pop()
            try:
                folders, names = self._listed(parent)
            except OSError:
                closed.append((parent, below))
                continue
            for name in names:
                yield self._source(_joined(parent, name)), _id_of(_joined(below, name))
            waiting += ((_joined(parent, name), _joined(below, name)) for name in reversed(folders))
        # Reading a folder that cannot be listed as if it were a file fails, and tells why.
        for parent, below in closed:
            yield self._source(parent), _id_of(below or Path(parent).name)

    def _listed(self, folder: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files of articles in a folder, each in order."""
        folders, names, pages = [], [], set()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    if not name.startswith("."):
                        folders.append(name)
                    continue
                if entry.is_symlink() and _is_folder(Path(entry.path)):
                    continue
                suffix = split_suffix(name)[1]
                if suffix in _PAGE_SUFFIXES:
                    pages.add(name)
                is_ours = is_read(suffix, query=self._query)
                if name.startswith(".") or not is_ours or _is_endless(entry):
                    self.ignored += 1
                else:
                    names.append(name)
        names.sort()
        return sorted(name for name in folders if not _belongs_to_page(name, pages)), names

    def _items(self, source: Source, id: str) -> Iterator[tuple[str, str, Item]]:
        """Yield what a file holds for this shard, with its path and id; what ends the file early is its last item."""
        shown = _printable(source.name)
        try:
            for item in format_of(source)(source):
                path = f"{shown}#{item.number}" if item.number else shown
                if self._is_ours(path):
                    yield path, id if item.number is None or item.is_alone else f"{id}:{item.number}", item
        except Exception as error:  # noqa: BLE001 - parsers raise whatever they like of a damaged file
            if self._is_ours(shown):
                yield shown, id, _failing(error)

    def _is_ours(self, shown: str) -> bool:
        return self._shard is None or self._shard.has(shown)


def _read(path: str, id: str, item: Item, ids: Ids) -> Found:
    try:
        content = item.read()
    except Exception as error:  # noqa: BLE001 - as above
        return Found(path, ids.unique(id), error=ArticleError(f"{path!r} {_reason(error)}."))
    unique = ids.unique(text_or_none(content.fields.get("id")) or id)
    article = _article(unique, content)
    if article is None:
        return Found(path, unique, error=ArticleError(f"{path!r} is empty."))
    for note in article.notes:
        log.info("%s: %s", path, note)
    return Found(path, unique, article=article)


def _article(id: str, content: Content) -> Article | None:
    fields = content.fields
    text, mendings = mended(str(fields["text"]))
    notes = [*content.notes, *mendings]
    given = fields.get("published")
    said = text_or_none(given)
    published = parse_published(given if isinstance(given, date) else said)
    if given and published is None:
        notes.append(f"the publication date {(said or type(given).__name__)[:60]!r} is not understood")
    if not text.strip():
        return None
    others = {name: text_or_none(fields[name]) for name in ("title", "source", "url", "language") if name in fields}
    return Article(id=id, text=text, published=published, notes=tuple(notes), **others)


def _failing(error: Exception) -> Item:
    def read() -> Content:
        raise error

    return Item(read)


def _reason(error: Exception) -> str:
    """Return why something cannot be read, worded to follow its name."""
    if isinstance(error, ArticleError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror}"
    said = escaped(" ".join(str(error).split()))[:200].rstrip(".")
    return f"is damaged: {said or type(error).__name__}"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long; reading it as a file tells why
        return False


def _is_endless(entry: os.DirEntry[str]) -> bool:
    """Tell whether something in a folder is a pipe or a device, from which one could read for ever."""
    try:
        return not entry.is_file() and not stat.S_ISSOCK(entry.stat().st_mode)
    except OSError:  # reading it tells why
        return False


def _belongs_to_page(folder: str, pages: Container[str]) -> bool:
    """Tell whether a folder has the pictures and frames of a page that a browser saved beside it."""
    stem = folder.removesuffix("_files")
    return stem != folder and any(f"{stem}{suffix}" in pages for suffix in _PAGE_SUFFIXES)


def _joined(folder: str, name: str) -> str:
    """Return the path of what lies in a folder, as a Path would have it."""
    return name if folder in ("", ".") else os.path.join(folder, name)  # noqa: PTH118 - a Path for each costs more


def _id_of(name: str) -> str:
    return _printable(split_suffix(name)[0])


def _printable(path: str) -> str:
    """Return a path as text that can be written anywhere, with undecodable bytes and control characters escaped."""
    return path if path.isprintable() else escaped(os.fsencode(path).decode("utf-8", "backslashreplace"))
