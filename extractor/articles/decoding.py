"""Decoding: the bytes of a text to its characters."""

from __future__ import annotations

import codecs
import unicodedata

from extractor.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")
"""What texts have none of, or few."""


def decode(data: bytes) -> tuple[str, list[str]]:
    """Decode the bytes of a text: by their byte order mark, as UTF-8, or as what they look like.

    Returns the text with a note where the encoding was guessed. Raises ArticleError, worded to follow the name of the
    file, for what is no text.
    """
    if data.isascii() and not _is_binary(data):
        return data.decode("ascii"), []
    encoding, notes = encoding_of(data)
    return data.decode(encoding), notes


def encoding_of(data: bytes) -> tuple[str, list[str]]:
    """Return an encoding in which the bytes of a text can be decoded, as `decode` does."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                data.decode(encoding)
            except UnicodeDecodeError as error:
                raise ArticleError(f"is marked as {encoding} but is not: {error.reason}") from error
            return encoding, [] if encoding == "utf-8-sig" else [f"read as {encoding}, by its mark"]
    if _is_binary(data):
        raise ArticleError("is not a text but binary data")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)
    return "utf-8", []


def _guess(data: bytes) -> tuple[str, list[str]]:
    import chardet

    guess = chardet.detect(data, prefer_superset=True)["encoding"]
    for candidate in (guess, "Windows-1252"):
        try:
            decoded = data.decode(candidate or "utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
        # A few accents among Latin letters are seldom Greek or Cyrillic, however sure the detector is.
        if candidate and (candidate != guess or not _mixes_scripts(decoded)):
            return candidate, [f"read as {candidate}, which is a guess from its bytes: it is not UTF-8"]
    raise ArticleError("is neither UTF-8 nor in any encoding that its bytes tell")


def _mixes_scripts(text: str) -> bool:
    """Tell whether most letters are plain Latin ones and another is of no Latin alphabet at all."""
    letters = [character for character in text[:20_000] if character.isalpha()]
    others = {character for character in letters if not character.isascii()}
    plain = sum(character.isascii() for character in letters)
    return plain > len(letters) * 0.8 and any("LATIN" not in unicodedata.name(one, "LATIN") for one in others)


def _is_binary(data: bytes) -> bool:
    sample = data[:65536]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(8, len(sample) // 50)
