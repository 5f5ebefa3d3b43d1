"""Writing to the ledger. ``record`` belongs inside the transaction of what it records."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from lianfang.response import clock
from lianfang.response.ledger import rules
from lianfang.response.ledger.models import Entry, Head, Outbox, Purpose
from lianfang.response.ledger.queries import link_of


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
