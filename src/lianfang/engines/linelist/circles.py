"""Cases that are each other's source, directly or through others."""

from collections.abc import Mapping, Sequence


def in_circles(sources: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the cases of ``sources`` (case → its sources) that stand in a circle, or between two circles.

    Whoever has no source left, or is nobody's source, stands in none; taking these away until nothing changes leaves the
    circles.
    """
    left = {case: set(named) for case, named in sources.items() if named}
    while True:
        named = {source for sources_ in left.values() for source in sources_}
        kept = {case: {one for one in own if one in left} for case, own in left.items() if case in named}
        kept = {case: own for case, own in kept.items() if own}
        if kept == left:
            return set(left)
        left = kept
