"""Writing to the ledger. ``record`` belongs inside the transaction of what it records."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from lianfang.response import clock
from lianfang.response.ledger import rules
from lianfang.response.ledger.models import Entry, Head, Outbox, Purpose, Review
from lianfang.response.ledger.queries import link_of
from lianfang.response.ledger.states import Ground, ReviewState


@transaction.atomic
def record(
    action: str,
    subject: str = "",
    *,
    by: Any = None,
    at: datetime | None = None,
    area_path: str = "",
    purpose: Purpose | None = None,
    why: str = "",
    **detail: object,
) -> Entry:
    """Append one entry to the chain and return it. ``by`` is a user or None for the system itself."""
    head = _locked_head()
    entry = Entry(
        seq=head.seq + 1,
        at=at or clock.now(),
        actor_id=getattr(by, "pk", None),
        action=action,
        subject=subject,
        area_path=area_path,
        purpose_id=purpose.pk if purpose else None,
        why=why,
        detail=rules.canonical(detail),
    )
    entry.mac = link_of(entry, bytes(head.mac))
    entry.save(force_insert=True)
    Head.objects.filter(pk=1).update(
        seq=entry.seq, mac=entry.mac, seal=rules.head_seal(settings.LEDGER_KEY, entry.seq, entry.mac)
    )
    return entry


def review_at_once(
    ground: Ground, *, by: Any, area_path: str, about: str = "", people: int = 0, at: datetime | None = None
) -> None:
    """Put what an account has just done on the review list of the day. Done again it counts again, and is open again."""
    at = at or clock.now()
    row, new = Review.objects.get_or_create(
        day=timezone.localdate(at), reader_id=by.pk, ground=ground, about=about,
        defaults={"area_path": area_path, "people": people, "first_at": at, "last_at": at},
    )  # fmt: skip
    if not new:
        Review.objects.filter(pk=row.pk).update(
            reads=F("reads") + 1, last_at=at, people=people, state=ReviewState.OPEN, reason="", decided_at=None,
            decided_by_id=None,
        )  # fmt: skip


_DELIVERY_BATCH = 200


def _locked_head() -> Head:
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        first = {"mac": rules.GENESIS, "seal": rules.head_seal(settings.LEDGER_KEY, 0, rules.GENESIS)}
        try:
            with transaction.atomic():
                Head.objects.create(pk=1, seq=0, **first)
        except IntegrityError:
            pass  # another process laid the first stone
        head = Head.objects.select_for_update().get(pk=1)
    return head


def announce(receiver: str, event: str, body: dict[str, object], *, at: datetime | None = None) -> None:
    """Queue something for outside. The same event for the same receiver is queued once, however often it is said."""
    now = at or clock.now()
    row = Outbox(receiver=receiver, event=event, body=body, created_at=now, next_try_at=now)
    Outbox.objects.bulk_create([row], ignore_conflicts=True)


def anchor(*, at: datetime | None = None) -> int:
    """Write the last link to the anchor file, away from the database; return its number.

    Whoever puts back an old database, head and all, does not reach this file if it lies on another host.
    """
    head = Head.objects.filter(pk=1).first()
    if head is None:
        return 0
    line = rules.anchor_line(settings.LEDGER_KEY, at or clock.now(), head.seq, bytes(head.mac))
    path = Path(settings.ANCHOR_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return head.seq


def anchor_hourly(*, at: datetime | None = None) -> None:
    """Anchor, unless the last anchor is younger than an hour."""
    at = at or clock.now()
    path = Path(settings.ANCHOR_FILE)
    if not path.exists() or at.timestamp() - path.stat().st_mtime >= 3600:
        anchor(at=at)


def deliver(send: Callable[[str, str, dict[str, object]], None], *, at: datetime | None = None) -> int:
    """Send what waits in the outbox, in order; return how many arrived.

    A row is claimed by a conditional update before it is sent, so that two processes never send it at once, and marked
    afterwards; a process killed in between leaves a claim that runs out, and the same event is sent again.
    """
    at = at or clock.now()
    arrived = 0
    waiting = Outbox.objects.filter(sent_at__isnull=True, next_try_at__lte=at).order_by("pk")
    for row in list(waiting[:_DELIVERY_BATCH]):
        claim = {"tries": row.tries + 1, "next_try_at": at + _again_after(row.tries + 1)}
        if not Outbox.objects.filter(pk=row.pk, tries=row.tries, sent_at__isnull=True).update(**claim):
            continue  # another process has it
        try:
            send(row.receiver, row.event, row.body)
        except OSError as error:
            Outbox.objects.filter(pk=row.pk).update(last_error=str(error)[:500])
            continue
        Outbox.objects.filter(pk=row.pk).update(sent_at=clock.now(), last_error="")
        arrived += 1
    return arrived


def _again_after(tries: int) -> timedelta:
    """Two minutes, then twice as long each time up to six hours, with a quarter of chance so that not all come at once."""
    seconds = min(120 * 2 ** (tries - 1), 6 * 3600)
    return timedelta(seconds=seconds * (1 + secrets.randbelow(250) / 1000))
