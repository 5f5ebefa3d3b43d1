from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lianfang.response.duties.states import OPEN_STATES, Blocked, Proof, State
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area
from lianfang.response.territory.roles import ROLES
from lianfang.response.territory.states import Kind

_RUNNING = Q(closed_at__isnull=True)
_OPEN = Q(state__in=[s.value for s in OPEN_STATES])


def _values(enum) -> list[tuple[str, str]]:
    return [(item.value, item.value) for item in enum]


class Duty(models.Model):
    """The obligation: who owes what, where, about whom, by when, proved how; and where it has climbed to."""

    AREA = "area"

    key = models.CharField(
        max_length=120, unique=True, help_text="one obligation, one key: asking twice makes one duty"
    )
    kind = models.CharField(max_length=32)
    campaign = models.CharField(max_length=40, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="duties")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="duties")
    subject = models.CharField(max_length=80, blank=True, help_text="cases.contact:12")
    params = models.JSONField(default=dict, help_text="what the wording of this kind needs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="duties")
    owner_role = models.CharField(max_length=24, choices=[(role, role) for role in ROLES])
    state = models.CharField(max_length=12, choices=_values(State), default=State.OPEN)
    proof_required = models.CharField(max_length=12, choices=_values(Proof), default=Proof.NOTE)
    proof = models.JSONField(null=True)
    rule = models.CharField(max_length=60, blank=True, help_text="protocol version and rule number")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    late_at = models.DateTimeField(null=True, help_text="when the clock found it late")
    level = models.SmallIntegerField(help_text="kind of area it has climbed to")
    climbed_at = models.DateTimeField(null=True)
    next_climb_at = models.DateTimeField(null=True)
    blocked = models.CharField(max_length=20, choices=_values(Blocked), blank=True)
    blocked_note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        # Conditions without values, so that every query that says the same finds the index on both databases. Lists and
        # counts are answered by an index alone where it holds the columns of its own condition (SQLite asks for them,
        # though closed_at is always NULL here) and those of row security on PostgreSQL: area and owner.
        indexes = [
            models.Index(
                fields=["owner", "due_at", "late_at", "closed_at", "area"], condition=_RUNNING, name="duties_mine"
            ),
            models.Index(
                fields=["owner_role", "area", "due_at", "late_at", "owner", "closed_at"],
                condition=_RUNNING & Q(owner__isnull=True),
                name="duties_unheld",
            ),
            models.Index(
                fields=["area", "kind", "due_at", "late_at", "level", "closed_at", "owner"],
                condition=_RUNNING,
                name="duties_in_area",
            ),
            models.Index(fields=["due_at", "kind", "area"], condition=_RUNNING, name="duties_running"),
            models.Index(fields=["due_at"], condition=_RUNNING & Q(late_at__isnull=True), name="duties_to_come"),
            models.Index(
                fields=["due_at", "area", "kind", "level", "late_at", "closed_at", "owner"],
                condition=_RUNNING & Q(late_at__isnull=False),
                name="duties_late",
            ),
            models.Index(
                fields=["next_climb_at"], condition=_RUNNING & Q(next_climb_at__isnull=False), name="duties_climb"
            ),
            models.Index(fields=["blocked", "due_at"], condition=_RUNNING & ~Q(blocked=""), name="duties_blocked"),
            models.Index(fields=["subject"], name="duties_subject"),
            models.Index(fields=["closed_by", "closed_at"], name="duties_closed_by"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(_OPEN & Q(closed_at__isnull=True)) | (~_OPEN & Q(closed_at__isnull=False)),
                name="duties_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DONE) | Q(proof_required=Proof.NONE) | Q(proof__isnull=False),
                name="duties_done_has_proof",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=Kind.CITY) & Q(level__lte=Kind.COMMUNITY), name="duties_level"
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("opened_at")), name="duties_due_after_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.key}"


class Tally(models.Model):
    """How many duties of a kind an area has, by outcome; moved in the same transaction as the duty itself."""

    AREA = "area"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=32)
    campaign = models.CharField(max_length=40, blank=True)
    open = models.IntegerField(default=0)
    late = models.IntegerField(default=0, help_text="of the open ones")
    done = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "campaign"], name="duties_tally_once"),
            models.CheckConstraint(
                condition=Q(open__gte=0, late__gte=0, done__gte=0, cancelled__gte=0) & Q(late__lte=F("open")),
                name="duties_tally_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.kind}"
