"""Measures linking against other people's clusters of articles, beside baselines.

    python benchmarks/documents.py RUN clusters FILE
    python benchmarks/documents.py RUN ecbplus FILE

RUN has the extractions of the file's articles under their ids. `clusters` are articles about one event: two are linked
where they share a linked meeting, or one or more persons or organizations within three days. `ecbplus` are mentions of
events: a mention within the evidence of a linked meeting has its occasion, every other one is alone.
"""

from __future__ import annotations

import argparse
import itertools
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from extractor.batch import read_outcomes
from extractor.evaluation.linking import LINKED_SETS, Labels, LinkedSet, baselines, links_view, score_links
from extractor.linking import Dataset, link
from extractor.models import Extraction
from extractor.terminal import console

MOST_DAYS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("adapter", choices=sorted(LINKED_SETS))
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    gold = LINKED_SETS[arguments.adapter](arguments.file)
    outcomes = read_outcomes(arguments.run)
    extractions = {one.article_id: one.extraction for one in outcomes if one.extraction}
    dataset = link(extractions.values())
    if arguments.adapter == "clusters":
        rows = {
            "shared meeting": by_meeting(gold, dataset),
            **{f"{count} shared parties": by_parties(gold, dataset, extractions, count) for count in (1, 2, 3)},
        }
    else:
        rows = {"evidence of linked meetings": by_evidence(gold, dataset, extractions)}
    console().print(links_view({name: score_links(gold, labels) for name, labels in (rows | baselines(gold)).items()}))


def by_meeting(gold: LinkedSet, dataset: Dataset) -> Labels:
    """Return articles by the meetings they share."""
    found = ([one.article for one in occasion.members] for occasion in dataset.occasions)
    return components(gold.labels, (pair for articles in found for pair in itertools.pairwise(articles)))


def by_parties(gold: LinkedSet, dataset: Dataset, extractions: dict[str, Extraction], count: int) -> Labels:
    """Return articles by the persons and organizations that they share within three days."""
    entities = defaultdict(set)
    for entity in dataset.entities:
        if entity.kind in ("person", "organization"):
            for one in entity.members:
                if one.via == "itself":
                    entities[one.article].add(entity.id)
    published = {id: one.article.published for id, one in extractions.items()}

    def are_linked(one: str, other: str) -> bool:
        first, second = published.get(one), published.get(other)
        is_near = first is not None and second is not None and abs((first - second).days) <= MOST_DAYS
        return is_near and len(entities[one] & entities[other]) >= count

    return components(gold.labels, (pair for pair in itertools.combinations(gold.labels, 2) if are_linked(*pair)))


def by_evidence(gold: LinkedSet, dataset: Dataset, extractions: dict[str, Extraction]) -> Labels:
    """Return mentions by the linked meeting in whose evidence they stand."""
    labels = {item: item for item in gold.labels}
    places = defaultdict(list)
    for item in gold.labels:
        article, _, start = item.rpartition("@")
        places[article].append((item, int(start)))
    for occasion in dataset.occasions:
        for one in occasion.members if len(occasion.members) > 1 else ():
            (meeting,) = [met for met in extractions[one.article].meetings if met.id == one.record]
            for item, start in places[one.article]:
                if any(span.start <= start < span.end for span in meeting.evidence):
                    labels[item] = occasion.id
    return labels


def components(items: Iterable[str], pairs: Iterable[tuple[str, str]]) -> Labels:
    """Return for every item the first of those to which pairs lead from it."""
    labels = {item: {item} for item in items}
    for one, other in pairs:
        if labels[one] is not labels[other]:
            labels[one] |= labels[other]
            for item in labels[one]:
                labels[item] = labels[one]
    return {item: min(together) for item, together in labels.items()}


if __name__ == "__main__":
    main()
