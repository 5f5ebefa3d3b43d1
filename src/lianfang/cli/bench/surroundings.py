"""On what a benchmark ran: a figure without its machine and its city says nothing."""

import os
import platform
from pathlib import Path

from django.db import connection

from lianfang.response import clock
from lianfang.response.cases.models import Case, Contact
from lianfang.response.duties.models import Duty
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area
from lianfang.response.territory.states import Kind


def surroundings() -> dict[str, object]:
    return {
        "at": clock.now().isoformat(timespec="seconds"), "processor": _processor(), "cores": os.cpu_count(),
        "python": platform.python_version(), "database": f"{connection.vendor} {_version()}",
        "people": Person.objects.count(), "communities": Area.objects.filter(kind__lte=Kind.COMMUNITY, kind=Kind.COMMUNITY).count(),
        "cases": Case.objects.count(), "contacts": Contact.objects.count(), "duties": Duty.objects.count(),
    }  # fmt: skip


def _processor() -> str:
    """The processor by name where Linux tells it, otherwise by its kind."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _version() -> str:
    asked = "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return str(cursor.fetchone()[0])
