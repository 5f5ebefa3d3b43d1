"""Trees of areas and their borders: looked at, imported whole or refused whole, with a receipt."""

import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from lianfang.response.territory.permissions import require_somewhere
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.fields import Flag, Pk
from lianfang.response.web.api.missing import no_such_record
from lianfang.response.workflows import import_tree
from lianfang.response.workflows.import_tree import DATUMS, KINDS, take_tree

router = Router(tags=["trees"])
SHOWN = 200


class TreeReceipt(Schema):
    """What one import brought. ``id``: its row of the ledger."""

    id: int
    kind: str
    file_name: str
    count: int
    repaired: int
    sha256: str
    at: datetime


class TreeFinding(Schema):
    """One row (or feature) of the file, counted from 1."""

    row: int
    column: str
    value: str
    code: str
    message: str


class TreeLooked(Schema):
    """What the file holds: at most 200 ``errors``, which stand in the way, and 200 ``repairs``, which do not."""

    ready: bool
    count: int
    sha256: str
    found: int
    errors: list[TreeFinding]
    repaired: int
    repairs: list[TreeFinding]
    receipt: TreeReceipt | None


class TreeFile(Schema):
    """Sent as form fields beside the file. ``commit``: import it if nothing stands against it."""

    kind: Literal[KINDS]
    datum: Annotated[Literal[DATUMS], Field(description="of borders; GCJ-02 is converted")] = "wgs84"
    commit: Flag = False


@router.post("/trees", response=answers_to_write(TreeLooked))
def import_areas_or_borders(request, given: Form[TreeFile], file: File[UploadedFile]):
    """Look at areas (CSV) or borders (GeoJSON) and, with ``commit``, import them whole. Needs system.configure."""
    require_somewhere(request.user, "system.configure", "api:trees")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (re.sub(r"[^\w.()\- ]", "_", Path(file.name or "").name)[-120:] or "file")
        with path.open("wb") as copy:
            copy.writelines(file.chunks())
        taken = take_tree(path, given.kind, given.datum, by=request.user, commit=given.commit)
    return {
        "ready": taken.ready, "count": taken.count, "sha256": taken.sha256, "found": len(taken.errors),
        "errors": [vars(one) for one in taken.errors[:SHOWN]], "repaired": len(taken.repairs),
        "repairs": [vars(one) for one in taken.repairs[:SHOWN]],
        "receipt": None if taken.seq is None else import_tree.receipt(taken.seq),
    }  # fmt: skip


@router.get("/trees/receipts", response=answers(list[TreeReceipt]))
def list_tree_receipts(request):
    """The last imports, at most 200, the newest first. Needs system.configure."""
    require_somewhere(request.user, "system.configure", "api:trees")
    return import_tree.receipts(SHOWN)


@router.get("/trees/receipts/{pk}", response=answers(TreeReceipt))
def get_tree_receipt(request, pk: Pk):
    require_somewhere(request.user, "system.configure", "api:trees")
    found = import_tree.receipt(pk)
    if found is None:
        no_such_record(request.user, f"ledger.entry:{pk}", "system.configure")
    return found
