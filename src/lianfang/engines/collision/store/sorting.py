"""Packed batches to the rows of a segment: gathered by bucket, then each bucket sorted by strip and longitude."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.compiled import compiled
from lianfang.engines.collision.store.layout import Layout
from lianfang.engines.collision.store.packing import Packed

_DIGIT = 11
_BUCKETS_AT_ONCE = 8
_MOST_COUNTED = 1 << 16


@dataclass(frozen=True)
class Rows:
    """Rows of a segment in their order. strips: row where each strip of each bucket that occurs begins, one array of
    strips + 1 a bucket. lon, lat: empty where the words are exact."""

    word: NDArray[np.int64]
    accuracy: NDArray[np.uint16]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    bucket: NDArray[np.int64]
    starts: NDArray[np.int64]
    strips: NDArray[np.uint32]


def sorted_rows(
    batches: Sequence[Packed], degrees: Sequence[tuple[NDArray[Any], NDArray[Any]]], layout: Layout, threads: Executor
) -> Rows:
    """Sort batches. degrees: lon and lat of each batch, or nothing where the layout is exact."""
    known, numbers = _numbered([batch.bucket for batch in batches], layout.buckets)
    counts = np.zeros((len(batches), len(known)), np.int64)
    list(threads.map(_count, numbers, counts))
    total = counts.sum(0)
    first = np.cumsum(total) - total
    places = first + np.cumsum(counts, 0) - counts
    gathered = _gather(batches, degrees, numbers, places, threads)
    bucket = known[total > 0]
    starts = np.append(first[total > 0], total.sum())
    strips = np.zeros((len(bucket), layout.strips + 1), np.uint32)
    steps = [(at, min(at + _BUCKETS_AT_ONCE, len(bucket))) for at in range(0, len(bucket), _BUCKETS_AT_ONCE)]
    word, accuracy, strip, lon, lat = gathered

    def sort(step: tuple[int, int]) -> None:
        _sort(word, accuracy, strip, lon, lat, starts, step[0], step[1], layout.x_bits, strips)

    list(threads.map(sort, steps))
    return Rows(word, accuracy, lon, lat, bucket + layout.bucket0, starts, strips)


def _numbered(buckets: list[NDArray[np.int32]], most: int) -> tuple[NDArray[np.int64], list[NDArray[np.int32]]]:
    """The buckets there may be, and for each row the place of its own among them. Over many years only those that
    occur are counted."""
    if most <= _MOST_COUNTED:
        return np.arange(most), buckets
    known = np.unique(np.concatenate([np.unique(one) for one in buckets]))
    return known.astype(np.int64), [np.searchsorted(known, one).astype(np.int32) for one in buckets]


def _gather(
    batches: Sequence[Packed], degrees: Sequence[tuple[Any, Any]], numbers: Sequence[NDArray[np.int32]],
    places: NDArray[Any], threads: Executor,
) -> tuple[NDArray[Any], ...]:  # fmt: skip
    """Rows of all batches, bucket after bucket: word, accuracy, strip, lon, lat."""
    n = sum(len(batch.word) for batch in batches)
    kinds: list[type] = [np.int64, np.uint16, np.int32, np.float64, np.float64]
    to: tuple[NDArray[Any], ...] = tuple(
        np.empty(n if place < 3 or degrees else 0, kind) for place, kind in enumerate(kinds)
    )

    def scatter(batch: int) -> None:
        one = batches[batch]
        nothing = np.zeros(0)
        lon, lat = degrees[batch] if degrees else (nothing, nothing)
        _scatter(one.word, one.accuracy, one.strip, lon, lat, numbers[batch], places[batch], *to)

    list(threads.map(scatter, range(len(batches))))
    return to


@compiled
def _count(bucket: Any, counts: Any) -> None:
    for n in range(len(bucket)):
        counts[bucket[n]] += 1


@compiled
def _scatter(
    word: Any, accuracy: Any, strip: Any, lon: Any, lat: Any, bucket: Any, place: Any,
    to_word: Any, to_accuracy: Any, to_strip: Any, to_lon: Any, to_lat: Any,
) -> None:  # fmt: skip
    for n in range(len(word)):
        to = place[bucket[n]]
        place[bucket[n]] = to + 1
        to_word[to], to_accuracy[to], to_strip[to] = word[n], accuracy[n], strip[n]
        if len(lon):
            to_lon[to], to_lat[to] = lon[n], lat[n]


@compiled
def _sort(
    word: Any, accuracy: Any, strip: Any, lon: Any, lat: Any, starts: Any, first: Any, last: Any, x_bits: Any,
    strips: Any,
) -> None:  # fmt: skip
    """Sort buckets first…last in place and fill their offsets."""
    mask = (np.int64(1) << x_bits) - 1
    for bucket in range(first, last):
        low, high = starts[bucket], starts[bucket + 1]
        order = _order(word[low:high], strip[low:high], x_bits, mask, strips.shape[1])
        _offsets(strip[low:high], low, strips[bucket])
        word[low:high] = word[low:high][order]
        accuracy[low:high] = accuracy[low:high][order]
        if len(lon):
            lon[low:high] = lon[low:high][order]
            lat[low:high] = lat[low:high][order]


@compiled
def _offsets(strip: Any, low: Any, offsets: Any) -> None:
    for n in range(len(strip)):
        offsets[strip[n] + 1] += 1
    offsets[0] = low
    for n in range(1, len(offsets)):
        offsets[n] += offsets[n - 1]


@compiled
def _order(word: Any, strip: Any, x_bits: Any, mask: Any, strips: Any) -> Any:
    """Stable order of the rows of one bucket by (strip, x): least digit first, eleven bits a time."""
    key, order = np.empty(len(word), np.int64), np.arange(len(word)).astype(np.uint32)
    for n in range(len(word)):
        key[n] = (np.int64(strip[n]) << x_bits) | (word[n] & mask)
    key_to, order_to = np.empty_like(key), np.empty_like(order)
    bits = x_bits + 1
    while (np.int64(strips) << x_bits) >> bits:
        bits += 1
    counts = np.empty(1 << _DIGIT, np.int64)
    for shift in range(0, bits, _DIGIT):
        counts[:] = 0
        for n in range(len(key)):
            counts[(key[n] >> shift) & ((1 << _DIGIT) - 1)] += 1
        total = 0
        for digit in range(len(counts)):
            here = counts[digit]
            counts[digit] = total
            total += here
        for n in range(len(key)):
            digit = (key[n] >> shift) & ((1 << _DIGIT) - 1)
            to = counts[digit]
            counts[digit] = to + 1
            key_to[to], order_to[to] = key[n], order[n]
        key, key_to, order, order_to = key_to, key, order_to, order
    return order
