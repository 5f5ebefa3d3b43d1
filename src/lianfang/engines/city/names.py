"""Names by chance: a surname for the household, given names by sex. Common characters, so that namesakes abound."""

import numpy as np
from numpy.typing import NDArray

# The commonest surnames, with their share of the population in per mille (Ministry of Public Security, name report
# 2020, first hundred; the tail here is shortened and the rest scaled up).
_SURNAMES = (
    "王72李72张68刘53陈45杨30黄23赵22吴20周20徐17孙15马13朱13胡12郭12何11林11高10罗10郑9梁8谢7宋7唐6许6韩6邓6冯6曹6彭6曾6"
    "肖5田5董5潘5袁5蔡5蒋5余5于5杜5叶5程5魏4苏4吕4丁4任4卢4姚4沈4钟4姜4崔4谭4陆4范4汪4廖4石4金3韦3贾3夏3付3方3邹3熊3白3孟3秦3邱3侯3江3尹3薛3闫3雷3"
    "龙3黎3史3贺3陶3顾3毛3郝3龚3邵3万3覃2武2钱2戴2严2莫2孔2向2常2"
)
_MALE = "伟强磊军勇杰涛斌波辉刚健明亮建国志华文平海飞鹏超峰林浩宇东升永福贵新春生德成立民俊凯旭晨泽瑞博轩子昊"
_FEMALE = "芳娜敏静丽艳霞燕娟秀英玲桂兰红梅莉萍雪琳慧婷颖洁倩欣怡佳雅梦琪雨涵诗妍蕾莹月凤淑珍云彩荣香巧素"


def _table(text: str) -> tuple[list[str], NDArray[np.float64]]:
    names, weights, digits = [], [], ""
    for character in text + "　":
        if character.isdigit():
            digits += character
            continue
        if digits:
            weights.append(float(digits))
            digits = ""
        names.append(character)
    total = np.array(weights)
    return names[:-1], total / total.sum()


SURNAMES, SURNAME_SHARES = _table(_SURNAMES)
GIVEN = (list(_MALE), list(_FEMALE))


def surnames(count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Indices into SURNAMES, shape (count,)."""
    return random.choice(len(SURNAMES), size=count, p=SURNAME_SHARES)


def names(surname: NDArray[np.int64], female: NDArray[np.bool_], random: np.random.Generator) -> list[str]:
    """Full names: surname index and sex of each person; three in ten have one given character, the others two."""
    count = len(surname)
    first = random.integers(0, len(_MALE), count)
    second = random.integers(0, len(_FEMALE), count)
    single = random.random(count) < 0.3
    given = [
        GIVEN[sex][a % len(GIVEN[sex])] + ("" if one else GIVEN[sex][b % len(GIVEN[sex])])
        for sex, a, b, one in zip(female.tolist(), first.tolist(), second.tolist(), single.tolist(), strict=True)
    ]
    return [SURNAMES[s] + g for s, g in zip(surname.tolist(), given, strict=True)]
