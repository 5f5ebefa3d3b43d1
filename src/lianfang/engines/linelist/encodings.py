"""How a text file is written: its encoding and what stands between its cells."""

import codecs
import csv
import io
import re
from pathlib import Path

from lianfang.engines.linelist.problems import Problem, Refused

_BLOCK = 1 << 20
_SAMPLE = 1 << 18
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WESTERN = "cp1252"
_DELIMITERS = (",", ";", "\t", "|")


def encoding_of(path: Path, start: bytes, said: str) -> str:
    """Return the name of the encoding. ``said`` is the user's answer, or ''. Raises Refused where none fits."""
    if said:
        return _proven(path, said)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return _proven(path, encoding)
    if encoding := _without_mark(start):
        return _proven(path, encoding)
    for encoding in ("utf-8", "gb18030", WESTERN):
        try:
            _walk(path, encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and error.reason == "unexpected end of data":
                raise Refused(Problem("cut_mid_row", params={"why": "a character is cut in two"})) from error
            continue
        if encoding != "gb18030" or not _western(path):
            return "utf-8-sig" if encoding == "utf-8" else encoding
    raise Refused(Problem("encoding"))


def _proven(path: Path, encoding: str) -> str:
    try:
        _walk(path, encoding)
    except UnicodeDecodeError as error:
        raise Refused(Problem("encoding_wrong", value=encoding)) from error
    except LookupError as error:
        raise Refused(Problem("encoding_unknown", value=encoding)) from error
    return encoding


def _walk(path: Path, encoding: str) -> None:
    with open(path, encoding=encoding, newline="") as file:
        while file.read(_BLOCK):
            pass


def _without_mark(start: bytes) -> str:
    """UTF-16 that does not say so: every other byte of its commas and digits is nought."""
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = start[first::2].count(0), start[1 - first :: 2].count(0)
        if not others and zeros * 4 > len(start) // 2:
            return encoding
    return ""


def _western(path: Path) -> bool:
    """Whether the high bytes stand alone between letters, as in 'Epuyén'; in Chinese they come in pairs."""
    with open(path, "rb") as file:
        runs = re.findall(rb"[\x80-\xff]+", file.read(_SAMPLE))
    alone = sum(len(run) == 1 for run in runs)
    return alone * 2 > len(runs)


def is_doubtful(path: Path, encoding: str) -> bool:
    """Whether text that can be read as GB18030 is hardly that: Big5 and Shift-JIS pair high bytes with letters, it rarely."""
    if encoding != "gb18030":
        return False
    with open(path, "rb") as file:
        pairs = re.findall(rb"[\x81-\xfe][\x40-\xfe]", file.read(_SAMPLE))
    return sum(pair[1] < 0x80 for pair in pairs) * 8 > len(pairs)


def delimiter_of(sample: str) -> str:
    """The mark that parts the first rows into the same number of cells, the more the better; ',' where none does."""
    hint = re.match(r"sep=(.)\r?\n", sample)
    if hint:
        return hint[1]
    best, most = ",", 1
    for mark in _DELIMITERS:
        counts = _counts(sample, mark)
        if counts and counts[0] > most and sum(count == counts[0] for count in counts) * 2 > len(counts):
            best, most = mark, counts[0]
    return best if most > 1 else max(_DELIMITERS, key=sample.split("\n", 1)[0].count)


def _counts(sample: str, mark: str) -> list[int]:
    """Cells of each of the first complete rows."""
    lines = io.StringIO(sample)
    counts = []
    try:
        for cells in csv.reader(lines, delimiter=mark):
            if cells:
                counts.append(len(cells))
            if len(counts) == 20:
                break
    except csv.Error:
        pass
    return counts[:-1] if len(counts) > 1 and len(sample) >= _SAMPLE // 4 else counts
