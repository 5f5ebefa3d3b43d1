"""``lianfang screening plan``: a round of mass testing over chosen areas. Needs no database."""

import csv
import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from lianfang.cli import framework
from lianfang.cli.speech import text
from lianfang.engines.siting import Laboratories, Plan, Resources, plan_round, savings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_USUAL = Resources(1, 1)


@click.group("screening", help=text("全员核酸检测。", "Mass testing."))
def command() -> None: ...


@command.command(
    "plan",
    help=text(
        "为选定区划排出一轮检测：点位、人员、开放时段、试管、送检，使最后一个结果最早出来。时间从下令起按小时计。",
        "Plan a round over chosen areas: sites, staff, hours, tubes and laboratories, so that the last result is known as "
        "early as possible. Hours count from the order.",
    ),
)
@click.option(
    "--areas", multiple=True, help=text("区划代码，可多个（逗号或空格分开）", "Codes; several by comma or space.")
)
@click.argument("more_areas", nargs=-1)
@click.option(
    "--places", type=_FILE, help=text("代替区划：CSV code,people,lon,lat", "Instead: CSV code,people,lon,lat.")
)
@click.option("--staff", required=True, type=int, help=text("同时在岗的采样人员", "Samplers at work at one time."))
@click.option("--couriers", required=True, type=int, help=text("同时在途的送样人员", "Couriers under way at one time."))
@click.option("--wells-per-hour", type=float, help=text("全部实验室每小时出结果的管数", "Tubes answered an hour."))
@click.option(
    "--labs", type=_FILE, help=text("代替：CSV lab_id,wells_per_hour,lon,lat", "Instead: CSV of laboratories.")
)
@click.option("--pool", default=_USUAL.pool, show_default=True, help=text("几人一管", "People to a tube."))
@click.option("--people-per-staff-hour", default=_USUAL.people_per_staff_hour, show_default=True,
              help=text("每人每小时采样人数", "People one sampler samples in an hour."))  # fmt: skip
@click.option(
    "--open-h", default=_USUAL.open_h, show_default=True, help=text("每天开放小时数", "Hours open in each 24.")
)
@click.option(
    "--ready-h", default=_USUAL.ready_h, show_default=True, help=text("几小时后启用", "Hours until sites open.")
)
@click.option(
    "--courier-trip-h", default=_USUAL.trip_h, show_default=True, help=text("送一趟的小时数", "Hours of a trip.")
)
@click.option("--assay-h", default=_USUAL.assay_h, show_default=True,
              help=text("上机后另需的小时数", "Hours from the well to the result, beyond the throughput."))  # fmt: skip
@click.option(
    "--site-people", default=_USUAL.site_people, show_default=True, help=text("一点最多人数", "Most of a site.")
)
@click.option(
    "--site-staff", default=_USUAL.site_staff, show_default=True, help=text("一点最多人员", "Most of a site.")
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="CSV.")
@click.option("--json", "as_json", is_flag=True, help=text("输出 JSON", "Print JSON."))
def plan_command(
    areas: tuple[str, ...], more_areas: tuple[str, ...], places: Path | None, wells_per_hour: float | None,
    labs: Path | None, courier_trip_h: float, out: Path, as_json: bool, **given: Any,
) -> None:  # fmt: skip
    codes = [code for words in (*areas, *more_areas) for code in words.replace(",", " ").split()]
    try:
        resources = Resources(trip_h=courier_trip_h, **given)
        where = _read_places(places) if places else _shipped(codes)
        lab_ids, benches = _laboratories(labs, wells_per_hour, where)
        people = np.array([int(row[1]) for row in where], np.int64)
        lon, lat = (np.array([float(row[at]) for row in where]) for at in (2, 3))
        plan = plan_round(people, lon, lat, benches, resources)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    _write(out, plan, [row[0] for row in where], lab_ids)
    _say(_answer(plan, savings(people, benches.total, resources)), as_json)


def _shipped(codes: list[str]) -> list[tuple[str, int, float, float]]:
    if not codes:
        raise click.UsageError(text("请给出 --areas 或 --places", "Give --areas or --places"))
    framework.start()
    from lianfang.response.territory.actions.places import UnknownArea, shipped_communities

    try:
        return [(row.code, row.people, row.lon, row.lat) for row in shipped_communities(codes)]
    except UnknownArea as error:
        raise click.BadParameter(
            text(f"没有代码为 {error} 的区划", f"there is no area with the code {error}"), param_hint="--areas"
        ) from error


def _read_places(path: Path) -> list[tuple[str, int, float, float]]:
    return [
        (row["code"], int(row["people"]), float(row["lon"]), float(row["lat"]))
        for row in _rows(path, ("code", "people", "lon", "lat"))
    ]


