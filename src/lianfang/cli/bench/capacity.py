"""``lianfang bench capacity``: what more pings need, reckoned from what a core here was measured to do."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lianfang.cli.speech import text

PINGS_A_DAY = 144  # of a phone that reports every ten minutes
_MEMORY_A_CORE_GIB = 2.0  # a build holds one segment of 25 million rows, 1.4 GB; a question holds less

_MEASURED = (
    "rows_built_a_core_s", "bytes_checked_a_core_s", "pairs_a_core_s", "pairs_an_index_person", "days",
    "bytes_a_record", "bytes_a_raw_record",
)  # fmt: skip


@dataclass(frozen=True)
class Needs:
    """Of a number of pings on a number of cores. Disk in TB (10^12 bytes), memory in GiB over all machines."""

    pings: float
    people: float
    cores: int
    memory_gib: float
    raw_tb: float
    store_tb: float
    build_min: float
    check_min: float
    ask_s: float


def needs(pings: float, cores: int, days: float, k: int, measured: dict[str, float]) -> Needs:
    """The same density as was measured, ``days`` of records, ``k`` index people with windows that grow with the days.

    build = pings / rows_built; check (a cold question looks at every byte once) = pings · bytes_a_record / bytes_checked;
    ask = k · pairs_an_index_person · days / days_measured / pairs: each of them divided by the cores.
    """
    store = pings * measured["bytes_a_record"]
    pairs = k * measured["pairs_an_index_person"] * days / measured["days"]
    return Needs(
        pings=pings,
        people=pings / days / PINGS_A_DAY,
        cores=cores,
        memory_gib=cores * _MEMORY_A_CORE_GIB,
        raw_tb=pings * measured["bytes_a_raw_record"] / 1e12,
        store_tb=store / 1e12,
        build_min=pings / measured["rows_built_a_core_s"] / cores / 60,
        check_min=store / measured["bytes_checked_a_core_s"] / cores / 60,
        ask_s=pairs / measured["pairs_a_core_s"] / cores,
    )


def _measured(file: Path) -> dict[str, float]:
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return {name: float(told["figures"][name]) for name in _MEASURED}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(
            text(
                f"{file.name} 中没有每核数据；请用 bench collision --what per-core --json 生成（{error}）",
                f"{file.name} has no figures per core; bench collision --what per-core --json writes them ({error})",
            )
        ) from error


@click.command(
    "capacity",
    help=text(
        "由本机每核实测数据推算更多定位记录所需的核、内存、磁盘与时间。",
        "Cores, memory, disk and time that more pings need, from what `bench collision --what per-core --json` measured.",
    ),
)
@click.argument("figures", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pings", multiple=True, default=(1e10, 1e12), show_default=True, type=click.FloatRange(min=1))
@click.option(
    "--cores",
    multiple=True,
    default=(16, 1000),
    show_default=True,
    type=click.IntRange(min=1),
    help="One for each --pings, or one for all.",
)
@click.option("--days", default=14.0, show_default=True, type=click.FloatRange(min=0.01), help="Days of records.")
@click.option("--k", default=100, show_default=True, type=click.IntRange(min=1), help="Index people.")
def command(figures: Path, pings: tuple[float, ...], cores: tuple[int, ...], days: float, k: int) -> None:
    measured = _measured(figures)
    cores = cores * len(pings) if len(cores) == 1 else cores
    if len(cores) != len(pings):
        raise click.UsageError(text("--cores 与 --pings 个数不同", "--cores and --pings differ in number"))
    click.echo(
        "| pings | people | cores | memory, GiB | raw Parquet, TB | store, TB | build, min | check, min | ask, s |"
    )
    click.echo("|---|---|---|---|---|---|---|---|---|")
    for number, many in zip(pings, cores, strict=True):
        one = needs(number, many, days, k, measured)
        click.echo(
            f"| {one.pings:,.0f} | {one.people:,.0f} | {one.cores:,} | {one.memory_gib:,.0f} | {one.raw_tb:,.2f} |"
            f" {one.store_tb:,.2f} | {one.build_min:,.1f} | {one.check_min:,.2f} | {one.ask_s:,.3f} |"
        )
