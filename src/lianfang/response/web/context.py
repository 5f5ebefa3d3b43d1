"""What every page shows around its content: the way to the other pages, who is signed in, what is late."""

from functools import cache

from django.core.cache import cache as kept
from django.urls import get_resolver, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianfang.response import clock
from lianfang.response.duties.queries import count_of_mine
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import live_grants, reach
from lianfang.response.web import demonstration
from lianfang.response.web.templatetags.words import place, role_name

_MOST = 999  # a badge says no more than this
# (view name, permission, key, text). Order is the order of the bar.
_NAV = (
    ("home", "", "m", _("My duties")),
    ("wall", "areas.view", "w", _("Wall")),
    ("not_done", "duties.view", "n", _("Not done")),
    ("cases", "cases.view", "c", _("Cases")),
    ("contacts", "cases.view", "t", _("Contacts")),
    ("measures", "measures.view", "e", _("Measures")),
    ("results", "cases.test", "b", _("Results")),
    ("warrants", "warrants.view", "v", _("Location records")),
    ("people", "people.lookup", "p", _("People")),
    ("duplicates", "people.merge", "u", _("Duplicates")),
    ("import", "linelist.import", "i", _("Import")),
    ("trees", "system.configure", "a", _("Territory")),
    ("protocols", "protocols.view", "r", _("Rules")),
    ("grants", "grants.view", "g", _("Grants")),
    ("ledger", "ledger.view", "l", _("Ledger")),
)


def page(request):
    user = getattr(request, "user", None)
    words = {
        "demonstration": demonstration.shown(request),
        "demonstration_code": demonstration.code(request),
        "other_language": "en" if (get_language() or "").startswith("zh") else "zh-hans",
        "now": clock.now(),
    }
    if user is None or not user.is_authenticated:
        return words
    return {**words, "nav": _nav(request, user), "grants": _grants(user), "city": _city()}


def _nav(request, user):
    match = getattr(request, "resolver_match", None)
    here = match.kwargs.get("section") or match.view_name if match else ""
    late = count_of_mine(user, _MOST, late_at__isnull=False)
    return [
        {
            "href": reverse(name),
            "key": key,
            "text": text,
            "current": here == name,
            "late": late if name == "home" else 0,
        }
        for name, permission, key, text in _NAV
        if (not permission or reach(user, permission)) and name in _routes()
    ]


@cache
def _routes():
    return {name for name in get_resolver().reverse_dict if isinstance(name, str)}


def _grants(user):
    return [f"{role_name(g.role)} · {place(g.area)}" for g in live_grants(user)]


def _city():
    chinese = (get_language() or "").startswith("zh")
    name = kept.get_or_set("city", lambda: Area.objects.filter(parent=None).values_list("name", "name_en").first(), 60)
    return (name[0] if chinese else name[1]) if name else ""
