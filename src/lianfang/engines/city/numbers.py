"""Resident ID and phone numbers that cannot be anybody's: area code 99 belongs to no province, 12 to no mobile network.

Check digit: ISO 7064 MOD 11-2, as GB 11643-1999 prescribes.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

AREA_CODES = 10_000  # 990000 … 999999
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))
_PHONES = 10**9
_STEP = 387_420_489  # 9**9, prime to 10**9: steps through all phone numbers before it repeats


def id_numbers(area: int, born: NDArray[np.datetime64], female: NDArray[np.bool_]) -> list[str]:
    """One valid 18-character number per person, unique within ``area`` (0 ≤ area < 10,000).

    born: datetime64[D]; female: bool, same shape. Raises ValueError when more than 498 people of one sex share a
    birthday in one area, or the area is out of range.
    """
    if not 0 <= area < AREA_CODES:
        raise ValueError(f"area {area} is not below {AREA_CODES}")
    if not len(born):
        return []
    serial = _serials(born, female)
    dates = np.char.replace(np.datetime_as_string(born, unit="D"), "-", "")
    text = [f"99{area:04d}{date}{number:03d}" for date, number in zip(dates.tolist(), serial.tolist(), strict=True)]
    digits = np.frombuffer("".join(text).encode(), np.uint8).reshape(-1, 17).astype(np.int64) - ord("0")
    check = _CHECK[(digits @ _WEIGHTS) % 11]
    return [number + last for number, last in zip(text, check.tolist(), strict=True)]


def _serials(born: NDArray[np.datetime64], female: NDArray[np.bool_]) -> Ints:
    """Three-digit serials, odd for men and even for women, counted up within birthday and sex."""
    key = born.astype("datetime64[D]").astype(np.int64) * 2 + female
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.r_[0, np.flatnonzero(np.diff(ordered)) + 1]
    run = np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    if run.max() > 497:
        raise ValueError("too many people of one birthday and sex in one area")
    serial = np.empty(len(key), np.int64)
    serial[order] = 2 * run + np.where(ordered % 2 == 1, 2, 1)
    return serial


def phones(first: int, count: int) -> list[str]:
    """Eleven-digit numbers for people ``first`` … ``first + count − 1`` of the whole city; no two are the same."""
    if first + count > _PHONES:
        raise ValueError("more people than phone numbers")
    ordinal = np.arange(first, first + count, dtype=np.uint64)
    return [f"12{number:09d}" for number in ((ordinal * np.uint64(_STEP) + np.uint64(7)) % np.uint64(_PHONES)).tolist()]
