"""``lianfang collision contacts``: who was near the index people."""

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from lianfang.cli.collision.options import origin_of
from lianfang.cli.reading import language
from lianfang.cli.speech import say, text
from lianfang.engines.collision import (
    RIDE,
    VISIT,
    BadRecord,
    Contacts,
    Index,
    PingRule,
    Plane,
    RideRule,
    Rides,
    Store,
    VisitRule,
    Visits,
    collide_rides,
    collide_visits,
    follow,
    open_store,
    read_index,
    read_numbered,
    write_parquet,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "contacts",
    help=text(
        "谁曾在索引人员附近：查轨迹库，也可同时或单独查场所与乘车记录。",
        "Who was near the index people: from a store of pings, from visits and rides, or from all together.",
    ),
)
@click.argument("store", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--index", "index_file", required=True, type=_FILE, help="Parquet or CSV of person_id, t0, t1.")
@click.option("--radius-m", default=50.0, show_default=True, help="Metres between two pings.")
@click.option("--gap-s", default=600, show_default=True, help="Seconds between two pings.")
@click.option("--order", type=click.IntRange(1, 2), default=1, show_default=True, help="2: their contacts too.")
@click.option(
    "--latent-s",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Order 2: seconds from exposure until one can expose.",
)
@click.option("--until-t", type=int, help="Order 2: second after which contacts expose nobody; else the last record.")
@click.option(
    "--min-minutes", type=click.IntRange(min=0), default=0, show_default=True, help="Leave out rows with fewer."
)
@click.option("--visits", type=_FILE, help="File of person_id, place_id, t_in, t_out.")
@click.option("--rides", type=_FILE, help="File of person_id, trip_id, carriage, row, t_on, t_off.")
@click.option("--linger-s", default=0, show_default=True, help="Seconds after a visit in which to come counts.")
@click.option("--rows", default=3, show_default=True, help="Rows of seats between two rides.")
@click.option("--origin", help="LON,LAT of another plane than the store's.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows to this Parquet file.")
@click.option("--json", "as_json", is_flag=True, help="Print check-sums and seconds as JSON.")
def command(
    store: Path | None, index_file: Path, radius_m: float, gap_s: int, order: int, latent_s: int, until_t: int | None,
    min_minutes: int, visits: Path | None, rides: Path | None, linger_s: int, rows: int, origin: str | None,
    out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    if store is None and visits is None and rides is None:
        raise click.UsageError(text("请给出轨迹库、--visits 或 --rides", "Give a store, --visits or --rides"))
    begun = time.perf_counter()
    plane = origin_of(origin)
    try:
        rule = PingRule(radius_m, gap_s)
        index = read_index(index_file)
        opened = open_store(store) if store else None
        stays = _stays(visits, rides, VisitRule(linger_s), RideRule(rows))
        asked = time.perf_counter()
        found = _found(
            opened, stays, index, rule, Plane(*plane) if plane else None, order, latent_s, until_t, min_minutes
        )
    except BadRecord as error:
        raise click.ClickException(error.message(language())) from error
    answered = time.perf_counter()
    if out is not None:
        write_parquet(found, out, order=order, kinds=bool(stays))
    _say(found, as_json, asked - begun, answered - asked, time.perf_counter() - answered)


class _Stays:
    """A file of visits or rides, and how to ask it."""

    def __init__(self, ask: Callable[[Index], Contacts], last_t: int) -> None:
        self.ask, self.last_t = ask, last_t


def _stays(visits: Path | None, rides: Path | None, near: VisitRule, beside: RideRule) -> list[_Stays]:
    found = []
    if rides is not None:
        ridden = read_numbered(rides, RIDE)
        assert isinstance(ridden, Rides)
        found.append(_Stays(partial(collide_rides, ridden, rule=beside), int(max(ridden.t_off, default=0))))
    if visits is not None:
        visited = read_numbered(visits, VISIT)
        assert isinstance(visited, Visits)
        found.append(_Stays(partial(collide_visits, visited, rule=near), int(max(visited.t_out, default=0))))
    return found


def _found(
    store: Store | None, stays: list[_Stays], index: Index, rule: PingRule, plane: Plane | None, order: int,
    latent_s: int, until_t: int | None, min_minutes: int,
) -> Contacts:  # fmt: skip
    if store is not None and not stays:
        return store.contacts(
            index, rule, order=order, latent_s=latent_s, min_minutes=min_minutes, until_t=until_t, plane=plane
        )
    last = [one.last_t for one in stays] + ([store.last_t] if store else [])
    asks: list[Callable[[Index], Contacts]] = [one.ask for one in stays]
    if store is not None:
        asks.append(lambda people: store.contacts(people, rule, plane=plane))
    return follow(
        asks, index, order=order, latent_s=latent_s, until_t=max(last) if until_t is None else until_t,
        min_minutes=min_minutes,
    )  # fmt: skip


def _say(found: Contacts, as_json: bool, open_s: float, query_s: float, write_s: float) -> None:
    rows, pairs, minutes = found.check_sums()
    if as_json:
        said = {"rows": rows, "pairs": pairs, "minutes": minutes, "seconds": round(query_s, 6)}
        click.echo(json.dumps({**said, "open_seconds": round(open_s, 6), "write_seconds": round(write_s, 6)}))
        return
    say(
        f"{rows} 行（人×人），{pairs} 次相遇，共 {minutes} 分钟；打开 {open_s:.3f} 秒，查询 {query_s:.4f} 秒",
        f"{rows} rows (person × person), {pairs} pairs, {minutes} minutes; opened in {open_s:.3f} s, asked in {query_s:.4f} s",
    )
