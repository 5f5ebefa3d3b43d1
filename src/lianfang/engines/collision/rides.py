"""Who rode in the same carriage: trains, coaches, flights, ambulances. Source: COLLISION.md."""

from dataclasses import fields

import numpy as np

from lianfang.engines.collision.contacts import RIDE, Contacts
from lianfang.engines.collision.groups import packed
from lianfang.engines.collision.meetings import Meetings, Stays, contacts_of, meet
from lianfang.engines.collision.parameters import RideRule
from lianfang.engines.collision.records import Index, Rides

_RULE = RideRule()


def collide_rides(rides: Rides, index: Index, rule: RideRule = _RULE) -> Contacts:
    """Return everybody on the same trip and carriage as an index person, overlapping in time, within ``rows`` rows.

    To overlap is to share more than a moment: who gets on where the other gets off has not ridden with them. Only the
    part of an index person's ride inside their window counts. No distance in metres is measured; ``min_rows`` is the
    fewest rows between them.
    """
    carriage = packed([rides.trip, rides.carriage])
    stays = Stays(rides.person, carriage, rides.t_on, rides.t_off)
    met = meet(stays, index, linger_s=0)
    row = np.asarray(rides.row, np.int64)
    apart = np.abs(row[met.mine] - row[met.other])
    near = met.together_s > 0
    if rule.rows is not None:
        near &= apart <= rule.rows
    met = Meetings(**{item.name: getattr(met, item.name)[near] for item in fields(met)})
    trip = np.asarray(rides.trip, np.int64)
    return contacts_of(RIDE, stays, met, index, apart[near], lambda rows: trip[rows])
