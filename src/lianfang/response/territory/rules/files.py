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
_LONGEST = {"code": 24, "parent_code": 24, "name": 80, "name_en": 120}
_RANGES = {"population": (0, 2**31 - 1), "lon": (-180, 180), "lat": (-90, 90)}


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
    """One border of the file. repaired: the polygon crossed itself and was mended."""

    line: int
    code: str
    shape: BaseGeometry
    repaired: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong with one row: line (or feature number), column, a code of MESSAGES, and the value found."""

    line: int
    column: str
    what: str
    value: str = ""

    def say(self, chinese: bool) -> str:
        zh, en = MESSAGES[self.what]
        where = f"第 {self.line} 行 {self.column}：{zh}" if chinese else f"row {self.line}, {self.column}: {en}"
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
    "range": ("超出范围", "is out of range"),
    "long": ("过长", "is too long"),
    "cells": ("单元格数与表头不符，文件可能不完整", "has not as many cells as the header: the file may be cut"),
    "encoding": ("文件不是 UTF-8 编码", "the file is not UTF-8"),
    "broken": ("图形无法使用", "the polygon cannot be used:"),
    "json": ("不是有效的 GeoJSON", "is not valid GeoJSON"),
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
    lines = list(csv.reader(io.StringIO(text)))
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
    problems += [
        Problem(n, path.name, "cells") for n, line in enumerate(lines[1:], 2) if any(line) and len(line) != len(header)
    ]
    rows = [row for n, record in records if (row := _row(n, record, problems)) is not None]
    problems += _tree_problems(rows)
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.line))
    return sorted(rows, key=lambda row: row.kind), sha256


def _row(line: int, record: dict[str, str], problems: list[Problem]) -> Row | None:
    bad = [Problem(line, name, "missing") for name in ("code", "kind", "name") if not record.get(name)]
    kind = KINDS.get(record.get("kind", "").lower())
    if kind is None and record.get("kind"):
        bad.append(Problem(line, "kind", "kind", record["kind"]))
    bad += [Problem(line, name, "long", record[name]) for name, most in _LONGEST.items() if len(record.get(name, "")) > most]
    numbers = {name: _number(line, name, record.get(name, ""), bad) for name in _RANGES}
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


def _number(line: int, name: str, text: str, bad: list[Problem]) -> float | None:
    """The number of a cell; None where it is empty or wrong, which then stands in ``bad``."""
    low, high = _RANGES[name]
    try:
        value = float(text) if text else None
    except ValueError:
        bad.append(Problem(line, name, "number", text))
        return None
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        bad.append(Problem(line, name, "range", text))
        return None
    return value


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
    try:
        features = json.loads(text)["features"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused([Problem(1, path.name, "json")]) from error
    if not isinstance(features, list):
        raise Refused([Problem(1, path.name, "json")])
    problems: list[Problem] = []
    found = [_feature(n, feature, gcj02, problems) for n, feature in enumerate(features, 1)]
    drawn = [one for one in found if one is not None]
    first: dict[str, int] = {}
    problems += [Problem(one.line, "code", "twice", one.code) for one in drawn if first.setdefault(one.code, one.line) != one.line]
    if problems or not drawn:
        raise Refused(problems or [Problem(1, path.name, "empty")])
    return drawn, sha256


def _feature(n: int, feature: Any, gcj02: bool, problems: list[Problem]) -> Drawn | None:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
        problems.append(Problem(n, "feature", "json"))
        return None
    properties = feature.get("properties") or {}
    code = str(properties.get("adcode") or properties.get("code") or feature.get("id") or "")
    if not code:
        problems.append(Problem(n, "code", "missing"))
        return None
    try:
        shape, repaired = polygons.mended(feature.get("geometry"), gcj02=gcj02)
    except polygons.BrokenPolygon as error:
        problems.append(Problem(n, code, "broken", str(error)))
        return None
    return Drawn(n, code, shape, repaired)
