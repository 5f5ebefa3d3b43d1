"""What must hold whatever the data."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lianfang.engines.collision import PingRule, Plane, VisitRule, collide_pings, collide_rides, collide_visits
from tests.engines.collision import city

PLANE = Plane(city.LON, city.LAT)
ALWAYS = [(person, -10_000, 10_000) for person in range(1, 7)]


def _rows(contacts, *names):
    return list(zip(*(getattr(contacts, name).tolist() for name in names), strict=True))


def _pairs(contacts):
    return dict(zip(_rows(contacts, "index_person", "person"), contacts.n_pairs.tolist(), strict=True))


@given(city.pings)
def test_being_near_is_mutual(pings):
    near = _pairs(collide_pings(city.as_pings(pings), city.as_index(ALWAYS), plane=PLANE))
    assert near == {(c, i): n for (i, c), n in near.items()}


@given(city.pings, st.floats(1, 300), st.floats(1, 300), st.integers(0, 2000), st.integers(0, 2000))
def test_a_wider_rule_loses_nobody(pings, radius_a, radius_b, gap_a, gap_b):
    narrow = PingRule(min(radius_a, radius_b), min(gap_a, gap_b))
    wide = PingRule(max(radius_a, radius_b), max(gap_a, gap_b))
    few, many = (_pairs(collide_pings(city.as_pings(pings), city.as_index(ALWAYS), r, PLANE)) for r in (narrow, wide))
    assert all(many.get(key, 0) >= n for key, n in few.items())


@given(city.visits(), city.windows(), st.integers(0, 900), st.integers(0, 900))
def test_a_longer_linger_loses_nobody(visits, index, linger_a, linger_b):
    short, long = sorted((linger_a, linger_b))
    few, many = (
        _pairs(collide_visits(city.as_visits(visits), city.as_index(index), VisitRule(s))) for s in (short, long)
    )
    assert all(many.get(key, 0) >= n for key, n in few.items())


@given(city.visits())
def test_overlapping_is_mutual_while_nothing_lingers(visits):
    met = collide_visits(city.as_visits(visits), city.as_index(ALWAYS))
    rows = set(_rows(met, "index_person", "person", "n_pairs", "minutes"))
    assert rows == {(c, i, n, minutes) for i, c, n, minutes in rows}


@given(city.pings, city.windows(), st.randoms(use_true_random=False))
def test_shuffling_pings_changes_nothing(pings, index, order: random.Random):
    mixed, mixed_index = list(pings), list(index)
    order.shuffle(mixed)
    order.shuffle(mixed_index)
    one = collide_pings(city.as_pings(pings), city.as_index(index), plane=PLANE)
    two = collide_pings(city.as_pings(mixed), city.as_index(mixed_index), plane=PLANE)
    names = ("index_person", "person", "n_pairs", "minutes", "first_t", "last_t", "min_distance_m")
    assert _rows(one, *names) == _rows(two, *names)
    np.testing.assert_allclose(one.probability, two.probability, rtol=1e-12)


@given(city.visits(), city.rides(), city.windows(), st.randoms(use_true_random=False))
def test_shuffling_visits_and_rides_changes_nothing(visits, rides, index, order: random.Random):
    names = ("index_person", "person", "n_pairs", "minutes", "first_t", "last_t", "min_rows")
    for collide, make, rows in ((collide_visits, city.as_visits, visits), (collide_rides, city.as_rides, rides)):
        mixed = list(rows)
        order.shuffle(mixed)
        one, two = (collide(make(some), city.as_index(index)) for some in (rows, mixed))
        assert _rows(one, *names) == _rows(two, *names)


@given(city.pings, city.windows())
def test_the_answer_is_ranked(pings, index):
    found = collide_pings(city.as_pings(pings), city.as_index(index), plane=PLANE)
    ranks = [(i, -m, d) for i, m, d in _rows(found, "index_person", "minutes", "min_distance_m")]
    assert ranks == sorted(ranks)


@given(city.pings, city.windows())
def test_a_probability_is_one_and_expected_minutes_are_at_most_the_minutes(pings, index):
    found = collide_pings(city.as_pings(pings), city.as_index(index), plane=PLANE)
    assert ((found.probability >= 0) & (found.probability <= 1)).all()
    assert (found.expected_minutes <= found.minutes + 1e-9).all()


@given(city.pings, city.windows())
def test_the_place_of_the_origin_in_time_changes_nothing_but_the_times(pings, index):
    day = 600 * 144
    later = [(p, t + day, lon, lat, a) for p, t, lon, lat, a in pings]
    one = collide_pings(city.as_pings(pings), city.as_index(index), plane=PLANE)
    two = collide_pings(city.as_pings(later), city.as_index([(p, a + day, b + day) for p, a, b in index]), plane=PLANE)
    assert _rows(one, "person", "n_pairs", "minutes") == _rows(two, "person", "n_pairs", "minutes")
    assert (one.first_t + day).tolist() == two.first_t.tolist()
