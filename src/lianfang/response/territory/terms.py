"""Levels of the tree in official words: (Chinese, English)."""

from lianfang.response.territory.states import Kind

# code → what a zone is called where its full name has no room.
SHORT_NAMES = {"130171": ("高新区", "High-tech Zone"), "130172": ("循环化工园区", "Chemical Park")}

LEVELS = {
    Kind.CITY: ("市级", "city"),
    Kind.COUNTY: ("区县", "county"),
    Kind.TOWNSHIP: ("乡镇街道", "township"),
    Kind.COMMUNITY: ("村社区", "community"),
    Kind.COMPOUND: ("小区", "compound"),
    Kind.BUILDING: ("楼栋", "building"),
    Kind.DWELLING: ("住户", "dwelling"),
}
