"""How a segment of the store is packed: what stands in the 63 bits of a word, and the grid its rows are sorted by.

A row is one word, one accuracy, and where the grid of the word is coarser than the data two float64 degrees:

    | person code | second in the bucket (10) | unit of latitude in its strip | unit of longitude |

Rows are sorted by bucket (ten minutes), strip (a band of latitude) and unit of longitude. So the strip stands in the
offsets, not in the word, and whoever is within some metres stands in a few short ranges whatever the radius.
"""

import math
from dataclasses import dataclass, replace

BUCKET_S = 600
SECOND_BITS = 10
PER_DEGREE = 1_000_000.0  # units of a degree; most phones and files write six decimals
MOST_LON, MOST_LAT, MOST_ACCURACY_M = 180.0, 90.0, 1e7
MOST_T = 5 * 10**11  # 15,000 years either way
WORD_BITS = 63  # a word stays a positive int64

_STRIP_BITS = 9  # 512 units, 57 metres: three strips hold a radius of 50
_TABLE_BYTES_A_ROW = 1.0
_DENSE = 4  # at most so many rows a person on average, for ids that stand for themselves


@dataclass(frozen=True)
class Bounds:
    """Smallest and largest of each column of some rows. lon, lat: degrees; t: seconds; person: ids."""

    rows: int
    person: tuple[int, int]
    t: tuple[int, int]
    lon: tuple[float, float]
    lat: tuple[float, float]

    def joined(self, other: "Bounds") -> "Bounds":
        def span(name: str) -> tuple[float, float]:
            a, b = getattr(self, name), getattr(other, name)
            return min(a[0], b[0]), max(a[1], b[1])

        person, t = span("person"), span("t")
        return Bounds(
            self.rows + other.rows, (int(person[0]), int(person[1])), (int(t[0]), int(t[1])), span("lon"), span("lat")
        )

    def possible(self) -> "Bounds":
        """The part of them that can be; what lies outside is found, and its row named, when the rows are packed."""

        def cut(span: tuple[float, float], most: float) -> tuple[float, float]:
            low, high = (max(min(value, most), -most) for value in span)
            return low, high

        t = cut(self.t, MOST_T)
        return replace(self, t=(int(t[0]), int(t[1])), lon=cut(self.lon, MOST_LON), lat=cut(self.lat, MOST_LAT))

    @property
    def dense(self) -> bool:
        """Whether ids stand so close together that they can serve as codes themselves."""
        return self.person[1] - self.person[0] < max(self.rows // _DENSE, 1 << 16)


@dataclass(frozen=True)
class Layout:
    """Widths and origins of one segment's grid. x0, y0: smallest unit of longitude and of latitude.

    exact: every degree of the segment is a whole number of units, so that the word alone gives it back.
    """

    per_degree: float
    x0: int
    y0: int
    x_bits: int
    strip_bits: int
    strips: int
    person0: int
    codes: int
    bucket0: int
    buckets: int
    exact: bool


def layout_of(bounds: Bounds, people: int | None, *, exact: bool) -> Layout:
    """Return the layout for rows within ``bounds``. people: length of the dictionary, None where ids are the codes.

    Where the word is too short for the units, the units grow by halves and the layout is not exact.
    """
    codes = people if people is not None else bounds.person[1] - bounds.person[0] + 1
    first, last = bounds.t[0] // BUCKET_S, bounds.t[1] // BUCKET_S
    buckets = last - first + 1
    per_degree = PER_DEGREE
    while True:
        x0, x_bits = _grid(bounds.lon, per_degree)
        y0, y_bits = _grid(bounds.lat, per_degree)
        strip_bits = _strip_bits(y_bits, min(buckets, bounds.rows), bounds.rows)
        if (codes - 1).bit_length() + SECOND_BITS + strip_bits + x_bits <= WORD_BITS:
            break
        per_degree /= 2
    strips = (_unit(bounds.lat[1], per_degree) - y0 >> strip_bits) + 1
    return Layout(
        per_degree, x0, y0, x_bits, strip_bits, strips, bounds.person[0] if people is None else 0, codes, first,
        buckets, exact and per_degree == PER_DEGREE,
    )  # fmt: skip


def _unit(degree: float, per_degree: float) -> int:
    return math.floor(degree * per_degree + 0.5)


def _grid(degrees: tuple[float, float], per_degree: float) -> tuple[int, int]:
    low = _unit(degrees[0], per_degree)
    return low, (_unit(degrees[1], per_degree) - low).bit_length()


def _strip_bits(y_bits: int, buckets: int, rows: int) -> int:
    """Thinly spread data get higher strips: the table of offsets may cost a byte a row and no more."""
    most = max(int(rows * _TABLE_BYTES_A_ROW / 4 / buckets), 1)
    return min(max(_STRIP_BITS, y_bits - (most.bit_length() - 1)), y_bits)
