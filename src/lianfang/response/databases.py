"""DATABASES from one environment variable: embedded SQLite unless DATABASE_URL names a PostgreSQL server.

And rows by the hundred thousand, which both take in their own way.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# FULL: an acknowledged row survives a power cut. IMMEDIATE: a writer waits at BEGIN, not in the middle.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
    "PRAGMA cache_size=-65536;PRAGMA mmap_size=1073741824;PRAGMA temp_store=MEMORY;"
)


def sqlite(path: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"init_command": SQLITE_PRAGMAS, "transaction_mode": "IMMEDIATE", "timeout": 20},
    }


def postgresql(url: str) -> dict:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "lianfang",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def configure(url: str, data: Path) -> dict:
    """Return Django's DATABASES for a DATABASE_URL ('' means embedded) and a data folder."""
    if not url:
        return {"default": sqlite(data / "lianfang.sqlite3")}
    scheme = urlsplit(url).scheme
    if scheme in {"postgres", "postgresql"}:
        return {"default": postgresql(url)}
    if scheme == "sqlite":
        return {"default": sqlite(Path(urlsplit(url).path))}
    raise ValueError(f"DATABASE_URL: scheme {scheme!r} is not known; use postgresql://… or leave it empty for SQLite")


def take_ids(model: Any, number: int) -> Sequence[int]:
    """Return fresh ids for rows of a model that are stored next, in the same transaction, before ids are taken again."""
    from django.db import connection

    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            given = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(given, [table, number])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone()
        return range(last + 1, last + 1 + number)


def insert(model: Any, columns: Sequence[str], rows: Iterable[list[Any]]) -> None:
    """Store many rows of a model at once. Every column without a default in the database must stand in ``columns``.

    Values are Python's own; the lists are changed in place. Signals and ``full_clean`` are not run: constraints are.
    """
    from django.db import connection

    names = ", ".join(f'"{name}"' for name in columns)
    kinds = [model._meta.get_field(name).get_internal_type() for name in columns]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _insert_there(cursor, model._meta.db_table, names, len(columns), rows)
            return
        moments = [place for place, kind in enumerate(kinds) if kind == "DateTimeField"]
        marks = ", ".join("?" * len(columns))
        adapted = cache(connection.ops.adapt_datetimefield_value)
        statement = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})"
        cursor.connection.executemany(statement, (_with_moments(row, moments, adapted) for row in rows))


def _insert_there(cursor: Any, table: str, names: str, width: int, rows: Iterable[list[Any]]) -> None:
    """COPY, the quickest, is refused where row security looks at every row: for a request of the web (territory.sight)."""
    cursor.execute("SELECT row_security_active(%s)", [table])
    if cursor.fetchone()[0]:
        marks = ", ".join(["%s"] * width)
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        return
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _with_moments(row: list[Any], moments: Sequence[int], adapted: Any) -> list[Any]:
    for place in moments:
        row[place] = adapted(row[place])
    return row


@contextmanager
def without_indexes(*models: Any) -> Iterator[None]:
    """Drop what the tables about to be filled can be without, and make it again at the end: sorted once, not row by row.

    Plain indexes, and on PostgreSQL foreign keys too, which are then checked by one join. Unique indexes stay, since they
    are constraints. Belongs inside the transaction of what is written: taken back, nothing was ever dropped.
    """
    from django.db import connection

    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        dropping, making = (
            _indexes_there(cursor, tables) if connection.vendor == "postgresql" else _indexes(cursor, tables)
        )
        for statement in dropping:
            cursor.execute(statement)
        yield
        for statement in making:
            cursor.execute(statement)


def _indexes(cursor: Any, tables: list[str]) -> tuple[list[str], list[str]]:
    marks = ", ".join(["%s"] * len(tables))
    cursor.execute(
        f"SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE INDEX%%' AND tbl_name IN ({marks})", tables
    )
    found = cursor.fetchall()
    return [f'DROP INDEX "{name}"' for name, _ in found], [sql for _, sql in found]


def _indexes_there(cursor: Any, tables: list[str]) -> tuple[list[str], list[str]]:
    """What waits for the end of the transaction is checked before: no table is altered that something waits for."""
    cursor.execute(
        "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [tables],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE NOT indisunique AND indrelid::regclass::text = ANY(%s)",
        [tables],
    )
    found = cursor.fetchall()
    dropping = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in keys]
    making = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for table, name, rule in keys]
    return (
        ["SET CONSTRAINTS ALL IMMEDIATE", *dropping, *(f"DROP INDEX {name}" for name, _ in found)],
        ["SET LOCAL maintenance_work_mem = '256MB'", *(sql for _, sql in found), "SET CONSTRAINTS ALL IMMEDIATE", *making,
         "SET CONSTRAINTS ALL DEFERRED"],
    )  # fmt: skip
