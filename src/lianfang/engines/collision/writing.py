"""The answer as a file."""

import csv
from collections.abc import Callable
from typing import TextIO

import numpy as np

from lianfang.engines.collision.contacts import Contacts
from lianfang.engines.collision.reading import Reading
from lianfang.engines.collision.sureness import wrong_per_true

HEADER = (
    "index_person", "person", "evidence", "n_pairs", "minutes", "first_t", "last_t", "min_distance_m", "min_rows",
    "place", "probability", "expected_minutes", "wrong_per_true",
)  # fmt: skip


def write_csv(reading: Reading, contacts: Contacts, file: TextIO, when: Callable[[int], object] = int) -> int:
    """Write one row per index person and contact in the order of rank; return how many.

    when: how a time is written. wrong_per_true: expected wrong names for each right one if the whole list is cut there.
    What was not measured stays empty.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    cost = wrong_per_true(contacts.probability)
    for row in range(len(contacts)):
        place = int(contacts.place[row])
        apart = int(contacts.min_rows[row])
        writer.writerow(
            (
                reading.people[contacts.index_person[row]], reading.people[contacts.person[row]], contacts.evidence,
                int(contacts.n_pairs[row]), int(contacts.minutes[row]), when(int(contacts.first_t[row])),
                when(int(contacts.last_t[row])), _number(contacts.min_distance_m[row], 1), apart if apart >= 0 else "",
                reading.places[place] if place >= 0 else "", _number(contacts.probability[row], 4),
                _number(contacts.expected_minutes[row], 1), _number(cost[row], 3),
            )
        )  # fmt: skip
    return len(contacts)


def _number(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"
