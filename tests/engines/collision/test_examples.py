"""Cases small enough to check by hand, the edges above all."""

import numpy as np
import pytest

from lianfang.engines.collision import (
    BadRecord,
    Index,
    PingRule,
    Pings,
    Plane,
    RideRule,
    Rides,
    VisitRule,
    Visits,
    collide_pings,
    collide_rides,
    collide_visits,
    onward_index,
    plane_of,
)

DEGREE = 111195.0
EQUATOR = Plane(0.0, 0.0)
ALL_DAY = Index([1], [0], [86_400])


def north(metres):
    return np.asarray(metres) / DEGREE


def pings(people, times, metres_north, accuracy=10.0):
    return Pings(people, times, np.zeros(len(people)), north(metres_north), np.full(len(people), accuracy))


def test_the_radius_and_the_gap_are_included():
    found = collide_pings(pings([1, 2, 3], [0, 600, 601], [0, 49.999999, 1]), ALL_DAY, PingRule(50, 600), EQUATOR)
    assert found.person.tolist() == [2]


def test_a_pair_exactly_on_the_radius_is_a_pair():
    radius_m = float(north(50) * DEGREE)
    found = collide_pings(pings([1, 2, 3], [0, 0, 0], [0, 50, 50.0001]), ALL_DAY, PingRule(radius_m, 600), EQUATOR)
    assert (found.person.tolist(), found.min_distance_m.tolist()) == ([2], [radius_m])


def test_minutes_count_ten_minute_bins_of_the_contact_and_not_pairs():
    found = collide_pings(pings([1, 1, 2, 2], [590, 610, 595, 605], [0, 0, 1, 1]), ALL_DAY, plane=EQUATOR)
    assert (found.n_pairs.tolist(), found.minutes.tolist()) == ([4], [20])
    assert (found.first_t.tolist(), found.last_t.tolist()) == ([595], [605])


def test_only_pings_of_the_index_person_inside_the_window_ask():
    late = Index([1], [100], [200])
    assert len(collide_pings(pings([1, 2], [99, 99], [0, 0]), late, plane=EQUATOR)) == 0
    inside = collide_pings(pings([1, 2], [100, 90], [0, 0]), late, plane=EQUATOR)
    assert inside.first_t.tolist() == [90], "the contact's own ping may lie a gap outside"


def test_two_index_people_are_contacts_of_each_other():
    found = collide_pings(pings([1, 2], [0, 0], [0, 10]), Index([1, 2], [0, 0], [9, 9]), plane=EQUATOR)
    assert found.index_person.tolist() == [1, 2]
    assert found.person.tolist() == [2, 1]


def test_more_minutes_come_first_and_then_the_nearer():
    found = collide_pings(pings([1, 4, 3, 2, 2], [0, 0, 0, 0, 600], [0, 30, 20, 40, 40]), ALL_DAY, plane=EQUATOR)
    assert found.person.tolist() == [2, 3, 4]


def test_the_default_plane_stands_in_the_middle_of_the_data():
    plane = plane_of(Pings([1, 1], [0, 0], [114.3, 114.7], [37.9, 38.2], [5.0, 5.0]))
    assert (plane.lon0, plane.lat0) == pytest.approx((114.5, 38.05))


def test_people_numbered_like_telephones_and_a_tiny_radius_over_a_country_still_work():
    people, lon = np.array([19900000001, 19900000002, -5]), np.array([75.0, 75.0, 134.0])
    some = Pings(people, [0, 3, 0], lon, [20.0, 20.0, 53.0], [1.0, 1.0, 1.0])
    found = collide_pings(some, Index([19900000001], [0], [10]), PingRule(0.001, 0), Plane(75, 20))
    assert len(found) == 0
    found = collide_pings(some, Index([19900000001], [0], [10]), PingRule(0.001, 3), Plane(75, 20))
    assert found.person.tolist() == [19900000002]


def test_nobody_and_nothing_gives_an_empty_answer():
    nothing = pings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    assert collide_pings(nothing, ALL_DAY).check_sums() == (0, 0, 0)
    assert collide_pings(pings([1, 2], [0, 0], [0, 0]), Index([9], [0], [1])).check_sums() == (0, 0, 0)


def test_whoever_comes_after_is_named_and_whoever_left_before_is_not():
    visits = Visits([1, 2, 3, 4], [7, 7, 7, 7], [1000, 2600, 2601, 0], [2000, 3000, 3000, 999])
    found = collide_visits(visits, ALL_DAY, VisitRule(linger_s=600))
    assert (found.person.tolist(), found.minutes.tolist()) == ([2], [0])
    assert (found.first_t.tolist(), found.last_t.tolist()) == ([2600], [2600])


