"""A run: who is named, what is kept, and what is not."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from lianfang.engines.collision import PingRule
from lianfang.response.cases.models import LabTest
from lianfang.response.ledger.models import Entry
from lianfang.response.ledger.queries import verify
from lianfang.response.people.models import Person
from lianfang.response.tracing.actions import run_collision
from lianfang.response.tracing.arrays import Nearness, cost_of_list
from lianfang.response.tracing.models import Candidate, Run
from lianfang.response.tracing.queries import candidates_in_reach, candidates_of, runs_of

from .conftest import BEFORE, INSIDE, NOON, PHONE

pytestmark = pytest.mark.django_db
PINGS = "person,t,lon,lat,accuracy"
VISITS = "phone,place,t_in,t_out"


@pytest.fixture
def run(cast, case, purpose):
    def _run(path, **options):
        return run_collision(case, path, purpose=purpose, by=cast.tracer, at=NOON, **options)

    return _run


def test_whoever_was_near_inside_the_window_becomes_a_candidate(run, case, resident_a, resident_b, write, ping):
    run(write(PINGS, ping(case.person), ping(resident_a, metres_north=20), ping(resident_b, metres_north=200)))
    candidate = Candidate.objects.get()
    assert (candidate.person, candidate.evidence, candidate.minutes, candidate.rank) == (resident_a, "ping", 10, 1)
    assert (candidate.first_at, candidate.state) == (INSIDE, "open")
    assert candidate.min_distance_m == pytest.approx(20, abs=0.1)
    assert 0.9 < candidate.probability <= 1


def test_what_lies_before_the_window_is_not_read(run, case, resident_a, write, ping):
    made = run(write(PINGS, ping(case.person, BEFORE), ping(resident_a, BEFORE - timedelta(hours=1))))
    assert not Candidate.objects.exists()
    assert (made.rows_read, made.parameters["rows_in_window"], made.parameters["case_rows"]) == (2, 1, 1)


def test_the_window_is_that_of_the_protocol_in_the_citys_own_days(run, case, write, ping):
    made = run(write(PINGS, ping(case.person)))
    assert made.window_from_at == BEFORE + timedelta(seconds=1)
    assert made.window_to_at <= NOON
    assert made.parameters["protocol"].startswith("CN-7")


def test_a_case_that_was_admitted_infects_nobody_outside_afterwards(run, case, resident_a, write, ping):
    case.admitted_on = datetime(2021, 1, 6).date()
    case.save()
    later = datetime(2021, 1, 7, 4, tzinfo=UTC)
    made = run(write(PINGS, ping(case.person, later), ping(resident_a, later)))
    assert made.window_to_at == datetime(2021, 1, 6, 15, 59, 59, tzinfo=UTC)
    assert not Candidate.objects.exists()


def test_telephones_are_matched_by_their_hash_and_strangers_are_only_counted(run, resident_a, write):
    t = int(INSIDE.timestamp())
    path = write(
        VISITS, (PHONE, "增村饭店", t, t + 3600), ("+86 199-0000-0114", "增村饭店", t + 600, t + 7200),
        ("19955555555", "增村饭店", t, t + 60),
    )  # fmt: skip
    made = run(path)
    candidate = Candidate.objects.get()
    assert (candidate.person, candidate.evidence, candidate.place) == (resident_a, "visit", "增村饭店")
    assert (candidate.minutes, candidate.min_distance_m, candidate.probability) == (50, None, None)
    assert made.parameters["unmatched"] == 1
    stored = json.dumps([*Entry.objects.values("subject", "why", "detail"), made.parameters], default=str)
    assert "19955555555" not in stored
    assert PHONE not in stored


def test_rides_of_the_carriage_are_candidates(run, case, resident_a, resident_b, write):
    t = int(INSIDE.timestamp())
    path = write(
        "person,trip,carriage,row,seat,t_on,t_off", (case.person.pk, "G1", 3, 10, "A", t, t + 3600),
        (resident_a.pk, "G1", 3, 12, "F", t, t + 1800), (resident_b.pk, "G1", 4, 10, "A", t, t + 3600),
    )  # fmt: skip
    run(path)
    candidate = Candidate.objects.get()
    assert (candidate.person, candidate.evidence, candidate.place, candidate.minutes) == (resident_a, "ride", "G1", 30)


def test_a_merged_record_means_the_survivor(run, case, resident_a, resident_b, write, ping):
    Person.objects.filter(pk=resident_b.pk).update(merged_into=resident_a)
    run(write(PINGS, ping(case.person), ping(resident_b)))
    assert Candidate.objects.get().person == resident_a


def test_a_case_with_two_records_is_one_person_and_no_candidate(run, case, resident_a, resident_b, write, ping):
    Person.objects.filter(pk=resident_b.pk).update(merged_into=case.person)
    made = run(write(PINGS, ping(case.person), ping(resident_b, INSIDE + timedelta(hours=2)),
                     ping(resident_a, INSIDE + timedelta(hours=2))))  # fmt: skip
    assert [row.person for row in Candidate.objects.all()] == [resident_a]
    assert made.parameters["case_rows"] == 2


def test_the_same_file_again_changes_no_candidate(run, case, resident_a, write, ping):
    path = write(PINGS, ping(case.person), ping(resident_a))
    run(path)
    before = Candidate.objects.values().get()
    run(path)
    assert Candidate.objects.values().get() == before
    assert Run.objects.count() == 2


def test_another_file_widens_what_is_known(run, case, resident_a, write, ping):
    run(write(PINGS, ping(case.person), ping(resident_a, metres_north=30)))
    t = int((INSIDE + timedelta(hours=5)).timestamp())
    run(write("person,place,t_in,t_out", (case.person.pk, "超市", t, t + 3600), (resident_a.pk, "超市", t, t + 3600)))
    candidate = Candidate.objects.get()
    assert (candidate.evidence, candidate.place, candidate.minutes) == ("visit", "超市", 60)
    assert (candidate.first_at, candidate.last_at) == (INSIDE, INSIDE + timedelta(hours=6))
    assert candidate.min_distance_m == pytest.approx(30, abs=0.1)


def test_the_strongest_evidence_stands_first_and_then_the_longest(run, case, resident_a, resident_b, write, ping):
    late = INSIDE + timedelta(minutes=20)
    run(write(PINGS, ping(case.person), ping(case.person, late), ping(resident_a), ping(resident_a, late),
              ping(resident_b)))  # fmt: skip
    assert [row.person for row in candidates_of(case)] == [resident_a, resident_b]
    t = int(INSIDE.timestamp())
    run(write("person,place,t_in,t_out", (case.person.pk, "超市", t, t + 60), (resident_b.pk, "超市", t, t + 60)))
    assert [row.person for row in candidates_of(case)] == [resident_b, resident_a]


def test_the_rule_can_be_narrowed_and_stands_with_the_run(run, case, resident_a, write, ping):
    made = run(
        write(PINGS, ping(case.person), ping(resident_a, metres_north=20)),
        nearness=Nearness(ping=PingRule(radius_m=10, gap_s=60)),
    )
    assert not Candidate.objects.exists()
    assert (made.parameters["radius_m"], made.parameters["gap_s"]) == (10, 60)


def test_seconds_may_count_from_an_epoch_of_their_own(run, case, resident_a, write):
    midnight = datetime(2021, 1, 3, 16, tzinfo=UTC)
    run(write(PINGS, (case.person.pk, 0, 114.8, 38.05, 5), (resident_a.pk, 60, 114.8, 38.05, 5)), epoch=midnight)
    assert Candidate.objects.get().first_at == midnight + timedelta(seconds=60)


def test_the_ledger_shows_the_run_under_its_purpose(run, case, purpose, resident_a, write, ping):
    made = run(write(PINGS, ping(case.person), ping(resident_a)))
    entry = Entry.objects.get(action="collision.run")
    assert (entry.subject, entry.purpose_id, entry.area_path) == (f"tracing.run:{made.pk}", purpose.pk, case.area.path)
    assert json.loads(entry.detail)["sha256"] == made.sha256
    assert verify().ok


def test_a_bad_file_leaves_nothing_and_names_its_row(run, case, write, ping):
    with pytest.raises(ValidationError, match=r"3 .*lat"):
        run(write(PINGS, ping(case.person), (1, 0, 114, "north", 5)))
    assert not Run.objects.exists()
    assert not Entry.objects.filter(action="collision.run").exists()


def test_a_case_without_any_date_has_no_window(run, case, write, ping):
    case.onset_on = None
    case.save()
    LabTest.objects.filter(person=case.person).delete()
    with pytest.raises(ValidationError):
        run(write(PINGS, ping(case.person)))


def test_a_list_says_what_it_would_cost(run, case, resident_a, resident_b, write, ping):
    run(write(PINGS, ping(case.person), ping(resident_a), ping(resident_b, metres_north=40, accuracy=800)))
    costs = cost_of_list(candidates_of(case))
    assert costs[0] < 0.01
    assert costs[1] > 0.5


def test_candidates_are_seen_by_those_who_may_see_the_case(cast, run, case, resident_a, write, ping):
    run(write(PINGS, ping(case.person), ping(resident_a)))
    assert candidates_in_reach(cast.gaocheng_tracer).count() == 1
    assert not candidates_in_reach(cast.yuhua_tracer).exists()
    assert [row.rows_read for row in runs_of(case)] == [2]
