"""SedonaDB: a grid join, and ST_DWithin with time folded into x (each bucket lies far east of the one before)."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lianfang.cli.bench.collision import sql
from lianfang.cli.bench.collision.question import Ask, Missing, Peer, Question, Sums

_DIALECT = sql.Dialect(divide="CAST(floor({t} / CAST({by} AS DOUBLE)) AS BIGINT)")
_APART_M = 1_000_000.0  # more than a city is wide


@contextmanager
def _opened(question: Question, ask: Any) -> Iterator[Ask]:
    try:
        import sedonadb
    except ImportError as error:
        raise Missing(str(error)) from error
    warnings.filterwarnings("ignore", module="sedonadb")  # it looks for PROJ and GDAL, which nothing here uses
    session = sedonadb.connect()
    session.read_parquet(question.pings).to_view("raw")
    session.read_parquet(question.index_file).to_memtable().to_view("people")
    session.sql(sql.keyed(question, "raw", _DIALECT)).to_memtable().to_view("pings")
    if ask is _by_distance:
        place = f"ST_Point(x + floor(t / {question.cell_s}.0) * {_APART_M}, y)"
        session.sql(f"SELECT person_id, t, {place} AS place FROM pings").to_memtable().to_view("points")
    yield lambda: ask(session, question)


def _by_grid(session: Any, question: Question) -> Sums:
    asking = sql.asking(question, "pings", "people", _DIALECT)
    session.sql(asking).to_memtable().to_view("asking", overwrite=True)
    return _sums(pa.table(session.sql(sql.met(question, "pings", "asking", _DIALECT))))


def _by_distance(session: Any, question: Question) -> Sums:
    there = f"ST_Point(p.x + (floor(p.t / {question.cell_s}.0) + o.step) * {_APART_M}, p.y)"
    session.sql(
        f"SELECT i.person_id AS index_id, p.t AS tq, {there} AS there FROM pings AS p JOIN people AS i"
        " ON p.person_id = i.person_id AND p.t BETWEEN i.t0 AND i.t1 CROSS JOIN (VALUES (-1), (0), (1)) AS o(step)"
    ).to_memtable().to_view("asking", overwrite=True)
    found = session.sql(
        f"SELECT {sql.columns(_DIALECT, 'min(ST_Distance(place, there))')} FROM asking JOIN points"
        f" ON ST_DWithin(place, there, {question.rule.radius_m}) WHERE person_id <> index_id"
        f" AND abs(t - tq) <= {question.rule.gap_s}"
        " GROUP BY index_id, person_id ORDER BY index_id, minutes DESC, distance"
    )
    return _sums(pa.table(found))


def _sums(found: pa.Table) -> Sums:
    pairs, minutes = (int(pc.sum(found[name]).as_py() or 0) for name in ("pairs", "minutes"))
    return len(found), pairs, minutes


PEERS = [
    Peer("sedonadb", "sedonadb", "grid join, table in memory", partial(_opened, ask=_by_grid)),
    Peer("sedonadb-dwithin", "sedonadb", "ST_DWithin, time folded in", partial(_opened, ask=_by_distance)),
]
