"""The one shared cast: a small city, somebody in every role, and two residents of different townships.

石家庄市 1301/                     city: commander, tracer, second_tracer, analyst, laboratory, auditor, …
├── 藁城区 1301/09/                county: gaocheng_county, gaocheng_tracer
│   ├── 增村镇 1301/09/104/        township A: zengcun_township, zengcun_dispatcher
│   │   ├── 小果庄村 …/201/        xiaoguozhuang_community, gatekeeper; resident_a lives here
│   │   └── 刘家佐村 …/202/        liujiazuo_community
│   └── 廉州镇 1301/09/100/        township B: lianzhou_township
│       └── 东城社区 …/001/        dongcheng_community; resident_b lives here
└── 裕华区 1301/08/                county: yuhua_county, yuhua_tracer
    └── 裕强街道 1301/08/003/      yuqiang_township
        ├── 众美社区 …/001/        zhongmei_community
        └── 世纪社区 …/002/
no grant at all: stranger.   grant ended yesterday: former_tracer.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

PASSWORD = "correct horse battery"
# Area code 99 belongs to no province: no number below can be a real one.
ID_OF_RESIDENT_A = "990109195203141124"
ID_OF_RESIDENT_B = "990109198811052719"

_AREAS = [  # name in the cast, path, code, name, pinyin, population
    ("city", "1301/", "130100", "石家庄市", "Shijiazhuang", 11235086),
    ("gaocheng", "1301/09/", "130109", "藁城区", "Gaocheng", 762606),
    ("zengcun", "1301/09/104/", "130109104", "增村镇", "Zengcun", 41000),
    ("xiaoguozhuang", "1301/09/104/201/", "130109104201", "小果庄村", "Xiaoguozhuang", 4700),
    ("liujiazuo", "1301/09/104/202/", "130109104202", "刘家佐村", "Liujiazuo", 3700),
    ("lianzhou", "1301/09/100/", "130109100", "廉州镇", "Lianzhou", 180000),
    ("dongcheng", "1301/09/100/001/", "130109100001", "东城社区", "Dongcheng", 6200),
    ("yuhua", "1301/08/", "130108", "裕华区", "Yuhua", 735000),
    ("yuqiang", "1301/08/003/", "130108003", "裕强街道", "Yuqiang", 90000),
    ("zhongmei", "1301/08/003/001/", "130108003001", "众美社区", "Zhongmei", 9800),
    ("shiji", "1301/08/003/002/", "130108003002", "世纪社区", "Shiji", 8100),
]

_USERS = [  # user name, name, role, area
    ("commander", "陈指挥", "commander", "city"),
    ("supervisor", "杜督导", "supervisor", "city"),
    ("tracer", "林流调", "tracer", "city"),
    ("second_tracer", "何流调", "tracer", "city"),
    ("analyst", "方分析", "analyst", "city"),
    ("laboratory", "许检验", "laboratory", "city"),
    ("auditor", "严审计", "auditor", "city"),
    ("administrator", "孟系统", "administrator", "city"),
    ("gaocheng_county", "高区长", "county", "gaocheng"),
    ("gaocheng_tracer", "郭流调", "tracer", "gaocheng"),
    ("yuhua_county", "余区长", "county", "yuhua"),
    ("yuhua_tracer", "俞流调", "tracer", "yuhua"),
    ("zengcun_township", "曾镇长", "township", "zengcun"),
    ("zengcun_dispatcher", "车调度", "dispatcher", "zengcun"),
    ("lianzhou_township", "廉镇长", "township", "lianzhou"),
    ("yuqiang_township", "强主任", "township", "yuqiang"),
    ("xiaoguozhuang_community", "郭书记", "community", "xiaoguozhuang"),
    ("liujiazuo_community", "刘书记", "community", "liujiazuo"),
    ("dongcheng_community", "董书记", "community", "dongcheng"),
    ("zhongmei_community", "钟书记", "community", "zhongmei"),
    ("gatekeeper", "门卫老赵", "gatekeeper", "xiaoguozhuang"),
    ("stranger", "生面孔", "", ""),
    ("former_tracer", "旧流调", "", ""),
]


@dataclass(frozen=True)
class Cast:
    """Areas and users by the names above: ``cast.zengcun``, ``cast.zengcun_township``."""

    areas: dict[str, Any]
    users: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        for group in (self.__dict__.get("areas", {}), self.__dict__.get("users", {})):
            if name in group:
                return group[name]
        raise AttributeError(f"nobody and nowhere in the cast is called {name!r}")

    def role(self, role: str) -> Any:
        """Some user holding ``role``; '' gives the one without any grant."""
        return self.users[next(user for user, _, held, _ in _USERS if held == role)]


@pytest.fixture
def cast(db: None) -> Cast:
    areas = _make_areas()
    users = _make_users()
    _make_grants(areas, users)
    return Cast(areas, users)


def _make_areas() -> dict[str, Any]:
    from lianfang.response.territory.models import Area

    by_path: dict[str, Any] = {}
    areas = {}
    for name, path, code, name_zh, name_en, population in _AREAS:
        above = path.rstrip("/").rpartition("/")[0]
        parent = by_path.get(above + "/") if above else None
        areas[name] = by_path[path] = Area.objects.create(
            parent=parent, kind=path.count("/"), code=code, path=path, name=name_zh, full_name=name_zh,
            name_en=name_en, population=population, lon=114.5, lat=38.0,
        )  # fmt: skip
    return areas


def _make_users() -> dict[str, Any]:
    from lianfang.response.accounts.models import User

    password = make_password(PASSWORD)
    made = [
        User(username=username, name=name, password=password, person_key=1000 + number)
        for number, (username, name, _, _) in enumerate(_USERS)
    ]
    User.objects.bulk_create(made)
    return {user.username: User.objects.get(pk=user.pk) for user in made}


def _make_grants(areas: dict[str, Any], users: dict[str, Any]) -> None:
    from lianfang.response.territory.models import Grant

    since = datetime(2020, 1, 1, tzinfo=UTC)
    grants = [
        Grant(user=users[username], role=role, area=areas[area], starts_at=since, reason="cast")
        for username, _, role, area in _USERS
        if role
    ]
    yesterday = timezone.now() - timedelta(days=1)
    grants.append(
        Grant(
            user=users["former_tracer"],
            role="tracer",
            area=areas["city"],
            starts_at=since,
            ends_at=yesterday,
            reason="cast",
        )
    )
    Grant.objects.bulk_create(grants)


def _resident(community: Any, name: str, id_number: str, phone: str) -> Any:
    from lianfang.response.people import rules
    from lianfang.response.people.actions import sealed_fields
    from lianfang.response.people.models import Household, Person
    from lianfang.response.people.sealing import Identity

    facts = rules.read_id(id_number)
    assert facts is not None
    return Person.objects.create(
        community=community,
        household=Household.objects.create(community=community),
        sex=facts.sex,
        born_on=facts.born_on,
        **sealed_fields(Identity(name, id_number, phone)),
    )


@pytest.fixture
def resident_a(cast: Cast) -> Any:
    """刘秀英 of 小果庄村, township A."""
    return _resident(cast.xiaoguozhuang, "刘秀英", ID_OF_RESIDENT_A, "19900000114")


@pytest.fixture
def resident_b(cast: Cast) -> Any:
    """周建国 of 东城社区, township B."""
    return _resident(cast.dongcheng, "周建国", ID_OF_RESIDENT_B, "19900000227")


def sign_in(client: Any, user: Any) -> Any:
    """Sign a test client in as if both factors had been shown just now; return the client.

    The session then holds what allauth itself writes after a password and a TOTP code; nothing in the application
    knows about tests.
    """
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    at = timezone.now().timestamp()
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": at, "username": user.username},
        {"method": "mfa", "at": at, "type": "totp"},
    ]
    session.save()
    return client


@pytest.fixture
def signed_in(client: Any) -> Any:
    """``signed_in(cast.tracer)`` → a client of its own, signed in."""

    def _signed_in(user: Any) -> Any:
        return sign_in(type(client)(), user)

    return _signed_in
