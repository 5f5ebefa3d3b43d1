"""Files sent to a page that are looked at first: kept aside under a token until they are imported or given up."""

import os
import re
import secrets
import shutil
import time
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

_KEPT_S = 12 * 3600  # one shift; what nobody imported by then is deleted
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def keep(section: str, **files: File | None) -> str:
    """Write uploads where only this system's user can read them; older ones that nobody imported go.

    ``section`` keeps what one permission sent away from what another may open. Returns the token.
    """
    _forget_old(section)
    token = secrets.token_urlsafe(16)
    for kind, one in files.items():
        if one is not None:
            folder = folder_of(section, token) / kind
            folder.mkdir(parents=True, mode=0o700)
            target = folder / (re.sub(r"[^\w.()\- ]", "_", Path(one.name or "").name)[-120:] or kind)
            with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
                for block in one.chunks():
                    copy.write(block)
    return token


def folder_of(section: str, token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise ValidationError(_("This file is no longer kept. Choose it again."))
    return _root(section) / token


def let_go(section: str, token: str) -> None:
    shutil.rmtree(folder_of(section, token), ignore_errors=True)


def _root(section: str) -> Path:
    return Path(settings.MEDIA_ROOT) / section


def _forget_old(section: str) -> None:
    for folder in _root(section).glob("*"):
        if time.time() - folder.stat().st_mtime > _KEPT_S:
            shutil.rmtree(folder, ignore_errors=True)
