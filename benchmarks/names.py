"""Measures the rule for names on people whom an article names in several ways.

    python benchmarks/names.py WIKIEVENTS.jsonl [--json]

The file has a record a line with `meetings`, each with `mentions`: for every participant all the ways in which the
article names it. Two capitalised mentions of one participant should match, those of two participants should not. A
title alone ("Secretary"), a nickname, or a given name beside a surname are misses that no rule on words can mend.
"""

from __future__ import annotations

import argparse
import itertools
import json
from pathlib import Path

from extractor.names import match_names

PRONOUNS = frozenset("i he she they we you it his her their our us them who".split())


def named(mentions: list[str]) -> list[str]:
    """Return the mentions that are names: capitalised, and no pronouns."""
    return sorted({one for one in mentions if one[:1].isupper() and one.lower() not in PRONOUNS})


def matches(one: str, other: str) -> bool:
    """Tell whether the rule for persons takes two names for one, metonyms aside."""
    return match_names([one], [other], "person") not in (None, "metonym")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    same: list[bool] = []
    different: list[bool] = []
    for line in options.file.read_text(encoding="utf-8").splitlines():
        for meeting in json.loads(line)["meetings"]:
            parties = [names for mentions in meeting["mentions"] if (names := named(mentions))]
            for names in parties:
                same += [matches(*pair) for pair in itertools.combinations(names, 2)]
            for one, other in itertools.combinations(parties, 2):
                different += [matches(*pair) for pair in itertools.product(one, other)]
    found = sum(same)
    figures = {
        "pairs of one party": len(same),
        "pairs of two parties": len(different),
        "recall": found / max(1, len(same)),
        "precision": found / max(1, found + sum(different)),
    }
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for name, figure in figures.items():
        print(f"{name:<24}{figure:>8.3g}")


if __name__ == "__main__":
    main()
