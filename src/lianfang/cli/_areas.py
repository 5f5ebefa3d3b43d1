"""``lianfang import areas`` and ``import boundaries``: any city's tree and its borders, whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lianfang.cli import framework
from lianfang.cli.speech import chinese, say, text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20
_dry_run = click.option("--dry-run", is_flag=True, help=text("只检查，不保存", "Only check; store nothing."))


@click.command(
    "areas",
    help=text(
        "导入区划（CSV：code, parent_code, kind, name；可有 name_en, population, urban, lon, lat）。",
        "Import a tree of areas (CSV: code, parent_code, kind, name; may have name_en, population, urban, lon, lat).",
    ),
)
@click.argument("file", type=_FILE)
@_dry_run
def areas(file: Path, dry_run: bool) -> None:
    from_file = _ready("import_areas")
    taken = _taken(lambda: from_file(file, by=None, dry_run=dry_run))
    _said(taken.count, dry_run, ("个区划", "areas"))


@click.command(
    "boundaries",
    help=text(
        "导入边界（GeoJSON，每个图形带 code）。", "Import boundaries (GeoJSON; each feature carries the area's code)."
    ),
)
@click.argument("file", type=_FILE)
@click.option(
    "--datum",
    type=click.Choice(["wgs84", "gcj02"]),
    default="wgs84",
    show_default=True,
    help=text("坐标系；GCJ-02 会换算", "Of the coordinates; GCJ-02 is converted."),
)
@_dry_run
def boundaries(file: Path, datum: str, dry_run: bool) -> None:
    from_file = _ready("import_boundaries")
    taken = _taken(lambda: from_file(file, by=None, gcj02=datum == "gcj02", dry_run=dry_run))
    for repair in taken.repairs[:_SHOWN]:
        click.echo(repair.say(chinese()))
    if len(taken.repairs) > _SHOWN:
        say(f"……另有 {len(taken.repairs) - _SHOWN} 处", f"… and {len(taken.repairs) - _SHOWN} more")
    _said(taken.count, dry_run, ("个边界", "boundaries"))


def _ready(name: str) -> Callable[..., Any]:
    framework.start()
    from django.core.management import call_command

    from lianfang.response.territory import actions

    call_command("migrate", verbosity=0)
    found: Callable[..., Any] = getattr(actions, name)
    return found


def _taken(take: Callable[[], Any]) -> Any:
    from lianfang.response.territory.rules.files import Refused

    try:
        return take()
    except Refused as error:
        raise click.ClickException(_why(error.problems)) from error


def _why(problems: list[Any]) -> str:
    lines = [problem.say(chinese()) for problem in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(text(f"……另有 {len(problems) - _SHOWN} 处", f"… and {len(problems) - _SHOWN} more"))
    lines.append(text("整份拒收，什么都没有保存", "The file is refused whole; nothing was stored"))
    return "\n".join(lines)


def _said(count: int, dry_run: bool, what: tuple[str, str]) -> None:
    zh, en = what
    if dry_run:
        say(
            f"{count:,} {zh}，可以导入；这次没有保存（--dry-run）",
            f"{count:,} {en} can be imported; nothing was stored",
        )
    else:
        say(f"已导入 {count:,} {zh}", f"{count:,} {en} imported")
