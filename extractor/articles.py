"""Articles from files: text and Markdown, JSON and JSON Lines, and folders of them."""

from __future__ import annotations

import codecs
import hashlib
import json
import logging
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from extractor.errors import ArticleError
from extractor.models import Article

log = logging.getLogger(__name__)

TEXT_SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})
JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})

FIELD_NAMES: Mapping[str, Sequence[str]] = {
    "id": ("id", "article_id", "uuid"),
    "text": ("text", "body", "content", "article", "maintext", "full_text"),
    "title": ("title", "headline"),
    "published": ("published", "date", "published_at", "publication_date", "date_published", "pubdate", "datetime"),
    "source": ("source", "outlet", "publisher", "source_name", "source_domain"),
    "url": ("url", "link", "canonical_url"),
    "language": ("language", "lang"),
}
"""For each field of an article, the names under which JSON records and front matter have it, first one found wins."""

_MOST_BYTES = 50_000_000
"""Of one file or JSON Lines record; no news article comes near it."""
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_DAY_AND_MONTH = re.compile(r"(?<![\d./-])\d{1,2}[./ -]\d{1,2}[./ -]\d")
"""Digits in which the day and the month cannot be told apart, such as 03/04/2019."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


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


class ArticleReader:
    """Reads articles from files and folders, one at a time, in a fixed order.

    Iterating yields a `Found` for each file or record, also for those that cannot be read. Ids are unique: the record's
    own, or the path below the folder without its suffix.
    """

    def __init__(
        self, paths: Iterable[Path], fields: Mapping[str, str] | None = None, *, shard: Shard | None = None
    ) -> None:
        """Prepare to read. `fields` names the key of a JSON record for a field of the article, such as text=body.

        Of a `shard` only the articles that fall to it are read.
        """
        self.ignored = 0
        """Files of other kinds that lay in the folders."""
        self._paths = list(paths)
        self._names = {**FIELD_NAMES, **{field: (key,) for field, key in (fields or {}).items()}}
        self._shard = shard
        self._ids: dict[str, int] = {}

    def __iter__(self) -> Iterator[Found]:
        self.ignored = 0
        self._ids = {}
        for path in self._paths:
            if _is_folder(path):
                for file in self._files_below(path):
                    yield from self._read_file(file, _printable(file.relative_to(path).with_suffix("")))
            else:
                yield from self._read_file(path, _printable(Path(path.stem)))

    def count(self) -> int:
        """Return how many articles there are to read, without reading those that are a file each."""
        files = (file for path in self._paths for file in (self._files_below(path) if _is_folder(path) else [path]))
        return sum(self._count_file(file) for file in files)

    def _count_file(self, path: Path) -> int:
        shown = _printable(path)
        try:
            if path.suffix.lower() == ".json":
                value = json.loads(decode(_read_bytes(path))[0])
                records = len(value) if isinstance(value, list) else 1
                return sum(self._is_ours(f"{shown}#{n}") for n in range(1, records + 1))
            if path.suffix.lower() in JSON_SUFFIXES:
                with path.open("rb") as file:
                    return sum(self._is_ours(f"{shown}#{n}") for n, line in enumerate(_lines(file), 1) if line.strip())
        except (ArticleError, OSError, ValueError, RecursionError):
            pass  # it is one item that cannot be read
        return int(self._is_ours(shown))

    def _is_ours(self, shown: str) -> bool:
        return self._shard is None or self._shard.has(shown)

    def _files_below(self, folder: Path) -> Iterator[Path]:
        # Links to folders are not followed: they may lead out of the archive, or in a circle.
        closed: list[OSError] = []
        waiting = [folder]
        while waiting:
            parent = waiting.pop()
            try:
                folders, names = self._listed(parent)
            except OSError as error:
                closed.append(error)
                continue
            yield from (Path(parent, name) for name in names)
            waiting += (Path(parent, name) for name in reversed(folders))
        # Reading a folder that cannot be listed as if it were a file fails, and tells why.
        yield from (Path(error.filename) for error in closed)

    def _listed(self, folder: Path) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the articles in a folder, each in order."""
        folders, names = [], []
        with os.scandir(folder) as entries:
            for entry in entries:
                suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - a Path for each costs more
                is_ours = suffix in TEXT_SUFFIXES or suffix in JSON_SUFFIXES
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith("."):
                        folders.append(entry.name)
                elif entry.is_symlink() and _is_folder(Path(entry.path)):
                    continue
                elif entry.name.startswith(".") or not is_ours or _is_endless(entry):
                    self.ignored += 1
                else:
                    names.append(entry.name)
        return sorted(folders), sorted(names)

    def _read_file(self, path: Path, id: str) -> Iterator[Found]:
        shown = _printable(path)
        reason = None
        try:
            if path.suffix.lower() in JSON_SUFFIXES:
                yield from self._read_records(path, id)
            elif self._is_ours(shown):
                yield self._found(shown, id, *self._read_text(path))
        except ArticleError as error:
            reason = f"{error}."
        except OSError as error:
            reason = f"cannot be read: {error.strerror or type(error).__name__}."
        if reason and self._is_ours(shown):
            yield Found(shown, self._unique(id), error=ArticleError(f"{shown!r} {reason}"))

    def _read_text(self, path: Path) -> tuple[Mapping[str, Any], list[str]]:
        text, notes = decode(_read_bytes(path))
        match = _FRONT_MATTER.match(text)
        known = _parse_front_matter(match.group(1), self._names) if match else None
        if match is None or known is None:
            return {"text": text}, notes
        return {**known, "text": text[match.end() :].lstrip("\r\n")}, notes

    def _read_records(self, path: Path, id: str) -> Iterator[Found]:
        if path.suffix.lower() == ".json":
            text, notes = decode(_read_bytes(path))
            try:
                value = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise ArticleError(f"is not JSON: {error}") from error
            records = value if isinstance(value, list) else [value]
            numbered = enumerate(records, 1)
            for number, record in numbered:
                if not self._is_ours(f"{_printable(path)}#{number}"):
                    continue
                single = not isinstance(value, list)
                yield self._read_record(path, id if single else f"{id}:{number}", number, record, notes)
            return
        with path.open("rb") as file:
            for number, line in enumerate(_lines(file), 1):
                if not line.strip() or not self._is_ours(f"{_printable(path)}#{number}"):
                    continue
                try:
                    text, notes = decode(line)
                    record = json.loads(text)
                except (ValueError, RecursionError) as error:
                    yield self._unreadable(path, f"{id}:{number}", number, f"is not JSON: {error}")
                except ArticleError as error:
                    yield self._unreadable(path, f"{id}:{number}", number, str(error))
                else:
                    yield self._read_record(path, f"{id}:{number}", number, record, notes)

    def _read_record(self, path: Path, id: str, number: int, record: object, notes: list[str]) -> Found:
        shown = f"{_printable(path)}#{number}"
        if not isinstance(record, dict):
            return self._unreadable(path, id, number, "is not a JSON object")
        fields = _mapped(record, self._names)
        if not isinstance(fields.get("text"), str):
            names = _escaped(", ".join(list(record)[:12]))
            error = ArticleError(f"{shown!r} has no text; its fields are: {names}. Name one with --field text=NAME.")
            return Found(shown, self._unique(id), error=error)
        return self._found(shown, id, fields, notes)

    def _unreadable(self, path: Path, id: str, number: int, why: str) -> Found:
        shown = f"{_printable(path)}#{number}"
        return Found(shown, self._unique(id), error=ArticleError(f"{shown!r} {why}."))

    def _found(self, shown: str, id: str, fields: Mapping[str, Any], notes: Sequence[str]) -> Found:
        unique = self._unique(_text_or_none(fields.get("id")) or id)
        text, mended = _mended(fields["text"])
        noted = [*notes, *mended]
        given = fields.get("published")
        said = _text_or_none(given)
        published = parse_published(said)
        if given and published is None:
            noted.append(f"the publication date {(said or type(given).__name__)[:60]!r} is not understood")
        if not text.strip():
            return Found(shown, unique, error=ArticleError(f"{shown!r} is empty."))
        article = Article(
            id=unique,
            text=text,
            published=published,
            notes=tuple(noted),
            **{name: _text_or_none(fields.get(name)) for name in ("title", "source", "url", "language")},
        )
        for note in noted:
            log.info("%s: %s", shown, note)
        return Found(shown, unique, article=article)

    def _unique(self, id: str) -> str:
        unique = id
        while unique in self._ids:
            # How often the id came so far, so that many records of one id take no quadratic time.
            self._ids[id] += 1
            unique = f"{id}~{self._ids[id]}"
        self._ids[unique] = 1
        return unique


