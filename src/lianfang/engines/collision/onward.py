"""The same question again for the contacts of contacts, respecting time."""

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import Contacts
from lianfang.engines.collision.records import Index


def onward_of(
    contacts: Contacts, index: Index, latent_s: int, until_t: int
) -> tuple[Index, NDArray[np.int64]]:  # fmt: skip
    """Return the contacts as index people of a second step, by person, and for each the index person they come from.

    Nobody passes on what they have not yet met, nor before it can be passed on: each one's window opens ``latent_s``
    seconds after their own first exposure to any index person (first_t) and closes at ``until_t`` (when they were
    isolated, or the end of the records). They come from whoever exposed them first, of several in one second the
    lowest id. Index people of the first step are left out: their contacts are known already. RULES.md, rule 8.
    """
    by_time = np.lexsort((contacts.index_person, contacts.first_t, contacts.person))
    person, at = np.unique(contacts.person[by_time], return_index=True)
    source, since = contacts.index_person[by_time][at], contacts.first_t[by_time][at] + latent_s
    onward = ~np.isin(person, index.person) & (since <= until_t)
    person, source, since = person[onward], source[onward], since[onward]
    return Index(person, since, np.full(len(person), until_t, np.int64)), source


def onward_index(contacts: Contacts, until_t: int) -> Index:
    """The contacts as index people of a second step, without a latent period; their own index people are left out."""
    nobody = np.zeros(0, np.int64)
    known = Index(np.unique(contacts.index_person), *(np.zeros(len(np.unique(contacts.index_person)), np.int64),) * 2)
    return onward_of(contacts, known if len(known) else Index(nobody, nobody, nobody), 0, until_t)[0]
