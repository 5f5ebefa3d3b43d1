"""Populations below the county, which the census bulletin does not give: shared out by one rule, exact in sum."""

from collections.abc import Sequence

URBAN_WEIGHT = 3  # a residents' committee (社区) holds about three times the people of a village committee here


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Split ``total`` in proportion to ``weights`` by largest remainder; the parts sum to ``total``.

    Raises ValueError where there is somebody to place and no weight to place them by.
    """
    whole = sum(weights)
    if whole <= 0:
        if total:
            raise ValueError("nobody to share out to")
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts
