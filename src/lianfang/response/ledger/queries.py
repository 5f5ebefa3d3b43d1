"""Reading the ledger: is the chain whole, and if not, which row is the first that is wrong?"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Max, QuerySet

from lianfang.response.ledger import rules
from lianfang.response.ledger.models import Entry, Head, Purpose, Review
from lianfang.response.ledger.states import ReviewState


@dataclass(frozen=True)
class Verdict:
    """ok, or the sequence number of the first bad row and what is wrong with it; ``count``: rows found good."""

    ok: bool
    count: int
    first_bad_seq: int | None = None
    why: str = ""


def link_of(entry: Entry, before: bytes) -> bytes:
    """The MAC this entry must carry after the link ``before``."""
    return rules.link(
        settings.LEDGER_KEY,
        before,
        seq=entry.seq,
        at=entry.at,
        actor_id=entry.actor_id,
        action=entry.action,
        subject=entry.subject,
        area_path=entry.area_path,
        purpose_id=entry.purpose_id,
        why=entry.why,
        detail=entry.detail,
    )


def verify() -> Verdict:
    """Walk the chain once, in bounded memory.

    Finds an edited, deleted, inserted or reordered row by its link, a cut tail by the sealed head, and a database put
    back together with its old head by the anchor file.
    """
    before, seq = rules.GENESIS, 0
    anchors, forged = _anchors()
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=5000):
        if entry.seq != seq + 1:
            return Verdict(False, seq, seq + 1, "missing")
        mac = link_of(entry, before)
        if mac != bytes(entry.mac):
            return Verdict(False, seq, entry.seq, "altered")
        if anchors.get(entry.seq, mac) != mac:
            return Verdict(False, seq, entry.seq, "rewritten")
        before, seq = mac, entry.seq
    if max(anchors, default=0) > seq:
        return Verdict(False, seq, seq + 1, "tail_cut")
    if forged:
        return Verdict(False, seq, None, "anchor_forged")
    return _against_head(before, seq)


def _anchors() -> tuple[dict[int, bytes], bool]:
    """Number → link as written outside the database, and whether a line of that file was altered."""
    path = Path(settings.ANCHOR_FILE)
    lines = path.read_text(encoding="ascii").splitlines() if path.is_file() else []
    read = [rules.read_anchor(settings.LEDGER_KEY, line) for line in lines if line]
    return dict(row for row in read if row is not None), any(row is None for row in read)


def _against_head(mac: bytes, seq: int) -> Verdict:
    head = Head.objects.filter(pk=1).first()
    if head is None:
        return Verdict(seq == 0, 0, None if seq == 0 else 1, "" if seq == 0 else "head_missing")
    if bytes(head.seal) != rules.head_seal(settings.LEDGER_KEY, head.seq, bytes(head.mac)):
        return Verdict(False, seq, seq + 1, "head_forged")
    if (head.seq, bytes(head.mac)) != (seq, mac):
        return Verdict(False, seq, min(seq, head.seq) + 1, "tail_cut" if head.seq > seq else "appended")
    return Verdict(True, seq)


def head_seq() -> int:
    """Number of the newest entry. Whoever has seen it has seen everything."""
    return Head.objects.filter(pk=1).values_list("seq", flat=True).first() or 0


def live_purpose(purpose_id: int, *, owner_id: int, at: datetime) -> Purpose | None:
    """The purpose, if it is this owner's, open and neither closed nor expired at that time; None otherwise."""
    return Purpose.objects.filter(
        pk=purpose_id, owner_id=owner_id, opened_at__lte=at, expires_at__gt=at, closed_at__isnull=True
    ).first()


def live_purposes(owner_id: int, at: datetime) -> QuerySet[Purpose]:
    """Purposes under which this owner may read now, the newest first."""
    rows = Purpose.objects.filter(owner_id=owner_id, opened_at__lte=at, expires_at__gt=at, closed_at__isnull=True)
    return rows.order_by("-opened_at")


def denied(seq: int, subject: str) -> bool:
    """Whether this row is the refusal about this subject."""
    return Entry.objects.filter(seq=seq, action="denied", subject=subject).exists()


GATHERED = "reads.gathered"


def day_label(day: date) -> str:
    """How a day of the ledger is named as a subject."""
    return f"ledger.day:{day.isoformat()}"


def gathered(day: date) -> bool:
    """Whether the reads of this day stand on the review list."""
    return Entry.objects.filter(action=GATHERED, subject=day_label(day)).exists()


def gathered_until() -> date | None:
    """The last day whose reads stand on the review list."""
    last = Entry.objects.filter(action=GATHERED).aggregate(last=Max("subject"))["last"]
    return date.fromisoformat(last.partition(":")[2]) if last else None


def reads_between(start: datetime | None, end: datetime) -> QuerySet[Entry]:
    """Identified reads of users; from the first one without a start."""
    rows = Entry.objects.filter(action="person.read", actor_id__isnull=False, at__lt=end).order_by()
    return rows.filter(at__gte=start) if start else rows


def open_reviews() -> QuerySet[Review]:
    return Review.objects.filter(state=ReviewState.OPEN, decided_at__isnull=True)