def decode(data: bytes) -> tuple[str, list[str]]:
    """Decode the bytes of a text: by their byte order mark, as UTF-8, or as what they look like.

    Returns the text with a note where the encoding was guessed. Raises ArticleError, worded to follow the name of the
    file, for what is no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), [] if encoding == "utf-8-sig" else [f"read as {encoding}, by its mark"]
            except UnicodeDecodeError as error:
                raise ArticleError(f"is marked as {encoding} but is not: {error.reason}") from error
    if _is_binary(data):
        raise ArticleError("is not a text but binary data")
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    import chardet

    guess = chardet.detect(data, prefer_superset=True)["encoding"]
    for candidate in (guess, "Windows-1252"):
        try:
            decoded = data.decode(candidate or "utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
        # A few accents among Latin letters are seldom Greek or Cyrillic, however sure the detector is.
        if candidate != guess or not _mixes_scripts(decoded):
            return decoded, [f"read as {candidate}, which is a guess from its bytes: it is not UTF-8"]
    raise ArticleError("is neither UTF-8 nor in any encoding that its bytes tell")


def _mixes_scripts(text: str) -> bool:
    """Tell whether most letters are plain Latin ones and another is of no Latin alphabet at all."""
    letters = [character for character in text[:20_000] if character.isalpha()]
    others = {character for character in letters if not character.isascii()}
    plain = sum(character.isascii() for character in letters)
    return plain > len(letters) * 0.8 and any("LATIN" not in unicodedata.name(one, "LATIN") for one in others)


def parse_published(value: object) -> date | None:
    """Read a day of publication: a date, ISO 8601, the form of e-mail and feeds, or words such as "14 March 2019".

    None where the value is none of these: "03/04/2019", which means two days, is none, nor is "yesterday" or a count
    of seconds.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    if text.isdecimal() and len(text) != len("20190314"):
        return None
    for parse in (_parse_iso, parsedate_to_datetime):
        try:
            return parse(text).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    if len(text) > 60 or not re.search(r"[^\W\d_]{3}", text) or _DAY_AND_MONTH.search(text):
        return None
    import dateparser

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    found = dateparser.parse(text, languages=["en"], settings=settings)
    return found.date() if found else None


