"""Hypothesis strategies: a few people in a few streets, dense enough to meet and with all the edges hit."""

import numpy as np
from hypothesis import strategies as st

from lianfang.engines.collision import Index, Pings, Rides, Visits

PEOPLE = st.integers(1, 6)
# Multiples of the ten-minute bin and of the default gap, and their neighbours.
TIMES = st.one_of(st.sampled_from([0, 599, 600, 601, 1199, 1200, 1800, -1, -600]), st.integers(-2000, 6000))
LON, LAT = 114.5, 38.05
STEP = 1e-4  # about 9 m east, 11 m north
_offset = st.integers(-12, 12).map(lambda n: n * STEP)

ping = st.tuples(
    PEOPLE,
    TIMES,
    _offset.map(lambda d: LON + d),
    _offset.map(lambda d: LAT + d),
    st.sampled_from([0.0, 5, 15, 60, 800]),
)
pings = st.lists(ping, max_size=40)


@st.composite
def windows(draw, people=PEOPLE):
    """Index rows (person, t0, t1), each person once."""
    chosen = draw(st.lists(people, unique=True, max_size=3))
    times = [sorted((draw(TIMES), draw(TIMES))) for _ in chosen]
    return [(person, t0, t1) for person, (t0, t1) in zip(chosen, times, strict=True)]


@st.composite
def visits(draw):
    rows = draw(st.lists(st.tuples(PEOPLE, st.integers(1, 3), TIMES, TIMES), max_size=25))
    return [(person, place, min(a, b), max(a, b)) for person, place, a, b in rows]


@st.composite
def rides(draw):
    row = st.tuples(PEOPLE, st.integers(1, 2), st.integers(1, 2), st.integers(1, 9), TIMES, TIMES)
    return [(p, trip, car, seat, min(a, b), max(a, b)) for p, trip, car, seat, a, b in draw(st.lists(row, max_size=25))]


def _columns(rows, kinds):
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    return [np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]


def as_pings(rows):
    return Pings(*_columns(rows, [np.int64, np.int64, float, float, float]))


def as_visits(rows):
    return Visits(*_columns(rows, [np.int64] * 4))


def as_rides(rows):
    return Rides(*_columns(rows, [np.int64] * 6))


def as_index(rows):
    return Index(*_columns(rows, [np.int64] * 3))
