"""Chinese names in short form and in Latin letters."""

import re

from pypinyin import Style, lazy_pinyin

_COMMITTEE = re.compile(r"(居民委员会|居委会|村民委员会|村委会)$")
_WORDS = {
    "村": "Village", "社区": "Community", "街道": "Subdistrict", "镇": "Town", "乡": "Township", "区": "District",
    "县": "County", "市": "City",
}  # fmt: skip


def initials(name: str) -> str:
    """Pinyin initials for type-ahead: 李国强 → 'lgq'. Letters stay as they are, everything else is left out."""
    if name.isascii():  # a case number, mostly: nothing to look up
        return "".join(c for c in name if c.isalpha()).lower()
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda rest: "".join(c for c in rest if c.isalpha()))
    return "".join(letters).lower()


def short(full_name: str) -> str:
    """What people say: 小果庄村民委员会 → 小果庄村, 棉一东社区居民委员会 → 棉一东社区."""
    committee = _COMMITTEE.search(full_name)
    if not committee:
        return full_name
    kind = "村" if committee[1].startswith("村") else "社区"
    core = full_name[: committee.start()]
    return core if core.endswith((kind, "社区")) else core + kind


# Zones name themselves in English, not in pinyin.
_OWN_ENGLISH = {
    "石家庄高新技术产业开发区": "Shijiazhuang High-tech Zone",
    "石家庄循环化工园区": "Shijiazhuang Recycling Chemical Park",
}


def english(name: str) -> str:
    """Pinyin and the kind of place: 藁城区 → Gaocheng District, 长安区 → Chang'an District."""
    if name in _OWN_ENGLISH:
        return _OWN_ENGLISH[name]
    for suffix, word in _WORDS.items():
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return f"{latin(name.removesuffix(suffix))} {word}"
    return latin(name)


def latin(name: str) -> str:
    """Pinyin joined, with an apostrophe before a vowel, capitalised."""
    joined = ""
    for syllable in lazy_pinyin(name, v_to_u=True):
        joined += f"'{syllable}" if joined and syllable[:1] in "aoe" else syllable
    return joined[:1].upper() + joined[1:]
