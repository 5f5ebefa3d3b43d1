from django.db import models
from django.db.models import F, Q

from lianfang.response.cases.models.receipts import Receipt
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area


class Case(models.Model):
    """A person with the disease, or suspected of it. Dates are as reported; none is ever made up."""

    AREA = "area"

    label = models.CharField(max_length=64, help_text="the number it goes by: SK_14, 石家庄-0031")
    disease = models.CharField(max_length=24)
    person = models.ForeignKey(Person, models.PROTECT, related_name="cases")
    area = models.ForeignKey(Area, models.PROTECT, related_name="cases")
    state = models.CharField(max_length=24, default="reported")
    state_at = models.DateTimeField()
    asymptomatic = models.BooleanField(default=False)
    onset_on = models.DateField(null=True)
    sampled_on = models.DateField(null=True)
    diagnosed_on = models.DateField(null=True)
    reported_on = models.DateField(null=True)
    exposed_from = models.DateField(null=True)
    exposed_to = models.DateField(null=True)
    admitted_on = models.DateField(null=True)
    quarantined_on = models.DateField(null=True)
    discharged_on = models.DateField(null=True)
    died_on = models.DateField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    hospital = models.CharField(max_length=160, blank=True)
    setting = models.CharField(max_length=120, blank=True, help_text="where infected, as reported")
    severity = models.CharField(max_length=40, blank=True)
    age = models.SmallIntegerField(null=True, help_text="as reported, where no birth date is known")
    notes = models.TextField(blank=True)
    found_by = models.CharField(max_length=24, default="line_list")
    reported_by_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="cases")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["area", "state"]),
            models.Index(fields=["confirmed_at"]),
            models.Index(fields=["label"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["disease", "label", "area"], name="cases_label_once"),
            models.UniqueConstraint(
                fields=["person", "disease"],
                condition=~Q(state__in=["excluded", "closed"]),
                name="cases_one_running_case_a_person",
            ),
            # A fake case cannot be made by one person: who confirms is not who reported.
            models.CheckConstraint(
                condition=Q(confirmed_by_id__isnull=True) | ~Q(confirmed_by_id=F("reported_by_id")),
                name="cases_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_by_id__isnull=False),
                name="cases_confirmed_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(exposed_from__isnull=True)
                | Q(exposed_to__isnull=True)
                | Q(exposed_from__lte=F("exposed_to")),
                name="cases_exposure_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Source(models.Model):
    """One possible source of a case. A case may have several; evidence ranks them."""

    AREA = "case__area"

    case = models.ForeignKey(Case, models.CASCADE, related_name="sources")
    source = models.ForeignKey(Case, models.PROTECT, related_name="infected")
    setting = models.CharField(max_length=120, blank=True)
    evidence = models.CharField(max_length=24, default="line_list")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "source"], name="cases_source_once"),
            models.CheckConstraint(condition=~Q(case=F("source")), name="cases_not_its_own_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.case_id}"


class Stay(models.Model):
    """One bar of the timeline told in the interview: where, from when to when, doing what, with whom near."""

    AREA = "case__area"

    case = models.ForeignKey(Case, models.CASCADE, related_name="stays")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=160)
    setting = models.CharField(max_length=24)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    masked = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["from_at"]
        constraints = [
            models.CheckConstraint(condition=Q(to_at__gte=F("from_at")), name="cases_stay_in_order"),
            models.UniqueConstraint(fields=["case", "place", "from_at"], name="cases_stay_once"),
        ]

    def __str__(self) -> str:
        return self.place
