"""The picture of who met whom: parties and ties placed on a plane, the same way every time and without overlap."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.export.ties import Pairs, Tie, ties_of
from extractor.linking import Entity, Occasion

MOST_PARTIES = 30
"""In a picture: beyond that its names cannot be read."""
WIDTH = 800.0
_LETTER = 6.7
"""Width of a letter of a label, in units of the picture."""
_LINE = 15.0
_APART = 175.0
"""Length that a tie would have if nothing else pulled."""
_STEPS = 250
_TURNS = 600
_ROOM = 2.2
"""How many times the area of its labels a large group is given."""
_LOWEST = 300.0
_LONGEST_LINE = 23


@dataclass(frozen=True)
class Node:
    """A party, where it stands."""

    entity: Entity
    meetings: int
    lines: tuple[str, ...]
    """Its name, broken into lines."""
    state: str
    x: float
    y: float
    """Of the middle of mark and label."""

    @property
    def mark_y(self) -> float:
        """Of the mark alone, which stands above its label."""
        return self.y - self.height / 2 + self.radius + 8

    @property
    def radius(self) -> float:
        """Of its mark: the area grows with the number of meetings."""
        return min(14.0, 5.0 + 1.8 * math.sqrt(self.meetings - 1))

    @property
    def width(self) -> float:
        """Of mark and label."""
        longest = max(map(len, (*self.lines, self.state)))
        return max(2 * self.radius, _LETTER * longest) + 14

    @property
    def height(self) -> float:
        """Of mark and label."""
        return 2 * self.radius + _LINE * (len(self.lines) + bool(self.state)) + 16


@dataclass(frozen=True)
class Line:
    """A tie between two parties of the picture."""

    tie: Tie
    start: Node
    end: Node


@dataclass(frozen=True)
class Network:
    """The picture, with what it leaves out."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    height: float
    left_out: int
    """Parties that met somebody and are not in the picture."""


def picture_of(
    entities: Iterable[Entity], occasions: Iterable[Occasion], pairs: Pairs, *, most: int = MOST_PARTIES
) -> Network:
    """Place the parties with the most meetings; those that meet stand near each other."""
    ties = ties_of(occasions, pairs)
    meetings = _meetings_by_party(ties)
    shown = sorted(meetings, key=lambda one: (-len(meetings[one]), one))[:most]
    known = {one.id: one for one in entities if one.id in meetings}
    nodes = {id: _node(known[id], len(meetings[id])) for id in shown if id in known}
    drawn = [tie for tie in ties if all(id in nodes for id in tie.parties)]
    # A party whose partners are all left out would stand alone, which says the contrary of what is so.
    tied = {id for tie in drawn for id in tie.parties}
    groups = [_spread([nodes[id] for id in group], drawn) for group in _groups(tied, drawn)]
    placed, height = _pack(groups)
    at = {node.entity.id: node for node in placed}
    lines = tuple(Line(tie, at[tie.parties[0]], at[tie.parties[1]]) for tie in reversed(drawn))
    return Network(tuple(placed), lines, height, len(meetings) - len(placed))


def _meetings_by_party(ties: Iterable[Tie]) -> dict[str, set[str]]:
    meetings: dict[str, set[str]] = {}
    for tie in ties:
        for id in tie.parties:
            meetings.setdefault(id, set()).update(tie.occasions)
    return meetings


def _node(entity: Entity, meetings: int) -> Node:
    lines = textwrap.wrap(entity.name, _LONGEST_LINE, max_lines=3, placeholder=" …") or [entity.name[:_LONGEST_LINE]]
    state = next((one for one in entity.represents if one not in entity.name), "")
    return Node(entity, meetings, tuple(lines), textwrap.shorten(state, _LONGEST_LINE, placeholder=" …"), 0.0, 0.0)


