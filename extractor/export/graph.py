"""Who met whom as a graph for Gephi, networkx and igraph: GraphML and GEXF."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from extractor.export.ties import SUREST_FIRST, Tie, pairs_of, ties_of
from extractor.extras import require
from extractor.files import written_whole
from extractor.linking import Dataset, Entity

GraphFormat = Literal["graphml", "gexf"]


def write_graph(dataset: Dataset, path: Path, form: GraphFormat) -> Path:
    """Write the graph of who met whom. Needs networkx."""
    networkx = require("networkx", extra="network")
    graph = graph_of(dataset)
    write = networkx.write_graphml_xml if form == "graphml" else networkx.write_gexf
    with written_whole(path) as file:
        write(graph, file, encoding="utf-8")
    return path


def graph_of(dataset: Dataset) -> Any:
    """Return a `networkx.Graph`: a node is a party that met somebody, an edge two that share meetings.

    An edge's `weight` is the number of meetings they share that were neither cancelled nor denied; each status has a
    count of its own, and `status` is the surest of them. Needs networkx.
    """
    networkx = require("networkx", extra="network")
    ties = ties_of(dataset.occasions, pairs_of(dataset))
    meetings: dict[str, set[str]] = {}
    for tie in ties:
        for id in tie.parties:
            meetings.setdefault(id, set()).update(tie.occasions)
    graph = networkx.Graph()
    for one in dataset.entities:
        if one.id in meetings:
            graph.add_node(one.id, **_node(one, len(meetings[one.id])))
    for tie in ties:
        graph.add_edge(*tie.parties, **_edge(tie))
    return graph


def _node(one: Entity, meetings: int) -> dict[str, str | int]:
    return {
        "label": _xml(one.name),
        "kind": one.kind,
        "represents": _xml("; ".join(one.represents)),
        "roles": _xml("; ".join(one.roles)),
        "names": _xml("; ".join(one.names)),
        "meetings": meetings,
        "articles": len({member.article for member in one.members}),
    }


def _edge(tie: Tie) -> dict[str, str | int]:
    counts: dict[str, str | int] = {status: tie.counts.get(status, 0) for status in SUREST_FIRST}
    return {"weight": tie.weight, "status": tie.status, **counts, "first": tie.first or "", "last": tie.last or ""}


def _xml(text: str) -> str:
    """Replace the characters that XML 1.0 cannot hold (its section 2.2), even escaped."""
    return "".join(
        character
        if character in "\t\n\r"
        or " " <= character <= "\ud7ff"
        or "\ue000" <= character <= "\ufffd"
        or character > "\uffff"
        else "\ufffd"
        for character in text
    )
