"""``lianfang ledger verify``: is the record whole?"""

import os
import sys

import click

from lianfang.cli import framework
from lianfang.cli.speech import say, text

_WHY = {
    "missing": ("缺失", "is missing"),
    "altered": ("被改动、插入或调换", "was altered, inserted or put out of order"),
    "tail_cut": ("及之后的记录被截去", "and what follows was cut off"),
    "appended": ("不是由本系统写入的", "was not written by this system"),
    "rewritten": ("与库外锚点不符", "differs from the anchor kept outside"),
    "head_forged": ("之前的链头被伪造", "follows a forged head"),
    "head_missing": ("的链头缺失", "has no head"),
}


@click.group("ledger", help=text("账本：不可悄悄改动的记录。", "The ledger: a record that cannot be quietly changed."))
def command() -> None:
    pass


@command.command(
    "verify", help=text("核对整条链，指出第一条有问题的记录。", "Check the whole chain; name the first bad row.")
)
def verify() -> None:
    framework.start()
    from lianfang.response.ledger import queries

    verdict = queries.verify()
    if verdict.ok:
        say(f"账本完整：{verdict.count} 条", f"The ledger is whole: {verdict.count} rows")
        return
    if verdict.why == "anchor_forged":
        say("库外锚点文件被改动", "The anchor file kept outside was altered")
        sys.exit(1)
    zh, en = _WHY[verdict.why]
    say(
        f"第 {verdict.first_bad_seq} 条{zh}（此前 {verdict.count} 条完好）",
        f"Row {verdict.first_bad_seq} {en} ({verdict.count} good rows before it)",
    )
    sys.exit(1)


@command.command(
    "anchor",
    help=text("把链头写入库外的锚点文件。", "Write the last link to the anchor file, outside the database."),
)
def anchor() -> None:
    framework.start()
    from lianfang.response.ledger import actions

    seq = actions.anchor()
    say(f"已锚定第 {seq} 条", f"Anchored at row {seq}")


@command.command("deliver", help=text("发送发件箱中等待的消息。", "Send what waits in the outbox."))
def deliver() -> None:
    framework.start()
    number = send_waiting()
    say(f"已送达 {number} 条", f"{number} delivered")


def send_waiting() -> int:
    """Deliver the outbox to the receivers of this installation."""
    from django.conf import settings

    from lianfang.response.ledger.actions import deliver as deliver_rows
    from lianfang.response.ledger.receivers import sender

    return deliver_rows(sender(settings.DATA / "outbox", os.environ.get("LIANFANG_WEBHOOKS", "")))