def _groups(ids: Iterable[str], ties: Iterable[Tie]) -> list[list[str]]:
    """Return the parties that hang together, the largest group first."""
    neighbours: dict[str, list[str]] = {id: [] for id in sorted(ids)}
    for tie in ties:
        one, other = tie.parties
        neighbours[one].append(other)
        neighbours[other].append(one)
    groups: list[list[str]] = []
    seen: set[str] = set()
    for id in neighbours:
        if id not in seen:
            group, waiting = [], [id]
            seen.add(id)
            while waiting:
                group.append(waiting.pop())
                fresh = [one for one in neighbours[group[-1]] if one not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
            groups.append(group)
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def _spread(nodes: list[Node], ties: Iterable[Tie]) -> list[Node]:
    """Let ties pull and parties push until they stand well (Fruchterman and Reingold, 1991), then end all overlap."""
    index = {node.entity.id: number for number, node in enumerate(nodes)}
    pairs = [(index[tie.parties[0]], index[tie.parties[1]]) for tie in ties if tie.parties[0] in index]
    ring = _APART * max(1.0, len(nodes) / 6)
    # Begun at slightly different radii, since a perfect ring would hold itself in balance.
    angles = [2 * math.pi * number / len(nodes) for number in range(len(nodes))]
    xs = [ring * (1 + 0.05 * (number % 3)) * math.cos(angle) for number, angle in enumerate(angles)]
    ys = [ring * (1 + 0.05 * (number % 3)) * math.sin(angle) for number, angle in enumerate(angles)]
    for step in range(_STEPS if len(nodes) > 2 else 0):
        most = ring * 0.12 * (1 - step / _STEPS) + 0.5
        _step(xs, ys, pairs, most)
    if len(nodes) == 2:
        half = (nodes[0].width + nodes[1].width) / 4 + 22
        xs, ys = [-half, half], [0.0, 0.0]
    _part(nodes, xs, ys)
    return [replace(node, x=xs[number], y=ys[number]) for number, node in enumerate(nodes)]


def _step(xs: list[float], ys: list[float], pairs: list[tuple[int, int]], most: float) -> None:
    dx, dy = [0.0] * len(xs), [0.0] * len(xs)
    for one in range(len(xs)):
        for other in range(one):
            across, down = xs[one] - xs[other], ys[one] - ys[other]
            push = _APART * _APART / max(1.0, across * across + down * down)
            dx[one] += across * push
            dy[one] += down * push
            dx[other] -= across * push
            dy[other] -= down * push
    for one, other in pairs:
        across, down = xs[one] - xs[other], ys[one] - ys[other]
        pull = math.hypot(across, down) / _APART
        dx[one] -= across * pull
        dy[one] -= down * pull
        dx[other] += across * pull
        dy[other] += down * pull
    for one in range(len(xs)):
        # A weak pull to the middle, stronger downwards, since a page is wider than it is high.
        dx[one] -= 0.25 * xs[one]
        dy[one] -= 0.6 * ys[one]
        length = math.hypot(dx[one], dy[one]) or 1.0
        xs[one] += dx[one] / length * min(length, most)
        ys[one] += dy[one] / length * min(length, most)


def _part(nodes: list[Node], xs: list[float], ys: list[float], *, most: float = math.inf) -> None:
    """Push marks and labels apart, each pair along the way that is shorter, until none overlap.

    None goes further from the middle than `most`, to the left or right.
    """
    for turn in range(_TURNS):
        moved = False
        for number, node in enumerate(nodes):
            xs[number] = max(-most + node.width / 2, min(most - node.width / 2, xs[number]))
        for one in range(len(nodes)):
            for other in range(one):
                across, down = xs[one] - xs[other], ys[one] - ys[other]
                over_x = (nodes[one].width + nodes[other].width) / 2 - abs(across)
                over_y = (nodes[one].height + nodes[other].height) / 2 - abs(down)
                if over_x > 0.01 and over_y > 0.01:
                    moved = True
                    # Between two walls only the way down is always free.
                    if over_x < over_y and turn < _TURNS / 3:
                        shift = math.copysign(over_x / 2 + 0.5, across)
                        xs[one], xs[other] = xs[one] + shift, xs[other] - shift
                    else:
                        shift = math.copysign(over_y / 2 + 0.5, down)
                        ys[one], ys[other] = ys[one] + shift, ys[other] - shift
        if not moved:
            return


def _pack(groups: Sequence[list[Node]]) -> tuple[list[Node], float]:
    """Set the groups out in rows, each in the middle of its row; a group too wide is pressed together."""
    placed: list[Node] = []
    top = 0.0
    for row in _rows(groups):
        boxes = [_box(group) for group in row]
        free = max(0.0, WIDTH - sum(right - left for left, _, right, _ in boxes)) / (len(row) + 1)
        height = max(bottom - up for _, up, _, bottom in boxes)
        x = free
        for group, (left, up, right, bottom) in zip(row, boxes, strict=True):
            y = top + (height - (bottom - up)) / 2
            placed += [replace(node, x=node.x - left + x, y=node.y - up + y) for node in group]
            x += right - left + free
        top += height
    return placed, top


def _rows(groups: Sequence[list[Node]]) -> Iterator[list[list[Node]]]:
    row: list[list[Node]] = []
    taken = 0.0
    for group in map(_fitted, groups):
        left, _, right, _ = _box(group)
        if row and taken + right - left > WIDTH:
            yield row
            row, taken = [], 0.0
        row.append(group)
        taken += right - left
    if row:
        yield row


def _fitted(group: list[Node]) -> list[Node]:
    """Press a group that is wider than the picture into its width, and give it the height that its labels need."""
    left, up, right, bottom = _box(group)
    if right - left <= WIDTH:
        return group
    across = (WIDTH - max(node.width for node in group)) / (right - left)
    area = _ROOM * sum(node.width * node.height for node in group)
    down = max(area / WIDTH, _LOWEST) / (bottom - up)
    xs = [(node.x - (left + right) / 2) * across for node in group]
    ys = [(node.y - (up + bottom) / 2) * down for node in group]
    _part(group, xs, ys, most=WIDTH / 2)
    return [replace(node, x=xs[number], y=ys[number]) for number, node in enumerate(group)]


def _box(group: Sequence[Node]) -> tuple[float, float, float, float]:
    return (
        min(node.x - node.width / 2 for node in group),
        min(node.y - node.height / 2 for node in group),
        max(node.x + node.width / 2 for node in group),
        max(node.y + node.height / 2 for node in group),
    )


def rank(entities: Mapping[str, Entity], occasions: Iterable[Occasion], most: int = 12) -> list[tuple[Entity, int]]:
    """Return the parties with the most meetings, whatever became of these."""
    counts: dict[str, int] = {}
    for occasion in occasions:
        for id in set(occasion.entities):
            counts[id] = counts.get(id, 0) + 1
    ranked = sorted((id for id in counts if id in entities), key=lambda one: (-counts[one], entities[one].name, one))
    return [(entities[id], counts[id]) for id in ranked[:most]]
