import csv
from collections.abc import Iterable
from typing import TextIO

from lianfang.engines.chains.generations import ChainRow

HEADER = ("case", "source", "generation", "setting")


def safe(text: str) -> str:
    """A spreadsheet must not run what a cell begins with."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def write_csv(rows: Iterable[ChainRow], file: TextIO) -> int:
    """Write ``case,source,generation,setting``; return the number of rows below the header."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    count = 0
    for row in rows:
        writer.writerow([safe(row.case), safe(row.source), row.generation, safe(row.setting)])
        count += 1
    return count
