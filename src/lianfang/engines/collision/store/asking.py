"""The pings of an index person out of the store, through its second order."""

from typing import Any

import numpy as np

from lianfang.engines.collision.compiled import compiled
from lianfang.engines.collision.store import addresses as at
from lianfang.engines.collision.store.accuracies import decoded
from lianfang.engines.collision.store.addresses import float64_at, int64_at, uint16_at, uint32_at
from lianfang.engines.collision.store.layout import BUCKET_S, SECOND_BITS
from lianfang.engines.collision.store.persons import FULL

# A ping that asks: degrees as recorded, metres on the plane, accuracy in metres.
ASKING = np.dtype([("t", "i8"), ("lon", "f8"), ("lat", "f8"), ("x", "f8"), ("y", "f8"), ("accuracy", "f8")])
_ASKING = ASKING  # a global that numba takes for a type
_SECONDS = (1 << SECOND_BITS) - 1


@compiled
def code_of(segment: Any, person: Any) -> Any:
    """Code of a person in a segment, -1 if it has none of theirs."""
    if segment[at.PEOPLE] == 0:
        code = person - segment[at.PERSON0]
        return code if 0 <= code < segment[at.CODES] else -1
    people = int64_at(segment[at.PEOPLE], segment[at.CODES])
    place = np.searchsorted(people, person)
    return place if place < len(people) and people[place] == person else -1


@compiled
def last_at_most(values: Any, low: Any, high: Any, value: Any) -> Any:
    """Last place in low…high whose value is at most ``value``; the one at ``low`` is."""
    while high - low > 1:
        middle = (low + high) >> 1
        if values[middle] <= value:
            low = middle
        else:
            high = middle
    return low


@compiled
def _grown(asking: Any, count: Any) -> Any:
    if count < len(asking):
        return asking
    larger = np.empty(2 * len(asking), asking.dtype)
    larger[:count] = asking[:count]
    return larger


@compiled
def pings_of(table: Any, per_degree: Any, buckets: Any, person: Any, t0: Any, t1: Any, plane: Any) -> Any:
    """Pings of a person from t0 to t1, by time. buckets: the directory's bucket of each row of each segment's own."""
    asking = np.empty(1024, _ASKING)
    count = 0
    for place in range(len(table)):
        segment = table[place]
        code = code_of(segment, person)
        if code < 0:
            continue
        starts = uint32_at(segment[at.PERSON_STARTS], segment[at.CODES] + 1)
        steps = uint16_at(segment[at.STEPS], np.int64(starts[code + 1]))
        block = np.int64(0)
        for n in range(np.int64(starts[code]), len(steps)):
            block += steps[n]
            if steps[n] == FULL:
                continue
            asking, count = _of_block(segment, per_degree[place], buckets[place], block, code, t0, t1, asking, count)
    asking = asking[:count]
    for n in range(count):
        asking[n].x = (asking[n].lon - plane[0]) * plane[2]
        asking[n].y = (asking[n].lat - plane[1]) * plane[3]
    return asking[np.argsort(asking["t"], kind="mergesort")]


@compiled
def _of_block(
    segment: Any, per_degree: Any, buckets: Any, block: Any, code: Any, t0: Any, t1: Any, asking: Any, count: Any
) -> Any:
    words = int64_at(segment[at.WORD], segment[at.ROWS])
    code_shift = SECOND_BITS + segment[at.STRIP_BITS] + segment[at.X_BITS]
    first = block << segment[at.BLOCK_SHIFT]
    for row in range(first, min(first + (1 << segment[at.BLOCK_SHIFT]), len(words))):
        word = words[row]
        if word >> code_shift != code:
            continue
        starts = int64_at(segment[at.STARTS], segment[at.BUCKETS] + 1)
        bucket = last_at_most(starts, 0, segment[at.BUCKETS], row)
        t = int64_at(buckets, segment[at.BUCKETS])[bucket] * BUCKET_S
        t += (word >> (segment[at.STRIP_BITS] + segment[at.X_BITS])) & _SECONDS
        if t0 <= t <= t1:
            asking = _grown(asking, count)
            asking[count].t = t
            asking[count].accuracy = decoded(uint16_at(segment[at.ACCURACY], segment[at.ROWS])[row])
            lon, lat = degrees_of(segment, per_degree, row, word, _strip(segment, bucket, row))
            asking[count].lon, asking[count].lat = lon, lat
            count += 1
    return asking, count


@compiled
def _strip(segment: Any, bucket: Any, row: Any) -> Any:
    width = segment[at.STRIP_COUNT] + 1
    strips = uint32_at(segment[at.STRIPS], segment[at.BUCKETS] * width)
    return last_at_most(strips, bucket * width, (bucket + 1) * width, row) - bucket * width


@compiled
def degrees_of(segment: Any, per_degree: Any, row: Any, word: Any, strip: Any) -> Any:
    """(lon, lat) exactly as they were recorded."""
    if segment[at.LON] != 0:
        return float64_at(segment[at.LON], segment[at.ROWS])[row], float64_at(segment[at.LAT], segment[at.ROWS])[row]
    x = word & ((1 << segment[at.X_BITS]) - 1)
    y = (word >> segment[at.X_BITS]) & ((1 << segment[at.STRIP_BITS]) - 1)
    y += strip << segment[at.STRIP_BITS]
    return np.float64(x + segment[at.X0]) / per_degree, np.float64(y + segment[at.Y0]) / per_degree


@compiled
def neighbourhoods(table: Any, people: Any) -> Any:
    """For each person a number that is near for people who live near each other, by one of their first pings."""
    found = np.zeros(len(people), np.int64)
    for n in range(len(people)):
        for place in range(len(table)):
            segment = table[place]
            code = code_of(segment, people[n])
            if code < 0:
                continue
            starts = uint32_at(segment[at.PERSON_STARTS], segment[at.CODES] + 1)
            steps = uint16_at(segment[at.STEPS], np.int64(starts[code + 1]))
            first = np.int64(starts[code])
            if first < len(steps) and steps[first] != FULL:
                found[n] = _neighbourhood(segment, np.int64(steps[first]))
                break
    return found


@compiled
def _neighbourhood(segment: Any, block: Any) -> Any:
    row = block << segment[at.BLOCK_SHIFT]
    starts = int64_at(segment[at.STARTS], segment[at.BUCKETS] + 1)
    strip = _strip(segment, last_at_most(starts, 0, segment[at.BUCKETS], row), row)
    x = int64_at(segment[at.WORD], segment[at.ROWS])[row] & ((1 << segment[at.X_BITS]) - 1)
    return ((strip >> 3) << segment[at.X_BITS]) | x
