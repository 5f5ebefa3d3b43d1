"""Cases that are each other's source, directly or through others."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence


def in_circles(sources: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the cases of ``sources`` (case → its sources) that stand in a circle, or between two circles.

    Whoever has no source left stands in none, nor does whoever is nobody's source; both are taken away, one after the
    other, until only circles are left. Every link is looked at once in each direction.
    """
    links = [(source, case) for case, named in sources.items() for source in set(named)]
    left = _without_ends(links)
    return _without_ends((case, source) for source, case in links if source in left and case in left)


def _without_ends(links: Iterable[tuple[str, str]]) -> set[str]:
    """The nodes that stay when those into which no link leads are removed again and again."""
    onward: dict[str, list[str]] = {}
    leading = Counter[str]()
    nodes: set[str] = set()
    for start, end in links:
        onward.setdefault(start, []).append(end)
        leading[end] += 1
        nodes |= {start, end}
    gone = deque(node for node in nodes if not leading[node])
    while gone:
        node = gone.popleft()
        nodes.discard(node)
        for end in onward.get(node, ()):
            leading[end] -= 1
            if not leading[end]:
                gone.append(end)
    return nodes
