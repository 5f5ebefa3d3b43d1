"""The same question again for the contacts of contacts, respecting time."""

import numpy as np

from lianfang.engines.collision.contacts import Contacts
from lianfang.engines.collision.groups import group
from lianfang.engines.collision.records import Index


def onward_index(contacts: Contacts, until_t: int) -> Index:
    """Return the contacts as index people of a second step.

    Nobody passes on what they have not yet met: each one's window opens at their own first exposure to any index person
    (first_t) and closes at ``until_t`` (seconds; when they were isolated, or the end of the records). Index people of
    the first step are left out: their contacts are known already. RULES.md, rule 8.
    """
    new = contacts.take(~np.isin(contacts.person, contacts.index_person) & (contacts.first_t <= until_t))
    groups = group(new.person)
    return Index(new.person[groups.first], groups.min(new.first_t), np.full(len(groups), until_t, np.int64))
