"""PostGIS: points in x, y and time under a 3-D GiST index. Needs a PostgreSQL of the system with the extension.

A server of its own is started for the race, in a folder of its own, on a socket only.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from lianfang.cli.bench.collision.question import Ask, Missing, Peer, Question, Sums

_SERVER = ("-c", "listen_addresses=", "-c", "shared_buffers=2GB", "-c", "work_mem=256MB", "-c", "fsync=off",
           "-c", "maintenance_work_mem=1GB", "-c", "jit=off", "-c", "max_wal_size=8GB")  # fmt: skip


@contextmanager
def _opened(question: Question) -> Iterator[Ask]:
    programs = _programs()
    user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="lianfang-postgis-"))
    if user:
        shutil.chown(folder, user)
    try:
        data = folder / "data"
        _run(programs, user, "initdb", "-D", data, "-U", "bench", "-A", "trust")
        _run(
            programs,
            user,
            "pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            folder / "log",
            "-o",
            " ".join((*_SERVER, "-k", str(folder))),
            "start",
        )
        try:
            with _connected(folder) as connection:
                _fill(connection, question)
                yield lambda: _asked(connection, question)
        finally:
            _run(programs, user, "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if Path(f"/usr/share/postgresql/{folder.parent.name}/extension/postgis.control").exists():
            return folder
    raise Missing("no PostgreSQL with PostGIS (Debian: apt install postgresql-15-postgis-3)")


def _run(programs: Path, user: str | None, program: str, *words: object) -> None:
    done = subprocess.run(
        [str(programs / program), *map(str, words)], user=user, cwd="/", text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise Missing(f"{program}: {(done.stderr or '').strip()[-300:]}")


def _connected(folder: Path) -> Any:
    import psycopg

    return psycopg.connect(host=str(folder), user="bench", dbname="postgres", autocommit=True)


def _fill(connection: Any, question: Question) -> None:
    (lon0, lat0), (east, north) = question.origin, question.metres
    connection.execute("CREATE EXTENSION postgis")
    connection.execute("CREATE UNLOGGED TABLE raw (person_id int8, t int8, lon float8, lat float8)")
    with connection.cursor().copy("COPY raw FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int8", "int8", "float8", "float8"])
        for batch in parquet.ParquetFile(question.pings).iter_batches(columns=["person_id", "t", "lon", "lat"]):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                copy.write_row(row)
    # Time in units in which the gap is as long as the radius, so that the boxes of the index are about cubes.
    scale = question.rule.radius_m / question.cell_s
    connection.execute(
        f"CREATE UNLOGGED TABLE pings AS SELECT person_id, t, (lon - {lon0!r}) * {east!r} AS x, (lat - {lat0!r}) * {north!r} AS y,"
        f" ST_MakePoint((lon - {lon0!r}) * {east!r}, (lat - {lat0!r}) * {north!r}, t * {scale!r}) AS place FROM raw"
    )
    connection.execute("DROP TABLE raw")
    connection.execute("CREATE INDEX ON pings USING gist (place gist_geometry_ops_nd)")
    connection.execute("CREATE INDEX ON pings (person_id, t)")
    connection.execute("VACUUM ANALYZE pings")
    connection.execute("CREATE TEMP TABLE people (person_id int8, t0 int8, t1 int8)")
    index = question.index
    with connection.cursor().copy("COPY people FROM STDIN") as copy:
        for row in zip(index.person.tolist(), index.t0.tolist(), index.t1.tolist(), strict=True):
            copy.write_row(row)
    connection.execute("ANALYZE people")


def _asked(connection: Any, question: Question) -> Sums:
    radius, gap = question.rule.radius_m, question.rule.gap_s
    scale = radius / question.cell_s
    reach = f"q.x {{0}} {radius * 1.00001!r}, q.y {{0}} {radius * 1.00001!r}, (q.t {{0}} {gap}) * {scale!r} {{0}} 1e-6"
    box = f"ST_3DMakeBox(ST_MakePoint({reach.format('-')}), ST_MakePoint({reach.format('+')}))::geometry"
    square = "(p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y)"
    found = connection.execute(
        "SELECT q.person_id, p.person_id, count(*), 10 * count(DISTINCT floor(p.t / 600.0)) AS minutes, min(p.t), max(p.t),"
        f" sqrt(min({square})) AS distance FROM people AS i JOIN pings AS q ON q.person_id = i.person_id AND q.t BETWEEN i.t0 AND i.t1"
        f" JOIN pings AS p ON p.place &&& {box} WHERE p.person_id <> q.person_id AND abs(p.t - q.t) <= {gap}"
        f" AND {square} <= {radius**2!r} GROUP BY 1, 2 ORDER BY 1, 4 DESC, 7"
    ).fetchall()
    return len(found), sum(row[2] for row in found), sum(row[3] for row in found)


PEERS = [Peer("postgis", "postgis", "3-D GiST index", _opened)]
