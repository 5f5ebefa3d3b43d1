"""The whole life of a warrant, by page and by API: asked for, approved, records kept, asked, decided about, destroyed."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lianfang.response.cases.models import Contact
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry
from lianfang.response.territory.models import Boundary
from lianfang.response.tracing.models import Batch, Candidate, Look, Warrant
from lianfang.response.tracing.vault import Vault
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.daily import daily
from lianfang.response.workflows.record_result import record_result
from tests.cast import sign_in
from tests.stories.conftest import COVID, owed, resident
from tests.voice import BEGIN

pytestmark = pytest.mark.django_db
STEP = 1 / 111_195  # degrees of latitude to the metre
NOW = BEGIN + timedelta(days=2)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def on_disk(settings, tmp_path, cast):
    settings.WARRANTS, settings.WARRANT_KEYS = tmp_path / "warrants", tmp_path / "keys"
    square = [[114.7, 38.0], [114.9, 38.0], [114.9, 38.1], [114.7, 38.1], [114.7, 38.0]]
    Boundary.objects.create(
        area=cast.gaocheng, geometry={"type": "Polygon", "coordinates": [square]}, schematic=False
    )


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


@pytest.fixture
def commander(cast):
    return sign_in(Client(), cast.commander)


def typed(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


@pytest.fixture
def asked(cast, tracer, case):
    """Asked for on the page, as it comes half filled."""
    page = tracer.get("/warrants/", {"case": case.pk})
    filled = page.context["typed"]
    answer = tracer.post("/warrants/ask/", {
        "case": case.pk, "kind": ["ping", "visit", "ride"], "basis": "contact_tracing", "purpose": "追踪密接",
        **{name: filled[name] for name in ("area", "from_at", "to_at", "expires_at")},
    })  # fmt: skip
    made = Warrant.objects.get()
    assert answer.headers["Location"] == f"/warrants/{made.pk}/"
    return made


@pytest.fixture
def warrant(commander, asked):
    answer = commander.post(f"/warrants/{asked.pk}/approve/", {"digest": asked.digest})
    assert answer.status_code == 302
    asked.refresh_from_db()
    return asked


@pytest.fixture
def looked(tracer, warrant):
    """Keep these positions and look; further keywords are what is typed into the question."""

    def _looked(*rows, **question):
        kept = tracer.post(f"/warrants/{warrant.pk}/records/", {"file": pings(*rows)})
        assert kept.status_code == 302, kept.content.decode()
        return tracer.post(f"/warrants/{warrant.pk}/look/", question)

    return _looked


def test_the_form_comes_half_filled_with_county_and_infectious_days(tracer, cast, case):
    filled = tracer.get("/warrants/", {"case": case.pk}).context["typed"]
    assert filled["area"] == cast.gaocheng.code
    assert filled["to_at"] == typed(NOW)
    assert filled["from_at"] < typed(BEGIN - timedelta(days=1))


def test_whom_the_records_name_is_accepted_and_their_review_owed_where_they_live(
    cast, tracer, looked, warrant, case, near, far
):
    assert looked((case.person, 0, 0), (near, 5, 10), (far, 5, 30)).status_code == 302
    page = tracer.get(f"/warrants/{warrant.pk}/")
    assert [row.person for row, *_ in page.context["rows"]] == [near, far]
    assert "同桌" not in page.content.decode()  # masked: nobody owes a duty about them yet
    one, other = (Candidate.objects.get(person=person).pk for person in (near, far))
    decide = f"/warrants/{warrant.pk}/decide/"
    tracer.post(decide, {"candidate": one, "decision": "accept", "setting": "meal"})
    tracer.post(decide, {"candidate": other, "decision": "dismiss", "why": "隔着一堵墙"})
    contact = Contact.objects.get(case=case)
    assert (contact.person, contact.evidence, contact.setting, contact.area) == (near, "ping", "meal", cast.dongcheng)
    assert list(owed(contact)) == ["review_contact"]
    assert Candidate.objects.get(pk=other).why == "隔着一堵墙"


def test_the_page_says_why_and_what_a_cut_would_cost(tracer, looked, warrant, case, near, far):
    looked((case.person, 0, 0), (near, 5, 10), (far, 5, 49))
    page = tracer.get(f"/warrants/{warrant.pk}/")
    assert "手机定位接近 10 分钟，最近 10 米" in page.content.decode()
    first, second = page.context["curve"]["rows"]
    assert first["right"] + first["wrong"] == pytest.approx(1)
    assert second["wrong"] > first["wrong"]


def test_both_degrees_are_pushed_together_and_the_second_hangs_on_the_first(
    cast, tracer, looked, warrant, case, near, far
):
    looked((case.person, 0, 0), (near, 5, 10), (near, 60, 900), (far, 65, 910), degrees="2")
    chosen = list(Candidate.objects.values_list("pk", flat=True))
    assert len(chosen) == 2
    tracer.post(f"/warrants/{warrant.pk}/decide/", {"candidate": chosen, "decision": "accept", "setting": "meal"})
    first, second = (Contact.objects.get(case=case, person=person) for person in (near, far))
    assert (second.degree, second.via, second.area) == (2, first, cast.zhongmei)
    assert list(owed(second)) == ["review_contact"]


def test_of_the_chosen_all_are_pushed_or_none(tracer, looked, warrant, case, near, far):
    looked((case.person, 0, 0), (near, 5, 10), (near, 60, 900), (far, 65, 910), degrees="2")
    second = Candidate.objects.get(degree=2)
    answer = tracer.post(
        f"/warrants/{warrant.pk}/decide/", {"candidate": second.pk, "decision": "accept", "setting": "meal"}
    )
    assert answer.status_code == 422
    assert not Contact.objects.filter(person=far).exists()


def test_where_they_met_is_shown_as_few_points_and_stands_in_the_ledger(tracer, looked, warrant, case, near):
    looked((case.person, 0, 0), (near, 5, 10))
    one = Candidate.objects.get()
    (met,) = tracer.get(f"/warrants/{warrant.pk}/meetings/{one.pk}.json").json()["meetings"]
    assert (met["lon"], met["lat"]) == (114.84, 38.03)  # half way, to ten metres
    assert met["distance_m"] == pytest.approx(10, abs=0.1)
    assert Entry.objects.get(action="warrant.meetings_read").subject == f"tracing.candidate:{one.pk}"


def test_a_larger_radius_names_more(tracer, looked, warrant, case, near, far):
    looked((case.person, 0, 0), (near, 5, 10), (far, 5, 80), radius_m="20")
    assert Candidate.objects.get().person == near
    tracer.post(f"/warrants/{warrant.pk}/look/", {"radius_m": "100"})
    assert Candidate.objects.count() == 2


def test_without_an_approval_nothing_is_kept_and_the_ledger_shows_the_attempt(tracer, asked, case, near):
    answer = tracer.post(f"/warrants/{asked.pk}/records/", {"file": pings((case.person, 0, 0))})
    assert answer.status_code == 403
    assert "无授权不查询" in answer.content.decode()
    assert not Batch.objects.exists()
    assert Entry.objects.filter(action="denied", subject=f"tracing.warrant:{asked.pk}").exists()


def test_a_question_beyond_the_bounds_is_told_so(tracer, looked, warrant, case, near):
    answer = looked((case.person, 0, 0), (near, 5, 10), from_at=typed(NOW - timedelta(days=60)))
    assert answer.status_code == 403
    assert "不在此授权时段内" in answer.content.decode()
    assert not Look.objects.exists()


def test_over_the_budget_a_page_says_so_and_a_supervisor_owes_a_look(
    cast, tracer, looked, warrant, case, near, settings
):
    settings.LOOKS_A_DAY = 1
    looked((case.person, 0, 0), (near, 5, 10))
    other_session = sign_in(Client(), cast.tracer)
    answer = other_session.post(f"/warrants/{warrant.pk}/look/", {})
    assert answer.status_code == 429
    assert "已通知督导" in answer.content.decode()
    assert Duty.objects.get(kind="review_access").owner == cast.supervisor
    api = other_session.post(f"/api/v1/warrants/{warrant.pk}/looks", {}, content_type="application/json")
    assert api.status_code == 429


@pytest.mark.parametrize(
    ("content", "says"),
    [(" ", "列"), ("person,t,lon,lat,accuracy\n1,昨天,114,38,10\n", "第 2 行"), ("名,字\n1,2\n", "列")],
)
def test_a_file_that_cannot_be_read_is_refused_whole_with_its_row(tracer, warrant, content, says):
    upload = SimpleUploadedFile("p.csv", content.encode())
    answer = tracer.post(f"/warrants/{warrant.pk}/records/", {"file": upload})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("question", "says"), [({"radius_m": "-3"}, "大于 0 米"), ({"gap_s": "x"}, "不是数字"), ({"degrees": "3"}, "不是数字")]
)
def test_a_wrong_distance_or_time_is_named(looked, case, near, question, says):
    answer = looked((case.person, 0, 0), **question)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_accepting_nobody_says_so(tracer, warrant):
    answer = tracer.post(f"/warrants/{warrant.pk}/decide/", {"decision": "accept", "setting": "meal"})
    assert answer.status_code == 422


def test_who_may_not_see_warrants_is_refused_and_elsewhere_there_is_none(cast, warrant):
    assert sign_in(Client(), cast.laboratory).get(f"/warrants/{warrant.pk}/").status_code == 403
    assert sign_in(Client(), cast.yuhua_tracer).get(f"/warrants/{warrant.pk}/").status_code == 404


def test_who_approved_sees_the_warrant_and_no_candidate(commander, looked, warrant, case, near):
    looked((case.person, 0, 0), (near, 5, 10))
    page = commander.get(f"/warrants/{warrant.pk}/")
    assert "rows" not in page.context
    assert commander.get(f"/api/v1/warrants/{warrant.pk}/candidates").status_code == 403


def test_the_requester_is_offered_no_approval_and_cannot_force_one(tracer, asked):
    assert "approve/" not in tracer.get(f"/warrants/{asked.pk}/").content.decode()
    assert tracer.post(f"/warrants/{asked.pk}/approve/", {"digest": asked.digest}).status_code == 403


def test_at_its_end_page_and_api_show_the_certificate_and_nothing_else(
    cast, clock, tracer, looked, warrant, case, near
):
    looked((case.person, 0, 0), (near, 5, 10))
    clock.move_to(warrant.expires_at)
    sign_in(tracer, cast.tracer)
    assert tracer.post(f"/warrants/{warrant.pk}/look/", {}).status_code == 403  # also before the clock has worked
    daily()
    assert Vault(warrant.vault).is_gone()
    page = sign_in(Client(), cast.auditor).get(f"/warrants/{warrant.pk}/").content.decode()
    assert "未被改动，台账在案，无任何残留" in page
    certificate = tracer.get(f"/api/v1/warrants/{warrant.pk}/certificate").json()
    assert (certificate["valid"], certificate["wrong"]) == (True, [])
    assert certificate["content"]["candidates"]["open"] == 1
    assert tracer.get(f"/api/v1/warrants/{warrant.pk}/candidates").status_code == 403
    assert not Candidate.objects.exists()


def test_the_api_does_the_same(cast, tracer, commander, case, near, far):
    def post(client, path, body):
        return client.post(f"/api/v1/warrants{path}", body, content_type="application/json")

    asked = post(tracer, "", {
        "cases": [case.pk], "kinds": ["ping"], "area": cast.gaocheng.code, "basis": "contact_tracing", "purpose": "追踪",
        "from_at": (NOW - timedelta(days=4)).isoformat(), "to_at": NOW.isoformat(),
        "expires_at": (NOW + timedelta(days=2)).isoformat(),
    })  # fmt: skip
    assert asked.status_code == 201, asked.content
    base = f"/{asked.json()['id']}"
    assert post(tracer, f"{base}/looks", {}).status_code == 403
    assert post(commander, f"{base}/approve", {"digest": "0" * 64}).status_code == 403
    assert post(commander, f"{base}/approve", {"digest": asked.json()["digest"]}).json()["state"] == "active"
    assert post(commander, f"{base}/approve", {"digest": asked.json()["digest"]}).status_code == 409
    rows = ((case.person, 0, 0), (near, 5, 10), (far, 5, 30))
    kept = [tracer.post(f"/api/v1/warrants{base}/records", {"file": pings(*rows)}).json() for _ in range(2)]
    assert [(one["rows_kept"], one["already_held"]) for one in kept] == [(3, False), (3, True)]
    for beyond in ({"cases": [10**6]}, {"kinds": ["ride"]}, {"from_at": (NOW - timedelta(days=9)).isoformat()},
                   {"area": cast.yuhua.code}):  # fmt: skip
        assert post(tracer, f"{base}/looks", beyond).status_code == 403
    made = post(tracer, f"{base}/looks", {"radius_m": 50, "degrees": 1})
    assert made.status_code == 201, made.content
    assert made.json()["found"]["candidates"] == 2
    listed = tracer.get(f"/api/v1/warrants{base}/candidates", {"state": "open"}).json()["rows"]
    chosen = [row["id"] for row in listed]
    assert tracer.get(f"/api/v1/warrants{base}/candidates/{chosen[0]}/meetings").json()[0]["distance_m"] == 10.0
    decided = post(tracer, f"{base}/candidates/decisions", {"decision": "accept", "candidates": chosen, "setting": "meal"})
    assert Contact.objects.filter(pk__in=decided.json()["contacts"]).count() == 2
    nobody = {"decision": "accept", "candidates": [10**9], "setting": "meal"}
    assert post(tracer, f"{base}/candidates/decisions", nobody).status_code == 422
    assert post(tracer, f"{base}/end", {"why": "完成"}).json()["state"] == "destroyed"
    assert post(tracer, f"{base}/looks", {}).status_code == 403


def test_a_warrant_that_changed_after_its_approval_answers_the_api_with_a_refusal(tracer, warrant, case):
    Warrant.objects.filter(pk=warrant.pk).update(to_at=NOW - timedelta(hours=1))
    answer = tracer.post(f"/api/v1/warrants/{warrant.pk}/looks", {}, content_type="application/json")
    assert answer.status_code == 403
    assert "改动" in answer.json()["detail"]


def test_a_warrant_that_was_changed_shows_no_candidate(tracer, looked, warrant, case, near):
    looked((case.person, 0, 0), (near, 5, 10))
    Warrant.objects.filter(pk=warrant.pk).update(to_at=NOW - timedelta(hours=1))
    page = tracer.get(f"/warrants/{warrant.pk}/")
    assert page.status_code == 403
    assert "rows" not in page.context
    assert "改动" in page.content.decode()


def test_a_tracer_of_the_area_sees_no_candidate_of_a_case_elsewhere(cast, tracer, commander, case, near):
    """The case lives in Gaocheng; the city's tracer follows it into Yuhua, whose own tracer does not see it."""
    Boundary.objects.create(
        area=cast.yuhua, geometry=Boundary.objects.get(area=cast.gaocheng).geometry, schematic=False
    )
    tracer.post("/warrants/ask/", {
        "case": case.pk, "kind": "ping", "area": cast.yuhua.code, "basis": "contact_tracing", "purpose": "追踪",
        "from_at": typed(NOW - timedelta(days=4)), "to_at": typed(NOW), "expires_at": typed(NOW + timedelta(days=1)),
    })  # fmt: skip
    made = Warrant.objects.get()
    commander.post(f"/warrants/{made.pk}/approve/", {"digest": made.digest})
    tracer.post(f"/warrants/{made.pk}/records/", {"file": pings((case.person, 0, 0), (near, 5, 10))})
    tracer.post(f"/warrants/{made.pk}/look/", {})
    theirs = sign_in(Client(), cast.yuhua_tracer)
    assert tracer.get(f"/api/v1/warrants/{made.pk}/candidates").json()["count"] == 1
    assert theirs.get(f"/api/v1/warrants/{made.pk}/candidates").json()["count"] == 0
    assert theirs.post(f"/api/v1/warrants/{made.pk}/looks", {}, content_type="application/json").status_code == 404
    one = Candidate.objects.get().pk
    assert theirs.get(f"/warrants/{made.pk}/meetings/{one}.json").status_code == 404


def test_no_answer_of_any_route_holds_a_position_that_was_sent_in(tracer, looked, warrant, case, near):
    looked((case.person, 0, 3), (near, 5, 10))
    one = Candidate.objects.get().pk
    sent = [f"{38.03 + metres * STEP:.7f}" for metres in (3, 10)]
    for path in (
        f"/warrants/{warrant.pk}/", f"/warrants/{warrant.pk}/meetings/{one}.json", f"/warrants/{warrant.pk}/map.json",
        *(f"/api/v1/warrants/{warrant.pk}{end}" for end in ("", "/records", "/looks", "/candidates",
                                                            f"/candidates/{one}/meetings")),
    ):  # fmt: skip
        said = tracer.get(path).content.decode()
        assert not any(position in said for position in sent), path
