"""Location records are opened for a purpose: everything else is refused, and every refusal stands in the ledger."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from lianfang.response.ledger.models import Entry
from lianfang.response.tracing.actions import run_collision
from lianfang.response.tracing.models import Candidate, Run

from .conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(write, ping, reported, resident_a):
    return write("person,t,lon,lat,accuracy", ping(reported.person), ping(resident_a))


@pytest.fixture
def refused(path):
    """Try, expect the error, and return what the ledger says about the refusal."""

    def _refused(case, purpose, by, error=PermissionDenied):
        with pytest.raises(error):
            run_collision(case, path, purpose=purpose, by=by, at=NOON)
        assert not Run.objects.exists()
        assert not Candidate.objects.exists()
        entry = Entry.objects.filter(action="denied").get()
        assert (entry.actor_id, entry.subject) == (by.pk, f"cases.case:{case.pk}")
        return json.loads(entry.detail)

    return _refused


def test_no_purpose_no_records(cast, case, refused):
    assert refused(case, 0, cast.tracer)["reason"] == "no_live_purpose"


def test_an_expired_purpose_opens_nothing(cast, case, purpose_of, refused):
    expired = purpose_of(cast.tracer, case, expires_at=NOON)
    assert refused(case, expired, cast.tracer)["reason"] == "no_live_purpose"


def test_a_closed_purpose_opens_nothing(cast, case, purpose_of, refused):
    closed = purpose_of(cast.tracer, case, closed_at=NOON - timedelta(minutes=1))
    assert refused(case, closed, cast.tracer)["reason"] == "no_live_purpose"


def test_somebody_elses_purpose_opens_nothing(cast, case, purpose_of, refused):
    theirs = purpose_of(cast.second_tracer, case)
    assert refused(case, theirs, cast.tracer)["reason"] == "no_live_purpose"


def test_a_purpose_for_another_case_opens_nothing(cast, case, purpose_of, refused):
    other = purpose_of(cast.tracer, case, case_id=case.pk + 1)
    assert refused(case, other, cast.tracer)["reason"] == "purpose_of_another_case"


def test_a_purpose_for_another_district_opens_nothing(cast, case, purpose_of, refused):
    elsewhere = purpose_of(cast.tracer, case, area_path=cast.yuhua.path)
    assert refused(case, elsewhere, cast.tracer)["reason"] == "purpose_of_another_case"


def test_a_case_that_is_not_confirmed_opens_nothing(cast, reported, purpose_of, refused):
    assert refused(reported, purpose_of(cast.tracer, reported), cast.tracer)["reason"] == "case_not_confirmed"


def test_to_a_tracer_of_another_district_the_case_does_not_exist(cast, case, purpose_of, refused):
    said = refused(case, purpose_of(cast.yuhua_tracer, case), cast.yuhua_tracer, Http404)
    assert said["permission"] == "locations.collide"


def test_an_official_without_the_permission_is_told_so(cast, case, purpose_of, refused):
    refused(case, purpose_of(cast.gaocheng_county, case), cast.gaocheng_county)


def test_a_tracer_whose_grant_has_ended_sees_nothing(cast, case, purpose_of, refused):
    refused(case, purpose_of(cast.former_tracer, case), cast.former_tracer, Http404)
