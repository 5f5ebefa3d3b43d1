"""The tamper-evident chain, the outbox, and the purposes under which identified data may be read.

The ledger is the lowest floor: it names people and places by plain values, so that it depends on nothing.
"""

from django.db import models

from lianfang.response.ledger.states import Ground, ReviewState


class Entry(models.Model):
    """One fact: who, what, where, when, why. ``mac`` chains it to the entry before."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    action = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(max_length=80, blank=True, db_index=True)
    area_path = models.CharField(max_length=120, blank=True)
    purpose_id = models.BigIntegerField(null=True)
    why = models.TextField(blank=True)
    detail = models.TextField(default="{}")
    mac = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"


class Head(models.Model):
    """The last link. One row; locking it is what makes the chain a chain under parallel writers."""

    seq = models.BigIntegerField(default=0)
    mac = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="ledger_one_head")]

    def __str__(self) -> str:
        return f"head at {self.seq}"


class Purpose(models.Model):
    """Why somebody may read identified data: one person, one lab-confirmed case, one territory, until it expires."""

    owner_id = models.BigIntegerField(db_index=True)
    basis = models.CharField(max_length=40)
    case_id = models.BigIntegerField()
    case_label = models.CharField(max_length=64, blank=True)
    area_path = models.CharField(max_length=120)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["owner_id", "expires_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("opened_at")), name="ledger_purpose_expires_after_opening"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="ledger_purpose_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.basis} · {self.case_label}"


class Review(models.Model):
    """What one account read on one day on one ground, for a second person to look at. Counts only, nobody's name."""

    AREA = ""

    day = models.DateField()
    reader_id = models.BigIntegerField()
    ground = models.CharField(max_length=16, choices=[(ground.value, ground.value) for ground in Ground])
    about = models.CharField(max_length=80, blank=True, help_text="ledger.purpose:3, territory.grant:7")
    area_path = models.CharField(max_length=120, help_text="the smallest area that holds all of it")
    people = models.PositiveIntegerField(default=0)
    reads = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=[(state.value, state.value) for state in ReviewState], default=ReviewState.OPEN
    )
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "reader_id", "ground", "about"], name="ledger_review_once"),
            models.CheckConstraint(
                condition=models.Q(state=ReviewState.OPEN, decided_at__isnull=True)
                | (~models.Q(state=ReviewState.OPEN) & models.Q(decided_at__isnull=False)),
                name="ledger_review_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReviewState.QUESTIONED) | ~models.Q(reason=""),
                name="ledger_review_question_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["day"], condition=models.Q(decided_at__isnull=True), name="ledger_review_open"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.reader_id} {self.ground} {self.about}"

    @property
    def path(self) -> str:
        return self.area_path


class Outbox(models.Model):
    """What must leave the process: after commit, once per receiver and event."""

    receiver = models.CharField(max_length=80)
    event = models.CharField(max_length=120)
    body = models.JSONField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["receiver", "event"], name="ledger_outbox_once")]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(sent_at__isnull=True), name="ledger_outbox_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.receiver} ← {self.event}"
