"""Polars: a grid join. In memory the streaming engine is the faster of its two, so that is the one raced."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lianfang.cli.bench.collision.question import SIDE, Ask, Missing, Peer, Question, Sums


@contextmanager
def _in_memory(question: Question) -> Iterator[Ask]:
    pl = _polars()
    table, index = _keyed(pl, question).collect(engine="streaming"), pl.read_parquet(question.index_file)
    yield lambda: _asked(pl, table.lazy(), index, question)


@contextmanager
def _from_parquet(question: Question) -> Iterator[Ask]:
    pl = _polars()
    index = pl.read_parquet(question.index_file)
    yield lambda: _asked(pl, _keyed(pl, question), index, question)


def _polars() -> Any:
    try:
        import polars
    except ImportError as error:
        raise Missing(str(error)) from error
    return polars


def _keyed(pl: Any, question: Question) -> Any:
    (lon0, lat0), (east, north) = question.origin, question.metres
    plane = pl.scan_parquet(question.pings).select(
        "person_id", "t", x=(pl.col("lon") - lon0) * east, y=(pl.col("lat") - lat0) * north
    )
    column, line = ((pl.col(name) / question.cell_m).floor().cast(pl.Int64) + SIDE for name in ("x", "y"))
    bucket = (pl.col("t") // question.cell_s).cast(pl.Int64)
    return plane.with_columns(key=(bucket * (2 * SIDE) + column) * (2 * SIDE) + line)


def _asked(pl: Any, pings: Any, index: Any, question: Question) -> Sums:
    asking = (
        pings.join(index.lazy(), on="person_id").filter(pl.col("t").is_between("t0", "t1"))
        .select(index_id="person_id", tq="t", xq="x", yq="y", key="key").collect(engine="streaming")
    )  # fmt: skip
    steps = pl.DataFrame({"step": question.steps}, schema={"step": pl.Int64})
    asking = asking.join(steps, how="cross").with_columns(key=pl.col("key") + pl.col("step")).drop("step")
    square = (pl.col("x") - pl.col("xq")).pow(2) + (pl.col("y") - pl.col("yq")).pow(2)
    met = (
        pings.join(asking.lazy(), on="key").with_columns(square=square)
        .filter(
            (pl.col("square") <= question.rule.radius_m**2) & (pl.col("person_id") != pl.col("index_id"))
            & ((pl.col("t") - pl.col("tq")).abs() <= question.rule.gap_s)
        )
        .group_by("index_id", "person_id")
        .agg(
            pairs=pl.len(), minutes=10 * (pl.col("t") // 600).n_unique(), first_t=pl.col("t").min(),
            last_t=pl.col("t").max(), distance=pl.col("square").min().sqrt(),
        )
        .sort(["index_id", "minutes", "distance"], descending=[False, True, False]).collect(engine="streaming")
    )  # fmt: skip
    return met.height, int(met["pairs"].sum()), int(met["minutes"].sum())


PEERS = [
    Peer("polars", "polars", "grid join, table in memory", _in_memory),
    Peer("polars-streaming", "polars", "grid join, streaming from Parquet", _from_parquet),
]