def _laboratories(
    path: Path | None, wells: float | None, where: list[tuple[str, int, float, float]]
) -> tuple[list[str], Laboratories]:
    if (path is None) == (wells is None):
        raise click.UsageError(text("请给出 --wells-per-hour 或 --labs 之一", "Give either --wells-per-hour or --labs"))
    if path is None:
        middle = [np.array([float(np.mean([row[at] for row in where]) if where else 0.0)]) for at in (2, 3)]
        return ["LAB-1"], Laboratories(np.array([wells], float), *middle)
    rows = _rows(path, ("lab_id", "wells_per_hour", "lon", "lat"))
    numbers = [np.array([float(row[name]) for row in rows]) for name in ("wells_per_hour", "lon", "lat")]
    return [row["lab_id"] for row in rows], Laboratories(*numbers)


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a file with these columns, every number readable. Raises ValueError naming the row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, 2):
        for name in columns:
            if not row.get(name):
                raise ValueError(text(f"第 {number} 行缺少 {name}", f"row {number}: {name} is missing"))
        for name in columns[1:]:
            try:
                int(row[name]) if name == "people" else float(row[name])
            except ValueError as error:
                raise ValueError(
                    text(
                        f"第 {number} 行 {name}：“{row[name]}”不是数",
                        f"row {number}: {name}: “{row[name]}” is no number",
                    )
                ) from error
    return rows


def _write(out: Path, plan: Plan, codes: list[str], lab_ids: list[str]) -> None:
    """One row a site, in the order of opening. Four decimals are those the plan was made with."""
    order = np.lexsort((np.arange(len(plan.people)), plan.waves.opens_h))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["site_id", "area_code", "lon", "lat", "people", "staff", "opens_h", "closes_h", "tubes", "lab_id"]
        )
        for number, site in enumerate(order.tolist(), 1):
            writer.writerow([
                f"S{number:05d}", codes[plan.area[site]], f"{plan.lon[site]:.5f}", f"{plan.lat[site]:.5f}",
                plan.people[site], plan.waves.staff[site], f"{plan.waves.opens_h[site]:.4f}",
                f"{plan.waves.closes_h[site]:.4f}", plan.tubes[site], lab_ids[plan.hauled.lab[site]],
            ])  # fmt: skip


_WHY = {
    "staff": (
        "全部采样人员每天开放时段都在采样，最后一人也要到第 {at} 小时才采完，其后还须送检",
        "with all staff sampling in every open hour the last person is sampled at hour {at}; the trip comes after it",
    ),
    "laboratories": (
        "从第 {at} 小时最早采样起，算上送检，全部试管按实验室能力逐小时检测",
        "from the first sample at hour {at} and one trip on, all tubes need this many hours of all wells",
    ),
    "nights": (
        "第 {at} 小时（夜间关闭之后）以前采不完；余下的试管其后才能送检并检测",
        "by hour {at}, after a night's closing, not everybody can have been sampled; the tubes of the rest come after it",
    ),
    "couriers": (
        "自第 {at} 小时起每个点至少送一趟，而同时在途的人数有限",
        "from hour {at} every site sends at least one box, and only so many are under way at a time",
    ),
}


def _answer(plan: Plan, saved: dict[str, float]) -> dict[str, object]:
    zh, en = _WHY[plan.bound.binds]
    at = f"{plan.bound.at_h:.2f}"
    together = sorted({*plan.waves.opens_h.tolist()})
    return {
        "sites": len(plan.people),
        "people": int(plan.people.sum()),
        "staff": _most_at_once(plan, together),
        "tubes": int(plan.tubes.sum()),
        "finish_h": round(plan.finish_h, 4),
        "lower_bound_h": round(plan.bound.hours, 4),
        "gap": round(plan.gap, 4),
        "bound_because": text(zh.format(at=at), en.format(at=at)),
        "binds": plan.bound.binds,
        "saved_h_by_one_more": {name: round(hours, 6) for name, hours in saved.items()},
        "last_sampled_h": round(float(plan.waves.closes_h.max()), 4),
        "waves": len(together),
        "most_tubes_waiting": round(plan.hauled.waiting),
    }


def _most_at_once(plan: Plan, moments: list[float]) -> int:
    """Samplers in use at the busiest moment; it is one of those at which a site opens."""
    opens, closes = np.sort(plan.waves.opens_h), np.sort(plan.waves.closes_h)
    by_open, by_close = (
        plan.waves.staff[np.argsort(plan.waves.opens_h)],
        plan.waves.staff[np.argsort(plan.waves.closes_h)],
    )
    came, gone = (np.concatenate([[0], np.cumsum(staff)]) for staff in (by_open, by_close))
    at = np.array(moments)
    busy = came[np.searchsorted(opens, at + 1e-6)] - gone[np.searchsorted(closes, at + 1e-6)]
    return int(busy.max())


def _say(answer: dict[str, object], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        click.echo(f"{name:22} {value}")
