"""From a file of positions to contacts under review, by page and by API: under a purpose, or not at all."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianfang.response.cases.models import Contact
from lianfang.response.ledger.models import Entry
from lianfang.response.tracing.models import Candidate, Run
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.record_result import record_result
from tests.cast import sign_in
from tests.stories.conftest import COVID, owed, resident
from tests.voice import BEGIN

pytestmark = pytest.mark.django_db
STEP = 1 / 111_195  # degrees of latitude to the metre


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(BEGIN + timedelta(days=2), tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(cast):
    """Confirmed in 小果庄村; could infect since two days before sampling."""
    person = resident(cast.xiaoguozhuang, "郭大山")
    given = {"disease": COVID, "sampled_at": BEGIN - timedelta(hours=6), "laboratory": "市疾控", "result": "positive"}
    found = record_result(person, by=cast.laboratory, **given).case
    return confirm_case(found, by=cast.second_tracer)


@pytest.fixture
def near(cast):
    return resident(cast.dongcheng, "同桌")


@pytest.fixture
def far(cast):
    return resident(cast.zhongmei, "路人")


def pings(*rows):
    """rows: person, minutes after BEGIN, metres north of the table."""
    lines = [
        f"{person.pk},{(BEGIN + timedelta(minutes=late)).isoformat()},114.84,{38.03 + metres * STEP:.7f},10"
        for person, late, metres in rows
    ]
    return SimpleUploadedFile("pings.csv", "\n".join(["person,t,lon,lat,accuracy", *lines, ""]).encode())


@pytest.fixture
def tracer(cast):
    return sign_in(Client(), cast.tracer)


def opened(client, case):
    answer = client.post(
        "/purposes/open/", {"case": case.pk, "basis": "contact_tracing", "reason": "流调", "back": "locations"}
    )
    assert answer.headers["Location"] == f"/cases/{case.pk}/locations/"


def compared(client, case, *rows, **typed):
    return client.post(f"/cases/{case.pk}/locations/compare/", {"file": pings(*rows), **typed})


def test_whom_the_records_name_is_accepted_and_their_review_owed_where_they_live(cast, tracer, case, near, far):
    opened(tracer, case)
    assert compared(tracer, case, (case.person, 0, 0), (near, 5, 10), (far, 5, 30)).status_code == 302
    page = tracer.get(f"/cases/{case.pk}/locations/")
    assert [row.person for row, *_ in page.context["rows"]] == [near, far]
    assert "同桌" not in page.content.decode()  # masked: nobody owes a duty about them yet
    one, other = (Candidate.objects.get(person=person).pk for person in (near, far))
    decide = f"/cases/{case.pk}/locations/decide/"
    tracer.post(decide, {"candidate": one, "decision": "accept", "setting": "meal"})
    tracer.post(decide, {"candidate": other, "decision": "dismiss", "why": "隔着一堵墙"})
    contact = Contact.objects.get(case=case)
    assert (contact.person, contact.evidence, contact.setting, contact.area) == (near, "ping", "meal", cast.dongcheng)
    assert list(owed(contact)) == ["review_contact"]
    assert Candidate.objects.get(pk=other).why == "隔着一堵墙"


def test_a_larger_radius_names_more(tracer, case, near, far):
    opened(tracer, case)
    compared(tracer, case, (case.person, 0, 0), (near, 5, 10), (far, 5, 80), radius_m="20")
    assert Candidate.objects.get().person == near
    compared(tracer, case, (case.person, 0, 0), (near, 5, 10), (far, 5, 80), radius_m="100")
    assert Candidate.objects.count() == 2


def test_without_a_purpose_nothing_is_compared_and_the_ledger_shows_the_attempt(tracer, case, near):
    answer = compared(tracer, case, (case.person, 0, 0), (near, 5, 10))
    assert answer.status_code == 403
    assert "用途" in answer.content.decode()
    assert not Run.objects.exists()
    assert Entry.objects.filter(action="denied", subject=f"cases.case:{case.pk}").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [(" ", "列"), ("person,t,lon,lat,accuracy\n1,昨天,114,38,10\n", "第 2 行"), ("名,字\n1,2\n", "列")],
)
def test_a_file_that_cannot_be_read_is_refused_whole_with_its_row(tracer, case, content, says):
    opened(tracer, case)
    answer = tracer.post(
        f"/cases/{case.pk}/locations/compare/", {"file": SimpleUploadedFile("p.csv", content.encode())}
    )
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Run.objects.exists()


@pytest.mark.parametrize(("typed", "says"), [({"radius_m": "-3"}, "大于 0 米"), ({"gap_s": "x"}, "不是数字")])
def test_a_wrong_distance_or_time_is_named(tracer, case, near, typed, says):
    opened(tracer, case)
    answer = compared(tracer, case, (case.person, 0, 0), **typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_accepting_nobody_says_so(tracer, case):
    answer = tracer.post(f"/cases/{case.pk}/locations/decide/", {"decision": "accept", "setting": "meal"})
    assert answer.status_code == 422


def test_who_may_not_compare_is_refused_and_elsewhere_there_is_no_such_case(cast, case):
    assert sign_in(Client(), cast.zengcun_township).get(f"/cases/{case.pk}/locations/").status_code == 403
    assert sign_in(Client(), cast.yuhua_tracer).get(f"/cases/{case.pk}/locations/").status_code == 404


def test_the_api_does_the_same(tracer, case, near, far):
    opened(tracer, case)
    base = f"/api/v1/cases/{case.pk}"
    purpose = tracer.get("/api/v1/purposes").json()["rows"][0]["id"]
    made = tracer.post(
        f"{base}/location-runs",
        {"file": pings((case.person, 0, 0), (near, 5, 10), (far, 5, 30)), "purpose": purpose},
    )
    assert made.status_code == 201, made.content
    assert made.json()["parameters"]["named"] == 2
    rows = tracer.get(f"{base}/candidates", {"state": "open"}).json()["rows"]
    chosen = [row["id"] for row in rows]
    decided = tracer.post(
        f"{base}/candidates/decisions", {"decision": "accept", "candidates": chosen, "setting": "meal"},
        content_type="application/json",
    )  # fmt: skip
    assert decided.status_code == 200, decided.content
    assert Contact.objects.filter(pk__in=decided.json()["contacts"]).count() == 2
    assert tracer.get(f"{base}/location-runs").json()["count"] == 1
    again = tracer.post(
        f"{base}/candidates/decisions", {"decision": "accept", "candidates": [10**9], "setting": "meal"},
        content_type="application/json",
    )  # fmt: skip
    assert again.status_code == 422
