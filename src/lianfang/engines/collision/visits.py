"""Who was at the same place: check-ins by real name, scans at a gate, hotels, shops. Source: COLLISION.md."""

import numpy as np

from lianfang.engines.collision.contacts import VISIT, Contacts
from lianfang.engines.collision.meetings import Stays, contacts_of, meet
from lianfang.engines.collision.parameters import VisitRule
from lianfang.engines.collision.records import Index, Visits

_RULE = VisitRule()


def collide_visits(visits: Visits, index: Index, rule: VisitRule = _RULE) -> Contacts:
    """Return everybody who was at the same place as an index person at the same time, or came within ``linger_s`` after.

    Ends are included: who enters in the second the other leaves has met them, and a scan without duration (t_in = t_out)
    inside a stay is a meeting. Only the part of an index person's visit inside their window counts. Lingering goes
    forward: "the second person" is the one exposed, "the first" the index person; who left before an index person came
    is not a contact. Someone who only came after has minutes 0. No distance is measured, so there is no probability:
    presence at the place is what the record says.
    """
    stays = Stays(visits.person, visits.place, visits.t_in, visits.t_out)
    met = meet(stays, index, rule.linger_s)
    no_rows = np.full(len(met.other), -1, np.int64)
    return contacts_of(VISIT, stays, met, index, no_rows, lambda rows: np.asarray(visits.place, np.int64)[rows])
