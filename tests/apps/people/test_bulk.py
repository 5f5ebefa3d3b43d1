"""People written in bulk are the people ``enter_person`` would have written: found by every key, shown by every page."""

from datetime import date
from random import Random

import numpy as np
import pytest
from django.conf import settings

from lianfang.engines.outbreak import ids, names
from lianfang.response.ledger.models import Entry
from lianfang.response.people import bulk, queries, rules, sealing
from lianfang.response.people.actions import enter_person, sealed_fields
from lianfang.response.people.models import Household, Person
from lianfang.response.people.sealing import Identity
from lianfang.response.territory.models import Area
from lianfang.response.territory.rules.names import initials
from lianfang.response.territory.rules.shares import share_out
from lianfang.response.territory.states import Kind
from lianfang.response.workflows.build_city import build_city

TODAY = date(2021, 1, 6)


@pytest.fixture
def sealer():
    return bulk.Sealer(bulk.Keys(settings.SEAL_KEY, settings.INDEX_KEY), names.name_of, names.NAMES)


def test_bulk_sealing_gives_the_bytes_and_keys_of_ordinary_sealing(sealer):
    random = np.random.default_rng(4)
    code = random.integers(0, names.NAMES, 300)
    number = ids.id_numbers(12, np.full(300, np.datetime64("1980-02-29")), random.random(300) < 0.5)
    phone, has = ids.phones(np.arange(300)), random.random(300) < 0.7
    made = sealer.seal(code, number, phone, has)
    rows = zip(code.tolist(), ids.text(number), ids.text(phone), has.tolist(), strict=True)
    for at, (name, id_number, digits, phoned) in enumerate(rows):
        known = Identity(names.name_of(name), id_number, digits if phoned else "")
        wanted = sealed_fields(known)
        assert sealing.unseal(made.sealed[at]) == known
        assert len(made.sealed[at]) == len(wanted["sealed"])
        for field in ("id_key", "name_key", "initials_key"):
            assert getattr(made, field)[at] == wanted[field], field
        if phoned:
            assert (made.phone_key[at], made.tail_key[at]) == (wanted["phone_key"], wanted["tail_key"])


def test_no_nonce_is_used_twice(sealer):
    code = np.zeros(5000, np.int64)
    born = np.datetime64("1950-01-01") + np.arange(5000)
    number, phone = ids.id_numbers(0, born, code > 0), ids.phones(code)
    made = sealer.seal(code, number, phone, code == 0)
    assert len({sealed[1:13] for sealed in made.sealed}) == 5000


def test_initials_of_a_made_name_are_those_of_its_characters():
    """Bulk sealing takes them character by character; no name it can make may read differently as a whole."""
    for female in (0, 1):
        for name in names.GIVEN[female]:
            assert initials(name) == "".join(map(initials, name)), name
        for surname in names.SURNAMES:
            for given in names.GIVEN[female][:60]:
                assert initials(surname + given) == initials(surname) + "".join(map(initials, given))
    draw = Random(6)
    for _ in range(3000):
        name = names.name_of(draw.randrange(names.NAMES))
        assert initials(name) == "".join(map(initials, name)), name


def built(scale=0.02, seed=1, **options):
    return build_city(scale=scale, seed=seed, today=TODAY, **options)


def everybody():
    people = Person.objects.order_by("pk").select_related("household__dwelling", "community")
    return [(person, sealing.unseal(person.sealed)) for person in people]


def test_every_person_is_found_by_id_number_and_phone(cast):
    built()
    for person, known in everybody()[::7]:
        assert queries.by_id_number(known.id_number).get() == person
        if known.phone:
            assert queries.by_phone(known.phone).get() == person
            assert person in Person.objects.filter(tail_key=sealing.tail_key(known.phone))
        assert person.initials_key == sealing.initials_key(initials(known.name))
        assert person.name_key == sealing.name_key(known.name)


def test_every_id_number_is_valid_reserved_and_agrees_with_the_record(cast):
    built()
    numbers = set()
    for person, known in everybody():
        facts = rules.read_id(known.id_number)
        assert facts is not None
        assert known.id_number.startswith("99")
        assert (facts.born_on, facts.sex) == (person.born_on, person.sex)
        numbers.add(known.id_number)
    assert len(numbers) == Person.objects.count()


