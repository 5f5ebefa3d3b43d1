from django.db import models

from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area


class LabTest(models.Model):
    """One laboratory result of one person, as the laboratory recorded it."""

    __test__ = False
    AREA = "area"

    class Result(models.TextChoices):
        POSITIVE = "positive"
        NEGATIVE = "negative"
        INCONCLUSIVE = "inconclusive"

    person = models.ForeignKey(Person, models.PROTECT, related_name="tests")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=24)
    sampled_at = models.DateTimeField()
    result = models.CharField(max_length=16, choices=Result.choices)
    resulted_at = models.DateTimeField()
    laboratory = models.CharField(max_length=120)
    assay = models.CharField(max_length=60, default="RT-PCR")
    recorded_by_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "sampled_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "disease", "sampled_at", "assay", "laboratory"], name="cases_lab_test_once"
            ),
            models.CheckConstraint(
                condition=models.Q(resulted_at__gte=models.F("sampled_at")), name="cases_result_after_sample"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result} {self.sampled_at:%Y-%m-%d}"
