"""Which rules apply here and now: the nearest edition upward, with the local overrides of the area and those above."""

from datetime import datetime

from django.db.models import Q, QuerySet

from lianfang.response import clock
from lianfang.response.cases.models import InForce, Override
from lianfang.response.cases.rules import protocol as protocols
from lianfang.response.territory.fields import upward
from lianfang.response.territory.models import Area

DEFAULT_EDITION = {"COVID-19": "CN-7", "MERS": "MERS", "MEASLES": "MEASLES"}
DISEASES = tuple(DEFAULT_EDITION)


def edition_for(area: Area, disease: str, at: datetime | None = None) -> str:
    row = (
        InForce.objects.filter(disease=disease, area__path__in=upward(area.path), from_at__lte=at or clock.now())
        .order_by("-area__kind", "-from_at")
        .first()
    )
    return row.edition if row else DEFAULT_EDITION.get(disease, "CN-7")


def overrides_for(area: Area, edition: str, at: datetime | None = None) -> QuerySet[Override]:
    """Live overrides, the nearest last, so that it wins."""
    at = at or clock.now()
    return (
        Override.objects.filter(edition=edition, area__path__in=upward(area.path), at__lte=at)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        .order_by("area__kind", "at")
        .select_related("area")
    )


def protocol_for(area: Area, disease: str, at: datetime | None = None) -> protocols.Protocol:
    """Return the protocol in force in an area, its local departures applied and marked."""
    edition = edition_for(area, disease, at)
    departures = [
        protocols.Override(row.parameter, row.value, str(row.by_id), row.at, row.why)
        for row in overrides_for(area, edition, at)
    ]
    return protocols.with_overrides(protocols.load(edition), departures)
