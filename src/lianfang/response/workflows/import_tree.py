"""A tree of areas or its borders sent to the page: looked at whole, then taken whole or refused whole, with a receipt."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.response.ledger.models import Entry
from lianfang.response.territory.actions import import_areas, import_boundaries
from lianfang.response.territory.rules.files import Problem, Refused
from lianfang.response.workflows import kept_uploads

KINDS = ("areas", "boundaries")
DATUMS = ("wgs84", "gcj02")
_SECTION = "trees"
_ACTIONS = {"territory.imported": "areas", "territory.boundaries_imported": "boundaries"}


@dataclass(frozen=True)
class Finding:
    """One row of the file: refused, or repaired on the way in."""

    row: int
    column: str
    value: str
    code: str
    message: str


@dataclass(frozen=True)
class Looked:
    """What a file holds. ``seq``: the receipt, once it is in."""

    file_name: str
    count: int = 0
    sha256: str = ""
    errors: list[Finding] = field(default_factory=list)
    repairs: list[Finding] = field(default_factory=list)
    seq: int | None = None

    @property
    def ready(self) -> bool:
        return not self.errors


@dataclass(frozen=True)
class TreeReceipt:
    """The row of the ledger that an import left: counts and checksum."""

    id: int
    kind: str
    file_name: str
    count: int
    repaired: int
    sha256: str
    at: datetime


def keep_tree(file: File) -> str:
    return kept_uploads.keep(_SECTION, file=file)


def kept_tree(token: str) -> Path:
    """Raises ValidationError where the file is no longer kept."""
    found = sorted(kept_uploads.folder_of(_SECTION, token).glob("file/*"))
    if not found:
        raise ValidationError(_("This file is no longer kept. Choose it again."))
    return found[0]


def discard_tree(token: str) -> None:
    kept_uploads.let_go(_SECTION, token)


def take_tree(path: Path, kind: str, datum: str, *, by: Any, commit: bool) -> Looked:
    """Look at the file or take it in; says everything that stands against it and raises nothing about it."""
    try:
        if kind == "areas":
            taken = import_areas(path, by=by, dry_run=not commit)
        else:
            taken = import_boundaries(path, by=by, gcj02=datum == "gcj02", dry_run=not commit)
    except Refused as error:
        return Looked(path.name, errors=_findings(error.problems))
    return Looked(path.name, taken.count, taken.sha256, repairs=_findings(taken.repairs), seq=taken.seq)


def _findings(problems: Any) -> list[Finding]:
    chinese = (get_language() or "").startswith("zh")
    return [_finding(one, chinese) for one in problems]


def _finding(one: Problem, chinese: bool) -> Finding:
    return Finding(one.line, one.column, one.value, one.what, one.why(chinese).rstrip("：:"))


def receipts(limit: int) -> list[TreeReceipt]:
    """The last imports of trees and borders, the newest first."""
    return [_receipt(row) for row in Entry.objects.filter(action__in=_ACTIONS).order_by("-seq")[:limit]]


def receipt(seq: int) -> TreeReceipt | None:
    row = Entry.objects.filter(action__in=_ACTIONS, seq=seq).first()
    return None if row is None else _receipt(row)


def _receipt(row: Entry) -> TreeReceipt:
    said = json.loads(row.detail)
    return TreeReceipt(
        row.seq, _ACTIONS[row.action], said["file"], said["count"], said.get("repaired", 0), said["sha256"], row.at
    )  # fmt: skip
