"""Who was near one index person's pings: bucket after bucket, strip after strip, each ping of the others once.

A ping of somebody else is compared with all the index person's pings that lie within the gap of its bucket, and only
where the box of the radius holds both are the recorded degrees taken and the spec's own float64 arithmetic done. So
units decide what is looked at and never what is a pair.
"""

import math
from typing import Any

import numpy as np

from lianfang.engines.collision.compiled import compiled, inlined
from lianfang.engines.collision.probability import SIGMA_A_METRE
from lianfang.engines.collision.store import addresses as at
from lianfang.engines.collision.store.accuracies import decoded
from lianfang.engines.collision.store.addresses import bare, fetch, int64_at, uint8_at, uint16_at, uint32_at
from lianfang.engines.collision.store.asking import code_of, degrees_of
from lianfang.engines.collision.store.chances import chance
from lianfang.engines.collision.store.layout import BUCKET_S, SECOND_BITS
from lianfang.engines.collision.store.tallies import add, begin, close, grown, new_tallies, ranked, slot_of

_SECONDS = (1 << SECOND_BITS) - 1
_GUARD = 1e-2  # units: rounding of the box; a store of degrees that are no whole units rounds by half a unit more
_FEW = 64
_FETCHED_STRIPS = 4
_SHARES = 63  # strips whose last place is remembered, less one


@compiled
def first_from(words: Any, low: Any, high: Any, mask: Any, x: Any) -> Any:
    """First row of low…high whose unit of longitude is at least ``x``."""
    while low < high:
        middle = (low + high) >> 1
        if (words[middle] & mask) < x:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def first_near(words: Any, low: Any, high: Any, mask: Any, x: Any, guess: Any) -> Any:
    """The same, sought from ``guess`` outwards: a near guess touches few lines of memory. low < high."""
    guess = min(max(guess, low), high - 1)
    step = np.int64(8)
    if (words[guess] & mask) < x:
        low, upper = guess + 1, guess + step
        while upper < high and (words[upper] & mask) < x:
            step *= 2
            low, upper = upper + 1, upper + step
        return first_from(words, low, min(upper, high), mask, x)
    lower = guess - step
    while lower >= low and (words[lower] & mask) >= x:
        step *= 2
        guess, lower = lower, lower - step
    return first_from(words, max(lower + 1, low), guess, mask, x)


@compiled
def reach_of(segment: Any, per_degree: Any, radius_m: Any, plane: Any) -> Any:
    """The radius in units of longitude and of latitude, a little more than less."""
    guard = _GUARD + (0.5 if segment[at.LON] != 0 else 0.0)
    across = min(radius_m / max(abs(plane[2]), 1e-9) * per_degree, 1e15)
    return across * (1 + 1e-9) + guard, radius_m / plane[3] * per_degree * (1 + 1e-9) + guard


@compiled
def by_longitude(ux: Any, order: Any, count: Any) -> None:
    """Places of the first ``count`` values in ascending order."""
    if count > _FEW:
        order[:count] = np.argsort(ux[:count])
        return
    for n in range(count):
        place = n
        while place > 0 and ux[order[place - 1]] > ux[n]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = n


@compiled
def met(
    table: Any, per_degree: Any, directory: Any, asking: Any, person: Any, rule: Any, plane: Any, chances: Any
) -> Any:
    """Tallies of everybody near ``asking`` (by time), ranked. directory: rows (bucket, segment, place in the segment)
    by bucket. rule: radius_m, gap_s. plane: lon0, lat0, metres a degree east and north."""
    n = len(asking)
    return _met(
        table, per_degree, directory, asking, person, rule, plane, chances, np.empty(n), np.empty(n),
        np.empty(n, np.int64), np.zeros(_SHARES + 1),
    )  # fmt: skip


