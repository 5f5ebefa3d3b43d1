"""Pings, visits and rides in one answer: merged by pair, the strongest kind first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.engines.collision import (
    Index,
    Pings,
    Rides,
    Visits,
    collide_pings,
    collide_rides,
    collide_visits,
    follow,
    merged,
    operating_points,
)
from tests.engines.collision import city

ASKED = Index([1], [0], [86_400])


def pings(*people):
    n = len(people)
    return Pings(people, np.arange(n) * 60, np.zeros(n), np.zeros(n), np.full(n, 5.0))


def test_a_pair_of_several_kinds_is_one_row():
    found = merged(
        [
            collide_pings(pings(1, 2, 3), ASKED),
            collide_visits(Visits([1, 2], [7, 7], [0, 600], [6000, 7200]), ASKED),
            collide_rides(Rides([1, 4], [1, 1], [1, 1], [5, 6], [0, 0], [600, 600]), ASKED),
        ]
    )
    assert found.person.tolist() == [4, 2, 3], "ride, then visit, then ping"
    assert found.kinds.tolist() == [4, 3, 1]
    assert found.minutes.tolist() == [10, 90, 10], "the same minutes seen twice are not added up"
    assert found.n_pairs.tolist() == [1, 2, 1]
    assert (found.first_t.tolist()[1], found.last_t.tolist()[1]) == (60, 6000)
    assert (found.min_rows.tolist(), found.place.tolist()) == ([1, -1, -1], [1, 7, -1])
    assert np.isnan(found.probability).tolist() == [True, False, False]


@settings(max_examples=30, deadline=None)
@given(city.pings, city.visits(), city.rides(), city.windows(), st.randoms(use_true_random=False))
def test_the_order_of_the_kinds_changes_nothing(some_pings, visits, rides, index, order):
    asked = city.as_index(index)
    found = [
        collide_pings(city.as_pings(some_pings), asked), collide_visits(city.as_visits(visits), asked),
        collide_rides(city.as_rides(rides), asked),
    ]  # fmt: skip
    one = merged(found)
    order.shuffle(found)
    two = merged(found)
    for name in ("index_person", "person", "kinds", "n_pairs", "minutes", "first_t", "last_t", "min_rows", "place"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist()
    pairs = set(zip(one.index_person.tolist(), one.person.tolist(), strict=True))
    assert len(pairs) == len(one)
    assert one.n_pairs.sum() == sum(each.n_pairs.sum() for each in found)


def test_a_contact_met_on_a_train_passes_it_on_at_a_shop_and_not_before():
    rides = Rides([1, 2], [1, 1], [1, 1], [5, 6], [1000, 1000], [1600, 1600])
    visits = Visits([2, 3, 2, 4], [7, 7, 8, 8], [0, 0, 2000, 2000], [900, 900, 2600, 2600])
    asks = [lambda index: collide_rides(rides, index), lambda index: collide_visits(visits, index)]
    found = follow(asks, ASKED, order=2, until_t=9000)
    rows = zip(
        found.index_person.tolist(), found.via.tolist(), found.person.tolist(), found.order.tolist(), strict=True
    )
    assert list(rows) == [(1, -1, 2, 1), (1, 2, 4, 2)]
    assert len(follow(asks, ASKED, order=2, until_t=9000, latent_s=5000)) == 1


def test_who_is_asked_about_or_met_already_is_not_named_again():
    found = follow([lambda index: collide_pings(pings(1, 2, 3), index)], ASKED, order=2, until_t=9000)
    assert found.order.tolist() == [1, 1]


def test_a_cut_says_what_it_costs():
    person = np.array([1, 1, 2, 3, 4])
    points = operating_points(person, np.array([0.2, 0.8, 0.4, 0.1, np.nan]), (0.0, 0.3, 0.5, 0.9))
    assert [point.listed for point in points] == [3, 2, 1, 0], "each person once, at their most probable"
    assert [point.expected_true for point in points] == pytest.approx([1.3, 1.2, 0.8, 0.0])
    assert points[1].wrong_per_true == pytest.approx(0.8 / 1.2)
    assert np.isnan(points[3].wrong_per_true)


def test_a_list_that_nobody_can_be_right_on_costs_without_end():
    (point,) = operating_points(np.array([1]), np.array([0.0]), (0.0,))
    assert point.wrong_per_true == np.inf
