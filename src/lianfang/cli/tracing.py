"""``lianfang tracing``: files of location records into a warrant, and certificates of their destruction checked."""

from pathlib import Path
from typing import Any

import click

from lianfang.cli import framework
from lianfang.cli.speech import chinese, say, text


@click.group(
    "tracing", help=text("位置记录：接收文件、核验销毁证明。", "Location records: keep files, check certificates.")
)
def command() -> None: ...


@command.command(
    "keep",
    help=text(
        "把定位、场所或乘车记录文件（CSV、Parquet）收入一份有效授权；只保留授权范围内的行。",
        "Keep a file of pings, visits or rides (CSV, Parquet) under a live warrant: only rows inside its bounds.",
    ),
)
@click.argument("warrant", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def keep(warrant: int, file: Path) -> None:
    framework.start()
    from django.core.exceptions import PermissionDenied

    from lianfang.response.tracing.actions.records import keep_records

    try:
        batch = keep_records(_warrant(warrant), file, by=None)
    except PermissionDenied as error:
        raise click.ClickException(str(error)) from error
    if batch.already_held:
        say("此文件已接收，没有重复保存", "This file is already held; nothing was kept twice")
    outside = sum(batch.outside.values())
    say(
        f"{batch.file_name} · 读取 {batch.rows_read:,} 行 · 保留 {batch.rows_kept:,} · 范围外 {outside:,} · "
        f"SHA-256 {batch.sha256}",
        f"{batch.file_name} · {batch.rows_read:,} rows read · {batch.rows_kept:,} kept · {outside:,} outside · "
        f"SHA-256 {batch.sha256}",
    )


def _warrant(number: int) -> Any:
    from lianfang.response.tracing.queries import warrants

    found = warrants().filter(pk=number).first()
    if found is None:
        raise click.ClickException(text(f"没有授权 {number}", f"There is no warrant {number}"))
    return found


@command.command(
    "verify-certificate",
    help=text(
        "核验销毁证明：未被改动、台账在案、密钥与记录确已不在。不带编号则核验全部。",
        "Check certificates of destruction: unaltered, in the ledger, key and records gone. All without a number.",
    ),
)
@click.argument("warrant", type=int, required=False)
def verify_certificate(warrant: int | None) -> None:
    framework.start()
    from lianfang.response.tracing.actions.ending import check_certificate
    from lianfang.response.tracing.models import Certificate

    rows = Certificate.objects.select_related("warrant").order_by("pk")
    found = list(rows if warrant is None else rows.filter(warrant=_warrant(warrant)))
    if warrant is not None and not found:
        raise click.ClickException(
            text(f"授权 {warrant} 没有销毁证明", f"Warrant {warrant} has no certificate of destruction")
        )
    checked = [(row, check_certificate(row)) for row in found]
    for row, verdict in checked:
        click.echo(f"{row.warrant_id}  {row.sha256 or '–'}  {_words(verdict.wrong)}")
    if not all(verdict.ok for _, verdict in checked):
        raise click.ClickException(text("有证明不成立", "Not every certificate holds"))
    say(f"{len(checked)} 份证明成立", f"{len(checked)} certificates hold")


def _words(wrong: tuple[str, ...]) -> str:
    from lianfang.response.tracing.terms import TERMS

    said = [TERMS["certificate"][code][0 if chinese() else 1] for code in wrong]
    return ", ".join(said) or text("成立", "holds")
