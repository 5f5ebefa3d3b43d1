"""``lianfang tick``: let the calendar work once. For a timer; running it twice does no harm."""

import time
from datetime import datetime

import click

from lianfang.cli import framework
from lianfang.cli.speech import say, text


@click.command(
    "tick",
    help=text(
        "按日历派生当日职责（随访、采样、解除），让逾期职责逐级上报，销毁到期授权下的位置记录。可反复运行。",
        "Open the duties of the day (visits, samples, releases), let what is late climb, destroy the location records of "
        "expired warrants. Safe to repeat.",
    ),
)
@click.option("--at", "when", help=text("时刻（ISO 格式），默认现在。", "The moment, in ISO form; now by default."))
@click.option(
    "--every",
    type=click.IntRange(min=5),
    help=text("每隔多少秒运行一次，直到停止。", "Seconds between runs, until stopped."),
)
def command(when: str | None, every: int | None) -> None:
    framework.start()
    _once(_moment(when) if when else None)
    while every:
        _wait(every)
        _once(None)


def _wait(seconds: int) -> None:
    """Sleep without holding the database open."""
    from django.db import connections

    connections.close_all()
    time.sleep(seconds)


def _once(at: datetime | None) -> None:
    from lianfang.cli.ledger import send_waiting
    from lianfang.response.ledger.actions import anchor_hourly
    from lianfang.response.workflows.daily import daily

    done = daily(at)
    send_waiting()
    anchor_hourly()
    say(
        f"随访 {done['follow_up']}，采样 {done['sample_person']}，待解除 {done['release_person']}，转居家 "
        f"{done['home_stage']}，复核查询 {done['review_access']}，新逾期 {done['late']}，上报 {done['climbed']}，"
        f"销毁调取授权 {done['warrants']}",
        f"visits {done['follow_up']}, samples {done['sample_person']}, releases {done['release_person']}, to home "
        f"{done['home_stage']}, reviews {done['review_access']}, newly late {done['late']}, climbed {done['climbed']}, "
        f"warrants destroyed {done['warrants']}",
    )


def _moment(when: str) -> datetime:
    """Read a moment; without an offset it is the city's own time."""
    from django.utils import timezone

    try:
        at = datetime.fromisoformat(when)
    except ValueError as error:
        raise click.UsageError(
            text(f"--at {when}：不是 ISO 格式的时刻", f"--at {when}: not a moment in ISO form")
        ) from error
    return at if timezone.is_aware(at) else timezone.make_aware(at)
