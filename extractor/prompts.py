"""Prompts: Markdown files in sections, filled in with named variables."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ConfigurationError

if TYPE_CHECKING:
    from jinja2 import Template

_SECTION = re.compile(r"^<!-- (\w+) -->\n", re.MULTILINE)
_FOLDERS = (Path(__file__).parent / "prompts", Path(__file__).parent.parent / "prompts")
"""In an installed wheel the templates lie inside the package, in a checkout beside it."""
_FRAME = "frame"
"""The prompt with the sections that others do not give themselves."""
_EVERYTHING: Mapping[str, object] = {
    "text": "",
    "title": "",
    "source": "",
    "published": None,
    "fence": "",
    "problems": ("",),
    "excerpt": None,
    "statement_language": "English",
}
"""What the sections may be told."""


@dataclass(frozen=True)
class Prompt:
    """A task's prompt: named sections, each a Jinja template."""

    name: str
    sections: Mapping[str, str]
    variables: Mapping[str, object] = field(default_factory=dict)
    """What the sections are told, beside what `render` is given."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits that name the sections and variables."""
        told = repr((sorted(self.sections.items()), sorted(self.variables.items())))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def render(self, section: str, **variables: object) -> str:
        """Fill in a section. The values are inserted as they are, never read as templates.

        Raises ConfigurationError where the section or a variable it names is missing.
        """
        from jinja2 import TemplateError

        try:
            return self._templates[section].render({**self.variables, **variables})
        except KeyError:
            raise ConfigurationError(f"The prompt {self.name!r} has no section <!-- {section} -->.") from None
        except TemplateError as error:
            raise ConfigurationError(f"The prompt {self.name!r}, section {section!r}: {error}.") from error

    @functools.cached_property
    def _templates(self) -> dict[str, Template]:
        from jinja2 import Environment, StrictUndefined, TemplateError

        # Autoescaping is for HTML; here it would change the article's letters, and with them every offset.
        environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701
        try:
            return {name: environment.from_string(text.strip()) for name, text in self.sections.items()}
        except TemplateError as error:
            raise ConfigurationError(f"The prompt {self.name!r} is no template: {error}.") from error


@functools.cache
def load_prompt(name: str) -> Prompt:
    """Load `prompts/NAME.md`, with the frame's sections where it has none. Raises ConfigurationError."""
    return Prompt(name, _read(_FRAME) | _read(name))


def frame_prompt(name: str, words: str, *, quotes: Sequence[str]) -> Prompt:
    """Return the prompt of a task of one's own: instructions in the frame, or sections in the place of the frame's.

    `quotes` are the fields that hold quotes, as they are written.
    """
    frame, own = _read(_FRAME), _split(words)
    if unknown := own.keys() - frame.keys():
        known = ", ".join(f"<!-- {section} -->" for section in frame)
        raise ConfigurationError(f"The prompt of {name} has a section <!-- {min(unknown)} -->; there are {known}.")
    before = _SECTION.split(words)[0].strip()
    prompt = Prompt(name, frame | own, {"instructions": before, "quotes": tuple(quotes)})
    if not before and "system" not in own:
        raise ConfigurationError(f"The prompt of {name} does not say what to look for.")
    # A fault in a template is to be found before an article is paid for.
    for section in prompt.sections:
        prompt.render(section, **_EVERYTHING)
    return prompt


def _read(name: str) -> dict[str, str]:
    for folder in _FOLDERS:
        path = folder / f"{name}.md"
        if path.is_file():
            return _split(path.read_text(encoding="utf-8"))
    raise ConfigurationError(f"There is no prompt {name!r} in {_FOLDERS[0]} or {_FOLDERS[1]}.")


def _split(text: str) -> dict[str, str]:
    parts = _SECTION.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def choose_fence(*texts: str) -> str:
    """Return a code that occurs in none of the texts and that their author cannot have foreseen.

    It is a digest of the texts themselves: no text can be written so as to contain its own digest, and the same
    texts always give the same code, so that a recorded request is found again.
    """
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:24]
