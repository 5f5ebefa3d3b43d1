"""Which site and which hour every dwelling of an area is called to."""

from dataclasses import dataclass

import numpy as np

from lianfang.engines.siting.parameters import Floats, Ints


@dataclass(frozen=True)
class Visits:
    """Of every dwelling, float64 and int64: site (index), from_h, to_h."""

    site: Ints
    from_h: Floats
    to_h: Floats


def assign_dwellings(people: Ints, site_people: Ints, opens_h: Floats, closes_h: Floats, slot_h: float = 0.5) -> Visits:
    """Call the dwellings of one area, in the order in which they lie, to its sites one after another.

    people: of each dwelling, int64; site_people, opens_h, closes_h: of each site of the area. Neighbours go together, so the
    way is as short as the area is small. A dwelling goes where its first person has a place: a site is exceeded by at most
    one household less a person. Raises ValueError where the people do not match the places.
    """
    if people.sum() != site_people.sum() or (people < 0).any():
        raise ValueError("people: as many as the sites have places for")
    places = np.cumsum(site_people)
    first = np.cumsum(people) - people
    site = np.minimum(np.searchsorted(places, first, side="right"), len(site_people) - 1)
    share = (first - (places - site_people)[site]) / np.maximum(site_people[site], 1)
    long = (closes_h - opens_h)[site]
    slots = np.floor(share * long / slot_h)
    begin = opens_h[site] + slots * slot_h
    return Visits(site.astype(np.int64), begin, np.minimum(begin + slot_h, closes_h[site]))
