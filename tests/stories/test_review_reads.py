"""Who looked at people without a task is judged by a second person the next day (S12)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from lianfang.response.duties.models import Duty
from lianfang.response.ledger.actions import open_reviews, record
from lianfang.response.ledger.models import Entry, Review
from lianfang.response.ledger.rules import REVIEWED, common_path, ground_of_review
from lianfang.response.territory.actions import break_glass
from lianfang.response.workflows.review_reads import judge_looks, owe_reviews

pytestmark = pytest.mark.django_db


@pytest.fixture
def noon():
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture
def looked(cast, noon):
    """The tracer looked two people up outside any task, and one under a task."""
    path = cast.xiaoguozhuang.path
    for people, how in (([1], "look_up"), ([1, 2], "purpose"), ([3], "task")):
        record("person.read", by=cast.tracer, at=noon, area_path=path, how=how, count=len(people), people=people)


def test_looks_without_a_task_are_listed_the_next_day_once(cast, looked, noon):
    tomorrow = noon + timedelta(days=1)
    assert owe_reviews(tomorrow) == 1
    assert owe_reviews(tomorrow) == 0
    review = Review.objects.get()
    assert (review.reader_id, review.ground, review.people, review.entries) == (cast.tracer.pk, "no_task", 2, 2)
    assert review.area_path == cast.xiaoguozhuang.path


def test_the_day_s_list_is_a_duty_that_its_last_decision_does(cast, looked, noon):
    owe_reviews(noon + timedelta(days=1))
    duty = Duty.objects.get(kind="review_access")
    assert timezone.localtime(duty.due_at).date() == noon.date() + timedelta(days=2)
    judge_looks(Review.objects.get(), "in_order", by=cast.auditor)
    duty.refresh_from_db()
    assert duty.state == "done"


def test_the_auditor_opens_the_duty_they_owe(cast, signed_in, looked, noon):
    owe_reviews(noon + timedelta(days=1))
    duty = Duty.objects.get(kind="review_access")
    assert duty.owner == cast.auditor
    assert signed_in(cast.auditor).get(f"/duties/{duty.pk}/").status_code == 200


def test_emergency_access_is_listed_at_once(cast, noon):
    break_glass("tracer", cast.xiaoguozhuang, by=cast.xiaoguozhuang_community, reason="夜间断网")
    assert owe_reviews(timezone.now()) == 1
    assert Review.objects.get().ground == "break_glass"


def test_nobody_reviews_their_own_looks(cast, noon):
    record("person.read", by=cast.auditor, at=noon, area_path=cast.xiaoguozhuang.path, how="look_up", people=[1])
    owe_reviews(noon + timedelta(days=1))
    with pytest.raises(PermissionDenied):
        judge_looks(Review.objects.get(), "in_order", by=cast.auditor)


def test_to_question_needs_words_and_the_answer_stands_in_the_ledger(cast, signed_in, looked, noon):
    owe_reviews(noon + timedelta(days=1))
    pk = Review.objects.get().pk
    auditor = signed_in(cast.auditor)
    assert auditor.post(f"/ledger/reviews/{pk}/decide/", {"state": "questioned"}).status_code == 422
    assert auditor.post(f"/ledger/reviews/{pk}/decide/", {"state": "questioned", "why": "邻居"}).status_code == 302
    assert Entry.objects.get(action="review.decided").why == "邻居"
    assert auditor.post(f"/ledger/reviews/{pk}/decide/", {"state": "in_order"}).status_code == 422


def test_what_comes_later_on_the_day_widens_an_open_review(cast, looked, noon):
    open_reviews(noon.date(), REVIEWED, at=noon)
    record("person.read", by=cast.tracer, at=noon, area_path=cast.lianzhou.path, how="look_up", people=[9])
    open_reviews(noon.date(), REVIEWED, at=noon)
    review = Review.objects.get()
    assert (review.people, review.entries) == (3, 3)
    assert review.area_path == common_path([cast.xiaoguozhuang.path, cast.lianzhou.path])


@pytest.mark.parametrize(
    ("how", "hour", "ground"),
    [
        ("look_up", 12, "no_task"),
        ("purpose", 23, "at_night"),
        ("look_up", 5, "at_night"),
        ("task", 3, ""),
        ("list", 12, ""),
    ],
)
def test_a_look_is_reviewed_unless_a_task_explains_it(how, hour, ground):
    assert ground_of_review("person.read", how, hour) == ground


def test_the_common_path_ends_at_whole_segments():
    assert common_path(["1301/09/104/201/", "1301/09/105/"]) == "1301/09/"
    assert common_path(["1301/09/"]) == "1301/09/"
    assert common_path([]) == ""