@compiled
def _met(
    table: Any, per_degree: Any, directory: Any, asking: Any, person: Any, rule: Any, plane: Any, chances: Any, ux: Any,
    uy: Any, order: Any, shares: Any,
) -> Any:  # fmt: skip
    """ux, uy, order: room for the units of the pings that ask. What is made bare here is the caller's to keep."""
    table, directory, asking, plane, chances = bare(table), bare(directory), bare(asking), bare(plane), bare(chances)
    ux, uy, order, shares = bare(ux), bare(uy), bare(order), bare(shares)
    tallies, slots = new_tallies(1024)
    count = 0
    gap_s = np.int64(rule[1])
    codes = np.empty(len(table), np.int64)
    for place in range(len(table)):
        codes[place] = code_of(table[place], person)
    low = high = was_low = was_high = 0
    was_segment = np.int64(-1)
    entry = np.int64(0)
    while entry < len(directory) and low < len(asking):
        bucket, place = directory[entry, 0], directory[entry, 1]
        begins = bucket * BUCKET_S
        while low < len(asking) and asking[low].t < begins - gap_s:
            low += 1
        if low == len(asking):
            break
        if asking[low].t > begins + (BUCKET_S - 1) + gap_s:
            entry = _next_entry(directory, entry, (asking[low].t - gap_s) // BUCKET_S)
            continue
        high = max(high, low)
        while high < len(asking) and asking[high].t <= begins + (BUCKET_S - 1) + gap_s:
            high += 1
        segment = table[place]
        if low != was_low or high != was_high or place != was_segment:
            for n in range(high - low):
                ux[n] = asking[low + n].lon * per_degree[place] - segment[at.X0]
                uy[n] = asking[low + n].lat * per_degree[place] - segment[at.Y0]
            by_longitude(ux, order, high - low)
            was_low, was_high, was_segment = low, high, place
        tallies, slots, count = _bucket(
            segment, per_degree[place], bucket, directory[entry, 2], codes[place], asking[low:high], ux, uy, order,
            gap_s, rule[0], plane, chances, shares, tallies, slots, count,
        )  # fmt: skip
        entry += 1
    for row in range(count):
        close(tallies, row)
    return ranked(tallies[:count])


@compiled
def _next_entry(directory: Any, low: Any, bucket: Any) -> Any:
    """First entry after ``low`` whose bucket is at least ``bucket``: near by gallop, then by halves."""
    low += 1
    step = np.int64(1)
    while low + step < len(directory) and directory[low + step, 0] < bucket:
        low += step
        step *= 2
    high = min(low + step, len(directory))
    while low < high:
        middle = (low + high) >> 1
        if directory[middle, 0] < bucket:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _strips_within(segment: Any, uy: Any, ry: Any) -> Any:
    """(first, last) strip within reach of any of ``uy``; last < first where the segment lies elsewhere."""
    south, north = uy[0], uy[0]
    for n in range(1, len(uy)):
        south, north = min(south, uy[n]), max(north, uy[n])
    height, most = np.float64(np.int64(1) << segment[at.STRIP_BITS]), np.float64(segment[at.STRIP_COUNT])
    first = np.int64(min(max(math.floor((south - ry) / height), 0.0), most))
    return first, np.int64(max(min(math.floor((north + ry) / height), most - 1), -1.0))


@compiled
def _bucket(
    segment: Any, per_degree: Any, bucket: Any, place: Any, mine: Any, asking: Any, ux: Any, uy: Any, order: Any,
    gap_s: Any, radius_m: Any, plane: Any, chances: Any, shares: Any, tallies: Any, slots: Any, count: Any,
) -> Any:  # fmt: skip
    """Count the pings of one bucket of one segment."""
    rx, ry = reach_of(segment, per_degree, radius_m, plane)
    first, last = _strips_within(segment, uy[: len(asking)], ry)
    height, width = np.int64(1) << segment[at.STRIP_BITS], segment[at.STRIP_COUNT] + 1
    strips = uint32_at(segment[at.STRIPS], segment[at.BUCKETS] * width)
    words = int64_at(segment[at.WORD], segment[at.ROWS])
    mask = (np.int64(1) << segment[at.X_BITS]) - 1
    _fetch_ahead(segment, place, first, last, shares)
    for strip in range(first, last + 1):
        low, end = np.int64(strips[place * width + strip]), np.int64(strips[place * width + strip + 1])
        begins, floor = low, np.float64(strip * height)
        n = 0
        while n < len(asking) and low < end:
            # Ranges of the pings that ask, by their western ends; those that touch are one range.
            west, east = np.inf, -np.inf
            while n < len(asking):
                one = order[n]
                apart = max(floor - 0.5 - uy[one], uy[one] - floor - height + 0.5, 0.0)
                if apart <= ry:
                    half = rx * math.sqrt(max(1.0 - (apart / ry) * (apart / ry), 0.0)) + 2 * _GUARD
                    half = min(half + 0.5, rx)
                    if ux[one] - rx > east and east > -np.inf:  # none that follows reaches back further
                        break
                    west, east = min(west, ux[one] - half), max(east, ux[one] + half)
                n += 1
            if east < 0 or west > mask:
                continue
            # In the bucket before, somebody in this place stood at about this share of the strip.
            guess = begins + np.int64(shares[strip & _SHARES] * (end - begins))
            low = first_near(words, low, end, mask, np.int64(math.ceil(max(west, 0.0))), guess)
            shares[strip & _SHARES] = (low - begins) / (end - begins)
            if low == end:
                break
            until = np.int64(math.floor(min(east, np.float64(mask))))
            stop = first_near(words, low, end, mask, until + 1, low)
            if count + stop - low > len(tallies):
                tallies, slots = grown(tallies, slots, count, count + stop - low)
            count = _range(
                segment, per_degree, bucket, strip, words, low, stop, mine, asking, ux, uy, rx, ry, gap_s, radius_m,
                plane, chances, tallies, slots, count,
            )  # fmt: skip
            low = stop
    return tallies, slots, count


@compiled
def _fetch_ahead(segment: Any, place: Any, first: Any, last: Any, shares: Any) -> None:
    """Have fetched what the next bucket will be asked for, if the same strips are: their offsets two buckets ahead, and
    one ahead the rows about where this bucket had them. A guess that is wrong costs nothing but the fetching."""
    width = segment[at.STRIP_COUNT] + 1
    if last - first >= _FETCHED_STRIPS or place + 2 >= segment[at.BUCKETS]:
        return
    fetch(segment[at.STRIPS] + 4 * ((place + 2) * width + first))
    strips = uint32_at(segment[at.STRIPS], segment[at.BUCKETS] * width)
    for strip in range(first, last + 1):
        begins = np.int64(strips[(place + 1) * width + strip])
        ends = np.int64(strips[(place + 1) * width + strip + 1])
        row = begins + np.int64(shares[strip & _SHARES] * (ends - begins))
        for line in range(-1, 3):
            fetch(segment[at.WORD] + 8 * (row + 8 * line))
        fetch(segment[at.ACCURACY] + 2 * row)


@compiled
def _range(
    segment: Any, per_degree: Any, bucket: Any, strip: Any, words: Any, low: Any, stop: Any, mine: Any, asking: Any,
    ux: Any, uy: Any, rx: Any, ry: Any, gap_s: Any, radius_m: Any, plane: Any, chances: Any, tallies: Any, slots: Any,
    count: Any,
) -> Any:  # fmt: skip
    """Compare pings low…stop of one strip with all that ask; return the number of tallies after it."""
    segment, tallies, slots = bare(segment), bare(tallies), bare(slots)
    x_bits, strip_bits = segment[at.X_BITS], segment[at.STRIP_BITS]
    code_shift = SECOND_BITS + strip_bits + x_bits
    x_mask, y_mask = (np.int64(1) << x_bits) - 1, (np.int64(1) << strip_bits) - 1
    floor, begins = strip << strip_bits, bucket * BUCKET_S
    radius2, scale = radius_m * radius_m, 1.0 / (radius_m * radius_m)
    sigma2 = SIGMA_A_METRE * SIGMA_A_METRE * scale
    marked = segment[at.UNLISTED] != 0
    unlisted = uint8_at(segment[at.UNLISTED], segment[at.CODES])
    for row in range(low, stop):
        word = words[row]
        if marked and unlisted[word >> code_shift] != 0:
            continue
        px, py = np.float64(word & x_mask), np.float64(((word >> x_bits) & y_mask) + floor)
        t = begins + ((word >> (x_bits + strip_bits)) & _SECONDS)
        pairs, nearest, chance_sum = 0, np.inf, 0.0
        x = y = square = 0.0
        for n in range(len(asking)):
            # One branch for all three: which of them fails cannot be foreseen.
            if not ((abs(px - ux[n]) <= rx) & (abs(py - uy[n]) <= ry) & (abs(t - asking[n].t) <= gap_s)):
                continue
            if square == 0.0:
                if word >> code_shift == mine:
                    break
                lon, lat = degrees_of(segment, per_degree, row, word, strip)
                x, y = (lon - plane[0]) * plane[2], (lat - plane[1]) * plane[3]
                accuracy = np.float64(decoded(uint16_at(segment[at.ACCURACY], segment[at.ROWS])[row]))
                square = accuracy * accuracy
            dx, dy = x - asking[n].x, y - asking[n].y
            distance2 = dx * dx + dy * dy
            if distance2 <= radius2:
                pairs += 1
                nearest = min(nearest, distance2)
                variance = (square + asking[n].accuracy * asking[n].accuracy) * sigma2
                chance_sum += chance(chances, distance2 * scale, variance)
        if pairs != 0:
            count = _count(segment, word >> code_shift, begins, t, pairs, nearest, chance_sum, tallies, slots, count)
    return count


@inlined
def _count(
    segment: Any, code: Any, begins: Any, t: Any, pairs: Any, nearest: Any, chance_sum: Any, tallies: Any, slots: Any,
    count: Any,
) -> Any:  # fmt: skip
    person = segment[at.PERSON0] + code
    if segment[at.PEOPLE] != 0:
        person = int64_at(segment[at.PEOPLE], segment[at.CODES])[code]
    slot = slot_of(person, tallies, slots)
    if slots[slot] == 0:
        begin(tallies, count, person, t)
        count += 1
        slots[slot] = count
    add(tallies, slots[slot] - 1, begins, t, pairs, nearest, chance_sum)
    return count
