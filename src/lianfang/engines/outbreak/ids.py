"""Resident ID and phone numbers that cannot be anybody's.

No province has the area code 99, and no mobile network's numbers begin with 12. Check digit: ISO 7064 MOD 11-2, as GB
11643-1999 prescribes.
"""

import numpy as np
from numpy.typing import NDArray

Digits = NDArray[np.uint8]
Ints = NDArray[np.int64]

AREA_CODES = 10_000  # 990000 … 999999
PHONES = 10**9
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.frombuffer(b"10X98765432", np.uint8)
_ZERO = ord("0")
_STEP = 387_420_489  # 9**9, prime to 10**9: every phone number once before the first comes again


def id_numbers(area: int, born: NDArray[np.datetime64], female: NDArray[np.bool_]) -> Digits:
    """Valid numbers, one row of 18 ASCII bytes per person, unique within ``area`` (0 ≤ area < 10,000).

    born: datetime64[D], shape (n,); female: bool, same shape. Raises ValueError where the area is out of range or more
    than 499 people of one sex share a birthday in it: there are no more serial numbers.
    """
    if not 0 <= area < AREA_CODES:
        raise ValueError(f"area {area} is not below {AREA_CODES}")
    number = np.empty((len(born), 18), np.uint8)
    number[:, :2] = ord("9")
    number[:, 2:6] = digits(np.array([area]), 4)
    number[:, 6:14] = digits(_as_numbers(born), 8)
    number[:, 14:17] = digits(_serials(born, female), 3)
    number[:, 17] = _CHECK[((number[:, :17].astype(np.int64) - _ZERO) @ _WEIGHTS) % 11]
    return number


def phones(ordinals: Ints) -> Digits:
    """Phone numbers, one row of 11 ASCII bytes for each ordinal (0 ≤ ordinal < 10⁹); no two are the same."""
    if len(ordinals) and not 0 <= ordinals.min() <= ordinals.max() < PHONES:
        raise ValueError(f"ordinals lie from 0 to {PHONES - 1}")
    number = np.empty((len(ordinals), 11), np.uint8)
    number[:, 0], number[:, 1] = ord("1"), ord("2")
    scattered = (ordinals.astype(np.uint64) * np.uint64(_STEP) + np.uint64(7)) % np.uint64(PHONES)
    number[:, 2:] = digits(scattered.astype(np.int64), 9)
    return number


def digits(values: Ints, width: int) -> Digits:
    """Decimal digits as ASCII bytes, shape (n, width), zeros in front. Values lie below 10**width."""
    places = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return ((values[:, None] // places) % 10 + _ZERO).astype(np.uint8)


def text(rows: Digits) -> list[str]:
    """Rows of ASCII bytes as strings."""
    width = rows.shape[1]
    whole = rows.tobytes().decode("ascii")
    return [whole[at : at + width] for at in range(0, len(whole), width)]


def _as_numbers(born: NDArray[np.datetime64]) -> Ints:
    """1952-03-14 → 19520314."""
    months = born.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    day = (born.astype("datetime64[D]") - months).astype(np.int64) + 1
    month = (months - years).astype(np.int64) + 1
    return (years.astype(np.int64) + 1970) * 10_000 + month * 100 + day


def _serials(born: NDArray[np.datetime64], female: NDArray[np.bool_]) -> Ints:
    """Three-digit serials, odd for men and even for women, counted up within birthday and sex."""
    if not len(born):
        return np.zeros(0, np.int64)
    key = born.astype("datetime64[D]").astype(np.int64) * 2 + female
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=key[order[0]] - 1))
    run = np.arange(len(key)) - np.repeat(starts, np.diff(starts, append=len(key)))
    if run.max() > 498:
        raise ValueError("too many people of one birthday and sex in one area")
    serial = np.empty(len(key), np.int64)
    serial[order] = 2 * run + np.where(key[order] % 2 == 1, 2, 1)
    return serial
