from django.db import models
from django.db.models import F, Q

from lianfang.response.cases.models.cases import Case
from lianfang.response.cases.models.contacts import Contact
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area


class Measure(models.Model):
    """A restriction on a person: why, by which rule and law, on what evidence, where, and until when."""

    AREA = "area"

    person = models.ForeignKey(Person, models.PROTECT, related_name="measures")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="measures")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="measures")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    state = models.CharField(max_length=32, default="ordered")
    state_at = models.DateTimeField()
    reason = models.CharField(max_length=40, help_text="from the closed list")
    basis = models.CharField(max_length=60, help_text="legal basis, from the closed list")
    rule = models.CharField(max_length=60, help_text="protocol version and rule")
    evidence = models.CharField(max_length=120)
    site = models.CharField(max_length=120, blank=True)
    home_reason = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    last_exposure_on = models.DateField(null=True)
    ends_on = models.DateField()
    checked_in_at = models.DateTimeField(null=True)
    released_on = models.DateField(null=True)
    released_by_id = models.BigIntegerField(null=True)
    end_reason = models.CharField(max_length=120, blank=True)
    ordered_by_id = models.BigIntegerField(null=True)
    ordered_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["area", "state", "ends_on"]),
            models.Index(fields=["person", "state"]),
            models.Index(fields=["state", "ends_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False) | Q(case__isnull=False), name="cases_measure_has_ground"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(basis="") & ~Q(rule="") & ~Q(evidence=""), name="cases_measure_has_reason"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cases_measure_ends"),
            models.CheckConstraint(
                condition=~Q(kind="isolation_home") | ~Q(home_reason=""), name="cases_home_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(kind="isolation_central", state="in_force")
                | (~Q(site="") & Q(checked_in_at__isnull=False)),
                name="cases_central_has_site_and_check_in",
            ),
            models.CheckConstraint(
                condition=~Q(state="ordered") | Q(checked_in_at__isnull=True), name="cases_waiting_not_checked_in"
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | (Q(released_on__isnull=False) & Q(released_on__gte=F("ends_on"))),
                name="cases_released_not_early",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["ordered", "in_force", "release_due", "extended"]),
                name="cases_one_running_measure_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.ends_on}"


class TestDay(models.Model):
    """A test the protocol asks for under a measure, and whether it was done."""

    __test__ = False
    AREA = "measure__area"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="test_days")
    day = models.SmallIntegerField()
    due_on = models.DateField()
    test = models.ForeignKey("cases.LabTest", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["due_on"]
        constraints = [models.UniqueConstraint(fields=["measure", "day"], name="cases_test_day_once")]

    def __str__(self) -> str:
        return f"day {self.day}"
