"""A look: who is named, what is kept of the files, and what is not."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from lianfang.engines.collision import PingRule
from lianfang.response.cases.models import LabTest
from lianfang.response.ledger.models import Entry
from lianfang.response.ledger.queries import verify
from lianfang.response.people.models import Person
from lianfang.response.tracing.arrays import looking
from lianfang.response.tracing.arrays.looking import cost_of_list
from lianfang.response.tracing.arrays.shelf import Nearness
from lianfang.response.tracing.models import Batch, Candidate, Look
from lianfang.response.tracing.queries import candidates_of
from lianfang.response.tracing.vault import Vault

from .conftest import BEFORE, INSIDE, NOON, PHONE

pytestmark = pytest.mark.django_db
PINGS = "person,t,lon,lat,accuracy"
VISITS = "phone,place,t_in,t_out"


def test_whoever_was_near_inside_the_window_becomes_a_candidate(
    keep, looked, case, resident_a, resident_b, write, ping
):
    keep(write(PINGS, ping(case.person), ping(resident_a, metres_north=20), ping(resident_b, metres_north=200)))
    looked()
    candidate = Candidate.objects.get()
    assert (candidate.person, candidate.evidence, candidate.minutes, candidate.rank) == (resident_a, "ping", 10, 1)
    assert (candidate.first_at, candidate.state, candidate.degree) == (INSIDE, "open", 1)
    assert candidate.min_distance_m == pytest.approx(20, abs=0.1)
    assert 0.9 < candidate.probability <= 1


def test_before_the_case_could_infect_nobody_is_named(keep, looked, case, resident_a, write, ping):
    keep(write(PINGS, ping(case.person, BEFORE), ping(resident_a, BEFORE)))
    looked()
    assert not Candidate.objects.exists()


def test_a_case_that_was_admitted_infects_nobody_outside_afterwards(keep, looked, case, resident_a, write, ping):
    case.admitted_on = datetime(2021, 1, 6).date()
    case.save()
    later = datetime(2021, 1, 7, 4, tzinfo=UTC)
    keep(write(PINGS, ping(case.person, later), ping(resident_a, later)))
    looked()
    assert not Candidate.objects.exists()


def test_telephones_are_matched_by_their_hash_and_strangers_are_only_counted(keep, looked, resident_a, write):
    t = int(INSIDE.timestamp())
    keep(write(
        VISITS, (PHONE, "增村饭店", t, t + 3600), ("+86 199-0000-0114", "增村饭店", t + 600, t + 7200),
        ("19955555555", "增村饭店", t, t + 60),
    ))  # fmt: skip
    made = looked()
    candidate = Candidate.objects.get()
    assert (candidate.person, candidate.evidence, candidate.place) == (resident_a, "visit", "增村饭店")
    assert (candidate.minutes, candidate.min_distance_m, candidate.probability) == (50, None, None)
    assert made.found["unmatched"] == 1
    stored = json.dumps([*Entry.objects.values("subject", "why", "detail"), made.found], default=str)
    assert "19955555555" not in stored
    assert PHONE not in stored


def test_rides_of_the_carriage_are_candidates(keep, looked, case, resident_a, resident_b, write):
    t = int(INSIDE.timestamp())
    keep(write(
        "person,trip,carriage,row,seat,t_on,t_off", (case.person.pk, "G1", 3, 10, "A", t, t + 3600),
        (resident_a.pk, "G1", 3, 12, "F", t, t + 1800), (resident_b.pk, "G1", 4, 10, "A", t, t + 3600),
    ))  # fmt: skip
    looked()
    candidate = Candidate.objects.get()
    assert (candidate.person, candidate.evidence, candidate.place, candidate.minutes) == (resident_a, "ride", "G1", 30)


def test_carriages_of_two_files_are_told_apart_by_their_names(keep, looked, case, resident_a, resident_b, write):
    t = int(INSIDE.timestamp())
    header = "person,trip,carriage,row,seat,t_on,t_off"
    keep(write(header, (resident_b.pk, "G1", 4, 10, "A", t, t + 60), (case.person.pk, "G1", 3, 10, "A", t, t + 3600)))
    keep(write(header, (resident_a.pk, "G1", 3, 12, "F", t, t + 1800), name="more.csv"))
    looked()
    assert [row.person for row in Candidate.objects.all()] == [resident_a]


def test_a_merged_record_means_the_survivor(keep, looked, case, resident_a, resident_b, write, ping):
    Person.objects.filter(pk=resident_b.pk).update(merged_into=resident_a)
    keep(write(PINGS, ping(case.person), ping(resident_b)))
    looked()
    assert Candidate.objects.get().person == resident_a


def test_a_case_with_two_records_is_one_person_and_no_candidate(
    keep, looked, case, resident_a, resident_b, write, ping
):
    Person.objects.filter(pk=resident_b.pk).update(merged_into=case.person)
    later = INSIDE + timedelta(hours=2)
    keep(write(PINGS, ping(case.person), ping(resident_b, later), ping(resident_a, later)))
    looked()
    assert [row.person for row in Candidate.objects.all()] == [resident_a]


def test_asking_the_same_again_changes_no_candidate(keep, looked, case, resident_a, write, ping):
    keep(write(PINGS, ping(case.person), ping(resident_a)))
    looked()
    before = Candidate.objects.values().get()
    again = looked()
    assert Candidate.objects.values().get() == {**before, "look_id": again.pk}
    assert Look.objects.count() == 2


def test_kinds_of_record_about_one_person_are_merged_the_strongest_named(keep, looked, case, resident_a, write, ping):
    keep(write(PINGS, ping(case.person), ping(resident_a, metres_north=30)))
    t = int((INSIDE + timedelta(hours=5)).timestamp())
    keep(write(
        "person,place,t_in,t_out", (case.person.pk, "超市", t, t + 3600), (resident_a.pk, "超市", t, t + 3600),
        name="visits.csv",
    ))  # fmt: skip
    looked()
    candidate = Candidate.objects.get()
    assert (candidate.evidence, candidate.place, candidate.minutes) == ("visit", "超市", 60)
    assert candidate.kinds == {"ping": 10, "visit": 60}
    assert (candidate.first_at, candidate.last_at) == (INSIDE, INSIDE + timedelta(hours=6))
    assert candidate.min_distance_m == pytest.approx(30, abs=0.1)


def test_the_strongest_evidence_stands_first_and_then_the_longest(
    keep, looked, case, resident_a, resident_b, write, ping
):
    late = INSIDE + timedelta(minutes=20)
    keep(write(PINGS, ping(case.person), ping(case.person, late), ping(resident_a), ping(resident_a, late),
               ping(resident_b)))  # fmt: skip
    looked()
    assert [row.person for row in candidates_of(Look.objects.get().warrant)] == [resident_a, resident_b]
    t = int(INSIDE.timestamp())
    keep(write("person,place,t_in,t_out", (case.person.pk, "超市", t, t + 60), (resident_b.pk, "超市", t, t + 60),
               name="visits.csv"))  # fmt: skip
    made = looked()
    assert [row.person for row in candidates_of(made.warrant)] == [resident_b, resident_a]


def test_the_rule_can_be_narrowed_and_stands_with_the_look(keep, looked, case, resident_a, write, ping):
    keep(write(PINGS, ping(case.person), ping(resident_a, metres_north=20)))
    made = looked(nearness=Nearness(ping=PingRule(radius_m=10, gap_s=60)))
    assert not Candidate.objects.exists()
    assert (made.rule["radius_m"], made.rule["gap_s"]) == (10, 60)
    assert made.rule["protocol"].startswith("CN-7")


def test_the_last_answer_about_an_open_candidate_is_what_stands(keep, looked, case, resident_a, write, ping):
    late = INSIDE + timedelta(minutes=30)
    keep(write(PINGS, ping(case.person), ping(resident_a), ping(case.person, late), ping(resident_a, late, 40)))
    looked()
    assert Candidate.objects.get().minutes == 20
    looked(nearness=Nearness(ping=PingRule(radius_m=10)))
    assert Candidate.objects.get().minutes == 10


def test_too_short_a_meeting_can_be_left_out(keep, looked, case, resident_a, resident_b, write, ping):
    late = INSIDE + timedelta(minutes=20)
    keep(write(PINGS, ping(case.person), ping(case.person, late), ping(resident_a), ping(resident_a, late),
               ping(resident_b)))  # fmt: skip
    looked(min_minutes=15)
    assert Candidate.objects.get().person == resident_a


def test_a_look_into_a_smaller_area_sees_only_what_lies_there(
    cast, keep, looked, border, case, resident_a, write, ping
):
    corner = [[114.7, 38.0], [114.75, 38.0], [114.75, 38.02], [114.7, 38.02], [114.7, 38.0]]
    type(border).objects.create(
        area=cast.zengcun, geometry={"type": "Polygon", "coordinates": [corner]}, schematic=False
    )
    keep(write(PINGS, ping(case.person), ping(resident_a)))
    looked(area=cast.zengcun)
    assert not Candidate.objects.exists()
    looked()
    assert Candidate.objects.exists()


def test_the_second_degree_begins_with_the_contacts_own_exposure(
    keep, looked, case, resident_a, resident_b, cast, write, ping
):
    met = INSIDE + timedelta(hours=3)
    early = INSIDE - timedelta(hours=3)
    keep(write(
        PINGS, ping(case.person, met), ping(resident_a, met, 20),
        ping(resident_a, met + timedelta(hours=1), 5000), ping(resident_b, met + timedelta(hours=1), 5010),
    ))  # fmt: skip
    looked(degrees=2)
    first, second = candidates_of(Look.objects.get().warrant)
    assert (first.person, first.degree, first.via) == (resident_a, 1, None)
    assert (second.person, second.degree, second.via) == (resident_b, 2, resident_a)
    Candidate.objects.all().delete()
    keep(write(PINGS, ping(resident_a, early, 5000), ping(cast_person(cast), early, 5010), name="before.csv"))
    looked(degrees=2)
    assert {row.person for row in Candidate.objects.all()} == {resident_a, resident_b}


def cast_person(cast):
    from lianfang.response.people.actions import enter_person
    from lianfang.response.people.sealing import Identity

    return enter_person(Identity("早来的人"), cast.xiaoguozhuang, by=cast.tracer, at=NOON)


def test_an_edition_that_follows_contacts_no_further_allows_no_second_degree(keep, looked, case, write, ping):
    from lianfang.response.cases.models import InForce

    InForce.objects.create(
        area=case.area, disease="COVID-19", edition="WHO-2021", from_at=NOON - timedelta(days=30), by_id=1, why="test"
    )
    keep(write(PINGS, ping(case.person)))
    with pytest.raises(ValidationError):
        looked(degrees=2)


def test_the_latent_period_of_the_protocol_is_waited_for(cast, keep, looked, case, resident_a, resident_b, write, ping):
    from lianfang.response.cases.models import Override

    Override.objects.create(
        area=cast.city, edition="CN-7", parameter="contact_latent_h", value=48, at=NOON - timedelta(days=30), by_id=1,
        why="test",
    )  # fmt: skip
    met = INSIDE
    keep(write(
        PINGS, ping(case.person, met), ping(resident_a, met, 20),
        ping(resident_a, met + timedelta(hours=1), 5000), ping(resident_b, met + timedelta(hours=1), 5010),
    ))  # fmt: skip
    looked(degrees=2)
    assert Candidate.objects.get().person == resident_a


def test_the_ledger_shows_the_look_under_its_warrant(keep, looked, warrant, case, resident_a, write, ping):
    keep(write(PINGS, ping(case.person), ping(resident_a)))
    made = looked()
    entry = Entry.objects.get(action="warrant.looked")
    assert (entry.subject, entry.area_path) == (f"tracing.warrant:{warrant.pk}", warrant.area.path)
    said = json.loads(entry.detail)
    assert (said["look"], said["named"], said["cases"]) == (made.pk, 1, [case.pk])
    assert verify().ok


def test_a_case_without_any_date_is_asked_about_in_the_whole_period(keep, looked, case, resident_a, write, ping):
    case.onset_on = None
    case.save()
    LabTest.objects.filter(person=case.person).delete()
    keep(write(PINGS, ping(case.person, BEFORE), ping(resident_a, BEFORE)))
    looked()
    assert Candidate.objects.get().person == resident_a


def test_a_case_of_whom_there_is_no_record_is_said(keep, looked, case, resident_a, write, ping):
    keep(write(PINGS, ping(resident_a)))
    assert looked().found["silent"] == [case.pk]


def test_a_list_says_what_it_would_cost(keep, looked, case, resident_a, resident_b, write, ping):
    keep(write(PINGS, ping(case.person), ping(resident_a), ping(resident_b, metres_north=40, accuracy=800)))
    made = looked()
    costs = cost_of_list(candidates_of(made.warrant))
    assert costs[0] < 0.01
    assert costs[1] > 0.5


def test_without_records_there_is_nothing_to_ask(looked):
    with pytest.raises(ValidationError):
        looked()
    assert not Batch.objects.exists()


@pytest.fixture
def many(monkeypatch):
    """However few the positions, the engine's store is asked."""
    monkeypatch.setattr(looking, "IN_MEMORY", 0)


