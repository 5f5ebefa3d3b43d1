"""A confirmed case of 小果庄村 who fell ill on 5 January 2021, a warrant about it, and records of where phones were."""

from datetime import UTC, datetime, timedelta

import pytest

from lianfang.response.cases.actions import cases, tests
from lianfang.response.people.actions import enter_person
from lianfang.response.people.sealing import Identity
from lianfang.response.territory.models import Boundary
from lianfang.response.tracing.actions.looks import Asking, look
from lianfang.response.tracing.actions.records import keep_records
from lianfang.response.tracing.actions.warrants import approve_warrant, request_warrant

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


@pytest.fixture(autouse=True)
def on_disk(settings, tmp_path):
    """Vaults and keys of this test only."""
    settings.WARRANTS, settings.WARRANT_KEYS = tmp_path / "warrants", tmp_path / "keys"


@pytest.fixture(autouse=True)
def border(cast):
    """Of the county 藁城区: a square around the village, some ten kilometres wide."""
    square = [[114.7, 38.0], [114.9, 38.0], [114.9, 38.1], [114.7, 38.1], [114.7, 38.0]]
    return Boundary.objects.create(
        area=cast.gaocheng, geometry={"type": "Polygon", "coordinates": [square]}, schematic=False
    )


@pytest.fixture
def ask(cast, case):
    """Ask for a warrant about the case; keywords change what is asked for."""

    def _ask(by=None, **changes):
        asked = {
            "cases": [case], "area": cast.gaocheng, "kinds": ["ping", "visit", "ride"], "basis": "contact_tracing",
            "purpose": "find contacts", "from_at": NOON - timedelta(days=6), "to_at": NOON,
            "expires_at": NOON + timedelta(days=3), "at": NOON, **changes,
        }  # fmt: skip
        return request_warrant(asked.pop("cases"), asked.pop("area"), by=by or cast.tracer, **asked)

    return _ask


@pytest.fixture
def warrant(cast, ask):
    asked = ask()
    approve_warrant(asked, digest=asked.digest, by=cast.commander, at=NOON)
    return asked


@pytest.fixture
def keep(cast, warrant):
    def _keep(path, **options):
        return keep_records(warrant, path, **{"by": cast.tracer, "at": NOON, **options})

    return _keep


@pytest.fixture
def looked(cast, warrant):
    def _looked(by=None, at=NOON, **asking):
        return look(warrant, Asking(**asking), by=by or cast.tracer, at=at)

    return _looked


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
