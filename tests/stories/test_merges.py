"""A merge that was a mistake is found on a page and taken back, by who may, once, and for a reason."""

import pytest

from lianfang.response.ledger.models import Entry
from lianfang.response.people import queries
from lianfang.response.people.actions import merge_people
from lianfang.response.people.models import Merge, Suspicion
from tests.voice import Voice, told

from .conftest import resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def merge(cast):
    first, second = resident(cast.xiaoguozhuang, "王小明"), resident(cast.liujiazuo, "王晓明")
    return merge_people(first, second, by=cast.gaocheng_county, why="one man, two spellings")


def test_the_page_lists_a_merge_masked_and_takes_it_back(signed_in, cast, merge):
    client = signed_in(cast.gaocheng_county)
    page = client.get("/people/merges/").content.decode()
    assert "王**" in page
    assert "王小明" not in page
    assert client.post(f"/people/merges/{merge.pk}/undo/", {"why": "they are brothers"}).status_code == 302
    assert queries.people().filter(pk=merge.merged_id).exists()
    row = Entry.objects.get(action="people.unmerged")
    assert (row.actor_id, row.why) == (cast.gaocheng_county.pk, "they are brothers")


def test_without_a_reason_nothing_is_taken_back(signed_in, cast, merge):
    answer = signed_in(cast.gaocheng_county).post(f"/people/merges/{merge.pk}/undo/", {"why": " "})
    assert answer.status_code == 422
    assert Merge.objects.get().undone_at is None


def test_a_second_taking_back_is_refused_as_stale(cast, merge):
    voice = Voice(cast.gaocheng_county)
    assert voice.done(f"people/merges/{merge.pk}/undo", why="brothers")["undone_at"]
    assert voice.post(f"people/merges/{merge.pk}/undo", why="brothers").status_code == 409


def test_another_county_meets_a_merge_like_one_that_does_not_exist(cast, merge):
    voice = Voice(cast.yuhua_county)
    voice.get("me")
    path = "people/merges/{}/undo"
    assert told(voice.post(path.format(merge.pk), why="x")) == told(voice.post(path.format(987654), why="x"))
    assert voice.rows("people/merges") == []


def test_a_merge_half_of_which_lies_elsewhere_is_neither_listed_nor_taken_back(cast):
    one, other = resident(cast.xiaoguozhuang, "王小明"), resident(cast.zhongmei, "王晓明")
    merge = Merge.objects.create(survivor=one, merged=other, moved={}, at="2021-01-03T04:00Z", by_id=1, why="x")
    voice = Voice(cast.gaocheng_county)
    assert voice.rows("people/merges") == []
    assert voice.post(f"people/merges/{merge.pk}/undo", why="x").status_code == 404
    assert Merge.objects.get().undone_at is None


def test_taken_back_the_pair_is_not_suspected_again(cast, merge):
    pair = sorted((merge.survivor_id, merge.merged_id))
    Suspicion.objects.create(person_id=pair[0], other_id=pair[1], score=0.9, reasons=["phone"], raised_at=merge.at)
    Voice(cast.gaocheng_county).done(f"people/merges/{merge.pk}/undo", why="brothers")
    assert Suspicion.objects.get().state == "different"


def test_the_person_s_page_shows_what_was_merged(signed_in, cast, merge):
    from datetime import timedelta

    from django.utils import timezone

    from lianfang.response.duties.actions import open_duty

    open_duty(
        "follow_up", cast.xiaoguozhuang, key="k", due_at=timezone.now() + timedelta(hours=4), person=merge.survivor,
        owner=cast.xiaoguozhuang_community,
    )  # fmt: skip
    page = signed_in(cast.xiaoguozhuang_community).get(f"/people/{merge.survivor_id}/").content.decode()
    assert "one man, two spellings" in page
