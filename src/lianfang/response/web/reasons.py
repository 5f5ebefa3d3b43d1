"""Why somebody stands on a list of candidates, said in words."""

from django.utils import timezone
from django.utils.translation import gettext as _

from lianfang.response.tracing.models import Candidate
from lianfang.response.tracing.rules.findings import STRONGEST_FIRST


def reasons(row: Candidate, via: str = "") -> str:
    """One reason for each kind of record, the strongest first. via: how the page calls the close contact between."""
    said = [_of(kind, row) for kind in STRONGEST_FIRST if kind in row.kinds]
    if row.degree == 2:
        said.append(_("with %(whom)s, who had been near the case before") % {"whom": via or _("a close contact")})
    return _("; ").join(said)


def _of(kind: str, row: Candidate) -> str:
    minutes = row.kinds[kind]
    place = f" {row.place}" if row.evidence == kind and row.place else ""
    if kind == "ride":
        return _("%(minutes)d min in one carriage%(place)s") % {"minutes": minutes, "place": place}
    if kind == "visit":
        return _("%(minutes)d min at one place%(place)s") % {"minutes": minutes, "place": place}
    near = "" if row.min_distance_m is None else _(", %(metres)d m at the nearest") % {"metres": row.min_distance_m}
    return _("phones close for %(minutes)d min%(near)s") % {"minutes": minutes, "near": near}


def span_of(row: Candidate) -> str:
    """'01-04 09:00 – 10:30'; the day is said again where it is another."""
    first, last = timezone.localtime(row.first_at), timezone.localtime(row.last_at)
    end = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%m-%d %H:%M}"
    return f"{first:%m-%d %H:%M} – {end}"
