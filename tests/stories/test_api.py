"""The main story through /api/v1, and how it refuses."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from lianfang.response.cases.models import Case, Contact
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.queries import verify
from tests.cast import sign_in
from tests.voice import BEGIN, Voice, report_positive

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_fresh_brake():
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def as_(cast):
    return lambda name: Voice(cast.users[name])


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


def test_no_two_forms_share_a_name_in_the_document():
    """The document knows forms by name alone: of two of a name one would describe the other's answers."""
    import sys

    from ninja import Schema

    of_the_api = "lianfang.response.web.api."
    modules = [module for name, module in sys.modules.items() if name.startswith(of_the_api)]
    forms = {
        form
        for module in modules
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, Schema) and form.__module__.startswith(of_the_api)
    }
    names = [form.__name__ for form in forms]
    assert len(names) > 40
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_the_counts_are_those_of_the_list(as_, town):
    report_positive(as_, town.patient, BEGIN - timedelta(hours=6))
    county = as_("gaocheng_county")
    counts = county.get("duties/counts", area="130109").json()
    assert counts["open"] == county.get("duties", area="130109").json()["count"] > 0
    assert county.get("duties/counts", area="130108").status_code == 404
