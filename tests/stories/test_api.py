"""The main story through /api/v1, and what an official of one township learns of another: nothing."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry
from lianfang.response.ledger.queries import verify
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
BEGIN = datetime(2021, 1, 3, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_fresh_brake():
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


class Voice:
    """One account that speaks to the API."""

    def __init__(self, user):
        self.client = sign_in(Client(), user)

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path, **body):
        return self.client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")

    def rows(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()["rows"]

    def done(self, path, **body):
        answer = self.post(path, **body)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()


@pytest.fixture
def as_(cast):
    return lambda name: Voice(cast.users[name])


def report_positive(as_, person, sampled_at):
    laboratory = as_("laboratory")
    return laboratory.done(
        "tests", person=person.pk, disease="COVID-19", sampled_at=sampled_at.isoformat(), result="positive",
        laboratory="市疾控",
    )  # fmt: skip


@pytest.fixture
def case(as_, town, clock):
    """A positive result of 刘秀英, told through the API."""
    assert report_positive(as_, town.patient, BEGIN - timedelta(hours=6))["case_reported"]
    return as_("tracer").rows("cases")[0]


def test_from_a_positive_result_to_a_release_through_the_api(as_, town, case, clock):
    assert as_("tracer").done(f"cases/{case['id']}/confirm")["state"] == "confirmed"
    contacts = as_("tracer").rows(f"cases/{case['id']}/contacts")
    assert {row["person"]["id"] for row in contacts} == {town.husband.pk, town.son.pk}
    husband = next(row for row in contacts if row["person"]["id"] == town.husband.pk)

    as_("gaocheng_tracer").done(f"contacts/{husband['id']}/review", decision="accept")
    held = as_("xiaoguozhuang_community").rows("measures", state="ordered")
    measure = next(row for row in held if row["contact_id"] == husband["id"])
    in_force = as_("xiaoguozhuang_community").done(f"measures/{measure['id']}/check-in", site="隔离点 301")
    assert in_force == {"id": measure["id"], "state": "in_force"}

    refused = as_("tracer").post(f"measures/{measure['id']}/release")
    assert refused.status_code == 422
    assert refused.json()["problems"]

    full = as_("tracer").get(f"measures/{measure['id']}").json()
    assert not full["release"]["ok"]
    for day in full["test_days"]:
        clock.move_to(datetime.fromisoformat(f"{day['due_on']}T02:00:00+00:00"))
        for laboratory in ("市疾控", "省疾控"):
            as_("laboratory").done(
                "tests", person=town.husband.pk, disease="COVID-19", sampled_at=f"{day['due_on']}T08:00:00+08:00",
                result="negative", laboratory=laboratory,
            )  # fmt: skip
    clock.move_to(datetime.fromisoformat(f"{full['ends_on']}T10:00:00+00:00"))
    assert as_("tracer").done(f"measures/{measure['id']}/release")["state"] == "released"
    assert Contact.objects.get(pk=husband["id"]).state == "released"
    assert verify().ok


def test_who_recorded_the_result_cannot_confirm_through_the_api_either(as_, town, clock):
    tracer = as_("tracer")
    case = tracer.done("cases", person=town.patient.pk, disease="COVID-19", diagnosed_on="2021-01-03")
    refused = tracer.post(f"cases/{case['id']}/confirm")
    assert refused.status_code == 422
    assert Case.objects.get(pk=case["id"]).state == "reported"


def test_a_contact_is_named_in_the_interview_known_or_new(as_, town, case, clock):
    tracer = as_("tracer")
    tracer.done(f"cases/{case['id']}/confirm")
    stay = tracer.done(
        f"cases/{case['id']}/stays", place="婚宴", setting="meal", from_at="2021-01-02T12:00:00+08:00",
        to_at="2021-01-02T14:00:00+08:00",
    )  # fmt: skip
    tracer.done(f"cases/{case['id']}/contacts", person=town.colleague.pk, stay=stay["id"])
    tracer.done(f"cases/{case['id']}/contacts", new_person={"name": "新来的"}, setting="meal")
    found = Contact.objects.filter(case=case["id"], setting="meal").order_by("pk")
    assert [row.person_id == town.colleague.pk for row in found] == [True, False]
    assert found[0].minutes == 120
    neither = tracer.post(f"cases/{case['id']}/contacts", setting="meal")
    assert (neither.status_code, neither.json()["problems"][0]["field"]) == (422, "person")


def test_a_duty_is_finished_with_its_proof_or_says_why_not(as_, town, case, clock):
    as_("tracer").done(f"cases/{case['id']}/confirm")
    owner = as_("gaocheng_tracer")
    duty = next(row for row in owner.rows("duties/mine") if row["kind"] == "core_information")
    assert owner.post(f"duties/{duty['id']}/finish").json()["problems"][0]["field"] == "proof"
    owner.done(f"duties/{duty['id']}/blocked", reason="no_answer", note="三次未接")
    assert owner.rows("duties", blocked="no_answer")[0]["id"] == duty["id"]
    assert owner.done(f"duties/{duty['id']}/finish", note="已上报")["state"] == "done"
    assert Duty.objects.get(pk=duty["id"]).proof == {"note": "已上报"}


def test_the_second_of_two_at_once_is_told_that_somebody_was_first(as_, town, case, clock, monkeypatch):
    from lianfang.response.web.api import cases as noun

    was = noun.confirm_case

    def meanwhile(found, **given):
        Case.objects.filter(pk=found.pk).update(state="excluded")
        return was(found, **given)

    monkeypatch.setattr(noun, "confirm_case", meanwhile)
    answer = as_("tracer").post(f"cases/{case['id']}/confirm")
    assert answer.status_code == 409
    assert set(answer.json()) == {"detail"}


def test_chains_name_no_case_out_of_reach(as_, town, case, clock):
    other = report_positive(as_, town.colleague, BEGIN - timedelta(hours=5)) and Case.objects.get(person=town.colleague)
    other.sources.create(source_id=case["id"], setting="wedding")
    assert as_("tracer").get("chains", disease="COVID-19").json()["rows"][1]["source"] == case["label"]
    there = as_("lianzhou_township").get("chains", disease="COVID-19")
    assert (there.status_code, case["label"] in there.content.decode()) == (200, False)


def test_a_departure_from_an_edition_is_made_by_the_commander_with_a_reason(as_, clock):
    commander, tracer = as_("commander"), as_("tracer")
    body = {"area": "130109", "parameter": "incubation_days", "value": 21}
    assert tracer.post("protocols/CN-7/overrides", **body, why="x").status_code == 403
    assert commander.post("protocols/CN-7/overrides", **body, why="").status_code == 422
    commander.done("protocols/CN-7/overrides", **body, why="省里要求")
    there = tracer.get("protocols/CN-7", area="130109104").json()
    value = next(row for row in there["parameters"] if row["name"] == "incubation_days")
    assert (value["value"], value["override"]["why"]) == (21, "省里要求")


def test_names_are_masked_unless_there_is_a_task(as_, town, case, clock):
    assert as_("tracer").get(f"cases/{case['id']}").json()["person"]["name"] == "刘**"
    seen = as_("gaocheng_county").get(f"cases/{case['id']}")
    assert "刘秀英" not in seen.content.decode()


# ── S2: township A asks for what belongs to township B ──────────────────────────────────────────────────────────────


@pytest.fixture
def theirs(as_, town, clock):
    """One record of each noun in township B (廉州镇): a case, a contact, a measure, a duty."""
    report_positive(as_, town.colleague, BEGIN - timedelta(hours=6))
    case = Case.objects.get(person=town.colleague)
    as_("tracer").done(f"cases/{case.pk}/confirm")
    contact = Contact.objects.get(case=case, person=town.wife)
    as_("tracer").done(f"contacts/{contact.pk}/review", decision="accept")
    measure = Measure.objects.get(contact=contact)
    duty = Duty.objects.filter(area=town.cast.dongcheng).first()
    return {"cases": case.pk, "contacts": contact.pk, "measures": measure.pk, "duties": duty.pk}


GETS = ["cases/{cases}", "cases/{cases}/contacts", "cases/{cases}/stays", "contacts/{contacts}", "measures/{measures}",
        "duties/{duties}", "duties/{duties}/owners"]  # fmt: skip
POSTS = {
    "cases/{cases}/confirm": {}, "cases/{cases}/exclude": {"why": "x"}, "cases/{cases}/admit": {"hospital": "x"},
    "cases/{cases}/discharge": {}, "cases/{cases}/died": {}, "contacts/{contacts}/review": {"decision": "accept"},
    "cases/{cases}/stays": {"place": "x", "setting": "meal", "from_at": "2021-01-02T12:00:00Z", "to_at": "2021-01-02T13:00:00Z"},
    "cases/{cases}/contacts": {"person": 1, "setting": "meal"}, "contacts/{contacts}/place": {},
    "contacts/{contacts}/landed": {"note": "x"}, "contacts/{contacts}/came-back": {"why": "x"},
    "contacts/{contacts}/secondary": {"person": 1, "setting": "meal"}, "contacts/{contacts}/released-elsewhere": {},
    "measures/{measures}/check-in": {"site": "x"}, "measures/{measures}/move-home": {}, "measures/{measures}/extend": {},
    "measures/{measures}/release": {}, "duties/{duties}/start": {}, "duties/{duties}/finish": {"note": "x"},
    "duties/{duties}/blocked": {"reason": "refused"}, "duties/{duties}/hand-over": {"owner": 1, "why": "x"},
}  # fmt: skip
MISSING = {"cases": 987654, "contacts": 987654, "measures": 987654, "duties": 987654}


def told(answer):
    """Everything an attacker can compare."""
    return answer.status_code, answer.content, sorted(answer.headers.items())


def denied(user):
    return Entry.objects.filter(action="denied", actor_id=user.pk).count()


@pytest.mark.parametrize("path", [*GETS, *POSTS])
def test_a_record_of_township_b_is_to_township_a_like_one_that_does_not_exist(cast, theirs, path):
    user = cast.zengcun_township
    voice = Voice(user)
    ask = (lambda ids: voice.get(path.format(**ids))) if path in GETS else (
        lambda ids: voice.post(path.format(**ids), **POSTS[path])
    )  # fmt: skip
    ask(MISSING)  # the first request of a session also sets its clock
    before = denied(user)
    there, nowhere = told(ask(theirs)), told(ask(MISSING))
    assert there == nowhere
    assert there[0] == 404
    assert denied(user) == before + 2


FILTERS = [("duties", "area"), ("cases", "area"), ("contacts", "area"), ("measures", "area"), ("areas", "parent"),
           ("protocols", "area"), ("protocols/CN-7", "area")]  # fmt: skip


@pytest.mark.parametrize(("path", "name"), FILTERS)
def test_a_filter_on_an_area_of_township_b_is_like_one_on_an_area_that_does_not_exist(cast, theirs, path, name):
    user = cast.zengcun_township
    voice = Voice(user)
    voice.get("me")
    before = denied(user)
    there, nowhere = told(voice.get(path, **{name: "130109100001"})), told(voice.get(path, **{name: "130109100999"}))
    assert there == nowhere
    assert there[0] == 404
    assert denied(user) == before + 2


@pytest.mark.parametrize("path", ["areas/130109100001", "areas/130109100001/curve"])
def test_an_area_of_township_b_is_like_one_that_does_not_exist(cast, theirs, path):
    voice = Voice(cast.zengcun_township)
    voice.get("me")
    assert told(voice.get(path)) == told(voice.get(path.replace("100001", "100999")))


@pytest.mark.parametrize("path", ["cases", "contacts", "measures", "duties", "duties/mine", "areas"])
def test_no_list_of_township_a_holds_anything_of_township_b(cast, theirs, path):
    said = Voice(cast.zengcun_township).get(path)
    assert said.status_code == 200
    assert "东城社区" not in said.content.decode()
    if path not in ("duties/mine", "areas"):  # the same list does hold them for whom they concern
        assert "东城社区" in Voice(cast.lianzhou_township).get(path).content.decode()


def test_a_person_of_township_b_cannot_be_named_reported_or_tested_from_another_county(cast, theirs, town):
    yuhua = Voice(cast.yuhua_tracer)
    yuhua.get("me")
    body = {"disease": "COVID-19", "diagnosed_on": "2021-01-03"}
    assert told(yuhua.post("cases", person=town.wife.pk, **body)) == told(yuhua.post("cases", person=987654, **body))


# ── How it refuses ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_signing_in_everything_is_401_and_json(client, cast):
    for path in ("cases", "openapi.json", "docs", "no/such/address"):
        answer = client.get(f"/api/v1/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")


def test_a_write_without_the_csrf_token_is_refused(cast):
    client = sign_in(Client(enforce_csrf_checks=True), cast.tracer)
    answer = client.post("/api/v1/cases", "{}", content_type="application/json")
    assert (answer.status_code, set(answer.json())) == (403, {"detail"})


def test_a_request_that_cannot_be_read_names_every_field(as_):
    answer = as_("tracer").post("cases", person="7", disease="plague", colour="red", onset_on="3/1/2021")
    problems = {row["field"]: row["message"] for row in answer.json()["problems"]}
    assert answer.status_code == 422
    assert set(problems) == {"person", "disease", "colour", "onset_on"}
    assert not any("%(" in message for message in problems.values())


def test_refusals_speak_the_language_of_the_user(as_):
    voice = as_("tracer")
    said = voice.client.get("/api/v1/cases/987654", headers={"accept-language": "zh-hans"}).json()["detail"]
    assert said == "没有这条记录，或不在您的辖区。"
    said = voice.client.get("/api/v1/cases/987654", headers={"accept-language": "en"}).json()["detail"]
    assert said.startswith("There is no such record")


def test_no_answer_holds_more_than_a_hundred_rows(as_):
    assert as_("tracer").get("cases", limit=101).status_code == 422


def test_one_account_cannot_slow_down_everybody(as_, monkeypatch):
    from lianfang.response.web.api import api

    monkeypatch.setattr(api.throttle[0], "num_requests", 3)
    voice = as_("tracer")
    answers = [voice.get("me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) >= 0


def test_the_documentation_is_served_from_here_alone(as_):
    page = as_("tracer").get("docs")
    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert sources
    assert all(source.startswith("/static/") for source in sources)
