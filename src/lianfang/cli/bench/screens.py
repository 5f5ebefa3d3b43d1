"""Server time of the screens at full size, through the whole stack from the middleware to the rendered page."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from lianfang.response import clock
from lianfang.response.web.memory import set_aside_what_stays

# What a screen may take at full size on two cores, p95. The others are shown beside them.
BAR_MS = 100.0
JUDGED = (
    "wall, city", "wall, county", "area", "my duties, tracer", "my duties, county official", "case",
    "person search by ID",
)  # fmt: skip


@dataclass(frozen=True)
class Timing:
    """One screen over all rounds; milliseconds. bar_ms: None where no bar is set."""

    screen: str
    median_ms: float
    p95_ms: float
    slowest_ms: float
    bytes: int
    bar_ms: float | None = None

    @property
    def missed(self) -> bool:
        return self.bar_ms is not None and self.p95_ms > self.bar_ms


def measure(rounds: int) -> list[Timing]:
    """Ask for every screen ``rounds`` times, the screens interleaved, after one round that is not counted."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    settings.READS_A_DAY = 10**9  # a benchmark looks at more people than anybody may
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    screens = _screens()
    times: dict[str, list[float]] = {name: [] for name in screens}
    sizes: dict[str, int] = {}
    for turn in range(rounds + 1):
        for name, ask in screens.items():
            began = time.perf_counter()
            answer = ask()
            took = (time.perf_counter() - began) * 1000
            if answer.status_code != 200:
                raise RuntimeError(f"{name}: answered {answer.status_code}")
            sizes[name] = len(answer.content)
            if turn:
                times[name].append(took)
        if not turn:
            set_aside_what_stays()  # as a server does when it has started
    return [_timing(name, rows, sizes[name]) for name, rows in times.items()]


def _timing(name: str, rows: list[float], size: int) -> Timing:
    ordered = sorted(rows)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return Timing(name, statistics.median(rows), p95, ordered[-1], size, BAR_MS if name in JUDGED else None)


def _screens() -> dict[str, Callable[[], Any]]:
    from lianfang.response.accounts.models import User
    from lianfang.response.cases.models import Case
    from lianfang.response.territory.queries import root

    tracer = client_of(User.objects.get(username="tracer"))
    official = client_of(User.objects.get(username="county"))
    city = root()
    assert city is not None
    case = Case.objects.filter(confirmed_at__isnull=False).order_by("-pk").first()
    assert case is not None
    county = "/".join(case.area.path.split("/")[:2]) + "/"
    area = type(city).objects.get(path=county)
    search = _search(tracer, case)
    return {
        "wall, city": lambda: tracer.get(reverse("wall")),
        "wall, map data": lambda: tracer.get(reverse("wall_map", args=[city.code])),
        "wall, county": lambda: tracer.get(reverse("wall_of", args=[area.code])),
        "area": lambda: tracer.get(reverse("area", args=[area.code])),
        "my duties, tracer": lambda: tracer.get(reverse("home")),
        "my duties, county official": lambda: official.get(reverse("home")),
        "who is not done": lambda: tracer.get(reverse("not_done")),
        "cases": lambda: tracer.get(reverse("cases")),
        "case": lambda: tracer.get(reverse("case", args=[case.pk])),
        "contacts": lambda: tracer.get(reverse("contacts")),
        "person search by ID": search,
    }


def _search(client: Client, case: Any) -> Callable[[], Any]:
    """Search for people of the case's county by their ID numbers, another one each time."""
    from lianfang.response.accounts.models import User
    from lianfang.response.cases.actions.purposes import open_purpose
    from lianfang.response.people.models import Person
    from lianfang.response.people.sealing import unseal

    tracer = User.objects.get(username="tracer")
    purpose = open_purpose(case, by=tracer, basis="contact_tracing", reason="benchmark", at=clock.now())
    some = Person.objects.filter(community=case.area, id_key__isnull=False)[:500]
    numbers = iter([unseal(person.sealed).id_number for person in some] * 100)
    return lambda: client.post(reverse("people_search"), {"purpose": purpose.pk, "text": next(numbers)})


def client_of(user: Any) -> Client:
    """A client signed in as if both factors had just been shown."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session, at = client.session, time.time()
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": at},
        {"method": "mfa", "at": at, "type": "totp"},
    ]
    session.save()
    return client