def sealed(warrant, ending):
    return sorted(path for path in Vault(warrant.vault).folder.iterdir() if path.name.endswith(ending))


@pytest.mark.usefixtures("many")
def test_after_a_look_nothing_unsealed_is_left(keep, looked, case, resident_a, write, ping, settings, tmp_path):
    settings.SCRATCH = str(tmp_path / "memory")
    (tmp_path / "memory").mkdir()
    keep(write(PINGS, ping(case.person), ping(resident_a)))
    looked()
    assert Candidate.objects.exists()
    assert not list((tmp_path / "memory").iterdir())


@pytest.mark.usefixtures("many")
def test_the_store_is_built_once_and_again_when_a_file_has_come(
    keep, looked, warrant, case, resident_a, resident_b, write, ping
):
    keep(write(PINGS, ping(case.person), ping(resident_a)))
    looked()
    first = sealed(warrant, ".segment")
    before = first[0].read_bytes()
    looked()
    assert sealed(warrant, ".segment")[0].read_bytes() == before
    keep(write(PINGS, ping(resident_b), name="more.csv"))
    looked()
    assert sealed(warrant, ".segment") != first
    assert {row.person for row in Candidate.objects.all()} == {resident_a, resident_b}


@pytest.mark.usefixtures("many")
def test_a_damaged_store_is_built_anew_from_the_records(keep, looked, warrant, case, resident_a, write, ping):
    keep(write(PINGS, ping(case.person), ping(resident_a)))
    looked()
    (segment,) = sealed(warrant, ".segment")
    segment.write_bytes(segment.read_bytes()[:-1])
    Candidate.objects.all().delete()
    looked()
    assert Candidate.objects.get().person == resident_a


