from pathlib import Path

import click

from lianfang.cli.reading import line_of, read
from lianfang.cli.speech import text

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "inspect",
    help=text("查看个案表：识别的列、问题与疑问。不保存任何内容。", "Say what a line list holds. Stores nothing."),
)
@click.argument("linelist", type=FILE)
@click.option("--contacts", type=FILE, help="File of links: source and case.")
@click.option("--map", "map_file", type=FILE, help="TOML file with answers.")
def command(linelist: Path, contacts: Path | None, map_file: Path | None) -> None:
    preview = read(linelist, contacts, map_file)
    click.echo(f"{preview.count} cases · {len(preview.link_rows())} links · SHA-256 {preview.table.sha256}")
    for column, field in preview.columns.items():
        click.echo(f"  {column} → {field}")
    click.echo(f"  not used: {', '.join(preview.unknown_columns) or '–'}")
    for problem in preview.problems:
        click.echo(f"  {problem.severity}: {line_of(problem)}")
    raise SystemExit(0 if preview.ready else 1)
