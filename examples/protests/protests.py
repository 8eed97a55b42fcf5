"""Protest events: where people took to the streets, how many by whose count, for what, and what the police did."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from extractor import Quote


class Record(BaseModel):
    """A record whose fields are described by the strings below them."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Count(Record):
    """How many people took part or were arrested, by one source."""

    number: int = Field(ge=1)
    """As a number; "thousands" is 2000, "hundreds" 200, "some 200" 200."""
    counted_by: Quote | None
    """Who says so, as the article names them; null where the article says so itself."""
    words: Quote
    """The article's words for the number."""


class Protest(Record):
    """A protest on one occasion in one place: people who gather, march, strike or block something for a demand."""

    form: Literal["march", "rally", "strike", "sit_in", "blockade", "riot", "other"]
    """The form that most took part in."""
    status: Literal["held", "ongoing", "planned", "called_off", "banned"]
    place: Quote | None
    """The most specific town or site that the article names for it."""
    country: str | None = Field(max_length=2)
    """ISO 3166-1 alpha-2 code of its country."""
    day: Quote | None
    """The article's words for when."""
    date: str | None
    """ISO 8601, from those words and the publication date; an interval is start/end."""
    organizers: list[Quote]
    demands: list[Quote]
    crowd_sizes: list[Count]
    police: list[Literal["present", "dispersal", "tear_gas", "water_cannon", "batons", "live_fire", "arrests"]]
    """What the police did, as far as the article tells."""
    arrests: list[Count]
    evidence: list[Quote] = Field(min_length=1)
    """One or two quotes that show that the protest was, or was to be."""


class Protests(Record):
    """The protests of one article."""

    protests: list[Protest]