def test_a_tracer_sees_a_bulk_person_like_any_other(cast):
    built()
    person, known = everybody()[40]
    face = queries.face(person, cast.tracer, unmask=True)
    assert (face.name, face.id_number, face.phone) == (known.name, known.id_number, known.phone)
    assert face.community == person.community.name
    assert face.dwelling == person.household.dwelling.name
    assert person in queries.type_ahead(known.id_number, cast.tracer)


def test_entering_somebody_who_is_there_finds_them(cast):
    built()
    person, known = everybody()[3]
    assert enter_person(known, cast.liujiazuo, by=cast.tracer) == person


def test_ids_go_on_after_the_bulk(cast):
    built()
    entered = enter_person(Identity("李国强", "990109198811052719", ""), cast.dongcheng, by=cast.tracer)
    assert entered.pk == Person.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert Area.objects.create(parent=cast.city, kind=Kind.COUNTY, code="130199", path="1301/99/", name="新区").pk


@pytest.mark.parametrize("scale", [0.01, 0.0137, 0.05])
def test_totals_are_exact_by_largest_remainder(cast, scale):
    communities = Area.objects.filter(kind=Kind.COMMUNITY).order_by("path")
    weights = [area.population for area in communities]
    wanted = share_out(round(sum(weights) * scale), weights)
    result = built(scale)
    assert [Person.objects.filter(community=area).count() for area in communities] == wanted
    assert result.people == sum(wanted) == Person.objects.count()
    assert result.households == Household.objects.count()
    assert result.dwellings == Area.objects.filter(kind=Kind.DWELLING).count()


def test_every_household_has_a_dwelling_of_its_own_below_its_community(cast):
    built()
    homes = list(Household.objects.select_related("dwelling", "community"))
    assert len({home.dwelling_id for home in homes}) == len(homes)
    for home in homes:
        assert home.dwelling.kind == Kind.DWELLING
        assert home.dwelling.path.startswith(home.community.path)
    for place in Area.objects.filter(kind__gt=Kind.COMMUNITY).select_related("parent"):
        assert place.path.startswith(place.parent.path)
        assert place.path.count("/") == place.parent.path.count("/") + 1
    assert not Person.objects.filter(household__isnull=True).exists()


def shape_of_the_city():
    people = [(p.pk, p.community_id, p.household_id, p.sex, p.born_on, known) for p, known in everybody()]
    places = list(
        Area.objects.filter(kind__gt=Kind.COMMUNITY).order_by("pk").values_list("pk", "parent", "path", "name")
    )
    return people, places


def wipe():
    Person.objects.all().delete()
    Household.objects.all().delete()
    for kind in (Kind.DWELLING, Kind.BUILDING, Kind.COMPOUND):
        Area.objects.filter(kind=kind).delete()


def test_the_same_seed_makes_the_same_city(cast):
    def relative(shape):
        people, places = shape
        return [(known, sex, born) for *_, sex, born, known in people], [(path, name) for *_, path, name in places]

    built(seed=5)
    first = relative(shape_of_the_city())
    wipe()
    built(seed=5)
    assert relative(shape_of_the_city()) == first
    wipe()
    built(seed=6)
    assert relative(shape_of_the_city()) != first


def test_the_ledger_says_what_was_built(cast):
    result = built(seed=9)
    entry = Entry.objects.get(action="city.built")
    assert entry.area_path == "1301/"
    assert '"seed":9' in entry.detail
    assert f'"people":{result.people}' in entry.detail


def test_indexes_are_all_there_afterwards(cast):
    from django.db import connection

    def indexes():
        with connection.cursor() as cursor:
            return {
                model: set(connection.introspection.get_constraints(cursor, model._meta.db_table))
                for model in (Area, Household, Person)
            }

    before = indexes()
    built()
    assert indexes() == before


def test_a_city_with_people_is_not_built_again(cast, resident_a):
    with pytest.raises(ValueError, match="already has people"):
        built()
    assert Person.objects.count() == 1


@pytest.mark.parametrize("scale", [0, -1, 1.01, float("nan")])
def test_an_impossible_scale_is_refused(cast, scale):
    with pytest.raises(ValueError, match="scale"):
        built(scale)
    assert not Person.objects.exists()


def test_a_failure_half_way_leaves_nothing(cast):
    def stop(done, total):
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        built(scale=0.4, progress=stop)
    assert not Person.objects.exists()
    assert not Household.objects.exists()
    assert not Area.objects.filter(kind__gt=Kind.COMMUNITY).exists()
    assert not Entry.objects.filter(action="city.built").exists()
