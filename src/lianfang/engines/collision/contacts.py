"""The answer: one row per index person and contact, in columns, ranked."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

RIDE, VISIT, PING = "ride", "visit", "ping"
KINDS = {RIDE: 4, VISIT: 2, PING: 1}
STRONGEST_FIRST = (RIDE, VISIT, PING)  # the same carriage and the same room outrank a phone's circle


def _none() -> NDArray[np.int64]:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Contacts:
    """Rows ordered by index person, then minutes descending, then distance (rides: rows of seats) ascending.

    index_person, person: int64. n_pairs: pairs of pings, or meetings of two visits or rides. minutes: int64; of pings
    10 × the distinct ten-minute bins of the contact's pings, of visits and rides the whole minutes spent together, each
    second once. first_t, last_t: int64 seconds since the epoch. min_distance_m: float, NaN where nothing was measured.
    min_rows: int64 rows of seats, -1 where there are none. probability: float 0–1, NaN without accuracies.
    expected_minutes: minutes weighted by their probability. place: int64 place or trip of the longest meeting, -1.
    order: int64, 1, or 2 for a contact's contact; via: int64 the contact in between, -1 in the first order.
    kinds: int64, of which kinds of record the row is made, the sum of 4 (ride), 2 (visit) and 1 (ping).
    """

    evidence: str
    index_person: NDArray[np.int64]
    person: NDArray[np.int64]
    n_pairs: NDArray[np.int64]
    minutes: NDArray[np.int64]
    first_t: NDArray[np.int64]
    last_t: NDArray[np.int64]
    min_distance_m: NDArray[np.float64]
    min_rows: NDArray[np.int64]
    probability: NDArray[np.float64]
    expected_minutes: NDArray[np.float64]
    place: NDArray[np.int64]
    order: NDArray[np.int64] = field(default_factory=_none)
    via: NDArray[np.int64] = field(default_factory=_none)
    kinds: NDArray[np.int64] = field(default_factory=_none)

    def __post_init__(self) -> None:
        if len(self.order) != len(self.person):
            object.__setattr__(self, "order", np.ones(len(self.person), np.int64))
            object.__setattr__(self, "via", np.full(len(self.person), -1, np.int64))
        if len(self.kinds) != len(self.person):
            object.__setattr__(self, "kinds", np.full(len(self.person), KINDS[self.evidence], np.int64))

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: NDArray[Any] | slice) -> "Contacts":
        """The same columns with only these rows (positions, a mask or a slice), in the order given."""
        kept = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "evidence"}
        return Contacts(self.evidence, **kept)

    def ranked(self) -> "Contacts":
        return self.take(
            np.lexsort((self.person, self.min_rows, self.min_distance_m, -self.minutes, self.index_person))
        )

    def then(self, second: "Contacts", source: NDArray[np.int64]) -> "Contacts":
        """These rows and after them those of the second order, whose index people become the ones in between.

        source: for each row of ``second`` the index person it comes from, by whom the rows are then ordered.
        """
        rows = np.lexsort((np.arange(len(second)), second.index_person, source))
        other = {"index_person": source, "via": second.index_person, "order": np.full(len(second), 2, np.int64)}
        columns = {
            f.name: np.concatenate((getattr(self, f.name), other.get(f.name, getattr(second, f.name))[rows]))
            for f in fields(self)
            if f.name != "evidence"
        }
        return Contacts(self.evidence, **columns)

    def check_sums(self) -> tuple[int, int, int]:
        """Rows, sum of n_pairs, sum of minutes: what every implementation must agree on."""
        return len(self), int(self.n_pairs.sum()), int(self.minutes.sum())


def unmeasured(rows: int) -> dict[str, NDArray[Any]]:
    """Columns of a kind of record that measures no distance."""
    nothing = np.full(rows, np.nan)
    return {"min_distance_m": nothing, "probability": nothing, "expected_minutes": nothing}
