"""Whether the time of a refusal tells that a record exists: another township's id against an id that nobody has."""

import re
import statistics
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

NOBODY = 10**15
_TOKEN = re.compile(rb'(?<=csrfmiddlewaretoken" value=")[^"]*|(?<="X-CSRFToken": ")[^"]*')


@dataclass(frozen=True)
class Refusal:
    """One kind of record; milliseconds of ``rounds`` refusals each way, asked in turn."""

    record: str
    exists_ms: float
    missing_ms: float
    same_answer: bool


def measure(rounds: int) -> list[Refusal]:
    """Ask as a township official for records of another township and for missing ones, by page and by API, in turn."""
    from lianfang.cli.bench.screens import client_of
    from lianfang.response.accounts.models import User

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    settings.API_RATE = "1000000/m"  # the brake is not what is measured
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    official = User.objects.get(username="township")
    client = client_of(official)
    mine = official.grants.get().area.path
    return [_compare(client, name, address, theirs, rounds) for name, address, theirs in _elsewhere(mine)]


def _elsewhere(mine: str) -> list[tuple[str, Any, int]]:
    from lianfang.response.cases.models import Case, Contact, Measure
    from lianfang.response.duties.models import Duty

    found: list[tuple[str, Any, int]] = []
    for name, model in (("case", Case), ("contact", Contact), ("measure", Measure), ("duty", Duty)):
        row = model.objects.exclude(area__path__startswith=mine).order_by("pk").values_list("pk", flat=True).first()
        if row is None:
            raise RuntimeError(f"no {name} outside {mine}: fill the city first (bench load)")
        found.append((f"{name}, page", lambda pk, name=name: reverse(name, args=[pk]), row))
        plural = "duties" if name == "duty" else f"{name}s"
        found.append((f"{name}, API", lambda pk, plural=plural: f"/api/v1/{plural}/{pk}", row))
    return found


def _compare(client: Any, name: str, address: Any, theirs: int, rounds: int) -> Refusal:
    times: dict[int, list[float]] = {theirs: [], NOBODY: []}
    bodies: dict[int, Any] = {}
    for turn in range(rounds + 1):
        for pk in (theirs, NOBODY) if turn % 2 else (NOBODY, theirs):
            began = time.perf_counter()
            answer = client.get(address(pk))
            took = (time.perf_counter() - began) * 1000
            if answer.status_code != 404:
                raise RuntimeError(f"{name}: answered {answer.status_code}, not 404")
            # A page repeats the address that was asked for, and its form's token is drawn anew each time.
            bodies[pk] = _TOKEN.sub(b"", answer.content.replace(address(pk).encode(), b"#"))
            if turn:
                times[pk].append(took)
    exists, missing = (statistics.median(times[pk]) for pk in (theirs, NOBODY))
    return Refusal(name, exists, missing, bodies[theirs] == bodies[NOBODY])
