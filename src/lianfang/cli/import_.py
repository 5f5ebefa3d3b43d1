"""``lianfang import linelist FILE``: a line list into the database, whole or not at all."""

import csv
import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from lianfang.cli import _areas, framework
from lianfang.cli.reading import list_findings, read, summarise
from lianfang.cli.speech import say, text
from lianfang.engines.chains.table import safe
from lianfang.engines.linelist import Preview

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import", help=text("导入数据：整份导入或整份拒收。", "Bring data in: whole or not at all."))
def command() -> None:
    pass


command.add_command(_areas.areas)
command.add_command(_areas.boundaries)


@command.command(
    "linelist",
    help=text(
        "导入个案表（CSV 或 XLSX）。先列出识别的列与问题；有任何错误或未答的疑问则什么都不保存。",
        "Import a line list (CSV or XLSX). Says what was understood; with an error or an open question nothing is stored.",
    ),
)
@click.argument("linelist", type=FILE)
@click.option("--contacts", type=FILE, help=text("接触表：来源与病例", "File of links: source and case."))
@click.option("--map", "map_file", type=FILE, help=text("回答疑问的 TOML 文件", "TOML file with answers."))
@click.option("--dry-run", is_flag=True, help=text("只查看，不保存", "Only say what would happen; store nothing."))
@click.option(
    "--area", "code", default="", help=text("区划代码，默认全市", "Code of the area; the whole city by default.")
)
@click.option(
    "--disease", default="",
    help=text("病种；默认按文件名，否则为 COVID-19", "COVID-19, MERS, …; by default as the file's name says, else COVID-19."),
)  # fmt: skip
@click.option(
    "--update", is_flag=True, help=text("更改已有病例中不同的内容", "Edit what differs in cases already held.")
)
@click.option(
    "--csv-problems", "out", type=click.Path(dir_okay=False, path_type=Path),
    help=text("把全部问题写入 CSV", "Write every finding to a CSV file."),
)  # fmt: skip
def linelist(
    linelist: Path, contacts: Path | None, map_file: Path | None, dry_run: bool, code: str, disease: str, update: bool,
    out: Path | None,
) -> None:  # fmt: skip
    framework.start()
    gc.disable()  # one short process that makes no cycles: looking for them would take an eighth of a long import
    preview = read(linelist, contacts, map_file)
    summarise(preview)
    disease = _disease(disease.strip(), linelist.name)
    area = _area(code, may_load=not dry_run)
    problems = _problems(preview, area, disease, update, against_city=dry_run)
    receipt = None
    if not dry_run and preview.ready:
        receipt, problems = _commit(preview, area, disease, update, problems)
    list_findings(problems)
    if out is not None:
        _write(out, problems)
    if any(one.severity != "warning" for one in problems):
        raise click.ClickException(text("整份拒收，什么都没有保存", "The file is refused whole; nothing was stored"))
    if receipt is None:
        say("可以导入；这次没有保存（--dry-run）", "It can be imported; nothing was stored (--dry-run)")
    else:
        _receipt(receipt)


def _disease(given: str, file_name: str) -> str:
    """The disease of the list, and on the screen why it is that one: cases of another one get other rules and clocks."""
    from lianfang.response.cases.queries.protocols import DISEASES
    from lianfang.response.cases.rules.listed import disease_in_name

    named = disease_in_name(file_name, DISEASES)
    disease = given or named or DISEASES[0]
    if not given:
        say(
            f"  病种：{disease}（{'依据文件名' if named else '文件未注明'}；可用 --disease 更改）",
            f"  disease: {disease} ({'as the file’s name says' if named else 'the file does not say'}; --disease changes it)",
        )
    return disease


def _area(code: str, *, may_load: bool) -> Any:
    """The area of a code, or the city; an empty database first gets its tables and the tree that ships."""
    from django.core.management import call_command
    from django.db import connection

    from lianfang.response.territory import queries

    if "territory_area" not in connection.introspection.table_names():
        if not may_load:
            return None
        call_command("migrate", verbosity=0)
    if queries.root() is None and may_load:
        from lianfang.response.territory.actions import load_facts

        say("数据库中没有区划，正在载入石家庄的区划……", "No areas in the database: loading those of Shijiazhuang …")
        load_facts(by=None, at=None)
    area = queries.by_code(code) if code else queries.root()
    if area is None and (code or may_load):
        raise click.ClickException(text(f"没有代码为 {code} 的区划", f"There is no area with the code {code}"))
    return area


def _problems(preview: Preview, area: Any, disease: str, update: bool, *, against_city: bool) -> list[Any]:
    from lianfang.response.workflows import check_linelist

    problems = check_linelist.problem_rows(preview.problems)
    if preview.ready and area is not None and against_city:
        problems += check_linelist.against_city(preview, area, disease, update=update)
    return problems


def _commit(preview: Preview, area: Any, disease: str, update: bool, problems: list[Any]) -> tuple[Any, list[Any]]:
    from lianfang.response.workflows.import_linelist import NotTaken, commit_linelist

    try:
        receipt = commit_linelist(preview, area=area, disease=disease, by=None, update=update)
    except NotTaken as refusal:
        if not refusal.problems:
            raise click.ClickException("\n".join(refusal.messages)) from refusal
        return None, problems + refusal.problems
    return receipt, problems


def _write(out: Path, problems: Sequence[Any]) -> None:
    with open(out, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["severity", "row", "column", "value", "message"])
        for one in problems:
            row = "" if one.row is None else one.row
            writer.writerow([one.severity, row, safe(one.column), safe(one.value), safe(one.message)])


_WORDS = {
    "cases": ("病例", "cases"), "people": ("新人员", "new people"), "people_known": ("已有人员", "people known before"),
    "sources": ("来源", "sources"), "contacts": ("接触", "contacts"), "duties": ("待确诊职责", "confirmations owed"),
    "edited": ("更改", "edited"), "suspected_duplicates": ("疑似重复", "suspected duplicates"),
}  # fmt: skip


def _receipt(receipt: Any) -> None:
    if receipt.already_held:
        at = receipt.at.astimezone().strftime("%Y-%m-%d %H:%M")
        say(f"此文件已于 {at} 导入，没有重复保存", f"This file is already held since {at}; nothing was stored twice")
    counts = " · ".join(
        f"{text(*_WORDS[name])} {number}" for name, number in receipt.created.items() if name in _WORDS and number
    ) or text("没有不同之处", "nothing differed")
    say(
        f"回执 {receipt.pk}：{receipt.file_name} · 读入 {receipt.rows_read} 行 · {counts} · SHA-256 {receipt.sha256}",
        f"Receipt {receipt.pk}: {receipt.file_name} · {receipt.rows_read} rows read · {counts} · "
        f"SHA-256 {receipt.sha256}",
    )
