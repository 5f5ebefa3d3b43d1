import pytest
from django.core.exceptions import ValidationError

from lianfang.response.people import actions, queries, rules, sealing
from lianfang.response.people.models import Person, Suspicion
from lianfang.response.people.sealing import Identity

pytestmark = pytest.mark.django_db


def test_what_is_sealed_opens_again_and_does_not_show():
    sealed = sealing.seal(Identity("李国强", "", "19900001234"))
    assert "李国强".encode() not in sealed
    assert sealing.unseal(sealed) == Identity("李国强", "", "19900001234")


def test_an_altered_seal_does_not_open():
    sealed = bytearray(sealing.seal(Identity("李国强")))
    sealed[-1] ^= 1
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(bytes(sealed))


def test_the_same_id_number_is_the_same_person(cast):
    one = Identity("李国强", "990109195203141124", "")
    first = actions.enter_person(one, cast.xiaoguozhuang, by=cast.tracer)
    count = Person.objects.count()
    assert actions.enter_person(one, cast.liujiazuo, by=cast.tracer) == first
    assert Person.objects.count() == count


def test_a_wrong_check_digit_is_refused_by_field(cast):
    with pytest.raises(ValidationError) as refusal:
        actions.enter_person(Identity("李国强", "990109195203141125"), cast.xiaoguozhuang, by=cast.tracer)
    assert "id_number" in refusal.value.message_dict


def test_a_name_alone_is_weak_evidence():
    traits = rules.Traits(None, None, 7, None, 1, None)
    assert rules.suspicion(traits, traits)[0] < rules.SUSPICIOUS


def test_same_phone_and_name_queue_for_a_human_and_do_not_block(cast):
    for _ in range(2):
        actions.enter_person(Identity("王小明", "", "19900005678"), cast.xiaoguozhuang, by=cast.tracer)
    assert Suspicion.objects.filter(state="open").count() == 1


def test_a_merge_can_be_taken_back(cast):
    first = actions.enter_person(Identity("王小明"), cast.xiaoguozhuang, by=cast.tracer)
    second = actions.enter_person(Identity("王晓明"), cast.xiaoguozhuang, by=cast.tracer)
    merge = actions.merge_people(first, second, by=cast.gaocheng_county, why="one man, two spellings")
    assert second.pk not in queries.people().values_list("pk", flat=True)
    actions.unmerge_people(merge, by=cast.gaocheng_county, why="they are brothers")
    assert second.pk in queries.people().values_list("pk", flat=True)


def test_names_are_masked_without_a_task(cast):
    person = actions.enter_person(Identity("王小明", "", "19900005678"), cast.xiaoguozhuang, by=cast.tracer)
    person = queries.people().get(pk=person.pk)
    face = queries.face(person, cast.commander, unmask=True)
    assert (face.name, face.phone) == ("王**", "199****5678")


def test_type_ahead_finds_by_initials_near_first(cast):
    far = actions.enter_person(Identity("王小明"), cast.zhongmei, by=cast.tracer)
    near = actions.enter_person(Identity("王小明"), cast.xiaoguozhuang, by=cast.tracer)
    assert queries.type_ahead("wxm", cast.tracer, near=cast.xiaoguozhuang.path) == [near, far]
