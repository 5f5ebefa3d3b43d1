"""Which columns a file of location records has, and so which kind of record it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from lianfang.engines.collision.contacts import PING, RIDE, VISIT
from lianfang.engines.collision.problems import BadRecord

TIME, WHOLE, NUMBER, NAME = "time", "whole", "number", "name"

_KEYS = ("person", "phone")
_KINDS: dict[str, dict[str, str]] = {
    PING: {"t": TIME, "lon": NUMBER, "lat": NUMBER, "accuracy": NUMBER},
    VISIT: {"place": NAME, "t_in": TIME, "t_out": TIME},
    RIDE: {"trip": NAME, "carriage": NAME, "row": WHOLE, "t_on": TIME, "t_off": TIME},
}
_SAME = {
    "person_id": "person", "人员": "person", "人员编号": "person",
    "手机": "phone", "手机号": "phone", "电话": "phone", "msisdn": "phone",
    "time": "t", "timestamp": "t", "时间": "t", "longitude": "lon", "经度": "lon", "latitude": "lat", "纬度": "lat",
    "accuracy_m": "accuracy", "精度": "accuracy",
    "place_id": "place", "场所": "place", "进入时间": "t_in", "离开时间": "t_out",
    "trip_id": "trip", "车次": "trip", "车厢": "carriage", "排": "row", "上车时间": "t_on", "下车时间": "t_off",
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """kind: ping, visit or ride. key: 'person' or 'phone'. columns: our name → name in the file. types: ours → type."""

    kind: str
    key: str
    columns: dict[str, str]
    types: dict[str, str]

    @property
    def times(self) -> list[str]:
        return [name for name, type_ in self.types.items() if type_ == TIME]


def layout_of(header: Sequence[str]) -> Layout:
    """Recognise a header, whatever the order of its columns; others are not read. Raises BadRecord."""
    ours: dict[str, str] = {}
    for column in header:
        name = _SAME.get(column.strip().lower(), column.strip().lower())
        if name in ours:
            raise BadRecord("duplicate_header", row=1, column=f"{ours[name]}, {column}")
        ours[name] = column
    found = ", ".join(header)
    kind = next((kind for kind, needed in _KINDS.items() if needed.keys() <= ours.keys()), None)
    if kind is None:
        raise BadRecord("no_kind", row=1, found=found)
    key = next((key for key in _KEYS if key in ours), None)
    if key is None:
        raise BadRecord("no_column", row=1, column="person / phone", found=found)
    types = {key: NAME, **_KINDS[kind]}
    return Layout(kind, key, {name: ours[name] for name in types}, types)
