"""What identifies a person, encrypted; and keyed hashes for exact look-up.

AES-256-GCM over ``name␟id number␟phone␟address note`` (UTF-8), stored as version byte, 12-byte nonce, ciphertext and
tag. The hashes are HMAC-SHA-256 under another key, cut to 8 bytes where a value is meant to be unique and to 4 where
crowds share it. Both keys live outside the database (``keys.py``).
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
BETWEEN = "\x1f"
CONTEXT = b"lianfang.person"
_FACTS = b"lianfang.correction"


@dataclass(frozen=True)
class Identity:
    """Plain text of one person. Lives in memory only, and only for a caller who may see it."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""


class Unreadable(RuntimeError):
    """Sealed bytes that this installation's key does not open: altered, or sealed under another key."""


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(identity: Identity) -> bytes:
    plain = BETWEEN.join((identity.name, identity.id_number, identity.phone, identity.address))
    return seal_bytes(plain.encode(), os.urandom(12))


def seal_bytes(plain: bytes, nonce: bytes) -> bytes:
    """The bulk loader's way in: fields already joined, nonces drawn in one go. A nonce is never used twice."""
    return VERSION + nonce + _cipher(settings.SEAL_KEY).encrypt(nonce, plain, CONTEXT)


def seal_facts(facts: Mapping[str, object]) -> bytes:
    """Old values of a corrected record. Another context than a person's: one never opens as the other."""
    nonce = os.urandom(12)
    return VERSION + nonce + _cipher(settings.SEAL_KEY).encrypt(nonce, json.dumps(facts, default=str).encode(), _FACTS)


def unseal_facts(sealed: bytes) -> dict[str, Any]:
    sealed = bytes(sealed)
    try:
        plain = _cipher(settings.SEAL_KEY).decrypt(sealed[1:13], sealed[13:], _FACTS)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("this record was altered, or sealed under another key") from error
    return dict(json.loads(plain))


def unseal(sealed: bytes) -> Identity:
    sealed = bytes(sealed)
    try:
        plain = _cipher(settings.SEAL_KEY).decrypt(sealed[1:13], sealed[13:], CONTEXT)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("this record was altered, or sealed under another key") from error
    return Identity(*plain.decode().split(BETWEEN))


@cache
def _begun(key: bytes, what: str) -> tuple[Any, Any]:
    """The two hashes of HMAC-SHA-256, begun with the key's blocks: from here a digest takes a third of the time."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    inner.update(f"{what}:".encode())
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))


def _digest(what: str, value: str) -> bytes:
    inner, outer = (begun.copy() for begun in _begun(settings.INDEX_KEY, what))
    inner.update(value.encode())
    outer.update(inner.digest())
    return outer.digest()  # type: ignore[no-any-return]


def _long(what: str, value: str) -> int | None:
    return int.from_bytes(_digest(what, value)[:8], "big", signed=True) if value else None


def _short(what: str, value: str) -> int | None:
    return int.from_bytes(_digest(what, value)[:4], "big", signed=True) if value else None


def id_key(id_number: str) -> int | None:
    return _long("id", id_number.strip().upper())


def phone_key(phone: str) -> int | None:
    return _long("phone", digits(phone))


def name_key(name: str) -> int | None:
    return _short("name", name.strip())


def initials_key(initials: str) -> int | None:
    return _short("initials", initials.strip().lower())


def tail_key(phone: str) -> int | None:
    """Key of the last four digits: what people remember of a number."""
    tail = digits(phone)[-4:]
    return _short("tail", tail) if len(tail) == 4 else None


def digits(phone: str) -> str:
    """National number without country code and separators: '+86 199-0000-1234' → '19900001234'."""
    bare = "".join(c for c in phone if c.isdigit())
    return bare[-11:] if len(bare) > 11 and bare.startswith(("86", "0086")) else bare
