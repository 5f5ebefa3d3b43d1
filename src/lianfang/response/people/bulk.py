"""Sealing many people at once: the bytes and keys that ``actions.sealed_fields`` would give, in a tight loop.

For worker processes: no models, and no settings either; keys are handed in. Tests hold it to ``sealing``.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from lianfang.response.people.sealing import BETWEEN, CONTEXT, VERSION
from lianfang.response.territory.rules.names import initials

COLUMNS = (
    "id", "community_id", "household_id", "sealed", "id_key", "phone_key", "tail_key", "name_key", "initials_key", "sex",
    "born_on",
)  # fmt: skip
_BLOCK = 64


@dataclass(frozen=True)
class Keys:
    """The two keys of ``settings``, for a process that has no settings."""

    seal: bytes = field(repr=False)
    index: bytes = field(repr=False)


@dataclass(frozen=True)
class SealedPeople:
    """Stored columns of people, in their order. Where somebody has no phone its two keys mean nothing."""

    sealed: list[bytes]
    id_key: NDArray[np.int64]
    phone_key: NDArray[np.int64]
    tail_key: NDArray[np.int32]
    name_key: NDArray[np.int32]
    initials_key: NDArray[np.int32]
    has_phone: NDArray[np.bool_]


class Sealer:
    """Seals people whose names come from a closed list, so that a name is encoded and hashed once.

    name_of: the name of a code; names: how many codes there are.
    """

    def __init__(self, keys: Keys, name_of: Callable[[int], str], names: int) -> None:
        self._encrypt = AESGCM(keys.seal).encrypt
        self._hmac = _Hmac(keys.index)
        self._name_of = name_of
        self._known = np.zeros(names, bool)
        self._plain: list[bytes] = [b""] * names
        self._name_key, self._initials_key = (np.zeros(names, np.int32) for _ in range(2))
        tails = [self._hmac.of("tail", b"%04d" % tail) for tail in range(10_000)]
        self._tail_key = np.array([_number(digest, 4) for digest in tails], np.int32)

    def seal(
        self,
        name: NDArray[np.int64],
        id_number: NDArray[np.uint8],
        phone: NDArray[np.uint8],
        has_phone: NDArray[np.bool_],
    ) -> SealedPeople:
        """name: codes, shape (n,); id_number: ASCII, shape (n, 18); phone: ASCII digits, shape (n, 11); has_phone: bool."""
        self._learn(name)
        tail = (phone[:, -4:].astype(np.int64) - ord("0")) @ np.array([1000, 100, 10, 1])
        numbers, phones = _rows(id_number), _rows(phone)
        return SealedPeople(
            sealed=self._sealed(name, numbers, phones, has_phone),
            id_key=self._hmac.long_keys("id", numbers),
            phone_key=self._hmac.long_keys("phone", phones),
            tail_key=self._tail_key[tail],
            name_key=self._name_key[name],
            initials_key=self._initials_key[name],
            has_phone=has_phone,
        )

    def _sealed(
        self, name: NDArray[np.int64], numbers: list[bytes], phones: list[bytes], has_phone: NDArray[np.bool_]
    ) -> list[bytes]:
        encrypt, plain, between = self._encrypt, self._plain, BETWEEN.encode()
        drawn = os.urandom(12 * len(numbers))
        sealed = []
        for at, (code, number, phone, has) in enumerate(
            zip(name.tolist(), numbers, phones, has_phone.tolist(), strict=True)
        ):
            nonce = drawn[12 * at : 12 * at + 12]
            joined = between.join((plain[code], number, phone if has else b"", b""))
            sealed.append(VERSION + nonce + encrypt(nonce, joined, CONTEXT))
        return sealed

    def _learn(self, codes: NDArray[np.int64]) -> None:
        for code in np.unique(codes[~self._known[codes]]).tolist():
            name = self._name_of(code)
            letters = "".join(_letter(character) for character in name)
            self._plain[code] = name.encode()
            self._name_key[code] = _number(self._hmac.of("name", name.encode()), 4)
            self._initials_key[code] = _number(self._hmac.of("initials", letters.encode()), 4)
            self._known[code] = True


class _Hmac:
    """HMAC-SHA-256 with the key's two blocks hashed beforehand: a third of the time of ``hmac.digest``."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def of(self, what: str, value: bytes) -> bytes:
        return next(self._digests(what, [value]))

    def long_keys(self, what: str, values: list[bytes]) -> NDArray[np.int64]:
        digests = b"".join([digest[:8] for digest in self._digests(what, values)])
        return np.frombuffer(digests, ">i8").astype(np.int64)

    def _digests(self, what: str, values: list[bytes]) -> Iterator[bytes]:
        begun, ending = self._begun(what), self._outer
        for value in values:
            inner, outer = begun.copy(), ending.copy()
            inner.update(value)
            outer.update(inner.digest())
            yield outer.digest()

    def _begun(self, what: str) -> Any:
        inner = self._inner.copy()
        inner.update(f"{what}:".encode())
        return inner


def _number(digest: bytes, size: int) -> int:
    return int.from_bytes(digest[:size], "big", signed=True)


def _rows(characters: NDArray[np.uint8]) -> list[bytes]:
    width = characters.shape[1]
    whole = characters.tobytes()
    return [whole[at : at + width] for at in range(0, len(whole), width)]


@cache
def _letter(character: str) -> str:
    return initials(character)
