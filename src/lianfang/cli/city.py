"""``lianfang city build``: a synthetic city from the real tree and census."""

import os
import sys
import time
from pathlib import Path

import click

from lianfang.cli import framework
from lianfang.cli.speech import say, text


@click.group("city", help=text("演示城市。", "The demonstration city."))
def command() -> None: ...


@command.command(
    "build", help=text("按真实区划和人口建立合成城市。", "Build synthetic people on the real tree and census.")
)
@click.option(
    "--scale", default=0.01, show_default=True, help=text("真实人口的比例（0–1）", "Share of the real population.")
)
@click.option("--seed", default=1, show_default=True, help=text("随机种子", "The same seed makes the same city."))
@click.option(
    "--outbreak/--no-outbreak", default=True, help=text("是否加入小规模疫情", "With a small outbreak under way.")
)
def build_command(scale: float, seed: int, outbreak: bool) -> None:
    if not 0 < scale <= 1:
        raise click.BadParameter(text("应大于 0、不大于 1", "must lie between 0 and 1"), param_hint="--scale")
    framework.start()
    began = time.monotonic()
    build(scale=scale, seed=seed, outbreak=outbreak)
    say(f"用时 {time.monotonic() - began:.0f} 秒。", f"Took {time.monotonic() - began:.0f} s.")


def build(*, scale: float, seed: int, outbreak: bool) -> None:
    """Build the whole city, or leave nothing: SQLite is filled in a file apart, which then takes the real one's place."""
    from django.db import connection

    if connection.vendor != "sqlite":
        _fill(scale, seed, outbreak)
        return
    target = Path(connection.settings_dict["NAME"])
    if target.exists() and _has_areas():
        say(
            "数据库中已有城市；换一个 --data 目录。", "The database already holds a city; choose another --data folder."
        )
        raise SystemExit(1)
    draft = target.with_suffix(".building")
    _aside(draft)
    try:
        _fill(scale, seed, outbreak)
        _settle(connection)
        for leftover in (f"{target}-wal", f"{target}-shm"):
            Path(leftover).unlink(missing_ok=True)
        os.replace(draft, target)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = str(target)
        connection.settings_dict["OPTIONS"]["init_command"] = _usual


_usual = ""


def _has_areas() -> bool:
    from django.db import DatabaseError

    from lianfang.response.territory.queries import root

    try:
        return root() is not None
    except DatabaseError:
        return False


def _aside(draft: Path) -> None:
    """Turn the connection to a new file, written without the care that a file with real data needs."""
    global _usual
    from django.db import connection

    connection.close()
    for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm"), Path(f"{draft}-journal")):
        leftover.unlink(missing_ok=True)
    draft.parent.mkdir(parents=True, exist_ok=True)
    connection.settings_dict["NAME"] = str(draft)
    _usual = connection.settings_dict["OPTIONS"]["init_command"]
    connection.settings_dict["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=OFF;PRAGMA synchronous=OFF;PRAGMA cache_size=-262144;PRAGMA temp_store=FILE;"
    )


def _settle(connection: object) -> None:
    """Back to the careful mode, everything on disk."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("PRAGMA optimize")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA journal_mode=WAL")
    path = connection.settings_dict["NAME"]  # type: ignore[attr-defined]
    connection.close()  # type: ignore[attr-defined]
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def _fill(scale: float, seed: int, outbreak: bool) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from lianfang.response import clock
    from lianfang.response.territory.actions import load_facts
    from lianfang.response.web.demonstration import PASSWORD
    from lianfang.response.workflows.build_city import build_city
    from lianfang.response.workflows.demonstration import demonstration_accounts, play_outbreak

    call_command("migrate", verbosity=0)
    areas = load_facts()
    say(f"区划 {areas:,} 个。", f"{areas:,} areas.")
    built = build_city(scale=scale, seed=seed, today=clock.today(), progress=_progress if sys.stderr.isatty() else None)
    say(
        f"人口 {built.people:,}，户 {built.households:,}。",
        f"{built.people:,} people in {built.households:,} households.",
    )
    demonstration_accounts(PASSWORD)
    if outbreak:
        cases = play_outbreak(seed=seed)
        say(f"演示疫情：病例 {cases} 例。", f"Demonstration outbreak: {cases} cases.")
    (settings.DATA / "DEMONSTRATION").write_text("synthetic\n")


def _progress(done: int, total: int) -> None:
    print(f"\r{done:>12,} / {total:,}", end="" if done < total else "\n", file=sys.stderr, flush=True)
