"""What normalising has to say about a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extractor.models import ProblemCode


@dataclass(frozen=True)
class Finding:
    """Why a value was left out, kept with a warning, or filled in."""

    code: ProblemCode
    message: str
    consequence: Literal["left_out", "kept", "filled"]
