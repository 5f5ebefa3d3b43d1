"""Where and when a candidate met whom they were near: few points, half way between two phones, never a track."""

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision import PING, RIDE, Pings, Plane, Rides, Visits, probability_within, sigma_of
from lianfang.response.tracing.arrays.looking import Asked, Pair, Records
from lianfang.response.tracing.arrays.shelf import Kept, Nearness
from lianfang.response.tracing.queries import refs_of
from lianfang.response.tracing.rules.findings import Finding, Meeting

MOST = 120  # meetings of one candidate: more do not fit on a map or a time bar
_BIN_S = 600
_PLACES = 4  # decimals of a degree, about ten metres


def meetings_of(
    records: Records, findings: Mapping[Pair, Finding], asked: Iterable[Asked], nearness: Nearness
) -> dict[Pair, list[Meeting]]:
    """The meetings behind each finding, in the order of time."""
    windows = {(one.case, one.via or 0): one for one in asked}
    refs = refs_of({one.person for one in windows.values()} | {person for _, person in findings})
    names = {person: records.shelf.pseudonyms(mine) for person, mine in refs.items()}
    everybody = {name for mine in names.values() for name in mine}
    kept = {kind: records.of(kind, everybody) for kind in records.kinds}
    found = {}
    for pair, finding in findings.items():
        one = windows[pair[0], finding.via or 0]
        met = [
            meeting
            for kind, rows in kept.items()
            for meeting in _met(kind, rows, rows.codes(names[one.person]), rows.codes(names[pair[1]]), one, nearness)
        ]
        found[pair] = sorted(met, key=lambda meeting: meeting.from_at)[:MOST]
    return found


def _met(
    kind: str, kept: Kept, mine: NDArray[np.int64], theirs: NDArray[np.int64], one: Asked, nearness: Nearness
) -> list[Meeting]:
    person = np.asarray(kept.records.person)
    q, p = np.flatnonzero(np.isin(person, mine)), np.flatnonzero(np.isin(person, theirs))
    if not len(q) or not len(p):
        return []
    if kind == PING:
        return _pings(kept.records, q, p, one, nearness)  # type: ignore[arg-type]
    return _stays(kind, kept, q, p, one, nearness)


def _pings(pings: Pings, q: NDArray[np.int64], p: NDArray[np.int64], one: Asked, nearness: Nearness) -> list[Meeting]:
    """One meeting for each ten minutes in which the two were near: where they were nearest."""
    q = q[(pings.t[q] >= one.window[0]) & (pings.t[q] <= one.window[1])]
    if not len(q):
        return []
    rule = nearness.ping
    plane = Plane(float(pings.lon[q].mean()), float(pings.lat[q].mean()))
    mine, theirs = _within_gap(pings, q, p, rule.gap_s)
    (x, y), (u, v) = (
        plane.project(pings.lon[mine], pings.lat[mine]),
        plane.project(pings.lon[theirs], pings.lat[theirs]),
    )
    distance = np.hypot(x - u, y - v)
    close = distance <= rule.radius_m
    mine, theirs, distance = mine[close], theirs[close], distance[close]
    sigma = np.hypot(sigma_of(pings.accuracy_m[mine]), sigma_of(pings.accuracy_m[theirs]))
    probability = probability_within(rule.radius_m, distance, sigma)
    order = np.lexsort((distance, pings.t[theirs] // _BIN_S))
    _, best = np.unique((pings.t[theirs] // _BIN_S)[order], return_index=True)
    return [
        Meeting(
            PING, _at(pings.t[theirs[row]]), _at(pings.t[theirs[row]] + _BIN_S),
            lon=round(float(pings.lon[mine[row]] + pings.lon[theirs[row]]) / 2, _PLACES),
            lat=round(float(pings.lat[mine[row]] + pings.lat[theirs[row]]) / 2, _PLACES),
            distance_m=round(float(distance[row]), 1), probability=round(float(probability[row]), 3),
        )
        for row in order[best]
    ]  # fmt: skip


def _within_gap(
    pings: Pings, q: NDArray[np.int64], p: NDArray[np.int64], gap_s: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair of rows of q and p at most ``gap_s`` apart."""
    p = p[np.argsort(pings.t[p], kind="stable")]
    low = np.searchsorted(pings.t[p], pings.t[q] - gap_s, "left")
    high = np.searchsorted(pings.t[p], pings.t[q] + gap_s, "right")
    counts = high - low
    mine = np.repeat(q, counts)
    start = np.repeat(low - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return mine, p[np.arange(len(mine)) + start]


def _stays(
    kind: str, kept: Kept, q: NDArray[np.int64], p: NDArray[np.int64], one: Asked, nearness: Nearness
) -> list[Meeting]:
    records = kept.records
    begins, ends = (records.t_on, records.t_off) if isinstance(records, Rides) else (records.t_in, records.t_out)  # type: ignore[union-attr]
    linger = 0 if kind == RIDE else nearness.visit.linger_s
    met = []
    for i in q.tolist():
        for j in p.tolist():
            start = max(int(begins[i]), int(begins[j]), one.window[0])
            end = min(min(int(ends[i]), one.window[1]) + linger, int(ends[j]))
            if start <= end and _same_place(records, i, j, nearness):
                where = records.trip[i] if isinstance(records, Rides) else records.place[i]  # type: ignore[union-attr]
                met.append(Meeting(kind, _at(start), _at(end), place=kept.places[int(where)]))
    return met


def _same_place(records: Pings | Visits | Rides, i: int, j: int, nearness: Nearness) -> bool:
    if isinstance(records, Rides):
        apart = abs(int(records.row[i]) - int(records.row[j]))
        near = nearness.ride.rows is None or apart <= nearness.ride.rows
        return bool(records.trip[i] == records.trip[j] and records.carriage[i] == records.carriage[j] and near)
    return bool(records.place[i] == records.place[j])  # type: ignore[union-attr]


def _at(t: Any) -> datetime:
    return datetime.fromtimestamp(int(t), UTC)


def packed(found: Mapping[Pair, list[Meeting]]) -> bytes:
    """As the vault keeps them."""
    rows = {f"{case}:{person}": [_plain(one) for one in met] for (case, person), met in found.items()}
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode())


def _plain(one: Meeting) -> dict[str, Any]:
    times = {"from_at": one.from_at.isoformat(), "to_at": one.to_at.isoformat()}
    return {**vars(one), **times}


def unpacked(content: bytes, pair: Pair) -> list[dict[str, Any]]:
    """The meetings of one candidate; none where the list was cut before them."""
    found: list[dict[str, Any]] = json.loads(zlib.decompress(content)).get(f"{pair[0]}:{pair[1]}", [])
    return found
