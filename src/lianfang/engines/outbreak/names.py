"""Names by chance: a surname for the family, given names by sex. Common characters, so that namesakes abound.

A name is two small numbers, an index into SURNAMES and one into GIVEN[female]; text is made only where it is needed.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

# The commonest surnames, each with its weight: the order and rough shares of the name report 2020 of the Ministry of
# Public Security (first hundred), rounded.
_SURNAMES = (
    "王72李72张68刘53陈45杨30黄23赵22吴20周20徐17孙15马13朱13胡12郭12何11林11高10罗10郑9梁8谢7宋7唐6许6韩6邓6冯6曹6彭6"
    "肖5田5董5潘5袁5蔡5蒋5余5于5杜5叶5程5魏4苏4吕4丁4卢4姚4沈4钟4姜4崔4谭4陆4范4汪4廖4石4金3韦3贾3夏3付3方3邹3熊3白3孟3秦3邱3侯3江3尹3薛3闫3雷3"
    "龙3黎3史3贺3陶3顾3毛3郝3龚3邵3万3武2钱2戴2严2莫2孔2向2常2"
)
_MALE = "伟强磊军勇杰涛斌波辉刚健明亮建国志华文平海飞鹏超峰林浩宇东升永福贵新春生德成立民俊凯旭晨泽瑞博轩子昊"
_FEMALE = "芳娜敏静丽艳霞燕娟秀英玲桂兰红梅莉萍雪琳慧婷颖洁倩欣怡佳雅梦琪雨涵诗妍蕾莹月凤淑珍云彩荣香巧素"
_SINGLE = 0.3  # share of given names of one character


def _weighted(text: str) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """'王72李8' → (('王', '李'), array([0.9, 0.1]))."""
    names = tuple(character for character in text if not character.isdigit())
    weights = np.array("".join(c if c.isdigit() else " " for c in text).split(), float)
    return names, weights / weights.sum()


def _given(characters: str) -> tuple[str, ...]:
    """Every character alone, then every pair."""
    return (*characters, *(first + second for first in characters for second in characters))


SURNAMES, SURNAME_SHARES = _weighted(_SURNAMES)
GIVEN = (_given(_MALE), _given(_FEMALE))  # by ``female`` as an index
_CHARACTERS = np.array([len(_MALE), len(_FEMALE)])


def draw_surnames(count: int, random: np.random.Generator) -> Ints:
    """Indices into SURNAMES, int64, shape (count,)."""
    return np.searchsorted(np.cumsum(SURNAME_SHARES)[:-1], random.random(count), side="right")


def draw_given(female: NDArray[np.bool_], random: np.random.Generator) -> Ints:
    """Indices into ``GIVEN[female]``, int64, same shape as ``female`` (bool)."""
    characters = _CHARACTERS[female.astype(np.int64)]
    first, second = (np.floor(random.random(len(female)) * characters).astype(np.int64) for _ in range(2))
    return np.where(random.random(len(female)) < _SINGLE, first, characters + first * characters + second)


def name(surname: int, given: int, female: bool) -> str:
    return SURNAMES[surname] + GIVEN[int(female)][given]


NAMES = len(SURNAMES) * (len(GIVEN[0]) + len(GIVEN[1]))


def codes(surname: Ints, given: Ints, female: NDArray[np.bool_]) -> Ints:
    """One number below NAMES for each name: the same number, the same name (see ``name_of``)."""
    return surname * (NAMES // len(SURNAMES)) + given + np.where(female, len(GIVEN[0]), 0)


def name_of(code: int) -> str:
    surname, given = divmod(code, NAMES // len(SURNAMES))
    female = given >= len(GIVEN[0])
    return name(surname, given - len(GIVEN[0]) if female else given, female)
