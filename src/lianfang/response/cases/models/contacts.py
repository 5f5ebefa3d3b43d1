from django.db import models
from django.db.models import F, Q

from lianfang.response.cases.models.cases import Case
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area


class Contact(models.Model):
    """A person exposed to a case (degree 1), or to such a person (degree 2, ``via`` names the close contact)."""

    AREA = "area"

    case = models.ForeignKey(Case, models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    degree = models.SmallIntegerField()
    via = models.ForeignKey("self", models.PROTECT, null=True, related_name="secondary")
    state = models.CharField(max_length=24, default="identified")
    state_at = models.DateTimeField()
    setting = models.CharField(max_length=24)
    evidence = models.CharField(max_length=24)
    relation = models.CharField(max_length=60, blank=True)
    first_exposure_at = models.DateTimeField(null=True)
    last_exposure_at = models.DateTimeField(null=True)
    minutes = models.IntegerField(null=True)
    distance_m = models.FloatField(null=True)
    protected = models.BooleanField(null=True)
    score = models.FloatField(null=True, help_text="of the location evidence, 0 to 1")
    destination = models.CharField(max_length=120, blank=True, help_text="where pushed, when not ours")
    excluded_reason = models.CharField(max_length=120, blank=True)
    became = models.ForeignKey(Case, models.PROTECT, null=True, related_name="was_contact")
    named_by_id = models.BigIntegerField(null=True)
    named_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "state"]),
            models.Index(fields=["case", "degree"]),
            models.Index(fields=["state", "state_at"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="cases_contact_once"),
            models.CheckConstraint(condition=Q(degree__in=[1, 2]), name="cases_contact_degree"),
            # The errors the district offices hunted by spreadsheet cannot be stored.
            models.CheckConstraint(
                condition=(Q(degree=1) & Q(via__isnull=True)) | (Q(degree=2) & Q(via__isnull=False)),
                name="cases_secondary_has_close_contact",
            ),
            models.CheckConstraint(condition=~Q(state=""), name="cases_contact_is_tracked"),
            models.CheckConstraint(
                condition=~Q(state="pushed_elsewhere") | ~Q(destination=""), name="cases_pushed_has_destination"
            ),
            models.CheckConstraint(
                condition=~Q(state="became_case") | Q(became__isnull=False), name="cases_became_names_case"
            ),
            models.CheckConstraint(
                condition=~Q(state="excluded") | ~Q(excluded_reason=""), name="cases_excluded_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(first_exposure_at__isnull=True)
                | Q(last_exposure_at__isnull=True)
                | Q(first_exposure_at__lte=F("last_exposure_at")),
                name="cases_contact_exposure_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk} of {self.case_id}"
