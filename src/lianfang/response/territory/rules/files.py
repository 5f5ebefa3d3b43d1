"""Reading a tree of areas (CSV) and its borders (GeoJSON): every bad row is named, nothing is guessed."""

import csv
import hashlib
import io
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from lianfang.response.territory.rules import polygons
from lianfang.response.territory.states import Kind

KINDS = {
    "city": Kind.CITY, "市": Kind.CITY, "county": Kind.COUNTY, "区县": Kind.COUNTY, "district": Kind.COUNTY,
    "township": Kind.TOWNSHIP, "乡镇街道": Kind.TOWNSHIP, "community": Kind.COMMUNITY, "village": Kind.COMMUNITY,
    "村社区": Kind.COMMUNITY, "compound": Kind.COMPOUND, "小区": Kind.COMPOUND, "building": Kind.BUILDING,
    "楼栋": Kind.BUILDING, "dwelling": Kind.DWELLING, "住户": Kind.DWELLING,
}  # fmt: skip
HEADERS = {
    "编码": "code", "代码": "code", "上级编码": "parent_code", "上级代码": "parent_code", "级别": "kind", "名称": "name",
    "英文名": "name_en", "人口": "population", "城镇": "urban", "经度": "lon", "纬度": "lat",
}  # fmt: skip
_NEEDED = ("code", "parent_code", "kind", "name")
_LONGEST = {"code": 24, "name": 80, "name_en": 120}
_LONGEST_PATH = 120
_BOUNDS = {"population": (0, 2**31 - 1), "lon": (-180, 180), "lat": (-90, 90)}


@dataclass(frozen=True)
class Row:
    """One area of the file. ``line`` counts from 1 with the header."""

    line: int
    code: str
    parent: str
    kind: Kind
    name: str
    full_name: str
    name_en: str
    population: int | None
    urban: bool | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Drawn:
    line: int
    code: str
    shape: BaseGeometry
    repair: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with one row: line (or feature number), column, a code of MESSAGES, and the value found."""

    line: int
    column: str
    what: str
    value: str = ""

    def why(self, chinese: bool) -> str:
        zh, en = MESSAGES[self.what]
        return zh if chinese else en

    def say(self, chinese: bool) -> str:
        why = self.why(chinese)
        where = f"第 {self.line} 行 {self.column}：{why}" if chinese else f"row {self.line}, {self.column}: {why}"
        return f"{where} {self.value!r}" if self.value else where


MESSAGES = {
    "missing": ("缺少", "is missing"),
    "twice": ("编码重复", "this code stands twice"),
    "exists": ("该编码已存在", "this code is already in the tree"),
    "unknown": ("没有这个编码", "there is no area with this code"),
    "orphan": ("上级编码不存在", "the area above does not exist"),
    "order": ("级别必须低于上级", "must lie below the level of the area above"),
    "kind": ("级别无法识别", "unknown kind of area"),
    "number": ("不是数字", "is not a number"),
    "range": ("超出范围", "lies out of range"),
    "long": ("过长", "is too long"),
    "letters": ("含有不允许的字符", "holds characters that are not allowed"),
    "path": ("与另一编码在同一上级下重名", "cannot be told from another code below the same area"),
    "deep": ("连同上级编码过长", "is too long together with the codes above"),
    "encoding": ("文件不是 UTF-8 编码", "the file is not UTF-8"),
    "broken": ("图形无法使用", "the polygon cannot be used:"),
    "json": ("不是有效的 GeoJSON", "is not valid GeoJSON"),
    "feature": ("不是图形对象", "is not a feature"),
    "csv": ("不是有效的 CSV", "is not valid CSV:"),
    "closed": ("图形未闭合，已补上", "an open ring was closed"),
    "repaired": ("图形已修复：", "the polygon was repaired:"),
    "empty": ("文件没有数据", "the file holds nothing"),
}


class Refused(ValueError):
    """The file is refused whole; ``problems`` says why, row by row."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.say(False) for problem in problems[:5]))
        self.problems = problems


def _text(path: Path) -> tuple[str, str]:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig"), hashlib.sha256(content).hexdigest()
    except UnicodeDecodeError as error:
        raise Refused([Problem(1, path.name, "encoding")]) from error


def read_areas(path: Path) -> tuple[list[Row], str]:
    """Return the areas of a CSV file, parents before children, and its SHA-256. Raises Refused."""
    text, sha256 = _text(path)
    try:
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise Refused([Problem(1, path.name, "csv", str(error))]) from error
    if len(lines) < 2:
        raise Refused([Problem(1, path.name, "empty")])
    header = [HEADERS.get(name.strip(), name.strip().lower()) for name in lines[0]]
    absent = [Problem(1, name, "missing") for name in _NEEDED if name not in header]
    if absent:
        raise Refused(absent)
    problems: list[Problem] = []
    records = [
        (n, dict(zip(header, (cell.strip() for cell in line), strict=False)))
        for n, line in enumerate(lines[1:], 2)
        if any(line)
    ]
    rows = [row for n, record in records if (row := _row(n, record, problems)) is not None]
    problems += _tree_problems(rows)
    rows.sort(key=lambda row: row.kind)
    problems = problems or _path_problems(rows)
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.line))
    return rows, sha256


