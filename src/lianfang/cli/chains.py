from pathlib import Path

import click

from lianfang.cli.reading import answered, read
from lianfang.cli.speech import text
from lianfang.engines.chains import offspring, trace, write_csv

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    help=text("写出传播链：病例、来源、代次、场所。", "Write who infected whom: case,source,generation,setting.")
)
@click.argument("linelist", type=FILE)
@click.option("--contacts", type=FILE, help="File of links: source and case.")
@click.option("--map", "map_file", type=FILE, help="TOML file with answers (see engines/linelist/mapping.py).")
@click.option("--csv", "out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def command(linelist: Path, contacts: Path | None, map_file: Path | None, out: Path) -> None:
    preview = answered(read(linelist, contacts, map_file))
    own = [(source, row.id, row.text("setting")) for row in preview.rows() for source in row.sources]
    given = [] if preview.links and preview.links.undirected else preview.link_rows()
    result = trace(list(preview.ids), own + [(link.source, link.case, link.setting) for link in given])
    with open(out, "w", encoding="utf-8", newline="") as file:
        count = write_csv(result.rows, file)
    roots = sum(not row.source for row in result.rows)
    click.echo(f"{count} rows, {roots} roots, {len(result.unlinked)} cases without a link → {out}")
    for case, number in offspring(result)[:3]:
        click.echo(f"  {case} → {number}")
    if result.in_cycles:
        click.echo(f"  in circles, reached from no root: {', '.join(result.in_cycles)}")
