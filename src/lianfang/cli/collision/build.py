"""``lianfang collision build``: Parquet files of pings into a store."""

import sys
import time
from pathlib import Path

import click

from lianfang.cli.collision.options import origin_of
from lianfang.cli.reading import language
from lianfang.cli.speech import say, text
from lianfang.engines.collision import BadRecord, build_store


@click.command(
    "build",
    help=text(
        "把定位记录（Parquet）建成轨迹库，或追加到已有的库。中途被杀，旧库完好。",
        "Make a store of pings (Parquet), or add to one. Killed half-way, the old store stays whole.",
    ),
)
@click.argument("pings", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("store", type=click.Path(file_okay=False, path_type=Path))
@click.option("--origin", help="LON,LAT of the plane; else the centre of the first build's pings. Set once.")
def command(pings: tuple[Path, ...], store: Path, origin: str | None) -> None:
    begun = time.perf_counter()
    shown = click.progressbar(length=1000, label=text("建库", "building"), file=sys.stderr)
    try:
        with shown:
            manifest = build_store(
                pings, store, origin=origin_of(origin), progress=lambda done, rows: _show(shown, done, rows)
            )
    except BadRecord as error:
        raise click.ClickException(error.message(language())) from error
    seconds = time.perf_counter() - begun
    size = sum(segment.bytes for segment in manifest.segments)
    a_row = size / manifest.rows if manifest.rows else 0
    say(
        f"库中 {manifest.rows:,} 条，每条 {a_row:.2f} 字节，用时 {seconds:.2f} 秒",
        f"{manifest.rows:,} pings in the store, {a_row:.2f} bytes each, {seconds:.2f} s",
    )


def _show(shown: object, done: int, rows: int) -> None:
    shown.update(1000 * done // max(rows, 1) - shown.pos)  # type: ignore[attr-defined]
