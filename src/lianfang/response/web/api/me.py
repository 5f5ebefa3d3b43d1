"""Who is signed in, and what they may do where."""

from datetime import datetime

from ninja import Router, Schema

from lianfang.response.territory.permissions import live_grants
from lianfang.response.territory.roles import ROLES
from lianfang.response.web.api.areas import AreaName
from lianfang.response.web.api.errors import answers

router = Router(tags=["me"])


class MyGrant(Schema):
    role: str
    area: AreaName
    ends_at: datetime | None
    permissions: list[str]


class Me(Schema):
    id: int
    username: str
    name: str
    language: str
    grants: list[MyGrant]


@router.get("/me", response=answers(Me))
def me(request):
    """The account, its grants in force and the permissions they carry."""
    user = request.user
    grants = [
        {"role": g.role, "area": g.area, "ends_at": g.ends_at, "permissions": sorted(ROLES[g.role])}
        for g in live_grants(user)
    ]
    return {"id": user.pk, "username": user.username, "name": user.name, "language": user.language, "grants": grants}
