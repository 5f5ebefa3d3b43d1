"""The contacts of one index person while they are counted: a row each, found by a small hash table.

Buckets come in the order of time, so a contact's pings of one ten-minute bin come together: the bin is closed when the
next begins, and no set of bins is kept.
"""

from typing import Any

import numpy as np

from lianfang.engines.collision.compiled import compiled, inlined

# distance2: metres². bin_…: of the bin that is open, which is that of last_t. expected: sum of the bins' average chances.
TALLY = np.dtype(
    [
        ("person", "i8"), ("pairs", "i8"), ("first_t", "i8"), ("last_t", "i8"), ("distance2", "f8"), ("bins", "i8"),
        ("bin_chance", "f8"), ("bin_pairs", "i8"), ("expected", "f8"),
    ]
)  # fmt: skip
_TALLY = TALLY
_HASH = np.uint64(0x9E3779B97F4A7C15)


@compiled
def new_tallies(size: Any) -> Any:
    """(rows, slots): slots hold rows + 1, 0 where free, twice as many as rows can be."""
    return np.empty(size, _TALLY), np.zeros(2 * size, np.int32)


@inlined
def slot_of(person: Any, tallies: Any, slots: Any) -> Any:
    """The slot where the person's row stands or would stand."""
    mask = len(slots) - 1
    slot = np.int64((np.uint64(person) * _HASH) >> np.uint64(33)) & mask
    while slots[slot] != 0 and tallies[slots[slot] - 1].person != person:
        slot = (slot + 1) & mask
    return slot


@compiled
def grown(tallies: Any, slots: Any, count: Any, needed: Any) -> Any:
    """Room for ``needed`` rows."""
    size = len(tallies)
    while size < needed:
        size *= 2
    larger, more = np.empty(size, tallies.dtype), np.zeros(2 * size, np.int32)
    larger[:count] = tallies[:count]
    for row in range(count):
        more[slot_of(larger[row].person, larger, more)] = row + 1
    return larger, more


@inlined
def add(tallies: Any, row: Any, begins: Any, t: Any, pairs: Any, distance2: Any, chance: Any) -> None:
    """Count a ping of a contact that was near ``pairs`` pings of the index person. begins: its bin's first second."""
    one = tallies[row]
    if one.last_t < begins:
        close(tallies, row)
        one.bin_chance, one.bin_pairs = 0.0, 0
        one.bins += 1
    one.pairs += pairs
    one.bin_pairs += pairs
    one.bin_chance += chance
    one.first_t, one.last_t = min(one.first_t, t), max(one.last_t, t)
    one.distance2 = min(one.distance2, distance2)


@inlined
def begin(tallies: Any, row: Any, person: Any, t: Any) -> None:
    one = tallies[row]
    one.person, one.pairs, one.first_t, one.last_t, one.distance2 = person, 0, t, t, np.inf
    one.bin_chance, one.bin_pairs, one.bins, one.expected = 0.0, 0, 1, 0.0


@inlined
def close(tallies: Any, row: Any) -> None:
    """The bin that was open is over: its average chance counts."""
    tallies[row].expected += min(tallies[row].bin_chance / tallies[row].bin_pairs, 1.0)


@compiled
def ranked(tallies: Any) -> Any:
    """Rows by bins descending, distance ascending, person ascending."""
    most = 1.0
    for row in range(len(tallies)):
        most = max(most, tallies[row].distance2)
    key = np.empty(len(tallies), np.float64)
    for row in range(len(tallies)):
        key[row] = 0.5 * tallies[row].distance2 / most - np.float64(tallies[row].bins)
    order = np.argsort(key)
    # What the key rounded to the same place is put right by moving single rows.
    for n in range(1, len(order)):
        place, moved = n, order[n]
        while place > 0 and _before(tallies[moved], tallies[order[place - 1]]):
            order[place] = order[place - 1]
            place -= 1
        order[place] = moved
    return tallies[order]


@compiled
def _before(one: Any, other: Any) -> Any:
    if one.bins != other.bins:
        return one.bins > other.bins
    if one.distance2 != other.distance2:
        return one.distance2 < other.distance2
    return one.person < other.person
