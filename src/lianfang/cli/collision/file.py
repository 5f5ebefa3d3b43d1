"""``lianfang collision file``: who was near a person, from a plain file. No database, nothing stored."""

import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from lianfang.cli.collision.options import origin_of
from lianfang.cli.reading import language
from lianfang.cli.speech import say, text
from lianfang.engines.collision import (
    PING,
    RIDE,
    BadRecord,
    Contacts,
    Index,
    PingRule,
    Plane,
    Reading,
    RideRule,
    VisitRule,
    collide_pings,
    collide_rides,
    collide_visits,
    index_of,
    read_records,
    read_windows,
    seconds_of,
    write_csv,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20
_ZONE = ZoneInfo("Asia/Shanghai")


@click.command(
    "file",
    help=text(
        "轨迹碰撞：从定位、场所或乘车记录（CSV、Parquet）找出谁曾在某人附近。不保存任何内容。",
        "Who was near a person, from pings, visits or rides (CSV, Parquet). Stores nothing.",
    ),
)
@click.argument("records", type=_FILE)
@click.option("--index", "people", multiple=True, help="Person, as the file writes them; may be given again.")
@click.option("--index-file", type=_FILE, help="Instead: file of person_id, t0, t1.")
@click.option("--from", "from_t", help="Seconds of the file's own epoch, or 2021-01-05T08:00 (Beijing time).")
@click.option("--to", "to_t", help="As --from; included.")
@click.option("--radius", "radius_m", default=50.0, show_default=True, help="Metres, of pings.")
@click.option("--gap", "gap_s", default=600, show_default=True, help="Seconds between two pings.")
@click.option(
    "--linger", "linger_s", default=0, show_default=True, help="Seconds after a visit in which to come counts."
)
@click.option("--rows", default=3, show_default=True, help="Rows of seats, of rides.")
@click.option("--origin", help="LON,LAT of the plane; else the middle of the file's pings.")
@click.option("--csv", "out", type=click.Path(dir_okay=False, path_type=Path), help="Write all rows here.")
def command(
    records: Path,
    people: tuple[str, ...],
    index_file: Path | None,
    from_t: str | None,
    to_t: str | None,
    radius_m: float,
    gap_s: int,
    linger_s: int,
    rows: int,
    origin: str | None,
    out: Path | None,
) -> None:
    try:
        rules = PingRule(radius_m, gap_s), VisitRule(linger_s), RideRule(rows)
        windows = read_windows(index_file) if index_file else _windows(people, from_t, to_t)
        reading, index = _read(records, windows, max(gap_s, linger_s))
        found = _collide(reading, index, rules, _plane(origin) or reading.plane)
    except BadRecord as error:
        raise click.ClickException(error.message(language())) from error
    _answer(reading, found, out, iso=bool(from_t) and not from_t.strip().lstrip("-").isdigit())


def _windows(people: tuple[str, ...], from_t: str | None, to_t: str | None) -> dict[str, tuple[int, int]]:
    if not people or from_t is None or to_t is None:
        raise click.UsageError(
            text("请给出 --index、--from、--to，或 --index-file", "Give --index, --from and --to, or --index-file")
        )
    window = seconds_of(from_t, _ZONE), seconds_of(to_t, _ZONE)
    if window[1] < window[0]:
        raise BadRecord("times_reversed", column="--to", value=to_t, start=from_t)
    return dict.fromkeys(people, window)


def _read(records: Path, windows: dict[str, tuple[int, int]], margin_s: int) -> tuple[Reading, Index]:
    starts, ends = zip(*windows.values(), strict=True) if windows else ((0,), (0,))
    reading = read_records(records, (min(starts) - margin_s, max(ends) + margin_s), zone=_ZONE)
    index, missing = index_of(reading, windows)
    if missing:
        few = ", ".join(missing[:5])
        say(f"窗口内没有这些人的记录：{few}", f"No record inside the window of: {few}")
    if windows and not len(index):
        raise click.ClickException(
            text(
                "文件里没有要查的人，无从比较", "The file holds nobody who was asked about; there is nothing to compare"
            )
        )
    return reading, index


def _plane(origin: str | None) -> Plane | None:
    at = origin_of(origin)
    return Plane(*at) if at else None


def _collide(
    reading: Reading, index: Index, rules: tuple[PingRule, VisitRule, RideRule], plane: Plane | None
) -> Contacts:
    if reading.kind == PING:
        return collide_pings(reading.records, index, rules[0], plane)  # type: ignore[arg-type]
    if reading.kind == RIDE:
        return collide_rides(reading.records, index, rules[2])  # type: ignore[arg-type]
    return collide_visits(reading.records, index, rules[1])  # type: ignore[arg-type]


def _answer(reading: Reading, found: Contacts, out: Path | None, *, iso: bool) -> None:
    receipt = reading.receipt
    say(
        f"读取 {receipt.rows} 行，窗口内 {receipt.kept} 行 · SHA-256 {receipt.sha256}",
        f"{receipt.rows} rows read, {receipt.kept} inside the window · SHA-256 {receipt.sha256}",
    )
    sums = found.check_sums()
    say(
        f"{sums[0]} 行（人×人），{sums[1]} 次相遇，共 {sums[2]} 分钟",
        f"{sums[0]} rows (person × person), {sums[1]} pairs, {sums[2]} minutes",
    )

    def when(t: int) -> object:
        return datetime.fromtimestamp(t, UTC).astimezone(_ZONE).isoformat() if iso else t

    if out is not None:
        with open(out, "w", encoding="utf-8", newline="") as file:
            write_csv(reading, found, file, when)
        say(f"已写入 {out}", f"written to {out}")
        return
    shown = io.StringIO()
    write_csv(reading, found.take(slice(_SHOWN)), shown, when)
    click.echo(shown.getvalue(), nl=False)
