"""A line list that was sent to the page: kept aside until it is imported or given up, and shown with all its findings."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from lianfang.engines.linelist import Mapping, MappingError, Preview, Refused, inspect
from lianfang.engines.linelist.mapping import build_mapping
from lianfang.engines.linelist.problems import ERROR, QUESTION
from lianfang.response.cases.models import Receipt
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import require
from lianfang.response.workflows import kept_uploads
from lianfang.response.workflows.check_linelist import ProblemRow, against_city, problem_rows
from lianfang.response.workflows.import_linelist import NotTaken, commit_linelist

_SECTION = "linelists"


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
        token = kept_uploads.keep(
            _SECTION, list=path_or_file, contacts=contacts if isinstance(contacts, File) else None
        )
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
    folder = kept_uploads.folder_of(_SECTION, token)
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
        kept_uploads.let_go(_SECTION, token)


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
