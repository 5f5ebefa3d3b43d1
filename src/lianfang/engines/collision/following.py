"""All kinds of record in one answer, and the contacts' contacts of that answer."""

from collections.abc import Callable, Sequence

import numpy as np

from lianfang.engines.collision.contacts import Contacts
from lianfang.engines.collision.merging import merged
from lianfang.engines.collision.onward import onward_of
from lianfang.engines.collision.records import Index

Ask = Callable[[Index], Contacts]


def follow(
    asks: Sequence[Ask], index: Index, *, order: int = 1, latent_s: int = 0, until_t: int = 0, min_minutes: int = 0
) -> Contacts:
    """Ask each kind of record about ``index`` and merge what they say; with order 2, about those contacts too.

    asks: one a kind of record. A contact's exposure is their first of any kind; otherwise as ``Store.contacts``.
    min_minutes is of the merged row, and only as good as its strongest kind.
    """
    first = merged([ask(index) for ask in asks])
    first = first.take(first.minutes >= min_minutes)
    if order == 1 or not len(first):
        return first
    onward, source = onward_of(first, index, latent_s, until_t)
    second = merged([ask(onward) for ask in asks])
    known = np.union1d(first.person, np.asarray(index.person, np.int64))
    second = second.take((second.minutes >= min_minutes) & ~np.isin(second.person, known))
    return first.then(second, source[np.searchsorted(onward.person, second.index_person)])
