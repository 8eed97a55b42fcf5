from datetime import date
from typing import Literal

from pydantic import BaseModel

from extractor import Quote


class Target(BaseModel):
    name: Quote
    kind: Literal["person", "organization", "state", "group"]


class Sanction(BaseModel):
    sender: Quote
    measure: Literal["asset_freeze", "travel_ban", "export_ban", "import_ban", "dealings_ban", "other"]
    status: Literal["in_force", "announced", "proposed", "suspended", "lifted", "ruled_out"]
    targets: list[Target]
    since: date | None
    evidence: list[Quote]


class Sanctions(BaseModel):
    sanctions: list[Sanction]
