"""Prompts: one Markdown file a task, in sections, filled in with named variables."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import ConfigurationError

if TYPE_CHECKING:
    from jinja2 import Template

_SECTION = re.compile(r"^<!-- (\w+) -->\n", re.MULTILINE)
_FOLDERS = (Path(__file__).parent / "prompts", Path(__file__).parent.parent / "prompts")
"""In an installed wheel the templates lie inside the package, in a checkout beside it."""


@dataclass(frozen=True)
class Prompt:
    """A task's prompt: named sections, each a Jinja template."""

    name: str
    text: str

    @property
    def fingerprint(self) -> str:
        """The first 16 hex digits of the SHA-256 of the template file."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def render(self, section: str, **variables: object) -> str:
        """Fill in a section. The values are inserted as they are, never read as templates.

        Raises ConfigurationError where the section or a variable it names is missing.
        """
        from jinja2 import TemplateError

        if section not in self._templates:
            raise ConfigurationError(f"The prompt {self.name!r} has no section <!-- {section} -->.")
        try:
            return self._templates[section].render(variables)
        except TemplateError as error:
            raise ConfigurationError(f"The prompt {self.name!r}, section {section!r}: {error}.") from error

    @functools.cached_property
    def _templates(self) -> dict[str, Template]:
        from jinja2 import Environment, StrictUndefined

        # Autoescaping is for HTML; here it would change the article's letters, and with them every offset.
        environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701
        parts = _SECTION.split(self.text)
        return {
            name: environment.from_string(text.strip()) for name, text in zip(parts[1::2], parts[2::2], strict=True)
        }


@functools.cache
def load_prompt(name: str) -> Prompt:
    """Load `prompts/NAME.md`. Raises ConfigurationError where there is none."""
    for folder in _FOLDERS:
        path = folder / f"{name}.md"
        if path.is_file():
            return Prompt(name, path.read_text(encoding="utf-8"))
    raise ConfigurationError(f"There is no prompt {name!r} in {_FOLDERS[0]} or {_FOLDERS[1]}.")


def choose_fence(*texts: str) -> str:
    """Return a code that occurs in none of the texts and that their author cannot have foreseen.

    It is a digest of the texts themselves: no text can be written so as to contain its own digest, and the same
    texts always give the same code, so that a recorded request is found again.
    """
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:24]
