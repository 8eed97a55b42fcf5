"""Measures how often the date library's reading of an article's words agrees with annotated dates.

    python benchmarks/dates.py MEANTIME.jsonl [--json]

The file has a record a line with `published` and `timexes` (text, type, value), as MEANTIME annotates Wikinews.
Counted are dates with a calendar value. The meeting check uses these readings to doubt a model's date, so what matters
is how seldom a reading is wrong, not how often there is one.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

from extractor.articles import parse_published
from extractor.normalize import parse_iso, read_date_text

CALENDAR = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def judge(text: str, value: str, published: date) -> str:
    """Return whether the readings of the words are none, agree with the value, or are all wrong."""
    readings = read_date_text(text, published, None)
    if not readings:
        return "not read"
    truth = parse_iso(value)
    read = [parse_iso(reading) for reading in readings]
    agree = truth and any(one and one.overlaps(truth) for one in read)
    return "agrees" if agree else "wrong"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    verdicts: Counter[str] = Counter()
    wrong: list[str] = []
    for line in options.file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        published = parse_published(record["published"])
        if published is None:
            continue
        for timex in record["timexes"]:
            if timex["type"] == "DATE" and CALENDAR.fullmatch(timex["value"]):
                verdict = judge(timex["text"], timex["value"], published)
                verdicts[verdict] += 1
                if verdict == "wrong":
                    wrong.append(f"{timex['text']!r} is {timex['value']} in a paper of {record['published']}")
    total = sum(verdicts.values())
    figures = {**verdicts, "dates": total, "right when read": verdicts["agrees"] / (total - verdicts["not read"])}
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for name, figure in figures.items():
        print(f"{name:<20}{figure:>10.3g}")
    print("wrong:", *wrong[:20], sep="\n  ")


if __name__ == "__main__":
    main()
