"""Writing files that are whole or absent, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# It can only be read by setting it, which is not safe once threads run.
_UMASK = os.umask(0o022)
os.umask(_UMASK)


def write_whole(path: Path, text: str) -> None:
    """Write `text` (as UTF-8) so that a reader sees the old file or the new one, never a part.

    The folder is created where it is missing. Raises OSError.
    """
    with written_whole(path) as file:
        file.write(text.encode())


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write into, which takes its name once the block has ended, and is gone where it has raised.

    The folder is created where it is missing. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes the file private; results are meant to be shared like any other output.
        draft.chmod(0o666 & ~_UMASK)
        draft.replace(path)
    except BaseException:
        draft.unlink()
        raise
