"""Is the probability what it says? Against the exact integral, and against a simulated truth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.engines.collision import (
    Index,
    PingRule,
    Pings,
    Plane,
    collide_pings,
    cut_at,
    probability_within,
    sigma_of,
    wrong_per_true,
)
from lianfang.engines.collision.plane import METRES_A_DEGREE
from lianfang.engines.collision.probability import integral
from lianfang.engines.collision.store import chances


def _exact(ratio, offset, nodes=20_001):
    """Strips across the disc, trapezoids, the library's own erf: nothing of the engine's arithmetic."""
    x = np.linspace(-ratio, ratio, nodes)
    erf = np.array([math.erf(math.sqrt(max(ratio**2 - v * v, 0) / 2)) for v in x])
    return float(np.trapezoid(np.exp(-((x - offset) ** 2) / 2) / math.sqrt(2 * math.pi) * erf, x))


@pytest.mark.parametrize("ratio", [0.01, 0.1, 0.7, 1.0, 2.3, 7.9, 8.1, 25.0, 100.0])
@pytest.mark.parametrize("depth", [0.0, 0.01, 0.3, 0.77, 1.0])
def test_the_table_is_within_a_thousandth_of_the_integral(ratio, depth):
    offset = ratio - depth * min(ratio, 8)
    found = probability_within(50.0, np.array([offset * 50 / ratio]), np.array([50 / ratio]))
    assert found[0] == pytest.approx(_exact(ratio, offset), abs=1e-3)


def test_at_no_distance_it_is_the_rayleigh_distribution():
    sigma = np.array([5.0, 50.0, 500.0, 5000.0, 50_000.0])
    expected = 1 - np.exp(-((50 / sigma) ** 2) / 2)
    np.testing.assert_allclose(probability_within(50.0, np.zeros(5), sigma), expected, atol=1e-3)


def test_the_accuracy_radius_holds_68_percent():
    assert probability_within(20.0, np.array([0.0]), sigma_of(np.array([20.0])))[0] == pytest.approx(0.68, abs=1e-3)


def test_a_cell_tower_proves_nothing():
    tower = np.hypot(sigma_of(np.array([800.0])), sigma_of(np.array([800.0])))
    assert probability_within(50.0, np.array([0.0]), tower)[0] < 0.005


def test_perfect_positions_leave_no_doubt():
    assert probability_within(50.0, np.array([49.9]), np.array([0.0]))[0] == 1


@given(st.floats(0, 50), st.floats(0, 50), st.floats(0.1, 3000))
def test_the_nearer_the_likelier(one, two, sigma):
    near, far = probability_within(50.0, np.array(sorted((one, two))), np.full(2, sigma))
    assert near >= far - 1e-5  # the table's own rounding


def test_among_people_spread_evenly_the_probability_is_the_share_that_was_right():
    """True offsets uniform over a wide square, errors as the accuracies say; then count, by tenths of probability."""
    rng = np.random.default_rng(11)
    n, radius = 1_500_000, 50.0
    true = rng.uniform(-400, 400, (n, 2))
    accuracy = np.clip(rng.lognormal(math.log(15), 0.6, (n, 2)), 3, 120)
    error = rng.normal(0, 1, (n, 2, 2)) * sigma_of(accuracy)[:, :, None]
    seen = np.hypot(*(true + error[:, 0] - error[:, 1]).T)
    counted = seen <= radius
    sigma = np.hypot(*sigma_of(accuracy[counted]).T)
    claimed = probability_within(radius, seen[counted], sigma)
    right = np.hypot(*true[counted].T) <= radius
    for low in np.arange(0.2, 1.0, 0.1):
        here = (claimed >= low) & (claimed < low + 0.1)
        if here.sum() > 300:
            assert right[here].mean() == pytest.approx(claimed[here].mean(), abs=4 * 0.5 / math.sqrt(here.sum()))
    assert right.mean() == pytest.approx(claimed.mean(), abs=0.01)


def test_the_list_says_how_many_wrong_for_each_true():
    np.testing.assert_allclose(wrong_per_true(np.array([1.0, 0.5, 0.0, np.nan])), [0, 0.5 / 1.5, 1.0, 1.0])
    assert wrong_per_true(np.array([0.0]))[0] == np.inf


def test_the_list_is_cut_where_the_caller_says():
    assert cut_at(np.array([0.9, 0.9, 0.5, 0.1]), most_wrong=0.5) == 3
    assert cut_at(np.array([0.1]), most_wrong=0.5) == 0


def test_among_people_spread_evenly_the_expected_minutes_are_the_minutes_truly_near():
    """People who stay where they are, a ping a bin each: what a row expects, against the truth of its counted bins."""
    rng = np.random.default_rng(4)
    n, bins, side = 3000, 8, 1500.0
    true = rng.uniform(0, side, (n, 2))
    accuracy = np.clip(rng.lognormal(math.log(20), 0.5, (n, bins)), 5, 120)
    seen = true[:, None, :] + rng.normal(0, 1, (n, bins, 2)) * sigma_of(accuracy)[:, :, None]
    person, t = np.repeat(np.arange(n), bins), np.tile(np.arange(bins) * 600, n)
    x, y = seen.reshape(-1, 2).T / METRES_A_DEGREE
    inner = np.flatnonzero((np.abs(true - side / 2) < side / 2 - 200).all(1))[:500]
    index = Index(inner, np.zeros(len(inner), int), np.full(len(inner), 10**6))
    found = collide_pings(Pings(person, t, x, y, accuracy.reshape(-1)), index, PingRule(50, 0), Plane(0, 0))
    near = np.hypot(*(true[found.index_person] - true[found.person]).T) <= 50
    assert found.expected_minutes.sum() == pytest.approx(found.minutes[near].sum(), rel=0.03)


@pytest.mark.parametrize("octave", [-40, -20, -9.5, -9, -8.5, -6, -3, 0, 4, 8.9, 9, 20])
def test_the_store_s_own_table_is_within_a_thousandth_of_the_integral(octave):
    variance = np.full(300, 2.0**octave) * np.linspace(1, 1.3, 300)
    rim = np.clip(1 - np.linspace(0, 6, 300) * np.sqrt(variance), 0, 1)
    for distance in (np.linspace(0, 1, 300), rim):
        found = [chances.chance(chances.table(), d * d, v) for d, v in zip(distance, variance, strict=True)]
        ratio = 1 / np.sqrt(variance)
        np.testing.assert_allclose(found, integral(ratio, distance * ratio), atol=1e-3)
