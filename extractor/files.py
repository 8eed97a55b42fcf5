"""Writing files that are whole or absent, whatever happens meanwhile."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# It can only be read by setting it, which is not safe once threads run.
_UMASK = os.umask(0o022)
os.umask(_UMASK)


def write_whole(path: Path, text: str) -> None:
    """Write `text` (as UTF-8) so that a reader sees the old file or the new one, never a part.

    The folder is created where it is missing. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes the file private; results are meant to be shared like any other output.
        draft.chmod(0o666 & ~_UMASK)
        draft.replace(path)
    except BaseException:
        draft.unlink()
        raise
