"""A problem: what an article does not bear out, told in one sentence."""

from __future__ import annotations

from typing import Literal

from extractor.models.record import Record

ProblemCode = Literal[
    "quote_not_found",
    "name_not_found",
    "alias_not_found",
    "role_not_found",
    "unknown_id",
    "repeated_id",
    "repeated_record",
    "unused_participant",
    "too_few_participants",
    "no_evidence",
    "evidence_lost",
    "reference_lost",
    "date_malformed",
    "date_unsupported",
    "date_disagrees",
    "date_read",
    "country_invalid",
    "country_disagrees",
    "not_mended",
    "pass_failed",
]


class Problem(Record):
    """Something in the model's reply that the article does not bear out, or that code had to decide."""

    code: ProblemCode
    kind: str
    """participant, meeting or claim; with a schema of one's own the name of the record's list; reply for what is
    about no record."""
    record: str
    """Id of the record, such as `m1`."""
    field: str
    """Name of the field in the reply, such as `evidence`."""
    value: str | None
    """What the model gave."""
    message: str
    """One sentence: what is wrong and what became of it."""
    consequence: Literal["left_out", "kept", "filled"]
    """Whether the value was left out of the extraction, kept with this warning, or supplied by code."""
