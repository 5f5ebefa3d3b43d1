"""Positions of synthetic people: at home, at their occasions, with the error their phone admits to."""

import numpy as np
import pytest

from lianfang.engines.outbreak import Occasion, positions

DAY = 86_400
LON, LAT = np.array([114.80, 114.85]), np.array([38.00, 38.05])
METRES = 111_195


def made(occasions=(), seed=3, **options):
    return positions(LON, LAT, occasions, (0, 5 * DAY), np.random.default_rng(seed), **options)


def metres_from(found, rows, lon, lat):
    east = (found.lon[rows] - lon) * METRES * np.cos(np.radians(lat))
    return np.hypot(east, (found.lat[rows] - lat) * METRES)


def test_the_same_seed_makes_the_same_positions():
    one, other = made(), made()
    assert all((getattr(one, name) == getattr(other, name)).all() for name in vars(one))


def test_everybody_reports_in_order_inside_the_window_and_most_reports_arrive():
    found = made()
    for person in (0, 1):
        t = found.t[found.person == person]
        assert (np.diff(t) >= 600).all()
        assert 0 <= t.min() <= t.max() <= 5 * DAY
        assert 0.8 < len(t) / (5 * 144) < 0.9


def test_about_two_thirds_lie_within_the_circle_they_state():
    found = made()
    mine = found.person == 0
    off = metres_from(found, mine, LON[0], LAT[0])
    wide = found.accuracy_m[mine] > 20  # there the house itself hardly counts
    assert np.mean(off[wide] <= found.accuracy_m[mine][wide]) == pytest.approx(0.68, abs=0.06)


def test_who_is_at_an_occasion_is_there_and_nobody_else_is():
    found = made([Occasion((1,), 114.9, 38.1, DAY, DAY + 7200)])
    during = (found.t >= DAY) & (found.t <= DAY + 7200)
    assert np.median(metres_from(found, during & (found.person == 1), 114.9, 38.1)) < 60
    assert metres_from(found, during & (found.person == 0), 114.9, 38.1).min() > 1000
    assert metres_from(found, ~during & (found.person == 1), 114.9, 38.1).min() > 1000


def test_an_empty_window_holds_nobody():
    assert len(positions(LON, LAT, (), (0, 0), np.random.default_rng(1)).t) == 0