def _row(line: int, record: dict[str, str], problems: list[Problem]) -> Row | None:
    bad = [Problem(line, name, "missing") for name in ("code", "kind", "name") if not record.get(name)]
    bad += [problem for name in _LONGEST if (problem := _bad_text(line, name, record.get(name, "")))]
    kind = KINDS.get(record.get("kind", "").lower())
    if kind is None and record.get("kind"):
        bad.append(Problem(line, "kind", "kind", record["kind"][:40]))
    numbers = {name: _number(line, name, record.get(name, ""), bad) for name in _BOUNDS}
    problems += bad
    if bad or kind is None:
        return None
    people = numbers["population"]
    urban = {"1": True, "是": True, "yes": True, "0": False, "否": False, "no": False}.get(
        record.get("urban", "").lower()
    )
    return Row(
        line, record["code"], record.get("parent_code", ""), kind, record["name"], record["name"],
        record.get("name_en", ""), None if people is None else int(people), urban, numbers["lon"], numbers["lat"],
    )  # fmt: skip


def _bad_text(line: int, name: str, value: str) -> Problem | None:
    if len(value) > _LONGEST[name]:
        return Problem(line, name, "long", value[:40])
    if not value.isprintable() or (name == "code" and "/" in value):
        return Problem(line, name, "letters", value)
    return None


def _number(line: int, name: str, value: str, bad: list[Problem]) -> float | None:
    """Infinity and "nan" are numbers to Python and none to a census."""
    low, high = _BOUNDS[name]
    try:
        number = float(value) if value else None
    except ValueError:
        number = math.nan
    if number is None or (math.isfinite(number) and low <= number <= high):
        return number
    bad.append(Problem(line, name, "range" if math.isfinite(number) else "number", value[:40]))
    return None


def paths_of(rows: list[Row]) -> dict[str, str]:
    """Code → path in the tree. Rows stand parents first, as ``read_areas`` returns them."""
    paths: dict[str, str] = {}
    for row in rows:
        own = row.code.removeprefix(row.parent) if row.parent else row.code
        paths[row.code] = f"{paths.get(row.parent, '')}{own}/"
    return paths


def _path_problems(rows: list[Row]) -> list[Problem]:
    """Paths that the tree cannot hold: X1 and 1 below X are one path; and a path has a longest length."""
    paths, problems, first = paths_of(rows), [], set()
    for row in rows:
        path = paths[row.code]
        if path in first:
            problems.append(Problem(row.line, "code", "path", row.code))
        elif len(path) > _LONGEST_PATH:
            problems.append(Problem(row.line, "code", "deep", row.code))
        first.add(path)
    return problems


def _tree_problems(rows: list[Row]) -> list[Problem]:
    """Codes that stand twice, orphans, and children on or above the level of their parent (which bars cycles)."""
    problems, first = [], {}
    for row in rows:
        if row.code in first:
            problems.append(Problem(row.line, "code", "twice", row.code))
        first.setdefault(row.code, row)
    for row in rows:
        if not row.parent:
            if row.kind != Kind.CITY:
                problems.append(Problem(row.line, "parent_code", "missing"))
        elif row.parent not in first:
            problems.append(Problem(row.line, "parent_code", "orphan", row.parent))
        elif first[row.parent].kind >= row.kind:
            problems.append(Problem(row.line, "kind", "order", row.name))
    return problems


def read_features(path: Path, *, gcj02: bool) -> tuple[list[Drawn], str]:
    """Return the polygons of a GeoJSON file by code, in WGS-84, and its SHA-256. Raises Refused naming the feature."""
    text, sha256 = _text(path)
    problems: list[Problem] = []
    drawn = [
        row
        for n, one in enumerate(_features(text, path.name), 1)
        if (row := _drawn(n, one, gcj02, problems)) is not None
    ]
    codes: set[str] = set()
    for row in drawn:
        if row.code in codes:
            problems.append(Problem(row.line, "code", "twice", row.code))
        codes.add(row.code)
    if problems or not drawn:
        raise Refused(sorted(problems, key=lambda problem: problem.line) or [Problem(1, path.name, "empty")])
    return drawn, sha256


def _features(text: str, name: str) -> list[Any]:
    try:
        features = json.loads(text, parse_constant=_no_number)["features"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused([Problem(1, name, "json")]) from error
    if not isinstance(features, list):
        raise Refused([Problem(1, "features", "json")])
    return features


def _no_number(word: str) -> Any:
    """NaN and Infinity, which Python would read and GeoJSON does not know."""
    raise ValueError(word)


def _drawn(n: int, feature: Any, gcj02: bool, problems: list[Problem]) -> Drawn | None:
    if not isinstance(feature, dict):
        problems.append(Problem(n, "feature", "feature"))
        return None
    properties = feature.get("properties")
    known = properties if isinstance(properties, dict) else {}
    code = str(known.get("adcode") or known.get("code") or feature.get("id") or "")
    if not code or len(code) > _LONGEST["code"] or not code.isprintable():
        problems.append(Problem(n, "code", "letters" if code else "missing", code[:40]))
        return None
    try:
        shape, repair = polygons.read(feature.get("geometry"), gcj02=gcj02)
    except polygons.BrokenPolygon as error:
        problems.append(Problem(n, code, "broken", str(error)[:200]))
        return None
    return Drawn(n, code, shape, repair)


def repairs(drawn: list[Drawn]) -> list[Problem]:
    """What was put right on the way in: nothing that stands against the file, and nothing to be silent about."""
    return [
        Problem(row.line, row.code, "closed" if row.repair == polygons.CLOSED else "repaired", row.repair)
        for row in drawn
        if row.repair
    ]
