"""DATABASES from one environment variable: embedded SQLite unless DATABASE_URL names a PostgreSQL server."""

from pathlib import Path
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
