from django.db import models

from lianfang.response.territory.models import Area


class Receipt(models.Model):
    """What came in with one import: counts and checksum, so that nothing is lost without being missed."""

    AREA = "area"
    already_held = False  # true on a receipt that an earlier import of the same file had earned

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, help_text="linelist, contacts, or update of what another file brought")
    disease = models.CharField(max_length=24, blank=True, default="")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    bytes = models.BigIntegerField()
    rows_read = models.IntegerField()
    created = models.JSONField(help_text="what was made: {'cases': 162, 'sources': 98, …}")
    columns = models.JSONField(help_text="column → field, as used")
    answers = models.JSONField(default=dict, help_text="the map in force, with the user's answers")
    warnings = models.JSONField(default=list)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            # An update changes nothing when it is done again, and may be wanted again after another one.
            models.UniqueConstraint(
                fields=["area", "kind", "disease", "sha256"],
                condition=~models.Q(kind="update"),
                name="cases_receipt_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} · {self.rows_read}"
