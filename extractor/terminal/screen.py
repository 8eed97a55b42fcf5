"""The console, what may be written to it, and the table of what was found."""

from __future__ import annotations

import unicodedata

from rich import box
from rich.console import Console
from rich.table import Table

_NARROWEST = 100
"""Columns that a table needs; a pipe has no width of its own."""


def console(*, stderr: bool = False) -> Console:
    """Return a console for messages (stderr) or results (stdout), wide enough for the table in a pipe."""
    made = Console(stderr=stderr, highlight=False, emoji=False, soft_wrap=stderr)
    if not made.is_terminal:
        made.width = max(made.width, _NARROWEST)
    return made


def clean(text: str) -> str:
    """Return text that a terminal only shows, of the same length: what would control it becomes a visible mark."""
    return "".join(
        character if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf") else "\ufffd"
        for character in text.replace("\r", " ")
    )


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def empty_table() -> Table:
    """Return a table without columns, in the form that all tables of records have."""
    return Table(box=box.HORIZONTALS, show_lines=True, expand=True, pad_edge=False)
