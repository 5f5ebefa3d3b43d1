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
