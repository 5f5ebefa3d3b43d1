"""DuckDB: a grid join on a table, on a table clustered by the key of the cell, and straight from Parquet."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from lianfang.cli.bench.collision import sql
from lianfang.cli.bench.collision.question import Ask, Missing, Peer, Question, Sums

_DIALECT = sql.Dialect()


@contextmanager
def _opened(question: Question, form: str) -> Iterator[Ask]:
    file = question.folder / f"{form}.duckdb"
    connection = connected(":memory:" if form == "parquet" else str(file))
    rows = sql.keyed(question, f"'{question.pings}'", _DIALECT)
    kinds = {"table": ("TABLE", ""), "clustered": ("TABLE", " ORDER BY key"), "parquet": ("VIEW", "")}
    kind, order = kinds[form]
    connection.execute(f"CREATE {kind} pings AS {rows}{order}")
    connection.execute(f"CREATE TABLE index_people AS FROM '{question.index_file}'")
    people = "pings"
    if form == "clustered":  # its best for few people: a second copy to look their own pings up in
        people = "people"
        connection.execute("CREATE TABLE people AS FROM pings ORDER BY person_id, t")
    try:
        yield lambda: _asked(connection, question, people)
    finally:
        connection.close()
        file.unlink(missing_ok=True)


def connected(where: str) -> Any:
    try:
        import duckdb
    except ImportError as error:
        raise Missing(str(error)) from error
    connection = duckdb.connect(where)
    connection.execute("SET enable_progress_bar = false")  # it would stand in the middle of --json
    connection.execute("SET preserve_insertion_order = false")
    return connection


def _asked(connection: Any, question: Question, people: str) -> Sums:
    asking = sql.asking(question, people, "index_people", _DIALECT)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE asking AS {asking}")
    met = sql.met(question, "pings", "asking", _DIALECT)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE met AS {met}")
    rows, pairs, minutes = connection.execute(
        "SELECT count(*), coalesce(sum(pairs), 0), coalesce(sum(minutes), 0) FROM met"
    ).fetchone()
    return int(rows), int(pairs), int(minutes)


PEERS = [
    Peer("duckdb", "duckdb", "grid join, table", partial(_opened, form="table")),
    Peer("duckdb-clustered", "duckdb", "grid join, table clustered by cell", partial(_opened, form="clustered")),
    Peer("duckdb-parquet", "duckdb", "grid join from Parquet", partial(_opened, form="parquet")),
]
