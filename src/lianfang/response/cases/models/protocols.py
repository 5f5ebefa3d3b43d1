from django.db import models

from lianfang.response.territory.models import Area


class InForce(models.Model):
    """Which edition applies in an area and below it, from when. The nearest area upward decides."""

    AREA = "area"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=24)
    edition = models.CharField(max_length=24)
    from_at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    why = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["disease", "area", "from_at"])]

    def __str__(self) -> str:
        return self.edition


class Override(models.Model):
    """A local departure from an edition: which value, where, who, when, why."""

    AREA = "area"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    edition = models.CharField(max_length=24)
    parameter = models.CharField(max_length=60)
    value = models.JSONField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    why = models.TextField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["edition", "area"])]
        constraints = [
            models.CheckConstraint(condition=~models.Q(why=""), name="cases_override_has_reason"),
            models.UniqueConstraint(
                fields=["area", "edition", "parameter"],
                condition=models.Q(ended_at__isnull=True),
                name="cases_override_one_live",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.parameter}"
