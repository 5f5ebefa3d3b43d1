"""Two columns for one field: what stands in them decides where their names do not."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from itertools import islice

from lianfang.engines.linelist.columns import DATES, best_spelt, clashes
from lianfang.engines.linelist.dates import is_missing, looks_dated
from lianfang.engines.linelist.naming import Names
from lianfang.engines.linelist.table import Table

_SAMPLE = 5_000


def settle(table: Table, columns: Dictionary[str, str], said: Dictionary[str, str]) -> dict[str, str]:
    """Return {column: field} with as few fields claimed twice as the content allows. ``said``: the user's, untouched.

    A column of dates without any date gives way; so does a 'source' that names no case ('funeral') to an 'infector' that
    does, and becomes the setting. What is left is asked.
    """
    settled = dict(columns)
    rivals = clashes(settled)
    if not rivals:
        return settled
    sample = _sample(table, [name for names in rivals.values() for name in names] + _of(settled, "id"))
    for field, names in rivals.items():
        kept = _kept(field, names, sample, settled)
        for name in names:
            if len(kept) == 1 and name not in kept and name not in said:
                del settled[name]
        if field == "source" and len(kept) == 1 and "setting" not in settled.values():
            settled.update(
                {name: "setting" for name in names if name not in kept and name not in said and _tells(sample[name])}
            )
    return settled


def _of(columns: Dictionary[str, str], field: str) -> list[str]:
    return [name for name, target in columns.items() if target == field]


def _sample(table: Table, names: Sequence[str]) -> dict[str, list[str]]:
    at = {name: table.header.index(name) for name in names}
    found: dict[str, list[str]] = {name: [] for name in at}
    for _row, cells in islice(table.rows(), _SAMPLE):
        for name, position in at.items():
            if position < len(cells) and not is_missing(cells[position]):
                found[name].append(cells[position])
    return found


def _kept(
    field: str, names: Sequence[str], sample: Dictionary[str, list[str]], columns: Dictionary[str, str]
) -> list[str]:
    """The columns that may be meant; one, where it is settled."""
    if field in DATES:
        names = [name for name in names if any(map(looks_dated, sample[name]))] or list(names)
    if field == "source" and len(ids := _of(columns, "id")) == 1:
        known = Names(dict.fromkeys(sample[ids[0]], 0))
        names = [name for name in names if any(known.find(text) for text in sample[name])] or list(names)
    if field == "id":  # a number that is missing or stands twice is not the case's own
        full = max(len(sample[name]) for name in names)
        names = [name for name in names if len(set(sample[name])) == full] or list(names)
    if len(names) > 1 and field in ("id", "age") and (best := best_spelt(field, names)):
        return [best]
    return list(names)


def _tells(texts: Sequence[str]) -> bool:
    """Whether a column holds words that repeat, as places do."""
    return bool(texts) and len(set(texts)) * 2 <= max(len(texts), 4)
