"""``lianfang chains``: who infected whom, from a line list or from the database."""

from pathlib import Path

import click

from lianfang.cli import framework
from lianfang.cli.reading import answered, read
from lianfang.cli.speech import say, text
from lianfang.engines.chains import Chains, offspring, trace, write_csv

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    help=text(
        "写出传播链：病例、来源、代次、场所。给出个案表则读文件，不给则读数据库。",
        "Write who infected whom: case,source,generation,setting. From a line list, or without one from the database.",
    )
)
@click.argument("linelist", type=FILE, required=False)
@click.option("--contacts", type=FILE, help=text("接触表：来源与病例", "File of links: source and case."))
@click.option("--map", "map_file", type=FILE, help=text("回答疑问的 TOML 文件", "TOML file with answers."))
@click.option("--disease", default="", help=text("只要数据库中的一种病", "Only one disease of the database."))
@click.option(
    "--area", "code", default="", help=text("区划代码，默认全市", "Code of the area; the whole city by default.")
)
@click.option("--csv", "out", required=True, type=click.Path(dir_okay=False, path_type=Path))
def command(
    linelist: Path | None, contacts: Path | None, map_file: Path | None, disease: str, code: str, out: Path
) -> None:
    if linelist is None and (contacts or map_file):
        raise click.UsageError(text("--contacts 与 --map 需要个案表", "--contacts and --map go with a line list"))
    if linelist is not None and (disease or code):
        raise click.UsageError(
            text("--disease 与 --area 只用于数据库", "--disease and --area choose from the database, not from a file")
        )
    result = _of_file(linelist, contacts, map_file) if linelist else _of_database(disease, code)
    with open(out, "w", encoding="utf-8", newline="") as file:
        count = write_csv(result.rows, file)
    roots = sum(not row.source for row in result.rows)
    say(
        f"{count} 行，{roots} 个起点，{len(result.unlinked)} 例没有联系 → {out}",
        f"{count} rows, {roots} roots, {len(result.unlinked)} cases without a link → {out}",
    )
    for case, number in offspring(result)[:3]:
        click.echo(f"  {case} → {number}")
    if result.in_cycles:
        circles = ", ".join(result.in_cycles)
        say(f"  成环，没有起点：{circles}", f"  in circles, reached from no root: {circles}")


def _of_file(linelist: Path, contacts: Path | None, map_file: Path | None) -> Chains:
    preview = answered(read(linelist, contacts, map_file))
    own = [(source, row.id, row.text("setting")) for row in preview.rows() for source in row.sources]
    given = [] if preview.links and preview.links.undirected else preview.link_rows()
    return trace(list(preview.ids), own + [(link.source, link.case, link.setting) for link in given])


def _of_database(disease: str, code: str) -> Chains:
    framework.start()
    from lianfang.response.cases.arrays import chains_of
    from lianfang.response.cases.models import Case
    from lianfang.response.territory.fields import subtree
    from lianfang.response.territory.queries import by_code

    cases = Case.objects.exclude(state="excluded")
    if code:
        area = by_code(code)
        if area is None:
            raise click.ClickException(text(f"没有代码为 {code} 的区划", f"There is no area with the code {code}"))
        cases = cases.filter(subtree("area__path", area.path))
    if disease:
        cases = cases.filter(disease=disease)
    if not cases.exists():
        raise click.ClickException(text("数据库中没有这样的病例", "The database holds no such cases"))
    return chains_of(cases)
