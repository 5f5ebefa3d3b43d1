"""What one row of a line list says about a case, as columns of a case. Nothing is made up; nothing said is lost."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lianfang.engines.linelist import CaseRow

DATES = (
    "onset_on", "sampled_on", "diagnosed_on", "reported_on", "exposed_from", "exposed_to", "admitted_on",
    "quarantined_on", "discharged_on", "died_on",
)  # fmt: skip
LONGEST = {"outcome": 40, "hospital": 160, "setting": 120, "severity": 40}
LABEL_LONGEST = 64


@dataclass(frozen=True)
class Reported:
    """fields: columns of Case. remarks: (code, column of the file, value) of what could only stand in the notes."""

    fields: dict[str, Any]
    remarks: tuple[tuple[str, str, str], ...] = ()


def as_reported(row: CaseRow, columns: Mapping[str, str]) -> Reported:
    """Return the columns of a case that a row fills. ``columns``: field → name of its column in the file.

    What a column of the database cannot hold (a text too long, an exposure that ends before it begins, a source told in
    words) goes whole into the notes, under the name the file gives it.
    """
    fields: dict[str, Any] = {name: row.on(name) for name in DATES}
    notes, remarks = [row.text("notes")] if row.text("notes") else [], []
    if fields["exposed_from"] and fields["exposed_to"] and fields["exposed_from"] > fields["exposed_to"]:
        for name in ("exposed_from", "exposed_to"):
            said = fields[name].isoformat()
            notes.append(f"{columns.get(name, name)}: {said}")
            remarks.append(("exposure_order", columns.get(name, name), said))
            fields[name] = None
    for name, longest in LONGEST.items():
        text = row.text(name)
        fields[name] = text
        if len(text) > longest:
            fields[name] = text[: longest - 1] + "…"
            notes.append(f"{columns.get(name, name)}: {text}")
            remarks.append(("shortened", columns.get(name, name), text))
    for name in ("age", "sex"):  # said, and neither an age nor male or female
        if row.text(name):
            notes.append(f"{columns.get(name, name)}: {row.text(name)}")
    source = row.text("source")
    if source and source not in row.sources:
        notes.append(f"{columns.get('source', 'source')}: {source}")
    return Reported({**fields, "age": row.age, "notes": "\n".join(notes)}, tuple(remarks))


def changes(fields: Mapping[str, Any], held: object) -> dict[str, Any]:
    """Return what a newer row says differently of a case. A cell left blank takes nothing back."""
    said = {name: value for name, value in fields.items() if value not in (None, "")}
    return {name: value for name, value in said.items() if value != getattr(held, name)}


def disease_in_name(file_name: str, known: Iterable[str]) -> str:
    """The one known disease that the words of a file's name say, or '' where they say none or several."""
    words = re.findall(r"[a-z]+|[0-9]+", file_name.lower())
    together = {"".join(words[start : start + length]) for start in range(len(words)) for length in (1, 2)}
    said = [disease for disease in known if "".join(re.findall(r"[a-z0-9]+", disease.lower())) in together]
    return said[0] if len(said) == 1 else ""
