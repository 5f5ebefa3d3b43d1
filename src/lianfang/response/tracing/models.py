from django.db import models
from django.db.models import F, Q

from lianfang.response.cases.models import Case
from lianfang.response.people.models import Person


class Run(models.Model):
    """One comparison of location records around a case, under a purpose."""

    AREA = "case__area"

    case = models.ForeignKey(Case, models.PROTECT, related_name="runs")
    purpose_id = models.BigIntegerField()
    records = models.CharField(max_length=16)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows_read = models.IntegerField()
    window_from_at = models.DateTimeField()
    window_to_at = models.DateTimeField()
    parameters = models.JSONField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.records} {self.at:%F}"


class Candidate(models.Model):
    """Somebody the records put near the case. A candidate for a tracer, never a measure by itself."""

    AREA = "case__area"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DISMISSED = "dismissed"

    case = models.ForeignKey(Case, models.PROTECT, related_name="candidates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, models.CASCADE, related_name="candidates")
    evidence = models.CharField(max_length=24)
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
            models.UniqueConstraint(fields=["case", "person"], name="tracing_candidate_once"),
            models.CheckConstraint(condition=Q(last_at__gte=F("first_at")), name="tracing_candidate_in_order"),
        ]

    def __str__(self) -> str:
        return f"candidate {self.pk}"
