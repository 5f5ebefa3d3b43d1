"""Who may do what, where. This file decides; lists and checks both derive from ``reach``.

Outside reach a record does not exist: 404. Inside reach without the permission: 403 with the reason. Every refusal is
in the ledger. There is no superuser: emergency access is a grant with a reason and an expiry.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.ledger.actions import record
from lianfang.response.ledger.queries import denied
from lianfang.response.territory import sight
from lianfang.response.territory.fields import subtree
from lianfang.response.territory.models import Grant
from lianfang.response.territory.roles import PERMISSIONS, ROLES

ANY = "*"
# A grant has power when a second person approved it, when it is an emergency, or when the system itself gave it.
IN_POWER = Q(given_by=None) | Q(approved_by__isnull=False) | Q(break_glass=True)


class BudgetSpent(PermissionDenied):
    """Too much was looked at in one day; a supervisor is told."""


@dataclass(frozen=True)
class Reach:
    """The parts of the tree in which one user holds one permission, as disjoint path prefixes."""

    paths: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.paths)

    def covers(self, path: str) -> bool:
        return any(path.startswith(mine) for mine in self.paths)

    def visible(self, queryset: QuerySet) -> QuerySet:
        """Narrow a queryset of any scoped model to this reach."""
        return queryset.filter(self.q(_path_field(queryset.model)))

    def q(self, field: str) -> Q:
        inside = [subtree(field, path) for path in self.paths]
        if any(not one for one in inside):
            return Q()  # the whole tree
        return reduce(or_, inside, Q(pk__in=[]))


def _path_field(model: type[Model]) -> str:
    area = model.AREA
    return f"{area}__path" if area else "path"


def path_of(obj: Model) -> str:
    """The path of the area a scoped object belongs to."""
    target: Any = obj
    for name in type(obj).AREA.split("__") if type(obj).AREA else []:
        target = getattr(target, name)
    return target.path


def live_grants(user: Any, at: datetime | None = None) -> list[Grant]:
    """The user's grants in force, read once a request (kept on the user object)."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    at = at or clock.now()
    kept = getattr(user, "_grants", None)
    if kept is None:
        kept = user._grants = list(Grant.objects.filter(IN_POWER, user=user).select_related("area"))
    return [g for g in kept if g.starts_at <= at and (g.ends_at is None or at < g.ends_at)]


def reach(user: Any, permission: str, at: datetime | None = None) -> Reach:
    """The one primitive. ``permission`` is a key of PERMISSIONS, or ANY for 'holds some grant here'."""
    if permission != ANY and permission not in PERMISSIONS:
        raise KeyError(permission)
    paths = sorted(g.area.path for g in live_grants(user, at) if permission == ANY or permission in ROLES[g.role])
    disjoint: list[str] = []
    for path in paths:
        if not disjoint or not path.startswith(disjoint[-1]):
            disjoint.append(path)
    return Reach(tuple(disjoint))


def visible(queryset: QuerySet, user: Any, permission: str) -> QuerySet:
    return reach(user, permission).visible(queryset)


def require(user: Any, permission: str, where: Model | str, *, subject: str = "") -> None:
    """Pass, or raise Http404 (outside reach) or PermissionDenied (inside, without the permission)."""
    path = where if isinstance(where, str) else path_of(where)
    if reach(user, permission).covers(path):
        sight.widen()
        return
    subject = subject or (where if isinstance(where, str) else label(where))
    inside = reach(user, ANY).covers(path)
    raise _refusal(Http404() if not inside else None, user, permission, subject, path if inside else "")


def require_somewhere(user: Any, permission: str, subject: str = "") -> Reach:
    """Pass with the reach if the user holds the permission anywhere at all."""
    mine = reach(user, permission)
    if not mine:
        raise _refusal(None, user, permission, subject, "")
    sight.widen()
    return mine


def _refusal(error: Exception | None, user: Any, permission: str, subject: str, area_path: str) -> Exception:
    """Record a refusal and return the error that says it: PermissionDenied unless another one is given.

    The error carries what was recorded, because a transaction around the caller may take the row back with the rest.
    """
    said = {"by": user, "area_path": area_path, "permission": permission}
    entry = record("denied", subject, **said)
    refused = error or PermissionDenied(why_not(permission))
    refused.refusal = (entry.seq, subject, said)  # type: ignore[attr-defined]
    return refused


def keep_refusal(error: Exception) -> None:
    """Write a refusal again if the transaction around it took the row back. For the edge, outside any transaction."""
    seq, subject, said = getattr(error, "refusal", (0, "", {}))
    if seq and not denied(seq, subject):
        record("denied", subject, **said)


def fetch(queryset: QuerySet, user: Any, permission: str, **lookup: object) -> Any:
    """Get one scoped object or refuse. Missing and out of reach take the same path and the same queries."""
    obj = queryset.filter(**lookup).first()
    if obj is None or not reach(user, ANY).covers(path_of(obj)):
        subject = f"{queryset.model._meta.label_lower}:{next(iter(lookup.values()))}"
        raise _refusal(Http404(), user, permission, subject, "")
    require(user, permission, obj)
    return obj


def label(obj: Model) -> str:
    """How the ledger names an object: ``cases.case:12``."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def why_not(permission: str) -> str:
    return _("Your roles here do not include: %(what)s. Ask the level above for a grant.") % {
        "what": PERMISSIONS[permission]
    }


def same_person(one: Any, other: Any) -> bool:
    """One account, or two accounts of one person as far as is known: neither is the second of two people."""
    return one.pk == other.pk or (one.person_key is not None and one.person_key == other.person_key)
