"""A long article, and a model that finds in each request what the text that it is shown tells, and no more."""

from __future__ import annotations

import re
from typing import Any

from tests.fault_server import Answer, FaultServer, completion
from tests.replies import claim, meeting, participant

GIVEN = ("Ana", "Lars", "Wanjiru", "Peter", "Hanna", "Omar")
_MET = re.compile(r"(\w+ \w+) met (\w+ \w+) in (\w+) on [\w ]+")
_SAID = re.compile(r"(\w+) (?:said) that ([^.]+)\.")


def long_text(paragraphs: int) -> str:
    """Return paragraphs of some 300 characters; a meeting and a claim are told in each of them."""
    return "\n\n".join(map(_paragraph, range(paragraphs)))


def _paragraph(number: int) -> str:
    letters = "".join("abcdefghij"[int(digit)] for digit in str(number))
    one, other = f"{GIVEN[number % 6]} Borg{letters}", f"{GIVEN[number % 5]} Lund{letters}"
    told = f"Number {number}. {one} met {other} in Oslo on May {1 + number % 28} about quotas."
    filling = "The harbour was cold, and the nets had been mended over the long winter by those who stayed. " * 2
    return f"{told} Borg{letters} said that quota {number} would rise. {filling}"


def shown_in(body: dict[str, Any]) -> str:
    """Return the text that a request shows."""
    (fence,) = set(re.findall(r"ARTICLE (\w{24}) ", body["messages"][1]["content"]))
    asked = body["messages"][1]["content"]
    return str(asked.partition("\nText:\n")[2].partition(f"\nARTICLE {fence} ENDS")[0])


def part_of(body: dict[str, Any]) -> tuple[int, int] | None:
    """Return which part of how many a request is about, where it says so."""
    found = re.search(r"part (\d+) of (\d+) of a long article", body["messages"][1]["content"])
    return (int(found[1]), int(found[2])) if found else None


def found_in(text: str) -> dict[str, Any]:
    """Return a reply with everything that the text tells."""
    ids: dict[str, str] = {}

    def id_of(name: str) -> str:
        return ids.setdefault(name, f"p{len(ids) + 1}")

    meetings = [
        meeting(f"m{number}", [id_of(one), id_of(other)], [whole], place_text=place, country="NO")
        for number, (whole, one, other, place) in enumerate(
            ((found[0], found[1], found[2], found[3]) for found in _MET.finditer(text)), 1
        )
    ]
    full = {name.split()[1]: name for name in ids}
    claims = [
        claim(f"c{number}", id_of(full.get(found[1], found[1])), "said", [found[2]])
        for number, found in enumerate(_SAID.finditer(text), 1)
    ]
    participants = [participant(id, name) for name, id in ids.items()]
    return {"participants": participants, "meetings": meetings, "claims": claims}


def reads(body: dict[str, Any]) -> Answer:
    """Answer as a model that finds everything."""
    return completion(found_in(shown_in(body)))


class ReadingServer(FaultServer):
    """Answers by what a request says."""

    def __init__(self, answer: Any = reads) -> None:
        self.answer = answer
        super().__init__(completion(None))

    def take(self, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        with self._lock:
            self.bodies.append(body)
        return self.answer(body)
