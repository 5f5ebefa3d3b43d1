"""Is the probability what it says? Against the exact integral, and against a simulated truth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.engines.collision import cut_at, probability_within, sigma_of, wrong_per_true


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
