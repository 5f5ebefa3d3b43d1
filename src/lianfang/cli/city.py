"""``lianfang city build``: a synthetic city from the real tree and census."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click

from lianfang.cli import framework
from lianfang.cli.speech import say, text

# Written in one go into a file that nobody else uses: a rollback journal holds only the few pages that were there before.
_UNDISTURBED = ("mmap_size=0", "cache_size=-262144", "temp_store=FILE", "threads=2")

_ENOUGH_FOR_AN_OUTBREAK = 40_000  # people of the city; with fewer, a village is two families


@click.group("city", help=text("演示城市。", "The demonstration city."))
def command() -> None: ...


@command.command(
    "build", help=text("按真实区划和人口建立合成城市。", "Build synthetic people on the real tree and census.")
)
@click.option(
    "--scale", default=0.01, show_default=True, help=text("真实人口的比例（0–1）", "Share of the real population.")
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help=text("随机种子", "The same seed makes the same city."),
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help=text("按哪一天计算年龄，默认今天", "The day on which ages are counted; today by default."),
)
@click.option(
    "--outbreak/--no-outbreak", default=True, help=text("是否加入小规模疫情", "With a small outbreak under way.")
)
def build_command(scale: float, seed: int, on: datetime | None, outbreak: bool) -> None:
    if not 0 < scale <= 1:
        raise click.BadParameter(text("应大于 0、不大于 1", "must lie between 0 and 1"), param_hint="--scale")
    framework.start()
    began = time.monotonic()
    build(scale=scale, seed=seed, outbreak=outbreak, on=on.date() if on else None)
    say(f"用时 {time.monotonic() - began:.0f} 秒。", f"Took {time.monotonic() - began:.0f} s.")


def build(*, scale: float, seed: int, outbreak: bool, on: date | None = None) -> None:
    """Build the whole city in one transaction: killed at any point, it leaves the tables as they were before."""
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    if _is_there(scale, seed):
        say("该演示城市已建好。", "This city is already there.")
        _mark_as_demonstration()
        return
    with _undisturbed(), transaction.atomic():
        _fill(scale, seed, outbreak, on)
    _gather_statistics()
    _mark_as_demonstration()


def _is_there(scale: float, seed: int) -> bool:
    """Whether this very city was built before. Anything else that lives in the database is a reason to stop."""
    from lianfang.response.accounts.models import User
    from lianfang.response.ledger.models import Entry
    from lianfang.response.people.models import Person

    if Person.objects.exists():
        built = Entry.objects.filter(action="city.built").order_by("-seq").first()
        was = json.loads(built.detail) if built else {}
        if (was.get("scale"), was.get("seed")) == (scale, seed):
            return True
        raise click.ClickException(_other_city(was))
    if User.objects.exists():
        raise click.ClickException(
            text(
                "数据库中已有账号，演示城市只能建在空库里；请换一个 --data 目录。",
                "The database has accounts; a demonstration city is built in an empty one. Choose another --data folder.",
            )
        )
    return False


def _other_city(was: dict[str, Any]) -> str:
    if not was:
        return text(
            "数据库中已有人员；请换一个 --data 目录。",
            "The database already holds people; choose another --data folder.",
        )
    return text(
        f"数据库中已有另一座演示城市（--scale {was['scale']} --seed {was['seed']}）；请换一个 --data 目录。",
        f"The database holds another city (--scale {was['scale']} --seed {was['seed']}); choose another --data folder.",
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """On SQLite: the file for ourselves, with a rollback journal. The next connection goes back to the usual mode."""
    from django.db import OperationalError, connection

    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        try:
            cursor.execute("PRAGMA journal_mode=DELETE")
            alone = cursor.fetchone()[0] == "delete"
        except OperationalError:
            alone = False
        if not alone:
            raise click.ClickException(
                text(
                    "另一个进程正在使用数据库（服务是否在运行？），请先停止它。",
                    "Another process uses the database (is a server running?); stop it first.",
                )
            )
        for pragma in _UNDISTURBED:
            cursor.execute(f"PRAGMA {pragma}")
    try:
        yield
    finally:
        connection.close()


def _fill(scale: float, seed: int, outbreak: bool, on: date | None) -> None:
    from lianfang.response import clock
    from lianfang.response.territory.actions import load_facts
    from lianfang.response.web.demonstration import PASSWORD
    from lianfang.response.workflows.build_city import build_city
    from lianfang.response.workflows.demonstration import demonstration_accounts, play_outbreak
    from lianfang.response.workflows.demonstration_warrant import demonstration_warrant

    areas = load_facts()
    say(f"区划 {areas:,} 个。", f"{areas:,} areas.")
    built = build_city(scale=scale, seed=seed, today=on or clock.today(), progress=_progress())
    say(
        f"人口 {built.people:,}，户 {built.households:,}。",
        f"{built.people:,} people in {built.households:,} households.",
    )
    demonstration_accounts(PASSWORD)
    _gather_statistics()  # the outbreak asks for people by place; again at the end, when it has made cases and duties
    if outbreak and built.people < _ENOUGH_FOR_AN_OUTBREAK:
        say("人口太少，未加入演示疫情。", "Too few people for a demonstration outbreak: none was made.")
    elif outbreak:
        cases = play_outbreak(seed=seed)
        records = demonstration_warrant(seed=seed)
        say(
            f"演示疫情：病例 {cases} 例；调取授权一份，位置记录 {records:,} 行。",
            f"Demonstration outbreak: {cases} cases; one warrant with {records:,} location records.",
        )


def _progress() -> Callable[[int, int], None]:
    """A line for every tenth; then the indexes, which take a while by themselves."""
    said = -1

    def progress(done: int, total: int) -> None:
        nonlocal said
        tenth = 10 * done // total
        if tenth > said and total > 1_000_000:
            say(f"  {done:>12,} / {total:,} 人", f"  {done:>12,} of {total:,} people")
            if tenth == 10:
                say("  建立索引……", "  indexes …")
        said = max(said, tenth)

    return progress


def _gather_statistics() -> None:
    """What the query planner should know of tables that were empty a minute ago; from samples, so quickly."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("ANALYZE")


def _mark_as_demonstration() -> None:
    from django.conf import settings

    (settings.DATA / "DEMONSTRATION").write_text("synthetic\n")
    settings.DEMONSTRATION = True
