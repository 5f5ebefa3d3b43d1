"""Apache Spark on this machine: a grid join whose small side is sent to every task, straight from Parquet."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow.compute as pc

from lianfang.cli.bench.collision import sql
from lianfang.cli.bench.collision.question import Ask, Missing, Peer, Question, Sums
from lianfang.engines.collision.spark import SparkMissing, session_of

_DIALECT = sql.Dialect(divide="floor({t} / {by})", real="D", whole="L", hint="/*+ BROADCAST(q) */")


@contextmanager
def _opened(question: Question) -> Iterator[Ask]:
    try:
        session = session_of("local[2]")
    except SparkMissing as error:
        raise Missing(str(error)) from error
    session.read.parquet(str(question.pings)).createOrReplaceTempView("raw")
    session.read.parquet(str(question.index_file)).createOrReplaceTempView("people")
    session.sql(f"CREATE OR REPLACE TEMP VIEW pings AS {sql.keyed(question, 'raw', _DIALECT)}")
    asking = sql.asking(question, "pings", "people", _DIALECT)
    session.sql(f"CREATE OR REPLACE TEMP VIEW asking AS {asking}")

    def ask() -> Sums:
        found = session.sql(sql.met(question, "pings", "asking", _DIALECT)).toArrow()
        return len(found), int(pc.sum(found["pairs"]).as_py() or 0), int(pc.sum(found["minutes"]).as_py() or 0)

    yield ask


PEERS = [Peer("spark", "spark", "grid join, broadcast, from Parquet", _opened)]
