from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from lianfang.response.territory.fields import PathField
from lianfang.response.territory.roles import ROLES
from lianfang.response.territory.states import Kind


class Area(models.Model):
    """A node of the one tree: city → county → township → community → compound → building → dwelling."""

    AREA = ""

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    kind = models.SmallIntegerField(choices=[(kind.value, kind.name) for kind in Kind])
    code = models.CharField(max_length=24, blank=True)
    path = PathField(max_length=120, unique=True)
    name = models.CharField(max_length=80)
    full_name = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    initials = models.CharField(max_length=24, blank=True)
    population = models.IntegerField(null=True)
    urban = models.BooleanField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        ordering = ["path"]
        indexes = [
            models.Index(
                fields=["initials"], condition=models.Q(kind__lte=Kind.COMMUNITY), name="territory_area_initials"
            ),
            models.Index(  # ids of a subtree by the index alone: every list and all row security begins with them
                fields=["path", "kind", "id"],
                condition=models.Q(kind__lte=Kind.COMMUNITY),
                name="territory_area_governing",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="territory_area_code_once"),
            models.CheckConstraint(condition=models.Q(path__endswith="/"), name="territory_area_path_ends"),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=False) | models.Q(kind=Kind.CITY), name="territory_area_has_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name in the language of whoever reads it."""
        chinese = (get_language() or "").startswith("zh")
        return self.name if chinese or not self.name_en else self.name_en


class Boundary(models.Model):
    """A polygon in WGS-84, apart from its area so that lists of areas stay light."""

    AREA = "area"

    area = models.OneToOneField(Area, models.CASCADE, primary_key=True, related_name="boundary")
    geometry = models.JSONField()
    schematic = models.BooleanField(help_text="drawn by us because no official boundary is published")

    def __str__(self) -> str:
        return str(self.area_id)


class Grant(models.Model):
    """Power: one user, one role, one area and all below it, for a time."""

    AREA = "area"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24, choices=[(role, role) for role in ROLES])
    area = models.ForeignKey(Area, models.PROTECT, related_name="grants")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.TextField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    break_glass = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["user", "ends_at"]), models.Index(fields=["role", "area"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=list(ROLES)), name="territory_grant_role_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="territory_grant_has_reason"),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="territory_grant_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(break_glass=False) | models.Q(ends_at__isnull=False),
                name="territory_break_glass_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role} · {self.area}"
