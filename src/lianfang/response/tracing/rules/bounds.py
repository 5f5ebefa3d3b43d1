"""The bounds of a warrant: what exactly was approved, and whether a question keeps within it."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Bounds:
    """Everything an approver answers for. cases: ids, sorted; kinds: sorted; area_path ends in '/'.

    vault: whose records these are, so that an approval cannot be turned to those of another warrant.
    """

    cases: tuple[int, ...]
    kinds: tuple[str, ...]
    area_path: str
    from_at: datetime
    to_at: datetime
    expires_at: datetime
    basis: str
    purpose: str
    requester: int
    vault: str

    def digest(self) -> str:
        """SHA-256 of the canonical form: two bounds have the same one only if they say the same."""
        said = {
            name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
            for name, value in vars(self).items()
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def approval_seal(key: bytes, digest: str, approver: int, approved_at: datetime) -> str:
    """What ties an approval to the bounds it was given for: nobody without the installation's key can write it."""
    said = f"warrant-approval:{digest}:{approver}:{approved_at.astimezone(UTC).isoformat()}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Question:
    """What somebody wants to ask: about which cases, of which kinds of record, where and when."""

    cases: tuple[int, ...]
    kinds: tuple[str, ...]
    area_path: str
    from_at: datetime
    to_at: datetime


def outside(question: Question, bounds: Bounds) -> str:
    """The first bound a question leaves, as a code; '' if it keeps within all of them."""
    if not set(question.cases) <= set(bounds.cases):
        return "another_case"
    if not set(question.kinds) <= set(bounds.kinds):
        return "another_kind"
    if not question.area_path.startswith(bounds.area_path):
        return "another_area"
    if question.from_at < bounds.from_at or question.to_at > bounds.to_at:
        return "another_period"
    return ""


def longest(days_of_setting: int, retention_days: Iterable[int]) -> timedelta:
    """How long a warrant may run: what the installation allows, and no longer than any edition keeps check-ins."""
    return timedelta(days=min([days_of_setting, *retention_days]))
