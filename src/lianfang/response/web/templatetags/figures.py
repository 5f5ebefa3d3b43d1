"""Numbers, shares and times as the pages print them."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def share_of(part: float, whole: float) -> str:
    """Percent with one decimal, with a point in every language, for drawing."""
    return f"{100 * (part or 0) / whole:.1f}" if whole else "0"


@register.filter
def number(value: int | None) -> str:
    """11235086 → 11,235,086, in both languages."""
    return f"{value:,}" if isinstance(value, int) else str(value or "")


@register.filter
def percent(part: float, whole: float) -> str:
    """Percent rounded down, so that 100 % means everybody."""
    return f"{int(100 * (part or 0) / whole)} %" if whole else "–"


def span(seconds: float) -> str:
    minutes = int(abs(seconds) // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)d min") % {"minutes": minutes}


@register.filter
def tel(phone: str) -> str:
    """A number that can be called at a touch; a masked one cannot."""
    return format_html('<a href="tel:{0}">{0}</a>', phone) if phone and "*" not in phone else phone


@register.filter
def ago(then: datetime, now: datetime) -> str:
    """How late: '2 h 10 min late'."""
    return _("%(span)s late") % {"span": span((now - then).total_seconds())}


@register.filter
def span_since(then: datetime, now: datetime) -> str:
    return span((now - then).total_seconds())


@register.filter
def clock_of(then: datetime, now: datetime) -> str:
    """'17:00' today, '1-17 17:00' on another day."""
    local = timezone.localtime(then)
    if local.date() == timezone.localtime(now).date():
        return f"{local:%H:%M}"
    return f"{local.month}-{local.day} {local:%H:%M}"


@register.simple_tag(takes_context=True)
def with_query(context: dict, **changes: object) -> str:
    """The current query string with some values changed, so that a way back keeps the filter."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query[name] = str(value)
    return query.urlencode()
