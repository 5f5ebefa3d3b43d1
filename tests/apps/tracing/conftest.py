"""A confirmed case of 小果庄村 who fell ill on 5 January 2021, somebody's purpose, and records of where phones were."""

from datetime import UTC, datetime, timedelta

import pytest

from lianfang.response.cases.actions import cases, tests
from lianfang.response.ledger.models import Purpose
from lianfang.response.people.actions import enter_person
from lianfang.response.people.sealing import Identity

NOON = datetime(2021, 1, 8, 4, tzinfo=UTC)  # noon in Shijiazhuang; the window of CN-7 opens on the 3rd
INSIDE = datetime(2021, 1, 4, 1, tzinfo=UTC)
BEFORE = datetime(2021, 1, 2, 15, 59, 59, tzinfo=UTC)  # the last second before the window
PHONE = "19900000301"


@pytest.fixture
def reported(cast):
    person = enter_person(Identity("王小明", phone=PHONE), cast.xiaoguozhuang, by=cast.tracer, at=NOON)
    return cases.report_case(
        person, cast.xiaoguozhuang, "石家庄-0001", disease="COVID-19", by=cast.tracer, at=NOON,
        onset_on=datetime(2021, 1, 5).date(),
    )  # fmt: skip


@pytest.fixture
def case(cast, reported):
    tests.record_test(
        reported.person, disease="COVID-19", sampled_at=NOON - timedelta(days=1), result="positive",
        laboratory="市疾控", by=cast.laboratory, at=NOON,
    )  # fmt: skip
    cases.confirm(reported, by=cast.second_tracer, at=NOON)
    return reported


@pytest.fixture
def purpose_of():
    def _purpose_of(user, case, **changes):
        fields = {
            "owner_id": user.pk, "basis": "law_39_contact", "case_id": case.pk, "area_path": case.area.path,
            "reason": "find contacts", "opened_at": NOON - timedelta(hours=1), "expires_at": NOON + timedelta(hours=7),
        }  # fmt: skip
        return Purpose.objects.create(**{**fields, **changes})

    return _purpose_of


@pytest.fixture
def purpose(cast, case, purpose_of):
    return purpose_of(cast.tracer, case)


@pytest.fixture
def write(tmp_path):
    """Write rows under a header; return the path."""

    def _write(header, *rows, name="records.csv"):
        path = tmp_path / name
        path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
        return path

    return _write


@pytest.fixture
def ping():
    def _ping(person, at=INSIDE, metres_north=0.0, accuracy=5):
        key = getattr(person, "pk", person)
        return key, int(at.timestamp()), 114.8, round(38.05 + metres_north / 111195, 8), accuracy

    return _ping
