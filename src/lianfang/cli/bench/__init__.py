"""``lianfang bench``: how fast it is at full size, on data made for that."""

import json
import sys
import time
from contextlib import nullcontext, redirect_stdout
from dataclasses import asdict
from typing import Any

import click

from lianfang.cli import framework
from lianfang.cli.bench import capacity, collision
from lianfang.cli.speech import say, text


@click.group("bench", help=text("大规模下的速度。", "How fast it is at full size."))
def command() -> None: ...


command.add_command(collision.command)
command.add_command(capacity.command)


@command.command(
    "load",
    help=text("在演示城市中装入大量病例、接触者与职责。", "Fill a demonstration city with cases, contacts and duties."),
)
@click.option("--duties", default=1_000_000, show_default=True, type=click.IntRange(min=1))
@click.option("--contacts", default=100_000, show_default=True, type=click.IntRange(min=1))
@click.option("--cases", default=2_000, show_default=True, type=click.IntRange(min=1))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
def load_command(duties: int, contacts: int, cases: int, seed: int) -> None:
    framework.start()
    from lianfang.cli.bench.load import load

    began = time.monotonic()
    made = load(duties=duties, contacts=contacts, cases=cases, seed=seed)
    say(
        f"病例 {made.cases:,}，接触者 {made.contacts:,}，措施 {made.measures:,}，职责 {made.duties:,}"
        f"（逾期 {made.late:,}），用时 {time.monotonic() - began:.0f} 秒。",
        f"{made.cases:,} cases, {made.contacts:,} contacts, {made.measures:,} measures, {made.duties:,} duties"
        f" ({made.late:,} late), in {time.monotonic() - began:.0f} s.",
    )


@command.command(
    "screens",
    help=text("全量城市下各页面的服务器用时。", "Server time of every screen at full size; builds or reuses the city."),
)
@click.option(
    "--scale", default=1.0, show_default=True, help=text("城市比例", "Size of the city, where none is there.")
)
@click.option("--rounds", default=30, show_default=True, type=click.IntRange(min=5))
@click.option(
    "--json", "as_json", is_flag=True, help=text("以 JSON 输出", "Print JSON: the machine, the city, every screen.")
)
def screens_command(scale: float, rounds: int, as_json: bool) -> None:
    framework.start()
    from lianfang.cli.bench.screens import measure
    from lianfang.cli.bench.surroundings import surroundings

    with redirect_stdout(sys.stderr) if as_json else nullcontext():  # what is said on the way is no part of the answer
        _fill(scale)
        rows = measure(rounds)
    missed = [row.screen for row in rows if row.missed]
    if as_json:
        told = {**surroundings(), "rounds": rounds, "screens": [asdict(row) for row in rows], "missed": missed}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print(rows)
        say("目标全部达到。", "Every bar is met.") if not missed else say(
            f"未达目标：{'；'.join(missed)}", f"Bar missed: {'; '.join(missed)}"
        )
    raise SystemExit(1 if missed else 0)


def _fill(scale: float) -> None:
    """Build the city and load it, unless it is there."""
    from lianfang.cli.city import build
    from lianfang.response.duties.models import Duty

    if not _has_city():
        build(scale=scale, seed=1, outbreak=False)
    if Duty.objects.count() < 500_000 * scale:
        from lianfang.cli.bench.load import load

        load(duties=int(1_000_000 * scale), contacts=int(100_000 * scale), cases=int(2_000 * scale))


def _print(rows: list[Any]) -> None:
    click.echo(f"{'screen':<28}{'median ms':>11}{'p95 ms':>9}{'slowest':>9}{'bytes':>9}  bar (p95)")
    for row in rows:
        bar = "" if row.bar_ms is None else f"  {'✗' if row.missed else '✓'} ≤{row.bar_ms:.0f} ms"
        click.echo(f"{row.screen:<28}{row.median_ms:>11.1f}{row.p95_ms:>9.1f}{row.slowest_ms:>9.1f}{row.bytes:>9}{bar}")


@command.command(
    "refusals",
    help=text("越界与不存在的记录，拒绝用时是否一样。", "Whether a refusal's time tells that a record exists."),
)
@click.option("--rounds", default=200, show_default=True, type=click.IntRange(min=5))
def refusals_command(rounds: int) -> None:
    framework.start()
    from lianfang.cli.bench.refusals import measure

    click.echo(f"{'record':<16}{'theirs ms':>11}{'missing ms':>12}{'apart ms':>10}  same answer")
    for row in measure(rounds):
        apart = row.exists_ms - row.missing_ms
        same = "yes" if row.same_answer else "NO"
        click.echo(f"{row.record:<16}{row.exists_ms:>11.2f}{row.missing_ms:>12.2f}{apart:>10.2f}  {same}")


def _has_city() -> bool:
    from django.db import DatabaseError

    from lianfang.response.people.models import Person

    try:
        return Person.objects.exists()
    except DatabaseError:
        return False
