from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who signs in. Power comes from grants on areas, never from flags here."""

    first_name = last_name = None
    name = models.CharField(max_length=60)
    # Keyed hash of the holder's resident ID: two accounts of one person cannot approve each other.
    person_key = models.BigIntegerField(null=True, db_index=True)
    revoked_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, default="zh-hans")

    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
