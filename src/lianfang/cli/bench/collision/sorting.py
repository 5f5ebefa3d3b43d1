"""DuckDB's way from Parquet to a file in the order of bucket and cell."""

from pathlib import Path
from typing import Any

from lianfang.cli.bench.collision.question import Ask, Question, Sums


def copied(connection: Any, question: Question, file: Path) -> Ask:
    (lon0, lat0), (east, north) = question.origin, question.metres
    cells = ", ".join(
        f"floor(({degree} - {zero!r}) * {metres!r} / {question.cell_m!r})::INT"
        for degree, zero, metres in (("lat", lat0, north), ("lon", lon0, east))
    )
    order = f"t // {question.cell_s}, {cells}"

    def ask() -> Sums:
        (rows,) = connection.execute(
            f"COPY (FROM '{question.pings}' ORDER BY {order}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
        ).fetchone()
        return int(rows), 0, 0

    return ask
