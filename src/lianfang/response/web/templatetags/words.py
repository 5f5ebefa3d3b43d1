"""The field's words for codes, places and duties, in the language of the page."""

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.response.cases.parameter_terms import PARAMETERS, UNITS, WORDS, part_of
from lianfang.response.cases.terms import TERMS
from lianfang.response.duties import terms as duty_terms
from lianfang.response.territory.roles import ROLE_NAMES
from lianfang.response.territory.terms import LEVELS, SHORT_NAMES
from lianfang.response.tracing import terms as tracing_terms
from lianfang.response.web import ledger_terms
from lianfang.response.web.ledger_terms import EVENTS

register = template.Library()


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


def pick(pair: tuple[str, str]) -> str:
    return pair[0] if chinese() else pair[1]


@register.filter
def term(code: str, group: str) -> str:
    """The official word for a code of a closed list; the code itself where the list does not have it."""
    lists = {**TERMS, **duty_terms.TERMS, **tracing_terms.TERMS, **ledger_terms.TERMS}
    found = lists.get(group, {}).get(str(code))
    return pick(found) if found else str(code)


@register.filter
def place(area) -> str:
    return "" if area is None else area.called


@register.filter
def short_place(area) -> str:
    """The name on a map, where there is little room."""
    return pick(SHORT_NAMES[area.code]) if area.code in SHORT_NAMES else place(area)


@register.filter
def wording(duty) -> str:
    """What a duty asks for, said as an order."""
    words = pick(duty_terms.TERMS["kind"].get(duty.kind, (duty.kind, duty.kind)))
    about = duty.params.get("about") if duty.params else ""
    return f"{words} · {about}" if about else words


@register.filter
def level_name(level: int) -> str:
    return pick(LEVELS.get(level, ("", "")))


@register.filter
def role_name(role: str) -> str:
    return str(ROLE_NAMES.get(role, role))


@register.filter
def parameter_name(name: str) -> str:
    return pick(PARAMETERS.get(name, (name, name)))


@register.filter
def part_name(rule: int) -> str:
    return pick(part_of(rule))


@register.filter
def value_of(parameter) -> str:
    """A parameter's value with its unit: '14 天', '第 1、4、7、14 天', '是'."""
    value = parameter.value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        listed = ("、" if chinese() else ", ").join(str(one) for one in value)
        return _("day %(days)s") % {"days": listed} if parameter.unit == "d" else listed
    if isinstance(value, str):
        return pick(WORDS.get(value, (value, value)))
    return f"{value:g} {pick(UNITS[parameter.unit])}" if parameter.unit else f"{value:g}"


@register.filter
def event_name(action: str) -> str:
    """What an entry of the ledger says happened; the code itself for one of an older version."""
    return pick(EVENTS.get(action, (action, action)))


@register.filter
def evidence_of(measure) -> str:
    """What a measure rests on: 'interview:cases.contact:31' → 'interview'; '' where it is the case itself."""
    kind = measure.evidence.partition(":")[0]
    return term(kind, "evidence") if kind in TERMS["evidence"] else ""
