"""Reads that a second person looks at on the next day: family, no task, night, emergency, budget (S12)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from lianfang.response.cases.actions.purposes import open_purpose
from lianfang.response.cases.models import Case
from lianfang.response.duties.actions import open_duty
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry, Review
from lianfang.response.people.models import Person
from lianfang.response.territory.actions import break_glass
from lianfang.response.territory.moves import Stale
from lianfang.response.workflows import look_up as reading
from lianfang.response.workflows.daily import daily
from lianfang.response.workflows.keep_accounts import open_account, renew_sign_in
from lianfang.response.workflows.review_reads import decide_review
from tests.cast import ID_OF_RESIDENT_A, ID_OF_RESIDENT_B
from tests.voice import Voice

pytestmark = pytest.mark.django_db
NOON = datetime(2021, 1, 3, 4, tzinfo=UTC)  # noon in Shijiazhuang
NEXT_MORNING = NOON + timedelta(hours=20)
NIGHT = NOON + timedelta(hours=11)


@pytest.fixture
def purpose(cast, resident_a):
    case = Case.objects.create(
        label="1", disease="COVID-19", person=resident_a, area=cast.xiaoguozhuang, state="confirmed", state_at=NOON,
        created_at=NOON, confirmed_at=NOON, confirmed_by_id=cast.second_tracer.pk, reported_by_id=cast.laboratory.pk,
    )  # fmt: skip
    return open_purpose(case, by=cast.tracer, basis="contact_tracing", reason="who ate there", hours=72, at=NOON)


@pytest.fixture
def review(cast, purpose, resident_a):
    """A tracer looked at one resident at noon under a purpose; the next morning it stands on the list."""
    read(cast.tracer, resident_a, purpose)
    daily(NEXT_MORNING)
    return Review.objects.get()


def read(by, person, purpose=None, at=NOON):
    return reading.read_person(person, by=by, purpose_id=purpose and purpose.pk, at=at)


def grounds():
    return sorted(Review.objects.values_list("ground", flat=True))


def test_a_read_without_a_task_stands_on_the_list_of_the_next_day(review, cast, purpose):
    assert (str(review.day), review.reader_id, review.ground) == ("2021-01-03", cast.tracer.pk, "purpose")
    assert (review.people, review.reads, review.about) == (1, 1, f"ledger.purpose:{purpose.pk}")
    assert review.area_path == cast.xiaoguozhuang.path


def test_people_of_two_places_are_one_review_of_the_area_above_both(cast, purpose, resident_a, resident_b):
    for person in (resident_a, resident_b, resident_a):
        read(cast.tracer, person, purpose)
    daily(NEXT_MORNING)
    row = Review.objects.get()
    assert (row.people, row.reads, row.area_path) == (2, 3, cast.gaocheng.path)


def test_nothing_is_on_the_list_before_the_day_ends(cast, purpose, resident_a):
    read(cast.tracer, resident_a, purpose)
    daily(NIGHT)
    assert grounds() == []


def test_a_second_tick_puts_nothing_on_the_list_twice(review):
    before = Entry.objects.count()
    assert daily(NEXT_MORNING + timedelta(minutes=1))["review_access"] == 0
    assert (Review.objects.count(), Duty.objects.filter(kind="review_access").count()) == (1, 1)
    assert Entry.objects.count() == before


def test_days_without_a_tick_are_made_up_for(review, cast, purpose, resident_a):
    read(cast.tracer, resident_a, purpose, at=NOON + timedelta(days=1))
    daily(NOON + timedelta(days=5))
    assert [str(day) for day in Review.objects.order_by("day").values_list("day", flat=True)] == [
        "2021-01-03", "2021-01-04",
    ]  # fmt: skip


def test_work_on_a_task_in_the_daytime_is_on_no_list_and_at_night_it_is(cast, resident_a):
    official = cast.xiaoguozhuang_community
    open_duty(
        "follow_up", cast.xiaoguozhuang, key="k", due_at=NIGHT, at=NOON, person=resident_a, owner=official
    )  # fmt: skip
    read(official, resident_a)
    daily(NEXT_MORNING)
    assert grounds() == []
    read(official, resident_a, at=NIGHT + timedelta(days=1))
    daily(NEXT_MORNING + timedelta(days=1))
    assert grounds() == ["hours"]


@pytest.mark.parametrize(("hour", "unusual"), [(22, True), (5, True), (6, False), (21, False)])
def test_the_night_is_from_22_to_6_in_the_city(cast, purpose, resident_a, hour, unusual):
    read(cast.tracer, resident_a, purpose, at=NOON + timedelta(days=1, hours=hour - 12))
    daily(NOON + timedelta(days=2))
    assert ("hours" in grounds()) is unusual


def test_oneself_and_one_s_household_are_grounds_of_their_own(cast, purpose, resident_a, resident_b):
    renew_sign_in(cast.tracer, by=None, id_number=ID_OF_RESIDENT_A)
    cast.tracer.refresh_from_db()
    Person.objects.filter(pk=resident_b.pk).update(household=resident_a.household)
    read(cast.tracer, resident_a, purpose)
    read(cast.tracer, resident_b, purpose)
    daily(NEXT_MORNING)
    assert grounds() == ["household", "purpose", "self"]
    assert {row.people for row in Review.objects.filter(ground__in=["self", "household"])} == {1}


def test_who_shares_a_dormitory_is_no_family(cast, purpose, resident_a, resident_b):
    renew_sign_in(cast.tracer, by=None, id_number=ID_OF_RESIDENT_A)
    type(resident_a.household).objects.filter(pk=resident_a.household_id).update(collective=True)
    Person.objects.filter(pk=resident_b.pk).update(household=resident_a.household)
    read(cast.tracer, resident_b, purpose)
    daily(NEXT_MORNING)
    assert grounds() == ["purpose"]


def test_an_emergency_is_on_the_list_at_once(cast):
    grant = break_glass("tracer", cast.gaocheng, by=cast.yuhua_county, reason="network down", at=NOON)
    row = Review.objects.get()
    assert (row.ground, row.about, row.reader_id) == (
        "break_glass", f"territory.grant:{grant.pk}", cast.yuhua_county.pk,
    )  # fmt: skip
    assert daily(NOON)["review_access"] == 1


def test_a_spent_budget_is_on_the_list_at_once_and_opens_again(cast, purpose, resident_a, resident_b, settings):
    settings.READS_A_DAY = 1
    read(cast.tracer, resident_a, purpose)
    with pytest.raises(reading.BudgetSpent):
        read(cast.tracer, resident_b, purpose)
    row = Review.objects.get(ground="budget")
    decide_review(row, "in_order", by=cast.auditor, at=NOON)
    with pytest.raises(reading.BudgetSpent):
        read(cast.tracer, resident_b, purpose)
    row.refresh_from_db()
    assert (row.state, row.reads, row.decided_at) == ("open", 2, None)


def test_the_auditor_owes_one_review_a_day_until_the_end_of_the_next(review, cast):
    duty = Duty.objects.get(kind="review_access")
    assert (duty.owner, duty.area) == (cast.auditor, cast.city)
    assert duty.due_at == datetime(2021, 1, 4, 16, tzinfo=UTC)  # midnight in Shijiazhuang
    daily(duty.due_at)
    duty.refresh_from_db()
    assert duty.late_at is not None


def test_the_duty_closes_with_the_last_decision(cast, purpose, resident_a):
    read(cast.tracer, resident_a, purpose, at=NIGHT)
    daily(NEXT_MORNING)
    first, last = Review.objects.order_by("pk")
    decide_review(first, "in_order", by=cast.auditor, at=NEXT_MORNING)
    duty = Duty.objects.get(kind="review_access")
    assert duty.closed_at is None
    decide_review(last, "questioned", by=cast.auditor, why="at night", at=NEXT_MORNING)
    duty.refresh_from_db()
    assert (duty.state, duty.proof) == ("done", {"count": "2"})
    assert Entry.objects.filter(action__in=["review.in_order", "review.questioned"]).count() == 2


def test_what_comes_after_the_day_was_decided_is_owed_again(review, cast):
    decide_review(review, "in_order", by=cast.auditor, at=NEXT_MORNING)
    Review.objects.update(state="open", decided_at=None)
    assert daily(NEXT_MORNING)["review_access"] == 1


def test_a_question_needs_its_reason(review, cast):
    with pytest.raises(ValidationError):
        decide_review(review, "questioned", by=cast.auditor, why=" ")


def test_what_is_decided_is_not_decided_again(review, cast):
    stale = Review.objects.get()
    decide_review(review, "in_order", by=cast.auditor)
    with pytest.raises(Stale):
        decide_review(stale, "questioned", by=cast.auditor, why="late")


@pytest.mark.parametrize("account", ["the same", "a second one"])
def test_nobody_reviews_their_own_reads(review, cast, account):
    if account == "the same":
        Review.objects.update(reader_id=cast.auditor.pk)
    else:
        type(cast.auditor).objects.filter(pk=cast.tracer.pk).update(person_key=cast.auditor.person_key)
    answer = Voice(cast.auditor).post(f"ledger/reviews/{review.pk}/decide", decision="in_order")
    assert answer.status_code == 422
    assert Review.objects.get().state == "open"


def test_an_auditor_of_another_county_does_not_see_it(review, cast):
    auditor, _password = open_account("yu_audit", "余审", "auditor", cast.yuhua, by=None, reason="cast")
    assert Voice(auditor).rows("ledger/reviews") == []
    with pytest.raises(Http404):
        decide_review(review, "in_order", by=auditor)


def test_page_and_api_tell_counts_and_accounts_and_no_person(review, cast, resident_a, signed_in):
    page = signed_in(cast.auditor).get("/ledger/reviews/", {"day": "2021-01-03"})
    assert page.status_code == 200
    assert "林流调" in page.content.decode()
    for said in (page.content.decode(), str(Voice(cast.auditor).rows("ledger/reviews"))):
        assert "刘秀英" not in said
        assert ID_OF_RESIDENT_A not in said
    assert Voice(cast.auditor).rows("ledger/reviews", open="true", day="2021-01-03")[0]["people"] == 1


def test_the_auditor_decides_on_the_page(review, cast, signed_in):
    client = signed_in(cast.auditor)
    refused = client.post(f"/ledger/reviews/{review.pk}/decide/", {"decision": "questioned"})
    assert refused.status_code == 422
    done = client.post(f"/ledger/reviews/{review.pk}/decide/", {"decision": "questioned", "why": "why at all"})
    assert done.status_code == 302
    assert "why at all" in client.get("/ledger/reviews/").content.decode()


def test_the_auditor_opens_the_page_of_the_duty_they_owe_and_no_other(review, cast, signed_in):
    client = signed_in(cast.auditor)
    own = Duty.objects.get(kind="review_access")
    answer = client.get(f"/duties/{own.pk}/")
    assert answer.status_code == 200
    assert "/ledger/reviews/?day=2021-01-03" in answer.content.decode()
    assert Voice(cast.auditor).get(f"duties/{own.pk}").status_code == 200
    other = open_duty("follow_up", cast.city, key="k", due_at=NOON, owner=cast.commander)
    assert client.get(f"/duties/{other.pk}/").status_code == 403


def test_a_day_that_is_none_is_said(review, cast, signed_in):
    assert signed_in(cast.auditor).get("/ledger/reviews/", {"day": "2021-13-40"}).status_code == 422


def test_the_holder_s_number_leaves_only_a_keyed_hash(cast):
    user, _password = open_account(
        "li_xin", "李新", "community", cast.xiaoguozhuang, by=cast.gaocheng_county, reason="new",
        id_number=f" {ID_OF_RESIDENT_B} ",
    )  # fmt: skip
    assert user.person_key not in (None, int(ID_OF_RESIDENT_B))
    assert not Entry.objects.filter(detail__contains=ID_OF_RESIDENT_B).exists()


@pytest.mark.parametrize("number", ["123", ID_OF_RESIDENT_A[:-1] + "0"])
def test_a_number_that_is_none_opens_nothing(cast, number):
    with pytest.raises(ValidationError):
        open_account(
            "li_xin", "李新", "community", cast.xiaoguozhuang, by=cast.gaocheng_county, reason="new", id_number=number
        )  # fmt: skip
    assert not type(cast.auditor).objects.filter(username="li_xin").exists()
