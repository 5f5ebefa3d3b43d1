"""The diseases there is a protocol for, as a closed list."""

from enum import StrEnum

from lianfang.response.cases.rules import protocol

Disease = StrEnum("Disease", {name: name for name in sorted({protocol.load(e).disease for e in protocol.editions()})})
