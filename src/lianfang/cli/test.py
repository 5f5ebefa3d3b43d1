"""``lianfang test``: the tests on both databases. PostgreSQL first, so that the last summary is the complete one."""

import os
import subprocess
import sys
from pathlib import Path

import click

from lianfang.cli.speech import say, text

_ROOT = Path(__file__).resolve().parents[3]
DATABASES = ("postgres", "sqlite")


@click.command(
    "test",
    context_settings={"ignore_unknown_options": True},
    help=text(
        "运行全部测试：先在 PostgreSQL 上运行用到数据库的测试，再在 SQLite 上运行全部。其余参数交给 pytest。",
        "Run all tests: those that use the database on PostgreSQL, then all of them on SQLite. Other words go to pytest.",
    ),
)
@click.option("--only", type=click.Choice(DATABASES), help=text("只用一种数据库", "one of the databases only"))
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(only: str | None, words: tuple[str, ...]) -> None:
    if not (_ROOT / "tests").is_dir():
        raise click.ClickException(text("测试只在源码目录中运行。", "Tests run from a source tree only."))
    failed = [database for database in DATABASES if only in (None, database) and _run(database, words)]
    if failed[:1] == ["postgres"] and only is None:
        say("PostgreSQL 上有测试失败，见上文。", "Tests failed on PostgreSQL, see above.")
    sys.exit(bool(failed))


def _run(database: str, words: tuple[str, ...]) -> int:
    """Return pytest's exit code; 'nothing to run here' is no failure."""
    say(f"── 数据库：{database}", f"── database: {database}")
    parallel = () if any(word.startswith(("-n", "--numprocesses")) for word in words) else ("-n", "2", "--dist", "loadgroup")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *parallel, *words],
        cwd=_ROOT,
        env={**os.environ, "LIANFANG_TEST_DATABASE": database, "PYTHONUNBUFFERED": "1"},
        check=False,
    )
    return 0 if done.returncode == 5 and database == "postgres" else done.returncode
