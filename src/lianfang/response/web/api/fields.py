"""What a request may hold: strict about form, so that nothing is taken for what it does not say."""

import re
from datetime import date
from typing import Annotated, Any

from ninja import Schema
from ninja.params import P, PathEx
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*[Zz+-].*")
_YEARS = range(1900, 2100)
BIGGEST = 2**63 - 1


def _form(pattern: re.Pattern[str], kind: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        if value is not None and not (isinstance(value, str) and pattern.fullmatch(value)):
            raise PydanticCustomError(kind, "not in the form of a {kind}", {"kind": kind})
        return value

    return BeforeValidator(check)


def _years(kind: str) -> AfterValidator:
    """Beyond these years the arithmetic of dates and time zones overflows."""

    def check(value: Any) -> Any:
        if value is not None and value.year not in _YEARS:
            raise PydanticCustomError(kind, "outside of 1900 to 2099")
        return value

    return AfterValidator(check)


def _printable(value: str) -> str:
    if any((ord(c) < 32 and c not in "\n\t") or "\ud800" <= c <= "\udfff" for c in value):
        raise PydanticCustomError("printable", "contains control characters")
    return value.strip()


def _flag(value: Any) -> Any:
    if value not in ("true", "false", True, False):
        raise PydanticCustomError("flag", "neither true nor false")
    return value in ("true", True)


Day = Annotated[date, _form(_DAY, "day"), _years("day")]
Moment = Annotated[AwareDatetime, _form(_MOMENT, "moment"), _years("moment")]
Line = Annotated[str, Field(max_length=120), AfterValidator(_printable)]
ShortLine = Annotated[str, Field(max_length=40), AfterValidator(_printable)]
Text = Annotated[str, Field(max_length=2000), AfterValidator(_printable)]
Code = Annotated[str, Field(max_length=24), AfterValidator(_printable)]
Id = Annotated[StrictInt, Field(ge=1, le=BIGGEST)]
Whole = Annotated[StrictInt, Field(ge=0, le=10_000_000)]
Yes = StrictBool
Flag = Annotated[bool, BeforeValidator(_flag)]

Pk = PathEx[int, P(ge=1, le=BIGGEST, description="the record's id")]
AreaCode = PathEx[Code, P(description="the official code of an area: 130109104")]


class Given(Schema):
    """A request's body: a field that does not exist is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Standing(Schema):
    """The record that was made or moved, and the state it is in now."""

    id: int
    state: str
