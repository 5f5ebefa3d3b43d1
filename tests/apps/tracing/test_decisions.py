"""A candidate is decided about by a tracer, and is never a measure by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from lianfang.response.cases.actions import contacts
from lianfang.response.cases.models import Contact, Measure
from lianfang.response.ledger.models import Entry
from lianfang.response.tracing.actions.candidates import accept_candidate, dismiss_candidate
from lianfang.response.tracing.models import Candidate

from .conftest import INSIDE, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(case, keep, looked, resident_a, write, ping):
    """Keep files that put resident A near the case and look; return the candidate."""

    def _named(minutes=10):
        moments = [INSIDE + timedelta(minutes=m) for m in range(0, minutes, 10)]
        rows = [row for at in moments for row in (ping(case.person, at), ping(resident_a, at, 15))]
        keep(write("person,t,lon,lat,accuracy", *rows))
        looked()
        return Candidate.objects.get()

    return _named


def test_an_accepted_candidate_is_a_contact_to_review_and_no_measure(cast, case, named, resident_a):
    contact = accept_candidate(named(), by=cast.tracer, setting="shop", at=NOON)
    assert (contact.case, contact.person, contact.degree, contact.state) == (case, resident_a, 1, "identified")
    assert (contact.evidence, contact.setting, contact.first_exposure_at) == ("ping", "shop", INSIDE)
    assert contact.score == pytest.approx(Candidate.objects.get().probability)
    assert not Measure.objects.exists()


def test_the_distance_of_two_phones_is_not_taken_for_that_of_two_people(cast, named):
    assert accept_candidate(named(), by=cast.tracer, setting="outdoors", at=NOON).distance_m is None


def test_who_decided_and_when_stands_with_the_candidate_and_in_the_ledger(cast, named):
    accept_candidate(named(), by=cast.tracer, setting="shop", at=NOON)
    candidate = Candidate.objects.get()
    assert (candidate.state, candidate.decided_by_id, candidate.decided_at) == ("accepted", cast.tracer.pk, NOON)
    assert Entry.objects.filter(action="candidate.accepted", actor_id=cast.tracer.pk).count() == 1


def test_a_candidate_is_decided_about_once(cast, named):
    candidate = named()
    stale = Candidate.objects.get()
    accept_candidate(candidate, by=cast.tracer, setting="shop", at=NOON)
    with pytest.raises(ValidationError):
        dismiss_candidate(stale, by=cast.second_tracer, why="elsewhere", at=NOON)
    assert Candidate.objects.get().state == "accepted"


def test_a_dismissal_says_why(cast, named):
    candidate = named()
    with pytest.raises(ValidationError):
        dismiss_candidate(candidate, by=cast.tracer, why=" ")
    dismiss_candidate(candidate, by=cast.tracer, why="phone lent to a brother", at=NOON)
    assert (Candidate.objects.get().state, Candidate.objects.get().why) == ("dismissed", "phone lent to a brother")
    assert not Contact.objects.exists()


def test_a_dismissed_candidate_stays_dismissed_until_the_records_say_more(cast, named):
    dismiss_candidate(named(), by=cast.tracer, why="another floor", at=NOON)
    assert named().state == "dismissed"
    wider = named(minutes=30)
    assert (wider.state, wider.minutes, wider.why, wider.decided_at) == ("open", 30, "", None)


def test_accepting_again_after_wider_evidence_widens_the_contact(cast, named):
    accept_candidate(named(), by=cast.tracer, setting="shop", at=NOON)
    contact = accept_candidate(named(minutes=30), by=cast.tracer, setting="shop", at=NOON)
    assert Contact.objects.get() == contact
    assert contact.last_exposure_at == INSIDE + timedelta(minutes=20)


def test_somebody_excluded_before_comes_back_to_review(cast, case, named, resident_a):
    known = contacts.name_contact(case, resident_a, by=cast.tracer, setting="shop", evidence="interview")
    contacts.exclude(known, by=cast.tracer, why="was abroad")
    assert accept_candidate(named(), by=cast.tracer, setting="shop", at=NOON).state == "identified"


def test_a_setting_is_one_of_the_list(cast, named):
    with pytest.raises(ValidationError):
        accept_candidate(named(), by=cast.tracer, setting="ping", at=NOON)
    assert Candidate.objects.get().state == "open"


def test_an_analyst_compares_but_does_not_decide(cast, named):
    candidate = named()
    with pytest.raises(PermissionDenied):
        accept_candidate(candidate, by=cast.analyst, setting="shop", at=NOON)
    assert Entry.objects.filter(action="denied", actor_id=cast.analyst.pk).count() == 1
    assert Candidate.objects.get().state == "open"


def test_another_district_cannot_decide(cast, named):
    candidate = named()
    with pytest.raises(Http404):
        dismiss_candidate(candidate, by=cast.yuhua_tracer, why="not here", at=NOON)
    assert Entry.objects.filter(action="denied", actor_id=cast.yuhua_tracer.pk).count() == 1


def test_a_second_degree_hangs_on_a_close_contact_that_was_accepted(
    cast, case, keep, looked, resident_a, resident_b, write, ping
):
    later = INSIDE + timedelta(hours=1)
    keep(write("person,t,lon,lat,accuracy", ping(case.person), ping(resident_a), ping(resident_a, later, 4000),
               ping(resident_b, later, 4010)))  # fmt: skip
    looked(degrees=2)
    first, second = Candidate.objects.all()
    with pytest.raises(ValidationError):
        accept_candidate(second, by=cast.tracer, setting="meal", at=NOON)
    close = accept_candidate(first, by=cast.tracer, setting="meal", at=NOON)
    contact = accept_candidate(second, by=cast.tracer, setting="meal", at=NOON)
    assert (contact.degree, contact.via, contact.case) == (2, close, case)
