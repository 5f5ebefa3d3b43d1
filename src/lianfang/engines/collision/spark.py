"""The same store and the same compiled loops on Apache Spark: many machines, one answer.

The store lies where every machine can read it. A task is a range of ten-minute buckets, the first part of the key by
which the store is sorted; it takes the index people's pings from ``gap_s`` around the range (the halo), opens the
segments it needs and answers for the contacts' pings of its range. ``parts.py`` says why the parts join without loss.

pyspark is an optional dependency (``lianfang[spark]``) and is imported when it is needed. It needs Java 17.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import PING, Contacts
from lianfang.engines.collision.onward import onward_of
from lianfang.engines.collision.parameters import PingRule
from lianfang.engines.collision.plane import Plane
from lianfang.engines.collision.records import Index
from lianfang.engines.collision.store.layout import BUCKET_S
from lianfang.engines.collision.store.parts import Home, Question, answer_part, homes_of

TASKS_A_CORE = 2
_RULE = PingRule()
# column of Contacts → (type, how two parts of one pair of people become one)
_COLUMNS = {
    "n_pairs": ("long", "sum"), "minutes": ("long", "sum"), "first_t": ("long", "min"), "last_t": ("long", "max"),
    "min_distance_m": ("double", "min"), "expected_minutes": ("double", "sum"),
}  # fmt: skip
_KEYS = ("index_person", "person")


class SparkMissing(RuntimeError):
    """pyspark or Java is not there; the message says which."""


@dataclass(frozen=True)
class SparkStore:
    """A store, or a folder of stores with one origin, that is asked through a Spark session. Made by ``open_on_spark``.

    What is appended after it was opened is not seen.
    """

    session: Any
    plane: Plane
    homes: Sequence[Home]

    @property
    def last_t(self) -> int:
        """Second of the last ping; 0 in a store without any."""
        return max((int(segment.bounds["t"][1]) for _, segment in self.homes), default=0)

    def contacts(
        self, index: Index, rule: PingRule = _RULE, *, order: int = 1, latent_s: int = 0, min_minutes: int = 0,
        until_t: int | None = None, plane: Plane | None = None,
    ) -> Contacts:  # fmt: skip
        """As ``Store.contacts``, and the same rows in the same order."""
        plane = plane or self.plane
        first = self._joined(Question(index, rule, plane), min_minutes)
        if order == 1 or not len(first):
            return first
        onward, source = onward_of(first, index, latent_s, self.last_t if until_t is None else until_t)
        known = np.union1d(first.person, np.asarray(index.person, np.int64))
        second = self._joined(Question(onward, rule, plane, known), min_minutes)
        return first.then(second, source[np.searchsorted(onward.person, second.index_person)])

    def _joined(self, question: Question, min_minutes: int) -> Contacts:
        from pyspark.sql import functions as of

        tasks = ranges(self.homes, question, TASKS_A_CORE * self.session.sparkContext.defaultParallelism)
        if not tasks:
            return _contacts(_nobody())
        frame = self.session.createDataFrame(tasks, "first long, last long").repartitionByRange(len(tasks), "first")
        parts = frame.mapInArrow(partial(_answered, self.homes, question), _schema())
        joins = [getattr(of, how)(name).alias(name) for name, (_, how) in _COLUMNS.items()]
        whole = parts.groupBy(*_KEYS).agg(*joins).where(of.col("minutes") >= min_minutes)
        return _contacts(whole.toArrow()).ranked()


def open_on_spark(path: Path, master: str = "local[2]") -> SparkStore:
    """Open a store for questions through the Spark cluster at ``master`` ("local[2]", "spark://…", "yarn", "k8s://…").

    Only manifests are read here; every task looks at every byte of the segments it opens. Raises SparkMissing, and
    BadRecord where there is no store.
    """
    plane, homes = homes_of(Path(path).resolve())
    return SparkStore(session_of(master), plane, homes)


def session_of(master: str) -> Any:
    """A Spark session whose Python is this one, if it runs on this machine. Raises SparkMissing."""
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkMissing(f"pyspark: {error}") from error
    if master.startswith("local"):
        os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    build = SparkSession.builder.appName("lianfang collision").master(master)
    build = build.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        build = build.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    try:
        session = build.getOrCreate()
    except (PySparkRuntimeError, OSError) as error:
        raise SparkMissing(f"Java 17: {error}") from error
    session.sparkContext.setLogLevel("ERROR")
    session.conf.set("spark.sql.shuffle.partitions", str(session.sparkContext.defaultParallelism))
    return session


def ranges(homes: Sequence[Home], question: Question, most: int) -> list[tuple[int, int]]:
    """Ranges of buckets, at most ``most``, that hold every ping the index people can meet; about equally many rows each.

    Rows of a segment are taken to lie evenly over its time.
    """
    if not len(question.index):
        return []
    gap_s = question.rule.gap_s
    early, late = int(np.min(question.index.t0)) - gap_s, int(np.max(question.index.t1)) + gap_s
    spans = [_span(segment.bounds["t"], early, late, segment.rows) for _, segment in homes]
    spans = [span for span in spans if span[2] > 0]
    if not spans:
        return []
    edges = np.unique([edge for low, high, _ in spans for edge in (low, high)])
    weight = np.cumsum([0.0] + [_weight(spans, a, b) for a, b in pairwise(edges)])
    cuts = np.interp(np.linspace(0, weight[-1], most + 1), weight, edges)
    cuts = np.unique(np.round(cuts).astype(np.int64))
    return [(int(a), int(b)) for a, b in pairwise(cuts)]


def _span(times: Sequence[int], early: int, late: int, rows: int) -> tuple[int, int, float]:
    """(first bucket, bucket after the last, rows) of the part of a segment between two seconds."""
    low, high = int(times[0]) // BUCKET_S, int(times[1]) // BUCKET_S + 1
    first, last = max(low, early // BUCKET_S), min(high, late // BUCKET_S + 1)
    return first, last, rows * max(last - first, 0) / (high - low)


def _weight(spans: Sequence[tuple[int, int, float]], first: int, last: int) -> float:
    return sum(rows * (last - first) / (high - low) for low, high, rows in spans if low <= first and last <= high)


def _answered(homes: Sequence[Home], question: Question, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Run by Spark's Python workers: a range of buckets in, parts of rows out."""
    for batch in batches:
        for first, last in zip(batch["first"].to_pylist(), batch["last"].to_pylist(), strict=True):
            found = answer_part(homes, question, first, last)
            if found is not None and len(found):
                yield pa.RecordBatch.from_pydict({name: getattr(found, name) for name in (*_KEYS, *_COLUMNS)})


def _schema() -> str:
    columns = [f"{name} long" for name in _KEYS] + [f"{name} {kind}" for name, (kind, _) in _COLUMNS.items()]
    return ", ".join(columns)


def _nobody() -> pa.Table:
    types = {"long": pa.int64(), "double": pa.float64()}
    arrays = {name: pa.array([], pa.int64()) for name in _KEYS}
    return pa.table({**arrays, **{name: pa.array([], types[kind]) for name, (kind, _) in _COLUMNS.items()}})


def _contacts(table: pa.Table) -> Contacts:
    def column(name: str) -> NDArray[Any]:
        return np.ascontiguousarray(table[name].to_numpy())

    nothing = np.full(len(table), -1, np.int64)
    columns = {name: column(name) for name in (*_KEYS, *_COLUMNS)}
    probability = columns["expected_minutes"] / columns["minutes"]
    return Contacts(evidence=PING, min_rows=nothing, place=nothing, probability=probability, **columns)
