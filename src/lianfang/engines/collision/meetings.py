"""Stays at one place that meet in time: what visits and rides have in common."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import Contacts, unmeasured
from lianfang.engines.collision.groups import group, packed
from lianfang.engines.collision.ranges import pairs
from lianfang.engines.collision.records import Index

_Int = NDArray[np.int64]


@dataclass(frozen=True)
class Stays:
    """Rows: who was at which place (any int code) from t_in to t_out, int seconds, both included."""

    person: NDArray[np.integer]
    place: NDArray[np.integer]
    t_in: NDArray[np.integer]
    t_out: NDArray[np.integer]


@dataclass(frozen=True)
class Meetings:
    """One row for each stay of an index person met by a stay of somebody else.

    index: position in the index. mine, other: rows of the stays. first_t, last_t: when the other person stood where the
    index person was or had just been. together_s: seconds both were there, 0 where the index person had left.
    """

    index: _Int
    mine: _Int
    other: _Int
    first_t: _Int
    last_t: _Int
    together_s: _Int


def meet(stays: Stays, index: Index, linger_s: int) -> Meetings:
    """Return all meetings. The index person's stays count inside their window only; what is left behind there stays
    ``linger_s`` longer, for whoever comes after and not for whoever was before.

    n log n time: stays sorted by place and beginning, and the latest end so far bounds the search on the other side.
    """
    position = index.find(stays.person)
    start, end = _inside_window(stays, index, position)
    asked = np.flatnonzero((position >= 0) & (start <= end))
    order, low, high = _ranges(stays, asked, start[asked], end[asked] + linger_s)
    found = [
        _kept(stays, asked[query], order[candidate], start, end, linger_s) for query, candidate in pairs(low, high)
    ]
    mine, other = (np.concatenate([row[n] for row in found] or [np.zeros(0, np.int64)]) for n in (0, 1))
    first_t = np.maximum(start[mine], stays.t_in[other])
    last_t = np.minimum(end[mine] + linger_s, stays.t_out[other])
    together_s = np.maximum(np.minimum(end[mine], stays.t_out[other]) - first_t, 0)
    return Meetings(position[mine], mine, other, first_t, last_t, together_s)


def _inside_window(stays: Stays, index: Index, position: _Int) -> tuple[_Int, _Int]:
    start, end = np.asarray(stays.t_in, np.int64), np.asarray(stays.t_out, np.int64)
    if not len(index):
        return start, end
    t0, t1 = np.asarray(index.t0, np.int64), np.asarray(index.t1, np.int64)
    return np.maximum(start, t0[position]), np.minimum(end, t1[position])


def _ranges(stays: Stays, asked: _Int, start: _Int, end: _Int) -> tuple[_Int, _Int, _Int]:
    """Order of the stays, and for each one asked about the range of it in which a stay can overlap start…end."""
    if not len(asked):
        return asked, asked, asked
    place = packed([stays.place])
    t_in, t_out = np.asarray(stays.t_in, np.int64), np.asarray(stays.t_out, np.int64)
    zero = min(int(t_in.min()), int(start.min()))
    width = max(int(t_out.max()), int(end.max())) - zero + 2
    begins, ends = place * width + (t_in - zero), place * width + (t_out - zero)
    order = np.argsort(begins, kind="stable")
    latest_end = np.maximum.accumulate(ends[order])
    low = np.searchsorted(latest_end, place[asked] * width + (start - zero), "left")
    high = np.searchsorted(begins[order], place[asked] * width + (end - zero), "right")
    return order, low, high


def _kept(stays: Stays, mine: _Int, other: _Int, start: _Int, end: _Int, linger_s: int) -> tuple[_Int, _Int]:
    met = (stays.t_out[other] >= start[mine]) & (stays.t_in[other] <= end[mine] + linger_s)
    met &= (stays.person[other] != stays.person[mine]) & (stays.place[other] == stays.place[mine])
    return mine[met], other[met]


def seconds_covered(key: _Int, start: _Int, length: _Int) -> _Int:
    """For each row the seconds of start…start+length that no earlier row of the same key covers, so that sums by key
    count each second once."""
    if not len(key):
        return length
    width = int((start + length).max() - start.min()) + 1
    begins = packed([key]) * width + (start - start.min())
    ends = begins + length
    order = np.argsort(begins, kind="stable")
    before = np.concatenate(([begins[order[0]]], np.maximum.accumulate(ends[order])[:-1]))
    fresh = np.empty_like(length)
    fresh[order] = np.maximum(ends[order] - np.maximum(begins[order], before), 0)
    return fresh


def contacts_of(
    evidence: str, stays: Stays, met: Meetings, index: Index, rows_apart: _Int, place_of: Callable[[_Int], _Int]
) -> Contacts:
    """Sum meetings by index person and contact. ``place_of``: rows of stays → the code shown as their place."""
    person = np.asarray(stays.person, np.int64)[met.other]
    groups = group(met.index, person)
    fresh = seconds_covered(packed([met.index, person]), met.first_t, met.together_s)
    longest = np.lexsort((met.other, -met.together_s, person, met.index))[groups.starts]
    return Contacts(
        evidence=evidence,
        index_person=np.asarray(index.person, np.int64)[met.index[groups.first]],
        person=person[groups.first],
        n_pairs=groups.sizes,
        minutes=groups.sum(fresh) // 60,
        first_t=groups.min(met.first_t),
        last_t=groups.max(met.last_t),
        min_rows=groups.min(rows_apart),
        place=place_of(met.mine[longest]),
        **unmeasured(len(groups)),
    ).ranked()
