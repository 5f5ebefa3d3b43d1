"""Chinese for every English sentence of the pages: one catalogue per application, compiled into one at start-up."""

import os
import tempfile
from pathlib import Path

import polib

_NAME = Path("zh_Hans") / "LC_MESSAGES"


def catalogues(package: Path) -> list[Path]:
    return sorted(package.glob(f"*/locale/{_NAME}/django.po"))


def compiled(package: Path, data: Path) -> Path:
    """Return a folder with the compiled catalogue, made anew when a source is younger. Killed half-way leaves the old."""
    target = data / "locale" / _NAME / "django.mo"
    found = catalogues(package)
    youngest = max((path.stat().st_mtime for path in found), default=0)
    if not target.exists() or target.stat().st_mtime < youngest:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        os.close(handle)
        merged(found).save_as_mofile(temporary)
        os.replace(temporary, target)
    return data / "locale"


def merged(found: list[Path]) -> polib.POFile:
    """One catalogue of all; the first translation of a sentence stands."""
    whole = polib.POFile()
    whole.metadata = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": "nplurals=1; plural=0;"}
    known = set()
    for path in found:
        for entry in polib.pofile(str(path)):
            key = (entry.msgctxt, entry.msgid)
            if key not in known:
                known.add(key)
                whole.append(entry)
    return whole
