"""Evidence of several kinds for one pair of people as one row, the strongest kind first."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import Contacts
from lianfang.engines.collision.groups import group

_FAR = np.iinfo(np.int64).max


def merged(found: Sequence[Contacts]) -> Contacts:
    """One row for each index person and contact (and, in the second order, the contact in between).

    n_pairs adds up; minutes and expected_minutes are those of the kind that has most, because kinds may see the same
    minutes; first_t, last_t span all; distances, rows of seats and probability are those of the kind that measured
    them; place is that of the strongest kind. Ordered by order, index person, strongest kind, then as ever by minutes
    and distance.
    """
    together = _joined(found)
    groups = group(together.order, together.index_person, together.via, together.person)
    kinds = groups.sum(together.kinds)
    rows = np.where(together.min_rows < 0, _FAR, together.min_rows)
    fewest = groups.min(rows)
    strongest = np.lexsort(
        (-together.kinds, together.person, together.via, together.index_person, together.order)
    )[groups.starts]  # fmt: skip
    answer = Contacts(
        evidence=found[0].evidence,
        index_person=together.index_person[groups.first],
        person=together.person[groups.first],
        n_pairs=groups.sum(together.n_pairs),
        minutes=groups.max(together.minutes),
        first_t=groups.min(together.first_t),
        last_t=groups.max(together.last_t),
        min_distance_m=_known(groups.min, groups.first, together.min_distance_m, np.inf),
        min_rows=np.where(fewest == _FAR, -1, fewest),
        probability=_known(groups.max, groups.first, together.probability, -np.inf),
        expected_minutes=_known(groups.max, groups.first, together.expected_minutes, -np.inf),
        place=together.place[strongest],
        order=together.order[groups.first],
        via=together.via[groups.first],
        kinds=kinds,
    )
    best = np.floor(np.log2(np.maximum(kinds, 1)))
    distance = np.where(np.isnan(answer.min_distance_m), np.inf, answer.min_distance_m)
    return answer.take(
        np.lexsort((answer.person, distance, -answer.minutes, -best, answer.via, answer.index_person, answer.order))
    )


def _joined(found: Sequence[Contacts]) -> Contacts:
    columns = {
        name: np.concatenate([getattr(one, name) for one in found]) for name in vars(found[0]) if name != "evidence"
    }
    return Contacts(found[0].evidence, **columns)


def _known(best: Any, first: NDArray[np.int64], values: NDArray[np.float64], nothing: float) -> NDArray[np.float64]:
    """The best of what was measured, NaN where nothing was."""
    found = best(np.where(np.isnan(values), nothing, values))
    return np.where(np.isinf(found), np.nan, found)
