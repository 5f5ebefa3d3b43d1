"""From tallies to contacts, and from contacts to the contacts' contacts."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import PING, Contacts
from lianfang.engines.collision.onward import onward_of
from lianfang.engines.collision.pings import BIN_MINUTES
from lianfang.engines.collision.records import Index

Ask = Callable[[Index, NDArray[np.int64]], Contacts]


def contacts_of(index_person: NDArray[np.int64], tallies: NDArray[Any]) -> Contacts:
    """Tallies, already in their order, as columns. index_person: whose contact each is."""
    nothing = np.full(len(tallies), -1, np.int64)
    return Contacts(
        evidence=PING,
        index_person=index_person,
        person=np.ascontiguousarray(tallies["person"]),
        n_pairs=np.ascontiguousarray(tallies["pairs"]),
        minutes=BIN_MINUTES * tallies["bins"],
        first_t=np.ascontiguousarray(tallies["first_t"]),
        last_t=np.ascontiguousarray(tallies["last_t"]),
        min_distance_m=np.sqrt(tallies["distance2"]),
        min_rows=nothing,
        probability=tallies["expected"] / tallies["bins"],
        expected_minutes=BIN_MINUTES * tallies["expected"],
        place=nothing,
    )


def second_order(first: Contacts, index: Index, latent_s: int, until_t: int, ask: Ask) -> Contacts:
    """Return ``first`` and, after it, the contacts of those contacts, respecting time.

    A contact asks with their pings from ``latent_s`` after their own first exposure (first_t of all their rows) to
    ``until_t``, see ``onward_of``. Rows are by contact in between and person; index_person is whose exposure of the one
    in between came first. Index people and contacts of the first order are not named again: everybody stands in the
    lowest order that reaches them.
    """
    onward, source = onward_of(first, index, latent_s, until_t)
    known = np.union1d(first.person, np.asarray(index.person, np.int64))
    second = ask(onward, known)
    return first.then(second, source[np.searchsorted(onward.person, second.index_person)])
