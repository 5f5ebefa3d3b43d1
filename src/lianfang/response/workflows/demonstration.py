"""The demonstration: accounts for every role, and a small outbreak played through the real workflows.

Nothing here writes rows of its own for cases, contacts or measures: what a visitor sees went the way of a real day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from lianfang.response import clock
from lianfang.response.accounts.models import User
from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.cases.queries.measures import RUNNING
from lianfang.response.cases.states import ContactState, Setting
from lianfang.response.duties.actions import finish_duty
from lianfang.response.duties.models import Duty
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area, Grant
from lianfang.response.territory.states import Kind
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.daily import daily
from lianfang.response.workflows.interview import name_contact_in_interview, tell_stay
from lianfang.response.workflows.place_contact import check_in_contact
from lianfang.response.workflows.record_result import record_result
from lianfang.response.workflows.review_contact import review_contact

DISEASE = "COVID-19"
LABORATORY = "石家庄市疾控中心实验室"

# (user name, name, role, code of the area). Names are made up.
_ACCOUNTS = (
    ("commander", "陈立行", "commander", "1301"),
    ("tracer", "林知远", "tracer", "1301"),
    ("tracer2", "何清", "tracer", "1301"),
    ("laboratory", "许检", "laboratory", "1301"),
    ("analyst", "方数", "analyst", "1301"),
    ("supervisor", "杜巡", "supervisor", "1301"),
    ("county", "高守正", "county", "130109"),
    ("township", "曾在田", "township", "130109110"),
    ("community", "郭守望", "community", "130109110212"),
    ("dispatcher", "车行之", "dispatcher", "130109"),
    ("gatekeeper", "赵把门", "gatekeeper", "130109110212"),
    ("auditor", "严查", "auditor", "1301"),
    ("administrator", "孟维", "administrator", "1301"),
)
_REPORTS = ("report_case", "verify_report", "report_event", "core_information", "itinerary", "investigation")
_OFFICIAL_OF = {Kind.COUNTY: "county", Kind.TOWNSHIP: "township", Kind.COMMUNITY: "community"}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林郑"


def demonstration_accounts(password: str, *, at: datetime | None = None) -> None:
    """One account per role that can sign in, and an official for every county, township and community.

    The officials own duties and cannot sign in: they have no password.
    """
    at = at or clock.now()
    with transaction.atomic():
        _roles(password, at)
        _officials(at)


def _roles(password: str, at: datetime) -> None:
    hashed = make_password(password)
    areas = {area.code: area for area in Area.objects.filter(code__in=[code for *_, code in _ACCOUNTS])}
    for number, (username, name, role, code) in enumerate(_ACCOUNTS, 1):
        user = User.objects.create(username=username, name=name, password=hashed, person_key=number)
        TOTP.activate(user, generate_totp_secret())
        _grant(user, role, areas[code], at).save()


def _officials(at: datetime) -> None:
    areas = list(Area.objects.filter(kind__lte=Kind.COMMUNITY, kind__in=list(_OFFICIAL_OF)).order_by("path"))
    users = [
        User(username=f"o{area.code}", name=f"{_SURNAMES[n % len(_SURNAMES)]}某", password="!", person_key=1000 + n)
        for n, area in enumerate(areas)
    ]
    User.objects.bulk_create(users, batch_size=1000)
    grants = [_grant(user, _OFFICIAL_OF[Kind(area.kind)], area, at) for user, area in zip(users, areas, strict=True)]
    Grant.objects.bulk_create(grants, batch_size=1000)


def _grant(user: User, role: str, area: Area, at: datetime) -> Grant:
    return Grant(user=user, role=role, area=area, starts_at=at - timedelta(days=30), reason="demonstration")


@dataclass
class _Staff:
    tracer: Any
    second: Any
    laboratory: Any


def play_outbreak(*, seed: int = 1, days: int = 6, at: datetime | None = None) -> int:
    """Let an outbreak begin in a village ``days`` ago and run until ``at``; return how many cases it has by then."""
    at = at or clock.now()
    random = Random(seed)
    staff = _Staff(*(User.objects.get(username=name) for name in ("tracer", "tracer2", "laboratory")))
    start = at - timedelta(days=days)
    village = Area.objects.get(code="130109110212")
    for index in _households_of(village, random, number=2):
        _found(index, staff, start + timedelta(hours=random.uniform(0, 5)), random)
    for day in range(days):
        morning = start + timedelta(days=day, hours=9)
        _report(morning, random)
        daily(at=morning)
        _work(staff, morning, random, share=0.94 if day < days - 1 else 0.7)
        _test(staff, morning + timedelta(hours=5), random)
    daily(at=at)
    return Case.objects.count()


def _households_of(area: Area, random: Random, *, number: int) -> list[Person]:
    adults = Person.objects.filter(community=area, born_on__lt="1990-01-01", household__isnull=False)
    return random.sample(list(adults.select_related("community", "household").order_by("pk")[:400]), number)


def _found(person: Person, staff: _Staff, at: datetime, random: Random) -> Case | None:
    """A positive sample, its report and its confirmation by a second person an hour or two later; then the interview."""
    sampled_at = at - timedelta(hours=9)
    found = record_result(
        person, disease=DISEASE, sampled_at=sampled_at, result="positive", laboratory=LABORATORY, by=staff.laboratory, at=at
    )  # fmt: skip
    case = found.case
    if case is None or case.state != "reported":
        return None
    case.onset_on = (at - timedelta(days=random.choice((0, 1, 2)))).date()
    case.save(update_fields=["onset_on"])
    confirmed_at = at + timedelta(minutes=random.randint(35, 110))
    confirm_case(case, by=staff.tracer, asymptomatic=random.random() < 0.2, at=confirmed_at)
    _interview(case, staff, confirmed_at + timedelta(hours=1), random)
    return case


_STAYS = (
    ("村文化广场婚宴", Setting.MEAL, 3, 6),
    ("镇集市", Setting.SHOP, 2, 4),
    ("502 路公交", Setting.TRANSPORT, 1, 3),
    ("村卫生室", Setting.MEDICAL, 1, 2),
)


def _interview(case: Case, staff: _Staff, at: datetime, random: Random) -> None:
    for place, setting, hours, most in random.sample(_STAYS, 2):
        from_at = (timezone.localtime(at) - timedelta(days=random.randint(1, 3))).replace(hour=random.randint(8, 17), minute=0)
        stay = tell_stay(
            case, by=staff.tracer, place=place, setting=setting, from_at=from_at, to_at=from_at + timedelta(hours=hours),
            area=case.area, masked=setting == Setting.MEDICAL, at=at,
        )  # fmt: skip
        for person in _met(case, random, random.randint(1, most)):
            name_contact_in_interview(case, person, by=staff.tracer, stay=stay, distance_m=1.0, at=at)


def _met(case: Case, random: Random, number: int) -> Iterable[Person]:
    """Neighbours mostly, sometimes somebody of another village of the township."""
    township = case.area.path.rsplit("/", 2)[0] + "/"
    near = Person.objects.filter(community=case.area).exclude(household=case.person.household)
    far = Person.objects.filter(community__path__startswith=township)
    return [
        random.choice(list((near if random.random() < 0.75 else far).select_related("community")[:300]))
        for _ in range(number)
    ]


def _work(staff: _Staff, at: datetime, random: Random, share: float) -> None:
    """The day's reviews and placings, most of them; what is left undone becomes late by itself."""
    waiting = Contact.objects.filter(state=ContactState.IDENTIFIED, case__confirmed_at__isnull=False)
    for contact in waiting.select_related("case", "area", "person__household", "via").order_by("pk"):
        if random.random() < share:
            review_contact(contact, "accept", by=staff.tracer, why="同餐同住，从严管理", at=at)
    room = 100
    ordered = Measure.objects.filter(state="ordered").select_related("area", "contact", "case", "person")
    for measure in ordered.order_by("pk"):
        if random.random() < share:
            room += 1
            site = "定点医院" if measure.kind == "hospital" else f"鹿泉集中隔离点 {room}"
            check_in_contact(measure, site, by=staff.tracer, at=at + timedelta(hours=2))


