"""Line lists: looked at, imported whole or refused whole, with a receipt."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from lianfang.response.cases.models import Receipt as Row
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, require_somewhere, visible
from lianfang.response.web.api.areas import AreaName
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.fields import Code, Flag, Pk, ShortLine, Text
from lianfang.response.web.api.listing import Listing, Page, page
from lianfang.response.workflows.import_linelist import NotTaken
from lianfang.response.workflows.preview_linelist import Upload, columns_of, commit_upload, preview_upload

router = Router(tags=["imports"])
SHOWN = 200


class Receipt(Schema):
    """What one import brought: counts and checksum."""

    id: int
    area: AreaName
    kind: str
    disease: str
    file_name: str
    sha256: str
    bytes: int
    rows_read: int
    created: dict[str, Any]
    columns: dict[str, Any]
    at: datetime


class Finding(Schema):
    """One thing about the file. ``severity``: error and question stand in the way, a warning does not."""

    severity: str
    row: int | None
    column: str
    value: str
    message: str
    code: str


class Looked(Schema):
    """What the file holds, and what stands against it: at most 200 findings of ``found``. ``receipt``: of an import."""

    ready: bool
    cases: int
    links: int
    columns: dict[str, str]
    found: int
    findings: list[Finding]
    receipt: Receipt | None


class Import(Schema):
    """Sent as form fields beside the files. ``commit``: import it if nothing stands against it."""

    area: Annotated[Code, Field(description="of cases without an address")]
    disease: Annotated[ShortLine, Field(min_length=1, max_length=24)]
    commit: Flag = False
    update: Annotated[Flag, Field(description="edit what differs in cases already held")] = False
    map: Annotated[Text, Field(description="answers, as the TOML file of `lianfang import linelist --map`")] = ""


@router.post("/linelists", response=answers_to_write(Looked))
def import_linelist(request, given: Form[Import], file: File[UploadedFile], contacts: File[UploadedFile | None] = None):
    """Look at a line list (CSV or XLSX) and, with ``commit``, import it whole or not at all. Needs linelist.import."""
    area = fetch(Area.objects.all(), request.user, "linelist.import", code=given.area)
    with _aside(file, contacts) as (path, links):
        if given.commit:
            return _committed(preview_upload(path, links, _map(given.map)), given, area, request.user)
        looked = {"area": area, "disease": given.disease, "update": given.update}
        return _looked(preview_upload(path, links, _map(given.map), **looked), None)


def _committed(taken: Upload, given: Import, area: Area, user: Any) -> dict[str, Any]:
    """The import itself checks against the city, so that the same file again earns its first receipt."""
    if not taken.ready:
        return _looked(taken, None)
    try:
        receipt = commit_upload(taken, area=area, disease=given.disease, by=user, update=given.update)
    except NotTaken as error:
        if not error.problems:
            raise
        return _looked(replace(taken, problems=tuple(error.problems)), None)
    return _looked(taken, receipt)


def _map(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValidationError({"map": str(error)}) from error


def _looked(taken: Upload, receipt: Row | None) -> dict[str, Any]:
    seen = taken.preview
    return {
        "ready": taken.ready, "cases": seen.count if seen else 0,
        "links": len(seen.link_rows()) + seen.sources if seen else 0,
        "columns": dict(columns_of(seen)) if seen else {}, "found": len(taken.problems),
        "findings": [vars(one) for one in taken.problems[:SHOWN]], "receipt": receipt,
    }  # fmt: skip


@contextmanager
def _aside(file: UploadedFile, contacts: UploadedFile | None) -> Iterator[tuple[Path, Path | None]]:
    """The uploads under their own names, in a folder that ends with the block."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for kind, one in (("list", file), ("contacts", contacts)):
            if one is None:
                paths.append(None)
                continue
            target = Path(folder) / kind / (re.sub(r"[^\w.()\- ]", "_", Path(one.name or "").name)[-120:] or kind)
            target.parent.mkdir()
            with target.open("wb") as copy:
                copy.writelines(one.chunks())
            paths.append(target)
        assert paths[0] is not None
        yield paths[0], paths[1]


@router.get("/receipts", response=answers(Page[Receipt]))
def list_receipts(request, given: Query[Listing]):
    """What was imported in reach, the last first. Needs linelist.import."""
    require_somewhere(request.user, "linelist.import", "api:receipts")
    rows = visible(Row.objects.select_related("area"), request.user, "linelist.import").order_by("-at", "-pk")
    return page(rows, given, list)


@router.get("/receipts/{pk}", response=answers(Receipt))
def get_receipt(request, pk: Pk):
    return fetch(Row.objects.select_related("area"), request.user, "linelist.import", pk=pk)
