from pathlib import Path

import click

from lianfang.cli.reading import Finding, list_findings, read, summarise
from lianfang.cli.speech import text

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "inspect",
    help=text("查看个案表：识别的列、问题与疑问。不保存任何内容。", "Say what a line list holds. Stores nothing."),
)
@click.argument("linelist", type=FILE)
@click.option("--contacts", type=FILE, help=text("接触表：来源与病例", "File of links: source and case."))
@click.option("--map", "map_file", type=FILE, help=text("回答疑问的 TOML 文件", "TOML file with answers."))
def command(linelist: Path, contacts: Path | None, map_file: Path | None) -> None:
    preview = read(linelist, contacts, map_file)
    summarise(preview)
    list_findings([Finding(problem) for problem in preview.problems])
    raise SystemExit(0 if preview.ready else 1)