def _parse_iso(text: str) -> datetime:
    return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d|Z$)", "", text))  # such as 2019-03-14 10:00:00 +0000


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


def _read_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ArticleError(f"is larger than {_MOST_BYTES // 1_000_000} MB, which no article is")
    return data


def _lines(file: Any) -> Iterator[bytes]:
    """Yield the lines of a file; one longer than any article comes in pieces, none of which is JSON."""
    while line := file.readline(_MOST_BYTES):
        yield line


def _is_binary(data: bytes) -> bool:
    sample = data[:65536]
    controls = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x1b")
    return controls > max(8, len(sample) // 50)


def _parse_front_matter(block: str, names: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """Return the fields of a YAML block, or None where it is no front matter but part of the text."""
    import yaml

    try:
        # This loader leaves every value as it is written: `no` is a language and 0012 an id.
        values = yaml.load(block, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    known = _mapped(values, names)
    if not known.keys() - {"text"}:
        return None
    return {field: value for field, value in known.items() if field != "text" and value not in ("~", "null")}


def _mapped(record: Mapping[Any, Any], names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    lower = {str(key).lower(): value for key, value in record.items()}
    found = {}
    for field, keys in names.items():
        values = (record.get(key, lower.get(key.lower())) for key in keys)
        value = next((value for value in values if value is not None), None)
        if value is not None:
            found[field] = value
    return found


def _text_or_none(value: object) -> str | None:
    text = _mended(str(value))[0].strip() if isinstance(value, str | int | float) else ""
    return text or None


def _mended(text: str) -> tuple[str, list[str]]:
    """Return the text without what cannot be stored, and a note of each kind of it that was there."""
    notes = []
    if "\0" in text:
        text = text.replace("\0", "")
        notes.append("NUL characters were removed")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        notes.append("half surrogate pairs were replaced by U+FFFD")
    return text, notes


def _printable(path: Path) -> str:
    """Return a path as text that can be written anywhere, with undecodable bytes and control characters escaped."""
    return _escaped(os.fsencode(path).decode("utf-8", "backslashreplace"))


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