@pytest.mark.usefixtures("many")
def test_damaged_records_are_said_and_nobody_is_named(keep, looked, warrant, case, resident_a, write, ping):
    keep(write(PINGS, ping(case.person), ping(resident_a)))
    (records,) = sealed(warrant, ".records")
    records.write_bytes(records.read_bytes()[:-1])
    with pytest.raises(ValidationError):
        looked()
    assert not Candidate.objects.exists()


@pytest.mark.usefixtures("many")
def test_a_file_of_which_nothing_was_kept_names_nobody(keep, looked, case, write, ping):
    assert keep(write(PINGS, ping(case.person, metres_north=10_000))).rows_kept == 0
    assert looked().found["candidates"] == 0


@pytest.mark.usefixtures("many")
def test_the_store_and_the_records_in_memory_name_the_same(cast, keep, looked, case, write, ping):
    """A look into the warrant's own area is asked of the records in memory; without an area, of the store."""
    crowd = [cast_person(cast) for _ in range(4)]
    moments = [INSIDE + timedelta(minutes=7 * n) for n in range(12)]
    rows = [ping(case.person, at) for at in moments]
    rows += [ping(one, at, 15 * n + at.minute % 9, 5 + n) for n, one in enumerate(crowd) for at in moments]
    keep(write(PINGS, *rows))

    def said():
        names = ("person", "minutes", "first_at", "last_at", "min_distance_m", "rank")
        exact = list(Candidate.objects.values_list(*names))
        return exact, [row.probability for row in Candidate.objects.all()]

    looked()
    stored, sure = said()
    Candidate.objects.all().delete()
    looked(area=cast.gaocheng)
    assert said()[0] == stored
    assert said()[1] == pytest.approx(sure, abs=0.001)
