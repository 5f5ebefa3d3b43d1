"""The synthetic city: what must hold of anybody in it, whatever the numbers, and what it resembles as a whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.engines.outbreak import Community, build_community, ids, names, stream
from lianfang.engines.outbreak.ages import AgeShape
from lianfang.engines.outbreak.dwellings import BUILDING, COMPOUND, DWELLING, DwellingShape
from lianfang.engines.outbreak.households import HouseholdShape, draw_households
from lianfang.response.people import rules

TODAY = np.datetime64("2021-01-06")


def made(people: int, number: int = 7, *, urban: bool = True, seed: int = 1, first: int = 0) -> Community:
    return build_community(
        people, number=number, first=first, urban=urban, today=TODAY, random=stream(seed, number)
    )  # fmt: skip


@given(people=st.integers(0, 900), number=st.integers(0, 9999), urban=st.booleans(), seed=st.integers(0, 2**40))
@settings(max_examples=60, deadline=None)
def test_everybody_is_housed_once(people, number, urban, seed):
    city = made(people, number, urban=urban, seed=seed)
    assert len(city.household) == people == len(city.id_number) == len(city.phone)
    assert np.array_equal(np.unique(city.household), np.arange(len(city.collective)))
    homes = city.homes
    assert len(set(homes.home.tolist())) == len(city.collective)
    assert (homes.kind[homes.home] == DWELLING).all()


@given(people=st.integers(1, 700), urban=st.booleans(), seed=st.integers(0, 2**40))
@settings(max_examples=40, deadline=None)
def test_places_form_a_tree_with_unique_paths(people, urban, seed):
    homes = made(people, urban=urban, seed=seed).homes
    assert (homes.parent < np.arange(len(homes.parent))).all()
    paths = []
    for parent, segment in zip(homes.parent.tolist(), homes.segment, strict=True):
        paths.append((paths[parent] if parent >= 0 else "") + segment + "/")
    assert len(set(paths)) == len(paths)
    above = np.where(homes.parent >= 0, homes.kind[homes.parent], COMPOUND - 1)
    assert (above < homes.kind).all()
    assert ((homes.kind >= COMPOUND) & (homes.kind <= DWELLING)).all()
    assert (homes.kind[homes.kind != DWELLING] <= BUILDING).all()


@given(people=st.integers(1, 400), number=st.integers(0, 9999), seed=st.integers(0, 2**40))
@settings(max_examples=30, deadline=None)
def test_every_id_number_is_valid_and_nobodys(people, number, seed):
    city = made(people, number, seed=seed)
    texts = ids.text(city.id_number)
    assert len(set(texts)) == people
    for text, born, female in zip(texts, city.born.tolist(), city.female.tolist(), strict=True):
        facts = rules.read_id(text)
        assert facts is not None
        assert text[:6] == f"99{number:04d}"
        assert (facts.born_on, facts.sex) == (born, 2 if female else 1)


def test_the_same_seed_makes_the_same_people():
    one, other = made(800, seed=3), made(800, seed=3)
    for field in ("household", "age", "female", "surname", "given", "born", "id_number", "phone", "collective"):
        assert np.array_equal(getattr(one, field), getattr(other, field)), field
    assert one.homes.name == other.homes.name
    assert not np.array_equal(one.age, made(800, seed=4).age)


def test_no_two_people_share_a_phone():
    texts = ids.text(ids.phones(np.arange(0, 2_000_000, 7)))
    assert len(set(texts)) == len(texts)
    assert all(text.startswith("12") for text in texts[:1000])


def test_a_phone_belongs_to_its_ordinal_and_not_to_its_batch():
    assert np.array_equal(ids.phones(np.arange(100))[40:60], ids.phones(np.arange(40, 60)))


def test_a_family_shares_its_surname():
    city = made(6000)
    kept = 0
    for household in np.flatnonzero(~city.collective)[:1000]:
        inside = np.flatnonzero(city.household == household)
        children = inside[2:4][city.age[inside[2:4]] < 18]
        couple = set(city.surname[inside[:2]].tolist())
        kept += len(children) > 0
        assert all(surname in couple for surname in city.surname[children].tolist())
    assert kept > 100


def test_a_child_is_younger_than_the_head_by_a_generation_or_is_small():
    city = made(6000)
    heads = np.flatnonzero(np.diff(city.household, prepend=-1))
    head_age = city.age[heads][city.household]
    child = (np.arange(len(city.age)) == heads[city.household] + 2) & ~city.collective[city.household]
    assert ((head_age - city.age >= 15) | (city.age < 7))[child].all()


@pytest.mark.parametrize(("urban", "mean"), [(True, 2.58), (False, 3.10)])
def test_family_size_is_that_of_the_census(urban, mean):
    drawn = draw_households(300_000, urban=urban, random=np.random.default_rng(5))
    assert drawn.size[~drawn.collective].mean() == pytest.approx(mean, rel=0.01)
    assert drawn.size[drawn.collective].mean() == pytest.approx(4.31, rel=0.02)
    assert drawn.size[drawn.collective].sum() / 300_000 == pytest.approx(0.0868, abs=1e-4)


def test_ages_and_sexes_come_near_the_census():
    several = [made(5600 if number % 5 == 0 else 1360, number, urban=number % 5 == 0) for number in range(100)]
    age = np.concatenate([city.age for city in several])
    female = np.concatenate([city.female for city in several])
    assert 0.17 < (age < 15).mean() < 0.21
    assert 0.58 < ((age >= 15) & (age < 60)).mean() < 0.64
    assert 0.18 < (age >= 60).mean() < 0.21
    assert 0.12 < (age >= 65).mean() < 0.15
    assert 0.49 < 1 - female.mean() < 0.515


def test_ages_are_those_of_the_birth_dates():
    city = made(5000)
    completed = [rules.age_on(born, TODAY.item()) for born in city.born.tolist()]
    assert np.abs(np.array(completed) - city.age).max() <= 1
    assert (np.array(completed) == city.age).mean() > 0.99


def test_villages_have_lanes_and_towns_have_compounds():
    assert COMPOUND not in made(900, urban=False).homes.kind
    town = made(5600).homes
    assert (town.kind == COMPOUND).sum() >= 3
    assert "2-301" in town.name


def test_surnames_are_as_common_as_reported():
    drawn = names.draw_surnames(200_000, np.random.default_rng(2))
    share = (drawn == names.SURNAMES.index("王")).mean()
    assert share == pytest.approx(names.SURNAME_SHARES[0], rel=0.03)


@pytest.mark.parametrize(
    ("shape", "field"),
    [
        (lambda: HouseholdShape(urban_mean=9), "urban_mean"),
        (lambda: HouseholdShape(shares=(0.5, -0.1)), "shares"),
        (lambda: AgeShape(male_share=1.2), "male_share"),
        (lambda: AgeShape(generation=(30, 20)), "generation"),
        (lambda: DwellingShape(empty_share=1), "empty_share"),
    ],
)
def test_an_impossible_parameter_is_refused_by_name(shape, field):
    with pytest.raises(ValueError, match=field):
        shape()


def test_an_area_beyond_the_reserved_codes_is_refused():
    with pytest.raises(ValueError, match="10000"):
        made(3, number=10_000)


def test_more_namesakes_of_a_birthday_than_serials_are_refused():
    same = np.full(500, np.datetime64("1990-01-01"))
    with pytest.raises(ValueError, match="birthday"):
        ids.id_numbers(1, same, np.zeros(500, bool))
    assert len({row.tobytes() for row in ids.id_numbers(1, same[:499], np.zeros(499, bool))}) == 499
