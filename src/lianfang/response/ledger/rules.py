"""How one link is computed. HMAC-SHA-256 over the previous link and a canonical form of the entry."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

GENESIS = b"\0" * 32


def canonical(detail: Mapping[str, object]) -> str:
    return json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def link(
    key: bytes,
    before: bytes,
    *,
    seq: int,
    at: datetime,
    actor_id: int | None,
    action: str,
    subject: str,
    area_path: str,
    purpose_id: int | None,
    why: str,
    detail: str,
) -> bytes:
    """Return the 32-byte MAC of an entry that follows the link ``before``."""
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [seq, stamp, actor_id, action, subject, area_path, purpose_id, why, detail]
    return hmac.digest(key, before + json.dumps(fields, ensure_ascii=False).encode(), hashlib.sha256)


def head_seal(key: bytes, seq: int, mac: bytes) -> bytes:
    """The head's own MAC: without the key nobody can make an earlier link the last one."""
    return hmac.digest(key, b"head" + seq.to_bytes(8, "big") + mac, hashlib.sha256)


def anchor_line(key: bytes, at: datetime, seq: int, mac: bytes) -> str:
    """One line of the anchor file: time, number, link, and a seal over them."""
    text = f"{at.astimezone(UTC).isoformat(timespec='seconds')} {seq} {mac.hex()}"
    return f"{text} {hmac.digest(key, b'anchor' + text.encode(), hashlib.sha256).hex()}"


def read_anchor(key: bytes, line: str) -> tuple[int, bytes] | None:
    """(number, link) of an anchor line; None where it was altered or cut."""
    text, _, seal = line.rpartition(" ")
    wanted = hmac.digest(key, b"anchor" + text.encode(), hashlib.sha256).hex()
    if not hmac.compare_digest(seal, wanted):
        return None
    _at, seq, mac = text.split(" ")
    return int(seq), bytes.fromhex(mac)
