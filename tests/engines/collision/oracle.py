"""The questions answered the slow way: every pair looked at, in plain Python, nothing shared with the engine."""

import math
from collections import defaultdict


def ping_rows(pings, index, radius_m, gap_s, lon0, lat0):
    """{(I, C): (n_pairs, minutes, first_t, last_t, min_distance_m)} straight from the text of the spec."""
    ky = 111195.0
    kx = ky * math.cos(math.radians(lat0))
    windows = {person: (t0, t1) for person, t0, t1 in index}
    found = defaultdict(list)
    for i, t_q, lon_q, lat_q, _ in pings:
        if i not in windows or not windows[i][0] <= t_q <= windows[i][1]:
            continue
        for c, t_p, lon_p, lat_p, _ in pings:
            if c == i or abs(t_p - t_q) > gap_s:
                continue
            dx = (lon_p - lon0) * kx - (lon_q - lon0) * kx
            dy = (lat_p - lat0) * ky - (lat_q - lat0) * ky
            if dx * dx + dy * dy <= radius_m**2:
                found[i, c].append((t_p, math.sqrt(dx * dx + dy * dy)))
    return {
        key: (
            len(pairs), 10 * len({t // 600 for t, _ in pairs}), min(t for t, _ in pairs), max(t for t, _ in pairs),
            min(d for _, d in pairs),
        )
        for key, pairs in found.items()
    }  # fmt: skip


def visit_rows(visits, index, linger_s):
    """{(I, C): (meetings, minutes together, first_t, last_t)}; minutes by counting every single second."""
    return _stay_rows(visits, index, lambda a, b: True, linger_s, touching=True)


def ride_rows(rides, index, rows):
    """{(I, C): (meetings, minutes, first_t, last_t)} of rides (person, trip, carriage, row, on, off)."""
    stays = [(person, (trip, carriage), on, off, row) for person, trip, carriage, row, on, off in rides]
    return _stay_rows(stays, index, lambda a, b: abs(a[4] - b[4]) <= rows, 0, touching=False)


def _stay_rows(stays, index, near, linger_s, touching):
    windows = {person: (t0, t1) for person, t0, t1 in index}
    meetings, seconds, times = defaultdict(int), defaultdict(set), defaultdict(list)
    for mine in stays:
        if mine[0] not in windows:
            continue
        start, end = max(mine[2], windows[mine[0]][0]), min(mine[3], windows[mine[0]][1])
        for other in stays:
            if start > end or other[0] == mine[0] or other[1] != mine[1] or not near(mine, other):
                continue
            overlap = other[2] <= end and other[3] >= start
            if not touching:
                overlap = min(end, other[3]) > max(start, other[2])
            came_after = touching and end <= other[2] <= end + linger_s
            if not (overlap or came_after):
                continue
            key = mine[0], other[0]
            meetings[key] += 1
            seconds[key] |= set(range(max(start, other[2]), min(end, other[3])))
            times[key] += [max(start, other[2]), min(end + linger_s, other[3])]
    return {key: (n, len(seconds[key]) // 60, min(times[key]), max(times[key])) for key, n in meetings.items()}
