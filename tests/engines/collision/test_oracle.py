"""The engine against every pair looked at in plain Python."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.engines.collision import (
    PingRule,
    Plane,
    RideRule,
    VisitRule,
    collide_pings,
    collide_rides,
    collide_visits,
)
from tests.engines.collision import city, oracle


def _keyed(contacts, *columns):
    values = zip(*(getattr(contacts, name).tolist() for name in columns), strict=True)
    keys = zip(contacts.index_person.tolist(), contacts.person.tolist(), strict=True)
    return dict(zip(keys, values, strict=True))


@given(city.pings, city.windows(), st.sampled_from([9.5, 50.0, 111.195, 400.0]), st.sampled_from([0, 1, 600, 5000]))
def test_pings_are_the_pairs_of_the_spec(pings, index, radius_m, gap_s):
    found = collide_pings(
        city.as_pings(pings), city.as_index(index), PingRule(radius_m, gap_s), Plane(city.LON, city.LAT)
    )
    expected = oracle.ping_rows(pings, index, radius_m, gap_s, city.LON, city.LAT)
    rows = _keyed(found, "n_pairs", "minutes", "first_t", "last_t", "min_distance_m")
    assert rows.keys() == expected.keys()
    for key, row in rows.items():
        assert row == pytest.approx(expected[key], abs=1e-9)


@given(city.visits(), city.windows(), st.sampled_from([0, 1, 300, 1800]))
def test_visits_are_overlaps_and_those_who_came_after(visits, index, linger_s):
    found = collide_visits(city.as_visits(visits), city.as_index(index), VisitRule(linger_s))
    assert _keyed(found, "n_pairs", "minutes", "first_t", "last_t") == oracle.visit_rows(visits, index, linger_s)


@given(city.rides(), city.windows(), st.integers(0, 4))
def test_rides_are_overlaps_of_one_carriage_within_the_rows(rides, index, rows):
    found = collide_rides(city.as_rides(rides), city.as_index(index), RideRule(rows))
    assert _keyed(found, "n_pairs", "minutes", "first_t", "last_t") == oracle.ride_rows(rides, index, rows)
