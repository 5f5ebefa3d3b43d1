"""Rows of many people at once: the same sealing and the same blind keys as ``actions.sealed_fields``, in tight loops."""

import os
from collections.abc import Iterable, Iterator
from functools import cache


from lianfang.response.people import sealing
from lianfang.response.people.sealing import Identity
from lianfang.response.territory.rules.names import initials

COLUMNS = (
    "id", "community_id", "household_id", "sealed", "id_key", "phone_key", "tail_key", "name_key", "initials_key", "sex",
    "born_on", "merged_into_id",
)  # fmt: skip


@cache
def _name_keys(name: str) -> tuple[int | None, int | None]:
    letters = "".join(_letter(character) for character in name)
    return sealing.name_key(name), sealing.initials_key(letters)


@cache
def _letter(character: str) -> str:
    return initials(character)


@cache
def _tail_key(tail: str) -> int | None:
    return sealing.tail_key(tail)


def rows(
    first_id: int, community_id: int, people: Iterable[tuple[Identity, int | None, int, str]]
) -> Iterator[tuple[object, ...]]:
    """Yield stored rows in the order of COLUMNS, ids counted up from ``first_id``.

    people: (identity, household id, sex 0–2, birth date ISO) of each.
    """
    count = 0
    nonces = b""
    for known, household, sex, born_on in people:
        if count % 4096 == 0:
            nonces = os.urandom(12 * 4096)
        at = 12 * (count % 4096)
        plain = f"{known.name}\x1f{known.id_number}\x1f{known.phone}\x1f{known.address}".encode()
        name_key, initials_key = _name_keys(known.name)
        yield (
            first_id + count, community_id, household, sealing.seal_bytes(plain, nonces[at : at + 12]),
            sealing.id_key(known.id_number), sealing.phone_key(known.phone), _tail_key(known.phone[-4:]), name_key,
            initials_key, sex, born_on, None,
        )  # fmt: skip
        count += 1


