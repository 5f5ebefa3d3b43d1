from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lianfang.response.cases.models import Case
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area
from lianfang.response.tracing.rules.bounds import Bounds

_USER = settings.AUTH_USER_MODEL


class Warrant(models.Model):
    """Leave to look into location records: named cases, kinds, area, period, until it expires. Two people make one.

    ``digest``: of the bounds as they were asked for. ``approval``: ties the approver to that digest, under a key the
    database does not hold. ``vault``: the name of its records and key on disk, never used twice.
    """

    AREA = "area"

    class State(models.TextChoices):
        REQUESTED = "requested"
        ACTIVE = "active"
        REFUSED = "refused"
        LAPSED = "lapsed"
        DESTROYING = "destroying"
        DESTROYED = "destroyed"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    cases = models.ManyToManyField(Case, related_name="warrants")
    kinds = models.JSONField()
    basis = models.CharField(max_length=40)
    purpose = models.TextField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    state_at = models.DateTimeField()
    requested_by = models.ForeignKey(_USER, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    approved_by = models.ForeignKey(_USER, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approval = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=200, blank=True)
    vault = models.CharField(max_length=32, unique=True)

    class Meta:
        indexes = [models.Index(fields=["state", "expires_at"], name="tracing_warrant_ends")]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="tracing_warrant_has_purpose"),
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="tracing_warrant_in_order"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("requested_at")), name="tracing_warrant_expires"),
            models.CheckConstraint(
                condition=Q(state__in=("requested", "refused", "lapsed")) | Q(approved_by__isnull=False),
                name="tracing_warrant_needs_approver",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="tracing_warrant_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"warrant {self.pk}"

    def bounds(self) -> Bounds:
        """What an approver answers for, as it stands in the database now: also the cases the reader cannot see."""
        named = self.cases.through.objects.filter(warrant=self).values_list("case_id", flat=True)
        return Bounds(
            cases=tuple(sorted(named)), kinds=tuple(sorted(self.kinds)),
            area_path=self.area.path, from_at=self.from_at, to_at=self.to_at, expires_at=self.expires_at,
            basis=self.basis, purpose=self.purpose, requester=self.requested_by_id, vault=self.vault,
        )  # fmt: skip


class Batch(models.Model):
    """One file of records kept under a warrant: counts and checksums outlive the records themselves."""

    AREA = "warrant__area"
    already_held = False  # true on the receipt of a file that was kept before

    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="batches")
    kind = models.CharField(max_length=8)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    rows_read = models.BigIntegerField()
    rows_kept = models.BigIntegerField()
    outside = models.JSONField(help_text="rows left out, by the bound they lay outside of: {'period': 3, 'area': 20}")
    people = models.IntegerField(help_text="different keys among the rows kept")
    sealed_sha256 = models.CharField(max_length=64, help_text="of the sealed file, as it lay on disk")
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["warrant", "sha256"], name="tracing_batch_once")]

    def __str__(self) -> str:
        return f"{self.file_name} · {self.rows_kept}"


class Look(models.Model):
    """One question asked under a warrant, within its bounds."""

    AREA = "warrant__area"

    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="looks")
    cases = models.JSONField()
    kinds = models.JSONField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    rule = models.JSONField(help_text="what counted as near")
    found = models.JSONField(help_text="what it came to, in numbers")
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"look {self.pk}"


class Candidate(models.Model):
    """Somebody the records put near a case. A candidate for a tracer, never a measure by itself."""

    AREA = "case__area"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DISMISSED = "dismissed"

    warrant = models.ForeignKey(Warrant, models.PROTECT, related_name="candidates")
    look = models.ForeignKey(Look, models.PROTECT, related_name="+", help_text="the last one that named them")
    case = models.ForeignKey(Case, models.PROTECT, related_name="candidates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    degree = models.SmallIntegerField(default=1)
    via = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", help_text="of a second degree: near whom"
    )
    evidence = models.CharField(max_length=24)
    kinds = models.JSONField(default=dict, help_text="kind of record → minutes")
    place = models.CharField(max_length=120, blank=True)
    minutes = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    min_distance_m = models.FloatField(null=True)
    probability = models.FloatField(null=True)
    rank = models.IntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["warrant", "case", "person"], name="tracing_candidate_once"),
            models.CheckConstraint(condition=Q(last_at__gte=F("first_at")), name="tracing_candidate_in_order"),
            models.CheckConstraint(
                condition=Q(degree=1, via__isnull=True) | Q(degree=2, via__isnull=False),
                name="tracing_candidate_degree",
            ),
        ]

    def __str__(self) -> str:
        return f"candidate {self.pk}"


class Certificate(models.Model):
    """That the records and the key of a warrant were destroyed: counts and hashes, when, by whom, and what remains.

    Begun before anything is touched, so that a process killed in between is finished by the next. ``mac`` is under the
    installation's ledger key; ``sha256`` of the content stands in the ledger as well.
    """

    AREA = "warrant__area"

    warrant = models.OneToOneField(Warrant, models.PROTECT, related_name="certificate")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by_id = models.BigIntegerField(null=True, help_text="null: by the clock")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"certificate of warrant {self.warrant_id}"