def _report(at: datetime, random: Random) -> None:
    """What had to be reported by now is reported, nearly all of it."""
    due = Duty.objects.filter(kind__in=_REPORTS, state__in=OPEN_STATES, due_at__lte=at, owner__isnull=False)
    for duty in due.select_related("area", "owner").order_by("pk"):
        if random.random() < 0.9:
            finish_duty(duty, {"note": "已上报"}, by=duty.owner, at=min(at, duty.due_at - timedelta(minutes=5)))
    visits = Duty.objects.filter(kind__in=("follow_up", "service_call"), state__in=OPEN_STATES, due_at__lte=at)
    for duty in visits.select_related("area", "owner").order_by("pk"):
        if duty.owner and random.random() < 0.93:
            finish_duty(duty, {"note": "体温正常，无不适"}, by=duty.owner, at=min(at, duty.due_at))


def _test(staff: _Staff, at: datetime, random: Random) -> None:
    """Samples of people in isolation; a few are positive, and make cases of contacts."""
    held = Measure.objects.filter(state__in=RUNNING, kind__startswith="isolation", contact__isnull=False)
    for measure in held.select_related("contact", "person__community", "person__household").order_by("pk"):
        if random.random() > 0.6:
            continue
        if measure.contact.degree == 1 and random.random() < 0.07:
            _found(measure.person, staff, at + timedelta(hours=9), random)
        else:
            record_result(
                measure.person, disease=DISEASE, sampled_at=at, result="negative", laboratory=LABORATORY,
                by=staff.laboratory, at=at + timedelta(hours=8),
            )  # fmt: skip
