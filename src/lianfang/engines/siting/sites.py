"""How many sites an area gets, and how many people each."""

import numpy as np

from lianfang.engines.siting.parameters import Ints


def divide(people: Ints, most: int, pool: int) -> tuple[Ints, Ints]:
    """Return (area, people) of every site: as few sites of an area as hold ``most`` people each, of nearly one size.

    All but the last site of an area hold whole tubes, so that an area wastes at most one.
    """
    area, size = [], []
    for number, count in enumerate(people.tolist()):
        sites = -(-count // most)
        for left in range(sites, 0, -1):
            even = -(-count // left)
            whole = min(count, -(-even // pool) * pool)
            mine = even if left == 1 or whole > most else whole
            if mine:
                area.append(number)
                size.append(mine)
            count -= mine
    return np.array(area, np.int64), np.array(size, np.int64)
