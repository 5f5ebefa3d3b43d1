"""Figures that judge a response: clusters, speed of isolation, 7-1-7 (rules 12, 27 and 29)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianfang.response.cases.rules.protocol import Protocol


def is_cluster(protocol: Protocol, onsets: Iterable[date]) -> bool:
    """Rule 12: at least ``cluster_cases`` linked cases within ``cluster_days``."""
    days = sorted(onsets)
    need, span = protocol.days("cluster_cases"), timedelta(days=protocol.days("cluster_days"))
    return any(days[i + need - 1] - days[i] < span for i in range(len(days) - need + 1))


def share_isolated_in_time(
    protocol: Protocol, pairs: Sequence[tuple[datetime, datetime | None]]
) -> tuple[float | None, bool]:
    """Rule 27: (share of contacts isolated within the hours asked, whether the target is met); pairs (known, isolated)."""
    if not pairs:
        return None, True
    limit = timedelta(hours=protocol.hours("isolated_within_h"))
    share = sum(done is not None and done - known <= limit for known, done in pairs) / len(pairs)
    return share, share >= float(protocol["isolated_share_target"])


@dataclass(frozen=True)
class SevenOneSeven:
    """Days taken to detect, notify and respond; None where it has not happened; met where within the target."""

    detect: int | None
    notify: int | None
    respond: int | None
    met: tuple[bool | None, bool | None, bool | None]


def seven_one_seven(
    protocol: Protocol,
    *,
    emerged_on: date,
    detected_on: date | None,
    notified_on: date | None,
    actions_done_on: Sequence[date | None],
) -> SevenOneSeven:
    """Rule 29: the response is complete on the latest of its seven actions, and not before all are done."""
    finished = max((d for d in actions_done_on if d), default=None) if all(actions_done_on) else None
    spans = (_days(emerged_on, detected_on), _days(detected_on, notified_on), _days(notified_on, finished))
    targets = (protocol.days("detect_days"), protocol.days("notify_days"), protocol.days("respond_days"))
    met = tuple(None if days is None else days <= target for days, target in zip(spans, targets, strict=True))
    return SevenOneSeven(*spans, met)  # type: ignore[arg-type]  # three spans make three verdicts


def _days(start: date | None, end: date | None) -> int | None:
    return None if start is None or end is None else (end - start).days
