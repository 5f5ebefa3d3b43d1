from django.db import models

from lianfang.response.territory.models import Area


class Household(models.Model):
    """People who live together, in one dwelling of the tree."""

    AREA = "community"

    community = models.ForeignKey(Area, models.PROTECT, related_name="+")
    dwelling = models.ForeignKey(Area, models.PROTECT, null=True, related_name="households")
    collective = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"household {self.pk}"


class Person(models.Model):
    """A resident or visitor. What identifies them is sealed; keyed hashes allow exact look-up and nothing else."""

    AREA = "community"

    class Sex(models.IntegerChoices):
        UNKNOWN = 0
        MALE = 1
        FEMALE = 2

    community = models.ForeignKey(Area, models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="members")
    sealed = models.BinaryField()
    id_key = models.BigIntegerField(null=True)
    phone_key = models.BigIntegerField(null=True)
    tail_key = models.IntegerField(null=True)
    name_key = models.IntegerField(null=True)
    initials_key = models.IntegerField(null=True)
    sex = models.SmallIntegerField(choices=Sex.choices, default=Sex.UNKNOWN)
    born_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["id_key"], name="people_person_id_key"),
            models.Index(fields=["phone_key"], name="people_person_phone_key"),
            models.Index(fields=["name_key", "community"], name="people_person_name"),
            models.Index(fields=["initials_key", "community"], name="people_person_initials"),
            models.Index(fields=["tail_key", "community"], name="people_person_tail"),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="people_person_merged"
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Correction(models.Model):
    """What a record said before it was corrected, sealed like the record itself; who changed it, and why."""

    AREA = "person__community"

    person = models.ForeignKey(Person, models.PROTECT, related_name="corrections", db_index=False)
    number = models.IntegerField(help_text="the how-manyth of this person: of two at once one is refused")
    fields = models.JSONField(help_text="names of what changed, never values")
    before = models.BinaryField(help_text="the old values, sealed")
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    why = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "number"], name="people_correction_once")]

    def __str__(self) -> str:
        return f"{self.person_id} #{self.number}"


class Suspicion(models.Model):
    """Two records that may be one person. A human decides; entry is never blocked by it."""

    AREA = "person__community"

    class State(models.TextChoices):
        OPEN = "open"
        MERGED = "merged"
        DIFFERENT = "different"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, models.PROTECT, related_name="+")
    score = models.FloatField()
    reasons = models.JSONField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    raised_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="people_suspicion_once"),
            models.CheckConstraint(condition=models.Q(person__lt=models.F("other")), name="people_suspicion_ordered"),
        ]
        indexes = [models.Index(fields=["state", "-score"], name="people_suspicion_queue")]

    def __str__(self) -> str:
        return f"{self.person_id} ~ {self.other_id}"


class Merge(models.Model):
    """History of a merge: enough to take it back."""

    AREA = "survivor__community"

    survivor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Person, models.PROTECT, related_name="+")
    moved = models.JSONField(help_text="model label → ids that were moved to the survivor")
    at = models.DateTimeField()
    by_id = models.BigIntegerField()
    why = models.TextField()
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.survivor_id}"
