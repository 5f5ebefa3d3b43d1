"""Part of the answer: the contacts' pings of some ten-minute buckets only. Parts of other buckets complete it.

Everything that is counted of a row is counted by the contact's ping, and a ten-minute bin lies in one bucket. So the
parts of one pair of people join without loss: pairs and minutes add up, times and distances are the extremes.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import Contacts
from lianfang.engines.collision.parameters import PingRule
from lianfang.engines.collision.plane import Plane
from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.records import Index
from lianfang.engines.collision.store.layout import BUCKET_S
from lianfang.engines.collision.store.manifest import Manifest, Segment, read_manifest
from lianfang.engines.collision.store.opening import Store, _tables
from lianfang.engines.collision.store.segments import mapped

Home = tuple[Path, Segment]  # a segment and the store it lies in


@dataclass(frozen=True)
class Question:
    """What every part is asked. unlisted: people who are not to be named."""

    index: Index
    rule: PingRule
    plane: Plane
    unlisted: NDArray[np.int64] | None = None

    def within(self, first_s: int, last_s: int) -> Index:
        """The index people whose pings can meet a ping from ``first_s`` to ``last_s``, their windows cut to that."""
        t0 = np.maximum(np.asarray(self.index.t0, np.int64), first_s - self.rule.gap_s)
        t1 = np.minimum(np.asarray(self.index.t1, np.int64), last_s + self.rule.gap_s)
        asked = t0 <= t1
        return Index(np.asarray(self.index.person, np.int64)[asked], t0[asked], t1[asked])


def homes_of(store: Path) -> tuple[Plane, list[Home]]:
    """The plane and the segments of a store, or of a folder of stores that share one plane. Only manifests are read."""
    folders = sorted(path.parent for path in store.glob("*/manifest.json")) or [store]
    manifests = [read_manifest(folder) for folder in folders]
    plane = manifests[0].plane
    for manifest in manifests:
        if manifest.plane != plane:
            raise BadRecord("store_origin", column="origin", value=manifest.origin, start=manifests[0].origin)
    return plane, [(f, segment) for f, m in zip(folders, manifests, strict=True) for segment in m.segments]


def answer_part(homes: Sequence[Home], question: Question, first: int, last: int) -> Contacts | None:
    """Contacts by their pings of the buckets ``first`` ≤ b < ``last``; None where there can be none.

    Only segments that reach into those buckets, or within gap_s of them, are opened, and looked at whole.
    """
    first_s, last_s = first * BUCKET_S, last * BUCKET_S - 1
    index = question.within(first_s, last_s)
    gap_s = question.rule.gap_s
    near = [home for home in homes if _reaches(home[1], first_s - gap_s, last_s + gap_s)]
    if not len(index) or not any(_reaches(segment, first_s, last_s) for _, segment in near):
        return None
    store = _opened(near, question.plane, first, last)
    return store._asked(index, question.rule, question.plane, 0, question.unlisted)


def _reaches(segment: Segment, first_s: int, last_s: int) -> bool:
    low, high = segment.bounds["t"]
    return bool(low <= last_s and high >= first_s)


def _opened(homes: Sequence[Home], plane: Plane, first: int, last: int) -> Store:
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        arrays = [mapped(folder, segment, threads)[1] for folder, segment in homes]
    segments = [segment for _, segment in homes]
    tables = _tables(segments, arrays)
    bucket = tables.directory[:, 0]
    part = np.ascontiguousarray(tables.directory[(bucket >= first) & (bucket < last)])
    manifest = Manifest((plane.lon0, plane.lat0), tuple(segments))
    return Store(homes[0][0], manifest, replace(tables, directory=part))
