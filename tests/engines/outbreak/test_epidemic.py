"""The epidemic: what must hold of any of them, and what many of them show together."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.engines.outbreak import (
    SETTINGS,
    Detection,
    Disease,
    Epidemic,
    Society,
    build_community,
    draw_workplaces,
    run_epidemic,
    stream,
)
from lianfang.engines.outbreak.epidemic import HOUSEHOLD, INDEX, WORKPLACE

NOBODY_LOOKS = Detection(delay=(60, 1), found_share=0)


def society(communities: int = 6, people: int = 700, seed: int = 1) -> Society:
    today = np.datetime64("2021-01-06")
    made = [
        build_community(people, number=n, first=n * people, urban=False, today=today, random=stream(seed, n))
        for n in range(communities)
    ]
    ends = np.cumsum([0] + [len(one.collective) for one in made])
    household = np.concatenate([one.household + end for one, end in zip(made, ends, strict=False)])
    community = np.repeat(np.arange(communities), people)
    age = np.concatenate([one.age for one in made])
    return Society(household, community, draw_workplaces(age, community, np.random.default_rng(seed)))


VILLAGES = society()


def run(seed: int, *, days: float = 25, **options) -> Epidemic:
    return run_epidemic(VILLAGES, 11, days=days, random=np.random.default_rng(seed), **options)


@pytest.fixture(scope="module")
def many() -> list[Epidemic]:
    """Thirty epidemics that nobody looks for, each long enough for its early cases to have infected all they will."""
    return [run(seed, days=30, detection=NOBODY_LOOKS, most=400) for seed in range(30)]


@given(seed=st.integers(0, 2**32), days=st.floats(1, 30))
@settings(max_examples=40, deadline=None)
def test_every_case_but_the_index_has_an_earlier_source_it_met(seed, days):
    told = run(seed, days=days)
    assert told.source[0] == -1
    assert SETTINGS[told.setting[0]] == "index"
    assert len(set(told.person.tolist())) == len(told.person)
    assert (np.diff(told.infected_at) >= 0).all()
    assert told.infected_at.max() <= days
    for case in range(1, len(told.person)):
        source = told.source[case]
        assert 0 <= source < case
        assert told.generation[case] == told.generation[source] + 1
        assert told.infected_at[source] <= told.infected_at[case] < told.sampled_at[source]
        mine = told.contacts_of(source)
        here = mine[told.infected[mine] & (told.contact_person[mine] == told.person[case])]
        assert len(here) == 1
        assert told.contact_setting[here[0]] == told.setting[case]
        assert told.contact_at[here[0]] == told.infected_at[case]
    assert told.infected.sum() == len(told.person) - 1


@given(seed=st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_people_meet_where_they_belong(seed):
    told = run(seed)
    one = told.person[told.contact_case]
    other = told.contact_person
    assert (one != other).all()
    home = told.contact_setting == HOUSEHOLD
    assert np.array_equal(VILLAGES.household[one[home]], VILLAGES.household[other[home]])
    work = told.contact_setting == WORKPLACE
    assert np.array_equal(VILLAGES.workplace[one[work]], VILLAGES.workplace[other[work]])
    assert (VILLAGES.workplace[one[work]] >= 0).all()
    assert INDEX not in told.contact_setting
    pairs = list(zip(told.contact_case.tolist(), other.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_nobody_infects_or_meets_after_being_sampled(seed):
    told = run(seed)
    assert (told.contact_at < told.sampled_at[told.contact_case]).all()
    assert (told.sampled_at > told.infected_at).all()
    ill = ~np.isnan(told.onset_at)
    assert (told.onset_at[ill] > told.infected_at[ill]).all()


def test_the_same_seed_is_the_same_epidemic():
    one, other = run(7), run(7)
    for field in dataclasses.fields(one):
        assert np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True), field.name
    assert len(run(7).person) != len(run(8).person) or not np.array_equal(run(8).person, one.person)


def test_incubation_is_that_of_the_source(many):
    """The index case's incubation is drawn freely: median exp(1.621) = 5.06 days."""
    index = [told.onset_at[0] for told in (run(seed, days=0.1) for seed in range(600))]
    assert np.nanmedian(index) == pytest.approx(5.06, rel=0.08)


def test_serial_intervals_come_near_the_source(many):
    interval = np.concatenate(
        [(told.onset_at[1:] - told.onset_at[told.source[1:]])[told.infected_at[1:] < 15] for told in many]
    )
    assert np.nanmean(interval) == pytest.approx(4.7, abs=1.3)


def test_one_case_infects_about_two_when_nobody_looks(many):
    early = [(told.source == case).sum() for told in many for case in np.flatnonzero(told.infected_at < 12)]
    assert 1.5 < np.mean(early) < 3.0


def test_a_few_cases_cause_most_infections(many):
    early = np.sort([(told.source == case).sum() for told in many for case in np.flatnonzero(told.infected_at < 12)])
    assert early[-len(early) // 5 :].sum() > 0.5 * early.sum()


def test_looking_for_contacts_makes_it_smaller(many):
    found = [len(run(seed, days=30, most=400).person) for seed in range(30)]
    assert np.mean(found) < 0.6 * np.mean([len(told.person) for told in many])


def test_about_a_fifth_have_no_symptoms(many):
    onset = np.concatenate([told.onset_at for told in many])
    assert 0.15 < np.isnan(onset).mean() < 0.25


def test_every_member_of_a_household_is_a_contact_of_an_unlooked_for_case(many):
    told = many[0]
    family = np.flatnonzero(VILLAGES.household == VILLAGES.household[11])
    mine = told.contact_person[told.contacts_of(0)[told.contact_setting[told.contacts_of(0)] == HOUSEHOLD]]
    assert set(mine.tolist()) == set(family.tolist()) - {11}


def test_nothing_spreads_at_rate_nought():
    still = Disease(household_rate=0, meal_rate=0, workplace_rate=0)
    told = run(3, disease=still)
    assert len(told.person) == 1
    assert len(told.contact_person) > 0


def test_it_stops_at_the_number_asked_for():
    certain = Disease(household_rate=1, meal_rate=1)
    assert len(run(1, disease=certain, detection=NOBODY_LOOKS, days=60, most=50).person) == 50


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: run_epidemic(VILLAGES, 10**6, days=5, random=np.random.default_rng(1)), "index"),
        (lambda: run(1, days=0), "days"),
        (lambda: run(1, most=0), "most"),
        (lambda: Disease(meal_rate=2), "meal_rate"),
        (lambda: Disease(serial_sd=0), "serial_sd"),
        (lambda: Detection(found_share=-1), "found_share"),
        (lambda: Society(np.zeros(2, int), np.zeros(3, int), np.zeros(2, int)), "same people"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(call, field):
    with pytest.raises(ValueError, match=field):
        call()


def test_workplaces_hold_adults_in_small_groups():
    age = np.tile(np.arange(100), 30)
    place = draw_workplaces(age, np.zeros(3000, np.int64), np.random.default_rng(1))
    assert (place[(age < 18) | (age >= 62)] == -1).all()
    assert np.bincount(place[place >= 0]).max() == 12
