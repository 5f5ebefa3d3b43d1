"""``lianfang bench``: how fast it is at full size, on data made for that."""

import time

import click

from lianfang.cli import framework
from lianfang.cli.speech import say, text


@click.group("bench", help=text("大规模下的速度。", "How fast it is at full size."))
def command() -> None: ...


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
