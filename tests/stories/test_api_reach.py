"""What an official of one township learns through /api/v1 of another: nothing, and the ledger shows the attempt (S2)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry
from tests.voice import BEGIN, Voice, report_positive, told

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
