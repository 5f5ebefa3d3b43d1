"""What comes with a file of location records: the file itself, and what shall count as near."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.engines.collision import BadRecord, PingRule, RideRule, VisitRule
from lianfang.response.tracing.arrays.shelf import Nearness

USUAL = {"radius_m": 50, "gap_s": 600, "linger_s": 0, "rows": 3}


@contextmanager
def set_aside(upload: Any) -> Iterator[Path]:
    """The upload as a file that only this process reads, and that ends with the block."""
    with tempfile.NamedTemporaryFile(suffix=Path(upload.name).suffix[:10]) as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
        kept.flush()
        yield Path(kept.name)


def nearness(typed: Any) -> Nearness:
    """What counts as near, as typed; ValidationError names the field."""
    number = {name: _number(name, typed.get(name), usual) for name, usual in USUAL.items()}
    try:
        return Nearness(
            ping=PingRule(radius_m=number["radius_m"], gap_s=int(number["gap_s"])),
            visit=VisitRule(linger_s=int(number["linger_s"])),
            ride=RideRule(rows=int(number["rows"])),
        )
    except BadRecord as error:
        raise ValidationError({error.column: error.message(get_language() or "en")}) from error


def _number(name: str, text: Any, usual: float) -> float:
    if text in (None, ""):
        return usual
    try:
        return float(text)
    except ValueError as error:
        raise ValidationError({name: _("This is not a number.")}) from error
