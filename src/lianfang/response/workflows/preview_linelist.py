"""A line list that was sent to the page: kept aside until it is imported or given up, and shown with all its findings."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from lianfang.engines.linelist import Mapping, MappingError, Preview, Refused, inspect
from lianfang.engines.linelist.mapping import build_mapping
from lianfang.engines.linelist.problems import ERROR, QUESTION
from lianfang.response.cases.models import Receipt
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import require
from lianfang.response.workflows.check_linelist import ProblemRow, against_city, problem_rows
from lianfang.response.workflows.import_linelist import NotTaken, commit_linelist

_KEPT_S = 12 * 3600  # one shift; what nobody imported by then is deleted
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Upload:
    """A file as the page shows it. ``preview`` is None where the file could not be read at all."""

    token: str
    path: Path
    contacts: Path | None
    preview: Preview | None
    problems: tuple[ProblemRow, ...] = field(default=())

    @property
    def ready(self) -> bool:
        """Whether it can be committed: it was read, nothing is wrong and no question is open."""
        return self.preview is not None and not any(one.severity in (ERROR, QUESTION) for one in self.problems)

    def of(self, severity: str) -> list[ProblemRow]:
        return [one for one in self.problems if one.severity == severity]


def preview_upload(
    path_or_file: Path | str | File,
    contacts: Path | str | File | None = None,
    mapping: Mapping | Dictionary[str, Any] | None = None,
    *,
    area: Area | None = None,
    disease: str = "",
    update: bool = False,
) -> Upload:
    """Read a line list, and a contacts file, and say everything that stands against it; raises nothing about the file.

    An uploaded file is kept aside under a token for ``reopen_upload``; a path is read where it is, and has none. With
    area and disease it is also checked against the cases and people already here.
    """
    if isinstance(path_or_file, File):
        token = _kept(path_or_file, contacts if isinstance(contacts, File) else None)
        return reopen_upload(token, mapping, area=area, disease=disease, update=update)
    beside = Path(contacts) if isinstance(contacts, Path | str) else None
    return _read("", Path(path_or_file), beside, mapping, area, disease, update)


def reopen_upload(
    token: str,
    mapping: Mapping | Dictionary[str, Any] | None = None,
    *,
    area: Area | None = None,
    disease: str = "",
    update: bool = False,
) -> Upload:
    """Read a kept file again, with the answers given since. Raises ValidationError where it is no longer kept."""
    folder = _folder(token)
    lists, links = sorted(folder.glob("list/*")), sorted(folder.glob("contacts/*"))
    if not lists:
        raise ValidationError(_("This file is no longer kept. Choose it again."))
    return _read(token, lists[0], links[0] if links else None, mapping, area, disease, update)


def commit_upload(
    upload: Upload, *, area: Area, disease: str, by: Any, update: bool = False, at: Any = None
) -> Receipt:
    """Import a previewed file and let go of the kept copy. Raises NotTaken, or a refusal of permission."""
    require(by, "linelist.import", area)
    if not upload.ready or upload.preview is None:
        raise NotTaken(upload.problems)
    receipt = commit_linelist(upload.preview, area=area, disease=disease, by=by, at=at, update=update)
    discard_upload(upload.token)
    return receipt


def discard_upload(token: str) -> None:
    if token:
        shutil.rmtree(_folder(token), ignore_errors=True)


def _read(
    token: str, path: Path, contacts: Path | None, mapping: Any, area: Area | None, disease: str, update: bool
) -> Upload:
    try:
        answers = mapping if isinstance(mapping, Mapping | None) else build_mapping(mapping)
        preview = inspect(path, contacts, answers)
    except MappingError as error:
        return Upload(token, path, contacts, None, (ProblemRow(ERROR, None, "", "", str(error), "mapping"),))
    except Refused as error:
        return Upload(token, path, contacts, None, tuple(problem_rows([error.problem])))
    problems = problem_rows(preview.problems)
    if preview.ready and area is not None and disease:
        problems += against_city(preview, area, disease, update=update)
    return Upload(token, path, contacts, preview, tuple(problems))


def columns_of(preview: Preview) -> list[tuple[str, str]]:
    """(column of the file, field it was recognised as, or '') in the file's order."""
    return [(name, preview.columns.get(name, "")) for name in preview.table.header]


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "linelists"


def _folder(token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise ValidationError(_("This file is no longer kept. Choose it again."))
    return _root() / token


def _kept(file: File, contacts: File | None) -> str:
    """Write an upload where only this system's user can read it; older ones that nobody imported go."""
    _forget_old()
    token = secrets.token_urlsafe(16)
    for kind, one in (("list", file), ("contacts", contacts)):
        if one is not None:
            folder = _folder(token) / kind
            folder.mkdir(parents=True, mode=0o700)
            target = folder / (re.sub(r"[^\w.()\- ]", "_", Path(one.name or "").name)[-120:] or kind)
            with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
                for block in one.chunks():
                    copy.write(block)
    return token


def _forget_old() -> None:
    for folder in _root().glob("*"):
        if time.time() - folder.stat().st_mtime > _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