def test_time_together_is_counted_once_however_often_it_is_recorded():
    visits = Visits([1, 1, 2], [7, 7, 7], [0, 300, 0], [900, 1200, 1200])
    found = collide_visits(visits, ALL_DAY)
    assert (found.n_pairs.tolist(), found.minutes.tolist(), found.place.tolist()) == ([2], [20], [7])


def test_a_scan_without_duration_inside_a_stay_is_a_meeting():
    found = collide_visits(Visits([1, 2], [7, 7], [0, 50], [100, 50]), ALL_DAY)
    assert (found.person.tolist(), found.minutes.tolist()) == ([2], [0])


def test_a_stay_counts_only_inside_the_window():
    visits = Visits([1, 2, 3], [7, 7, 7], [0, 0, 3000], [6000, 1799, 9000])
    found = collide_visits(visits, Index([1], [1800], [3600]))
    assert (found.person.tolist(), found.minutes.tolist()) == ([3], [10])


def test_a_long_stay_does_not_hide_the_short_ones_after_it():
    people = np.arange(1, 202)
    t_in = np.concatenate([[0], np.arange(200) * 10])
    found = collide_visits(
        Visits(people, np.ones(201, np.int64), t_in, np.concatenate([[5000], t_in[1:] + 5])), ALL_DAY
    )
    assert len(found) == 200


def test_riders_of_another_carriage_or_too_many_rows_away_or_the_next_leg_are_not_named():
    rides = Rides(
        [1, 2, 3, 4, 5],
        [8, 8, 8, 8, 8],
        [1, 1, 2, 1, 1],
        [10, 13, 10, 14, 10],
        [0, 60, 60, 60, 3600],
        [3600] * 4 + [7200],
    )
    found = collide_rides(rides, ALL_DAY, RideRule(rows=3))
    assert (found.person.tolist(), found.min_rows.tolist(), found.minutes.tolist()) == ([2], [3], [59])
    assert sorted(collide_rides(rides, ALL_DAY, RideRule(rows=None)).person.tolist()) == [2, 4]


def test_contacts_of_contacts_are_asked_about_from_their_own_first_exposure():
    people, times = [1, 2, 2, 3, 2, 4], [5000, 5100, 1000, 1000, 9000, 9000]
    some = pings(people, times, [0, 0, 500, 500, 900, 900])
    first = collide_pings(some, ALL_DAY, plane=EQUATOR)
    assert first.person.tolist() == [2]
    second = collide_pings(some, onward_index(first, until_t=86_400), plane=EQUATOR)
    assert 4 in second.person.tolist(), "met after the exposure"
    assert 3 not in second.person.tolist(), "met before it"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Pings([1, 2], [0, 1], [114.0, np.nan], [38.0, 38.0], [5.0, 5.0]), "row 1 · lon: missing"),
        (lambda: Pings([1, 2], [0, 1], [114.0, 114.0], [38.0, 138.0], [5.0, 5.0]), "row 1 · lat: 138.0 is outside"),
        (lambda: Pings([1], [0], [114.0], [38.0], [-1.0]), "row 0 · accuracy_m"),
        (lambda: Pings([1, 2], [0], [114.0], [38.0], [5.0]), "t: one dimension of 2 values"),
        (lambda: Pings([[1]], [0], [114.0], [38.0], [5.0]), "person: one dimension"),
        (lambda: Pings([1], [0.5], [114.0], [38.0], [5.0]), "row 0 · t: a whole number"),
        (lambda: Pings(["x"], [0], [114.0], [38.0], [5.0]), "person: “.*” is not a number"),
        (lambda: Visits([1, 1], [1, 1], [0, 9], [5, 8]), "row 1 · t_out: the end 8 lies before the beginning 9"),
        (lambda: Rides([1], [1], [1], [1], [9], [8]), "row 0 · t_off"),
        (lambda: Index([1, 2], [0, 5], [9, 4]), "row 1 · t1"),
        (lambda: Index([1, 2, 1], [0, 0, 0], [9, 9, 9]), "row 2 · Person 1 stands twice"),
        (lambda: PingRule(radius_m=0), "radius_m"),
        (lambda: PingRule(radius_m=float("nan")), "radius_m"),
        (lambda: PingRule(gap_s=-1), "gap_s"),
        (lambda: VisitRule(linger_s=1.5), "linger_s"),
        (lambda: RideRule(rows=-1), "rows"),
        (lambda: Plane(200, 0), "lon0"),
    ],
)
def test_bad_input_is_refused_and_its_row_named(make, says):
    with pytest.raises(BadRecord, match=says):
        make()


def test_a_refusal_speaks_chinese():
    with pytest.raises(BadRecord) as refused:
        Visits([1], [1], [9], [8])
    assert refused.value.message("zh-hans") == "第 0 行 · t_out：结束时间 8 早于开始时间 9"
